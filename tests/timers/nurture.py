"""The sale that the tests of timers wait for, and what they look up in its store and its queue.

fresh --call (after 1 s)--> called --rest (after 1 s)--> RESTING
  +--------- win ------------+---------------------------> WON
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from dbos import DBOSClient, WorkflowStatus

import salesfsm as sf
from salesfsm.stores.port import Store
from salesfsm.timers.dbos.queue import TimerQueue

TEXT = """\
salesfsm: 1
process: nurture
facts: {need: text}
stages: [fresh, called, {name: won, outcome: won}, {name: resting, outcome: lost}]
transitions:
  - {trigger: call, source: fresh, target: called, after: PT1S}
  - {trigger: rest, source: called, target: resting, after: PT1S}
  - {trigger: win, source: open, target: won}
"""


def nurture() -> sf.Process:
    return sf.loads(TEXT)


def rings(store: Store, name: str) -> list[str]:
    """The names of the timers that rang for an opportunity, in their order."""
    return [each.name for each in store.events(name) if isinstance(each, sf.CameDue)]


@contextmanager
def client(queue: TimerQueue) -> Iterator[DBOSClient]:
    """A client of DBOS, to look into the queue with."""
    opened = DBOSClient(
        system_database_url=queue.url, dbos_system_schema=queue.schema, application_name="salesfsm"
    )
    try:
        yield opened
    finally:
        opened.destroy()


def waiting(queue: TimerQueue) -> list[WorkflowStatus]:
    """All that the queue knows, in the order of its names."""
    with client(queue) as opened:
        return sorted(opened.list_workflows(), key=lambda each: each.workflow_id)


def states(queue: TimerQueue) -> Counter[str]:
    """How many workflows are in each status."""
    return Counter(each.status for each in waiting(queue))
