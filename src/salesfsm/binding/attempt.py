"""One attempt to move a model: what the engine says of it, and what follows in the model."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from transitions.core import EventData, MachineError, State

from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.step import Step, TransitionBlocked
from salesfsm.errors import CommandError

OnStep = Callable[[Any, Step], object]
"""Is given the model and the step, after all is decided and before the model changes."""

Decision = tuple[Opportunity, Step, str | None]
"""The model as the engine saw it, its answer, and the state that it leads to if accepted."""


class Attempt(EventData):
    """What a machine with ``send_event=True`` gives to callbacks: with the engine's answer.

    ``decision`` is the model as the engine saw it and its answer; None until the conditions are
    asked, that is in ``prepare_event`` and ``prepare``.
    """

    decision: Decision | None = None

    @property
    def step(self) -> Step | None:
        """The engine's answer."""
        return None if self.decision is None else self.decision[1]


class NoTransition(TransitionBlocked, MachineError):  # noqa: N818  # as TransitionBlocked
    """A trigger that leads nowhere from where the model stands; ``step`` tells what would."""

    def __init__(self, step: Step) -> None:
        TransitionBlocked.__init__(self, step)
        self.value = self.args[0]

    def __str__(self) -> str:
        return self.value


def chooses(event_data: EventData, target: str) -> bool:
    """Whether the engine takes the transition into ``target``; it is asked once for an attempt.

    A question (``may_TRIGGER``) need not give the reason that the attempt will.
    """
    machine = event_data.machine
    if isinstance(event_data, Attempt):
        if event_data.decision is None:
            event_data.decision = machine.decide(event_data)
        return event_data.decision[2] == target
    _, step, led = machine.decide(event_data)
    lacking = [(each.code, each.target) for each in step.blockers]
    return led == target or lacking == [("reason.required", target)]


def conclude(attempt: EventData) -> bool:
    """Whether it moved; raises what the engine refused, if its machine raises refusals."""
    if not attempt.result and attempt.machine.raises and isinstance(attempt, Attempt):
        step = attempt.step
        if step is not None and not step.accepted:
            raise TransitionBlocked(step)
    return bool(attempt.result)


def tell(attempt: EventData) -> object:
    """Give the step that is taken to ``on_step``; what that gives may be for awaiting."""
    step = attempt.step if isinstance(attempt, Attempt) else None
    on_step = attempt.machine.on_step
    return None if step is None or on_step is None else on_step(attempt.model, step)


def settled(told: object) -> None:
    """Refuse what ``on_step`` gave where nobody awaits it: the step would not be stored."""
    if inspect.isawaitable(told):
        if inspect.iscoroutine(told):
            told.close()
        raise CommandError(
            "on_step is a coroutine function, and nothing awaits it here: give a plain function, "
            "or bind the stages with asynchronous=True"
        )


def keep(attempt: EventData) -> None:
    """Write what the step changed, beside the state, into the model."""
    if isinstance(attempt, Attempt) and attempt.decision is not None:
        was, step, _ = attempt.decision
        attempt.machine.reader.keep(attempt.model, was, step)


class OwnCallbacks(State):
    """A state whose models may have methods ``on_enter_NAME`` and ``on_exit_NAME``.

    They are looked up when they are due, so that no model need be registered for them.
    """

    def __init__(self, name: str, *, own: str, final: bool = False, **callbacks: object) -> None:
        super().__init__(name, final=final, **callbacks)  # type: ignore[arg-type]
        self.own_enter, self.own_exit = f"on_enter_{own}", f"on_exit_{own}"
