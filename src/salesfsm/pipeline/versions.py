"""The processes of a pipeline: those given in code, and those that the store has kept.

Each opportunity is decided by the version that it is pinned to, whichever of the two it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from salesfsm.engine.engine import Engine
from salesfsm.engine.making import Clock
from salesfsm.engine.opportunity import check_texts
from salesfsm.errors import (
    CommandError,
    DefinitionChangedError,
    DefinitionError,
    RetiredVersionError,
    UnknownNameError,
    ValueTypeError,
    shorten,
)
from salesfsm.formats.process_file import dump, loads
from salesfsm.process.process import Process
from salesfsm.rules.subject import PredicateFunction
from salesfsm.stores.accepting import unknown_definition
from salesfsm.stores.port import Definition, Store, Version

FRESH = 1.0
"""For how many seconds it is not looked up again whether another program retired a version."""


class Versions:
    """Engines by process and version. Given processes are kept in the store at once."""

    def __init__(
        self,
        processes: Process | Iterable[Process],
        store: Store,
        clock: Clock,
        predicates: Mapping[str, PredicateFunction],
    ) -> None:
        self._store, self._clock, self._predicates = store, clock, dict(predicates)
        self._engines: dict[Version, Engine] = {}
        self._newest: dict[str, str] = {}
        self._processes: dict[Version, Process] = {}
        self._kept: dict[Version, bool] = {}
        self._read_at = float("-inf")
        for process in _each(processes):
            self._engines[process.name, process.version] = self._compiled(process)
            self._newest[process.name] = process.version
            self._processes[process.name, process.version] = process
            _define(store, process)
        if not self._newest:
            raise CommandError("a pipeline needs a process: give one or several")

    def opening(self, process: str | None) -> Engine:
        """The engine that opportunities of ``process`` begin by: of its version given last.

        ``process`` may be left out where there is only one.
        """
        check_texts(process=process)
        if process is None:
            if len(self._newest) > 1:
                named = ", ".join(self._newest)
                raise CommandError(
                    f'there are several processes here: give process="...", one of {named}'
                )
            (process,) = self._newest
        if process not in self._newest:
            raise UnknownNameError("process", process, self._newest)
        return self.commanding(process, self._newest[process])

    def commanding(self, process: str, version: str) -> Engine:
        """The engine for a command; raises ``RetiredVersionError`` where it takes none."""
        if self._fresh().get((process, version)):
            raise RetiredVersionError(process, version)
        return self.engine(process, version)

    def engine(self, process: str, version: str) -> Engine:
        """The engine for questions, which retired versions answer too."""
        found = self._engines.get((process, version))
        if found is None:
            found = self._compiled(self._stored((process, version)))
            self._engines[process, version] = found
        return found

    def matching(self, process: str | None, version: str | None) -> list[Version]:
        """All versions with that name and that version, as far as they are given.

        Raises :class:`~salesfsm.errors.UnknownNameError` for those that there are not.
        """
        known = list(dict.fromkeys((*self._engines, *self._fresh(now=True))))
        names = dict.fromkeys(name for name, _ in known)
        if process is not None and process not in names:
            raise UnknownNameError("process", process, names)
        named = [each for each in known if process in (None, each[0])]
        if version is not None and version not in (each for _, each in named):
            every = dict.fromkeys(each for _, each in named)
            raise UnknownNameError("version", version, every, within=process or "")
        return [each for each in named if version in (None, each[1])]

    def readable(self, versions: Iterable[Version]) -> list[Process]:
        """The processes of these; what cannot be read, such as of a newer release, is left out."""
        found = []
        for each in versions:
            with suppress(DefinitionError, ValueTypeError, UnknownNameError):
                found.append(self._stored(each))
        return found

    def retired(self) -> tuple[Version, ...]:
        """Those that take no commands."""
        return tuple(each for each, retired in self._fresh().items() if retired)

    def retire(self, process: str, version: str, *, retired: bool) -> None:
        """Let a version take no commands any more, or take them again."""
        check_texts(process=process, version=version)
        self._store.retire(process, version, retired=retired)
        self._fresh(now=True)

    def _compiled(self, process: Process) -> Engine:
        asked = {
            name: function
            for name, function in self._predicates.items()
            if name in process.predicates
        }
        return Engine(process, predicates=asked, clock=self._clock)

    def _stored(self, version: Version) -> Process:
        """The process as it was given, or as the store has it."""
        found = self._processes.get(version)
        if found is None:
            kept = self._store.definition(*version)
            if kept is None:
                raise unknown_definition(*version, self._fresh(now=True))
            found = self._processes[version] = _loaded(kept)
        return found

    def _fresh(self, *, now: bool = False) -> Mapping[Version, bool]:
        """The versions in the store and whether they are retired, a moment old at most."""
        if now or time.monotonic() - self._read_at > FRESH:
            read_at = time.monotonic()
            self._kept = self._store.versions()
            self._read_at = read_at
        return self._kept


def _each(processes: Process | Iterable[Process]) -> Iterable[Process]:
    if isinstance(processes, Process):
        return (processes,)
    if isinstance(processes, str) or not isinstance(processes, Iterable):
        raise ValueTypeError(
            f"a pipeline takes processes, not {shorten(repr(processes))}: load(file) gives one"
        )
    return processes


def _define(store: Store, process: Process) -> None:
    """Keep the process; the same one in other words, such as of a later writer, is no change."""
    try:
        store.define(Definition(process.name, process.version, dump(process)))
    except DefinitionChangedError:
        kept = store.definition(process.name, process.version)
        if kept is None or _loaded(kept) != process:
            raise


def stored_processes(store: Store, unread: Callable[[DefinitionError], object]) -> list[Process]:
    """The processes that a store has kept; ``unread`` is told of those that cannot be read."""
    found = []
    for each in store.definitions():
        try:
            found.append(_loaded(each))
        except DefinitionError as error:
            unread(error)
    return found


def stored_process(store: Store, process: str, version: str) -> Process | None:
    """The process of that name and version that a store has kept, if it has."""
    kept = store.definition(process, version)
    return None if kept is None else _loaded(kept)


def _loaded(kept: Definition) -> Process:
    return loads(kept.text, file=f"{kept.process} {kept.version} in the store")
