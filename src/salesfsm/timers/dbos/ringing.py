"""The worker's side: while it runs, DBOS brings the timers that come due to this program."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from dbos import DBOS, DBOSConfig

from salesfsm.errors import CommandError
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.timers.dbos.queue import APPLICATION, QUEUE, READABLE, VERSION, WORKFLOW, TimerQueue
from salesfsm.timers.dbos.store import DurableStore
from salesfsm.timers.looping import Told

TAKEN = 200
"""How many timers one worker takes from the queue at a time; the others are for other workers."""

THREADS = 4
CONNECTIONS = 6
GRACE = 30
"""Seconds that what is ringing has to end when the worker is stopped."""


class Ringing:
    """A context in which the timers of ``pipeline`` ring here as they come due in the queue.

    The store of ``pipeline`` is a :class:`DurableStore`. ``name`` is this worker's: one that
    starts under the name of one that died goes on with what that had begun. ``poll`` is how many
    seconds pass between two looks into the queue; what the worker that started last says holds for
    all. ``told`` hears what rang, in any thread. There can be one in a program, and no other use of
    DBOS beside it.

    It brings each timer on time, and may lose one whose store cannot be reached just then, or that
    was written through another kind of store: let :func:`~salesfsm.timers.looping.keep_time` tick
    beside it, now and then.
    """

    def __init__(
        self, pipeline: Pipeline, *, name: str, poll: float = 1.0, told: Told | None = None
    ) -> None:
        store = pipeline.store
        if not isinstance(store, DurableStore):
            raise CommandError(
                f"a {type(store).__name__} has no queue of timers: open a DurableStore"
            )
        self._pipeline, self._told, self._poll = pipeline, told, poll
        self._queue: TimerQueue = store.timers
        self._config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": self._queue.url,
            "dbos_system_schema": self._queue.schema,
            "sys_db_pool_size": CONNECTIONS,
            "max_executor_threads": THREADS,
            "application_version": VERSION,
            "executor_id": name,
            "enable_otlp": False,
            "log_level": "WARNING",
        }

    def __enter__(self) -> Ringing:
        DBOS(config=self._config)
        DBOS.workflow(name=WORKFLOW, serialization_type=READABLE)(self._workflow())
        try:
            DBOS.launch()
            DBOS.register_queue(
                QUEUE,
                worker_concurrency=TAKEN,
                polling_interval_sec=self._poll,
                on_conflict="always_update",
            )
        except BaseException:
            DBOS.destroy(destroy_registry=True)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=GRACE)

    def take_over(self, worker: str) -> int:
        """Go on with what the worker of this name had begun and will not end; returns how many."""
        return self._queue.take_over(worker)

    def tidy(self) -> None:
        """Forget what rang more than a week ago; the store remembers it."""
        self._queue.tidy()

    def _workflow(self) -> Callable[[str], int]:
        pipeline, told = self._pipeline, self._told

        def ring(opportunity_id: str) -> int:
            """Let ring what is due now: nothing, where the timer is out of date."""
            tick = pipeline.ring(opportunity_id)
            if told is not None:
                told(tick)
            return sum(tick.rung.values())

        return ring
