"""Many opportunities at a time: their events go to the store in batches, each whole or not at all.

What a lost race or a wrong id spoils for its batch is done alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import contextmanager
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
    shorten,
)
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.pipeline.deciding import Decider
from salesfsm.pipeline.retrying import retried
from salesfsm.stores.port import Append, Corrupted, Current

Decide = Callable[[Engine, Opportunity], Step]
"""Answers for one opportunity, such as ``lambda engine, deal: engine.fire(deal, "qualify")``."""

Begin = Callable[[Engine, str], Step]
"""Begins the opportunity of an id, such as ``lambda engine, id: engine.open(id, by="import")``."""

Progress = Callable[[int, int | None], object]
"""Told how many are done, and of how many, where that is known."""

Answer = tuple[Current | None, Step]
"""How an opportunity stood, None where it begins, and what the engine answered."""

Load = Callable[[Sequence[str]], Mapping[str, Current | Corrupted]]


class Bulk(msgspec.Struct, frozen=True):
    """What became of each id: accepted, refused (with the step) or failed (with the error)."""

    accepted: tuple[str, ...]
    refused: FrozenDict[str, Step]
    failed: FrozenDict[str, SalesFsmError]


class _Tally:
    """What became of the ids so far."""

    def __init__(self) -> None:
        self.accepted: list[str] = []
        self.refused: dict[str, Step] = {}
        self.failed: dict[str, SalesFsmError] = {}

    def answered(self, id: str, step: Step) -> None:  # noqa: A002
        if step.accepted:
            self.accepted.append(id)
        else:
            self.refused[id] = step

    @contextmanager
    def failing(self, id: str) -> Iterator[None]:  # noqa: A002
        """Keep an error of this opportunity, and go on."""
        try:
            yield
        except StoreUnavailableError:
            raise
        except SalesFsmError as error:
            self.failed[id] = error

    def result(self) -> Bulk:
        return Bulk(tuple(self.accepted), frozen(self.refused), frozen(self.failed))


class Batcher(Decider):
    """Commands for many opportunities."""

    def bulk(
        self,
        ids: Iterable[str],
        decide: Decide,
        *,
        progress: Progress | None = None,
        batch: int = 500,
    ) -> Bulk:
        """Ask ``decide`` for each of these opportunities, and keep what is accepted.

        It is asked again where somebody else changed one meanwhile. An id that comes twice is done
        once. An error of one opportunity fails it alone; a store that cannot be reached ends it all
        with :class:`~salesfsm.errors.StoreUnavailableError`, and the batches before it are kept.
        """

        def answer(id: str, found: Current | Corrupted | None) -> Answer:  # noqa: A002
            current = readable(id, found)
            with self._deciding(current.opportunity) as (engine, deal):
                return current, decide(engine, deal)

        return self._all(ids, self._store.load_many, answer, progress, batch)

    def open_many(
        self,
        ids: Iterable[str],
        begin: Begin,
        *,
        process: str | None = None,
        progress: Progress | None = None,
        batch: int = 500,
    ) -> Bulk:
        """Begin an opportunity for each id as ``begin`` says, with ``open`` or ``adopt``.

        An id that is taken fails with :class:`~salesfsm.errors.DuplicateOpportunityError`;
        otherwise as :meth:`bulk`.
        """
        engine = self._versions.opening(process)

        def answer(id: str, _: Current | Corrupted | None) -> Answer:  # noqa: A002
            return None, begin(engine, id)

        return self._all(ids, _nothing, answer, progress, batch)

    def _all(
        self,
        ids: Iterable[str],
        load: Load,
        answer: Callable[[str, Current | Corrupted | None], Answer],
        progress: Progress | None,
        batch: int,
    ) -> Bulk:
        """Answer for every id, batch by batch, each in one append."""
        tally = _Tally()

        def alone(id: str) -> Step:  # noqa: A002
            was, step = answer(id, load([id]).get(id))
            if step.events:
                self._append([self._checked(id, was, step)])
            return step

        for some in _batches(ids, batch, progress):
            steps: dict[str, Step] = {}
            appends: list[Append] = []
            found = load(some)
            for id in some:  # noqa: A001
                with tally.failing(id):
                    was, step = answer(id, found.get(id))
                    if step.events:
                        appends.append(self._checked(id, was, step))
                    steps[id] = step
            if appends and not self._kept_together(appends):
                for append in appends:
                    id = append.current.opportunity.id  # noqa: A001
                    with tally.failing(id):
                        del steps[id]
                        steps[id] = retried(partial(alone, id))
            for id, step in steps.items():  # noqa: A001
                tally.answered(id, step)
        return tally.result()

    def _kept_together(self, appends: list[Append]) -> bool:
        """Keep a batch; False where something is wrong with one of them, and none is kept."""
        try:
            self._append(appends)
        except StoreUnavailableError:
            raise
        except SalesFsmError:
            return False
        return True

    def _checked(self, id: str, was: Current | None, step: Step) -> Append:  # noqa: A002
        append = self._append_of(was, step)
        if append.current.opportunity.id != id:
            raise CommandError(
                f"the answer for {shorten(id)!r} is about another opportunity, "
                f"{shorten(append.current.opportunity.id)!r}"
            )
        return append


def _batches(ids: Iterable[str], size: int, progress: Progress | None) -> Iterator[Sequence[str]]:
    """The ids, each once, in batches; ``progress`` is told after each."""
    if size < 1:
        raise CommandError(f"a batch holds at least one opportunity, not {size}")
    total = len(ids) if isinstance(ids, Sized) else None
    rest, seen, done = iter(ids), set[str](), 0
    while some := list(islice(rest, size)):
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


def _nothing(_: Sequence[str]) -> Mapping[str, Current | Corrupted]:
    return {}
