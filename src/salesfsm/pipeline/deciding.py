"""What every command of a pipeline goes through: load, let the engine decide, append, or try again.

Which commands there are, the heirs say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile
from typing import Concatenate, ParamSpec, cast

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import AnyEvent, Moved
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.step import Step
from salesfsm.errors import ConflictError
from salesfsm.pipeline.delivering import Courier
from salesfsm.pipeline.keys import check_same, key_of
from salesfsm.pipeline.present import Present
from salesfsm.pipeline.retrying import retried
from salesfsm.pipeline.standing import current_of
from salesfsm.pipeline.versions import Versions
from salesfsm.stores.folding import folded
from salesfsm.stores.port import AlreadyAnsweredError, Answered, Append, Current, Key, Store

Arguments = ParamSpec("Arguments")


class Decider:
    """The parts of a pipeline, and what its commands have in common."""

    def __init__(
        self, store: Store, versions: Versions, present: Present, courier: Courier
    ) -> None:
        self._store = store
        self._versions = versions
        self._present = present
        self._courier = courier

    @property
    def store(self) -> Store:
        """The store that this pipeline keeps everything in."""
        return self._store

    def _command(
        self,
        id: str,  # noqa: A002
        key: str | None,
        expected: int | None,
        command: Callable[Concatenate[Engine, Opportunity, Arguments], Step],
        /,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Step:
        """The answer of the engine to a command on an opportunity, its events kept."""
        name = command.__name__
        named = None if key is None else key_of(key, name, id, args, kwargs)

        def attempt() -> Step:
            current = self._store.load(id)
            # Asked after the loading, or a repetition might decide on what the first time changed.
            answered = self._answered(named)
            if answered is not None:
                return self._repeated(answered, name)
            with self._deciding(current.opportunity, expected) as (engine, deal):
                step = command(engine, deal, *args, **kwargs)
            return self._kept(current, step, named, name)

        return retried(attempt, once=expected is not None)

    def _begin(
        self,
        process: str | None,
        key: str | None,
        command: Callable[Concatenate[Engine, str, Arguments], Step],
        id: str,  # noqa: A002
        /,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Step:
        """The answer of the engine to a command that begins an opportunity, its events kept."""
        name = command.__name__
        named = None if key is None else key_of(key, name, id, (process, *args), kwargs)
        answered = self._answered(named)
        if answered is not None:
            return self._repeated(answered, name)
        step = command(self._versions.opening(process), id, *args, **kwargs)
        return self._kept(None, step, named, name)

    @contextmanager
    def _deciding(
        self, opportunity: Opportunity, expected: int | None = None
    ) -> Iterator[tuple[Engine, Opportunity]]:
        """The engine that commands about ``opportunity`` go to, and itself."""
        if expected is not None and opportunity.sequence != expected:
            raise ConflictError(opportunity.id, expected, opportunity.sequence)
        engine = self._versions.commanding(opportunity.process, opportunity.version)
        with self._present.not_before(opportunity.at):
            yield engine, opportunity

    def _kept(self, was: Current | None, step: Step, key: Key | None, command: str) -> Step:
        """The step, once its events are kept; that of the first time where somebody was faster."""
        if step.accepted and (step.events or key is not None):
            try:
                self._append([self._append_of(was, step, key)])
            except AlreadyAnsweredError as error:
                if key is None:
                    raise
                check_same(key, error.answered)
                return self._repeated(error.answered, command)
        return step

    def _append_of(self, was: Current | None, step: Step, key: Key | None = None) -> Append:
        """What is to be kept of an accepted step."""
        opportunity = step.unwrap()
        engine = self._versions.engine(opportunity.process, opportunity.version)
        return Append(
            current_of(engine, opportunity, was.rung if was else ()),
            cast("tuple[AnyEvent, ...]", step.events),
            was.opportunity.sequence if was else 0,
            key,
        )

    def _append(self, appends: Sequence[Append]) -> None:
        """Keep the events, and let the subscribers of this program know."""
        self._store.append(appends)
        self._courier.committed()

    def _answered(self, key: Key | None) -> Answered | None:
        """What the command with this key did; raises ``KeyReusedError`` where it was another."""
        answered = None if key is None else self._store.answered(key.name)
        if key is not None and answered is not None:
            check_same(key, answered)
        return answered

    def _repeated(self, answered: Answered, command: str) -> Step:
        """The step of the first time: its events, and how it stood after them."""
        return self._as_of(answered.opportunity_id, answered.first, answered.last, command)

    def _as_of(self, id: str, first: int, last: int, command: str) -> Step:  # noqa: A002
        """The accepted step that the events from ``first`` to ``last`` were, read back."""
        opportunity = self._store.load(id).opportunity
        if opportunity.sequence != last:
            opportunity = folded(id, last, _up_to(last, self._store.events(id)))
        events = tuple(_up_to(last, self._store.events(id, after=first - 1)))
        command = next((each.trigger for each in events if isinstance(each, Moved)), command)
        process = self._versions.engine(opportunity.process, opportunity.version).process
        return Step(True, opportunity, events, (), (), command, process)

    @contextmanager
    def _asked(self, id: str) -> Iterator[tuple[Engine, Opportunity]]:  # noqa: A002
        """The engine that answers questions about an opportunity, and how it stands."""
        opportunity = self._store.load(id).opportunity
        engine = self._versions.engine(opportunity.process, opportunity.version)
        with self._present.not_before(opportunity.at):
            yield engine, opportunity


def _up_to(last: int, events: Iterator[AnyEvent]) -> Iterator[AnyEvent]:
    return takewhile(lambda event: event.sequence <= last, events)
