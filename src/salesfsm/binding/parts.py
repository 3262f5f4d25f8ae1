"""The parts of a `transitions` machine that asks the engine: what conditions and events are."""

from __future__ import annotations

from functools import partial
from typing import Any

from transitions.core import Condition, Event, EventData, State, Transition

from salesfsm.binding.attempt import (
    Attempt,
    NoTransition,
    OwnCallbacks,
    chooses,
    conclude,
    keep,
    settled,
    tell,
)


class Chosen(Condition):
    """Whether the engine takes the transition into ``target``."""

    def __init__(self, target: str) -> None:
        super().__init__("the engine's choice")
        self.chosen = target

    def check(self, event_data: EventData) -> bool:
        """Ask the engine; once for an attempt, and each time for what is only a question."""
        return chooses(event_data, self.chosen)


class BoundTransition(Transition):
    """A transition whose first condition is the engine's choice."""

    def __init__(self, source: str, dest: str, *callbacks: Any) -> None:
        super().__init__(source, dest, *callbacks)
        self.conditions.insert(0, Chosen(dest))


class BoundState(OwnCallbacks):
    """A state whose model changes after the last callback of leaving, before those of entering."""

    def exit(self, event_data: EventData) -> None:
        """Call back, then tell whoever keeps the step: if they fail, the model is as it was."""
        if self.on_exit:
            super().exit(event_data)
        if own := getattr(event_data.model, self.own_exit, None):
            event_data.machine.callback(own, event_data)
        if event_data.machine.on_step is not None:
            settled(tell(event_data))

    def enter(self, event_data: EventData) -> None:
        """Write what changed beside the state into the model, then call back."""
        keep(event_data)
        if self.on_enter:
            super().enter(event_data)
        if own := getattr(event_data.model, self.own_enter, None):
            event_data.machine.callback(own, event_data)


class BoundEvent(Event):
    """A trigger, which can be fired from everywhere and is decided by the engine."""

    def trigger(self, model: object, *args: Any, **kwargs: Any) -> bool:
        """Make an attempt to move ``model``."""
        machine = self.machine
        attempt = Attempt(None, self, machine, model, args, kwargs)
        if machine.has_queue:
            return machine._process(partial(self._trigger, attempt))
        return self._trigger(attempt)

    def _process(self, event_data: EventData) -> bool:
        if event_data.state.name not in self.transitions:
            raise NoTransition(self.machine.decide(event_data)[1])
        super()._process(event_data)
        return conclude(event_data)

    def _is_valid_source(self, state: State) -> bool:
        # Where triggers that lead nowhere are not ignored, _process refuses them: it has the model.
        return not self.machine.ignore_invalid_triggers or super()._is_valid_source(state)
