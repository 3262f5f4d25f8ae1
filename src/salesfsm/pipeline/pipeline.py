"""The pipeline: every command of the engine by the id of an opportunity, kept in a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from salesfsm.engine.making import Clock, system_clock
from salesfsm.errors import UnknownNameError
from salesfsm.pipeline.asking import Asker
from salesfsm.pipeline.beginning import Beginner
from salesfsm.pipeline.delivering import Courier
from salesfsm.pipeline.finding import Finder
from salesfsm.pipeline.keeping import Keeper
from salesfsm.pipeline.migrating import Migrator
from salesfsm.pipeline.moving import Mover
from salesfsm.pipeline.present import Present
from salesfsm.pipeline.recording import Recorder
from salesfsm.pipeline.subscribing import Announcer
from salesfsm.pipeline.ticking import Ticker
from salesfsm.pipeline.versions import Versions
from salesfsm.process.process import Process
from salesfsm.rules.subject import PredicateFunction
from salesfsm.stores.port import Store

Deliver = Literal["after_commit", "manual"]


class Pipeline(Beginner, Mover, Recorder, Asker, Finder, Migrator, Announcer, Ticker, Keeper):
    """What a CRM calls: loads an opportunity, lets the engine decide, and keeps the events at once.

    ``processes`` is one process, or several (names, or versions of one name in their order); they
    are kept in ``store``, and versions that only the store has are taken from there where an
    opportunity is pinned to them. ``clock`` and ``predicates`` are those of the engine.
    ``deliver`` says whether subscribers of this program are told after every command.

    Commands take the arguments of the engine's, and two more. ``key`` makes a command idempotent:
    repeated with the same key it changes nothing and gives the step of the first time, its warnings
    apart, with the opportunity as it stood then; a command that was refused keeps no key.
    ``expected`` is the number of the last event that the caller has seen: where there is another,
    :class:`~salesfsm.errors.ConflictError` is raised; without it a lost race is decided anew. Where
    ``at`` is left out it is the present, or the time of the last event if the clock is behind.

    Errors beside those of the engine, all of them heirs of ``StoreError``: an unknown id, a key
    that was used for another command, a version that is retired, rows that cannot be read, a store
    that cannot be reached. It can be shared by threads.
    """

    def __init__(
        self,
        processes: Process | Iterable[Process],
        store: Store,
        *,
        clock: Clock = system_clock,
        predicates: Mapping[str, PredicateFunction] | None = None,
        deliver: Deliver = "after_commit",
    ) -> None:
        if deliver not in (known := get_args(Deliver)):
            raise UnknownNameError("way to deliver", deliver, known)
        present = Present(clock)
        super().__init__(
            store,
            Versions(processes, store, present, predicates or {}),
            present,
            Courier(store, present, at_once=deliver == "after_commit"),
        )
