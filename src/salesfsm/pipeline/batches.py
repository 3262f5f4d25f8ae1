"""Many opportunities at a time: their events go to the store in batches, each whole or not at all.

What a lost race or a wrong id spoils for its batch is done alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from functools import partial
from itertools import islice

import msgspec

from salesfsm.engine.engine import Engine
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.step import Step
from salesfsm.errors import (
    CommandError,
    CorruptedError,
    SalesFsmError,
    StoreUnavailableError,
    UnknownOpportunityError,
    ValueTypeError,
    shorten,
)
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.pipeline.deciding import Decider
from salesfsm.pipeline.failing import failing
from salesfsm.pipeline.keys import key_of, part_of
from salesfsm.pipeline.retrying import retried
from salesfsm.stores.port import AlreadyAnsweredError, Append, Corrupted, Current, Key

Decide = Callable[[Engine, Opportunity], Step]
"""Answers for one opportunity, such as ``lambda engine, deal: engine.fire(deal, "qualify")``."""

Begin = Callable[[Engine, str], Step]
"""Begins the opportunity of an id, such as ``lambda engine, id: engine.open(id, by="import")``."""

Progress = Callable[[int, int | None], object]
"""Told how many are done, and of how many, where that is known."""

Answer = tuple[Current | None, Step]
"""How an opportunity stood, None where it begins, and what the engine answered."""

Answerer = Callable[[str, Current | Corrupted | None], Answer]

Decided = Callable[[str, Current | Corrupted | None], tuple[Step | None, Append | None]]

Load = Callable[[Sequence[str]], Mapping[str, Current | Corrupted]]


class Bulk(msgspec.Struct, frozen=True):
    """What became of each id: accepted, refused (with the step) or failed (with the error)."""

    accepted: tuple[str, ...]
    refused: FrozenDict[str, Step]
    failed: FrozenDict[str, SalesFsmError]


class BulkEndedError(StoreUnavailableError):
    """The store could not be reached any more; ``done`` tells what became of the ids before.

    Those of the batch that was under way may have been kept or not: the same command with the same
    key does what is left.
    """

    def __init__(self, error: StoreUnavailableError, done: Bulk) -> None:
        self.done = done
        super().__init__(f"{error}; {len(done.accepted)} had been accepted before")


class _Outcomes:
    """What became of the ids so far."""

    def __init__(self) -> None:
        self.accepted: list[str] = []
        self.refused: dict[str, Step] = {}
        self.failed: dict[str, SalesFsmError] = {}

    def answered(self, id: str, step: Step | None) -> None:  # noqa: A002
        """The step for an id is kept; there is none where it was accepted under its key before."""
        if step is None or step.accepted:
            self.accepted.append(id)
        else:
            self.refused[id] = step

    def result(self) -> Bulk:
        return Bulk(tuple(self.accepted), frozen(self.refused), frozen(self.failed))


class Batcher(Decider):
    """Commands for many opportunities."""

    def bulk(
        self,
        ids: Iterable[str],
        decide: Decide,
        *,
        key: str | None = None,
        progress: Progress | None = None,
        batch: int = 500,
    ) -> Bulk:
        """Ask ``decide`` for each of these opportunities, and keep what is accepted.

        It is asked again where somebody else changed one meanwhile. An id that comes twice is done
        once. An error of one opportunity fails it alone, also one that ``decide`` raises; a store
        that cannot be reached ends it all with :class:`BulkEndedError`, and the batches before it
        are kept. Repeated with the same ``key``, each that was accepted is accepted and not done
        again.
        """
        named = None if key is None else key_of(key, "bulk", "", (), {})

        def answer(id: str, found: Current | Corrupted | None) -> Answer:  # noqa: A002
            current = readable(id, found)
            with self._deciding(current.opportunity) as (engine, deal):
                return current, _asked(id, partial(decide, engine, deal))

        return self._all(ids, self._store.load_many, answer, progress, batch, named)

    def open_many(
        self,
        ids: Iterable[str],
        begin: Begin,
        *,
        process: str | None = None,
        key: str | None = None,
        progress: Progress | None = None,
        batch: int = 500,
    ) -> Bulk:
        """Begin an opportunity for each id as ``begin`` says, with ``open`` or ``adopt``.

        An id that is taken fails with :class:`~salesfsm.errors.DuplicateOpportunityError`;
        otherwise as :meth:`bulk`.
        """
        engine = self._versions.opening(process)
        named = None if key is None else key_of(key, "open_many", "", (process,), {})

        def answer(id: str, _: Current | Corrupted | None) -> Answer:  # noqa: A002
            return None, _asked(id, partial(begin, engine, id))

        return self._all(ids, _nothing, answer, progress, batch, named)

    def _all(
        self,
        ids: Iterable[str],
        load: Load,
        answer: Answerer,
        progress: Progress | None,
        batch: int,
        key: Key | None = None,
    ) -> Bulk:
        """Answer for every id, batch by batch, each in one append."""
        if isinstance(ids, str):
            raise ValueTypeError(f"ids are several, such as [{shorten(ids)!r}], and not one text")
        outcomes = _Outcomes()
        try:
            for some in _batches(ids, batch, progress):
                self._batch(some, load, partial(self._decided, answer, key), outcomes)
        except StoreUnavailableError as error:
            raise BulkEndedError(error, outcomes.result()) from error
        return outcomes.result()

    def _batch(
        self, some: Sequence[str], load: Load, decided: Decided, outcomes: _Outcomes
    ) -> None:
        """Answer for these, in one append; each for itself where that fails for one of them."""

        def alone(id: str) -> Step | None:  # noqa: A002
            step, append = decided(id, load([id]).get(id))
            if append is not None:
                try:
                    self._append([append])
                except AlreadyAnsweredError:  # the same command, elsewhere at the same time
                    return None
            return step

        steps: dict[str, Step | None] = {}
        appends: dict[str, Append] = {}
        found = load(some)
        for id in some:  # noqa: A001
            with failing(outcomes.failed, id):
                steps[id], append = decided(id, found.get(id))
                if append is not None:
                    appends[id] = append
        together = self._kept_together(tuple(appends.values()))
        for id, step in steps.items():  # noqa: A001
            with failing(outcomes.failed, id):
                again = id in appends and not together
                outcomes.answered(id, retried(partial(alone, id)) if again else step)

    def _decided(
        self,
        answer: Answerer,
        key: Key | None,
        id: str,  # noqa: A002
        found: Current | Corrupted | None,
    ) -> tuple[Step | None, Append | None]:
        """The answer for an id, None where it was accepted before, and what is to be kept of it."""
        named = None if key is None else part_of(key, id)
        if self._answered(named) is not None:
            return None, None
        was, step = answer(id, found)
        if step.events or (step.accepted and named is not None):
            return step, self._checked(id, was, step, named)
        return step, None

    def _kept_together(self, appends: Sequence[Append]) -> bool:
        """Keep a batch; False where something is wrong with one of them, and none is kept."""
        if not appends:
            return True
        try:
            self._store.append(appends)
        except StoreUnavailableError:
            raise
        except SalesFsmError:
            return False
        self._courier.committed()
        return True

    def _checked(
        self,
        id: str,  # noqa: A002
        was: Current | None,
        step: Step,
        key: Key | None,
    ) -> Append:
        append = self._append_of(was, step, key)
        if append.current.opportunity.id != id:
            raise CommandError(
                f"the answer for {shorten(id)!r} is about another opportunity, "
                f"{shorten(append.current.opportunity.id)!r}"
            )
        return append


def _batches(ids: Iterable[str], size: int, progress: Progress | None) -> Iterator[Sequence[str]]:
    """The ids, each once, in batches; ``progress`` is told after each."""
    if not isinstance(size, int) or size < 1:
        raise CommandError(f"a batch holds at least one opportunity, not {shorten(repr(size))}")
    total = len(ids) if isinstance(ids, Sized) else None
    rest, seen, done = iter(ids), set[str](), 0
    while some := list(islice(rest, size)):
        for each in some:
            if not isinstance(each, str):
                raise ValueTypeError(f"an id is a text, not {shorten(repr(each), 40)}")
        yield [each for each in dict.fromkeys(some) if each not in seen]
        seen.update(some)
        done += len(some)
        if progress is not None:
            progress(done, total)


def readable(id: str, found: Current | Corrupted | None) -> Current:  # noqa: A002
    """The row that was found; raises what says that it is not there, or cannot be read."""
    if found is None:
        raise UnknownOpportunityError(id)
    if isinstance(found, Corrupted):
        raise CorruptedError({id: found.reason})
    return found


def _asked(id: str, ask: Callable[[], Step]) -> Step:  # noqa: A002
    """The step that a function of the caller gives; whatever it raises fails this id alone."""
    try:
        step = ask()
    except SalesFsmError:
        raise
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        raise CommandError(f"deciding on {shorten(id)!r} raised {shorten(told, 200)}") from error
    if not isinstance(step, Step):
        raise ValueTypeError(
            f"the answer for {shorten(id)!r} is a step of the engine, not {shorten(repr(step), 40)}"
        )
    return step


def _nothing(_: Sequence[str]) -> Mapping[str, Current | Corrupted]:
    return {}
