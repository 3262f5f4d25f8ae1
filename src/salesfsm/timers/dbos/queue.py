"""The queue that timers wait in, as DBOS keeps it in the database of the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, EnqueueOptions, WorkflowSerializationFormat, error

from salesfsm.stores.port import Current

APPLICATION = "salesfsm"
QUEUE = "salesfsm_timers"
WORKFLOW = "salesfsm.ring"

VERSION = "1"
"""The version of what waits in the queue, told to DBOS as that of the application.

DBOS runs what was enqueued under a version only in programs of that version. Left out, it would be
computed anew from the code of each release, and timers that wait for months would be stranded.
"""

READABLE = WorkflowSerializationFormat.PORTABLE
"""JSON, where DBOS would pickle."""

WAITING = {"DELAYED", "ENQUEUED"}
KEPT = timedelta(days=7)
"""For how long what rang can be looked up in the tables of DBOS."""

PAGE = 1000


class TimerQueue:
    """The queue in the database at ``url``, its tables in ``schema`` (in SQLite, beside ours)."""

    def __init__(self, url: sa.URL, schema: str) -> None:
        self.url, self.schema = url.render_as_string(hide_password=False), schema
        DBOS.migrate(self.url, schema=schema)
        self._client = DBOSClient(
            system_database_url=self.url,
            dbos_system_schema=schema,
            application_name=APPLICATION,
            lazy=True,
        )

    def add(self, connection: sa.Connection, current: Current, now: datetime) -> None:
        """Have the opportunity woken when its next timer comes due, once this is committed.

        The same timer has the same id, so it waits once, however often its opportunity is kept.
        """
        opportunity, due_at = current.opportunity, current.due_at
        if due_at is None:
            return
        name = f"{opportunity.id}@{due_at.isoformat()}"
        options = _options(name, due_at - now)
        try:
            self._client.enqueue_in_transaction(
                connection, {**options, "workflow_id_reuse_policy": "reject"}, opportunity.id
            )
        except error.DBOSWorkflowIDInUseError as there:
            # One that waits will see what is committed here. One that was woken already may not
            # have: a planned activity can put a timer off and, withdrawn, bring back the same time.
            if there.workflow_status not in WAITING:
                again = _options(f"{name}#{opportunity.sequence}", due_at - now)
                self._client.enqueue_in_transaction(connection, again, opportunity.id)

    def take_over(self, worker: str) -> int:
        """Put back what the worker of this name had begun and will not end; returns how many."""
        begun = self._client.list_workflows(
            executor_id=worker,
            status="PENDING",
            name=WORKFLOW,
            load_input=False,
            load_output=False,
        )
        if begun:
            self._client.resume_workflows([each.workflow_id for each in begun], queue_name=QUEUE)
        return len(begun)

    def tidy(self) -> None:
        """Forget what ended long ago."""
        before = (datetime.now(UTC) - KEPT).isoformat()
        while ended := self._client.list_workflows(
            name=WORKFLOW,
            status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
            completed_before=before,
            limit=PAGE,
            load_input=False,
            load_output=False,
        ):
            self._client.delete_workflows([each.workflow_id for each in ended])

    def close(self) -> None:
        """Give back all connections."""
        self._client.destroy()


def _options(name: str, delay: timedelta) -> EnqueueOptions:
    options: EnqueueOptions = {
        "workflow_name": WORKFLOW,
        "queue_name": QUEUE,
        "workflow_id": name,
        "app_version": VERSION,
        "serialization_type": READABLE,
    }
    if delay > timedelta(0):
        options["delay_seconds"] = delay.total_seconds()
    return options
