"""The machine whose triggers are awaited, with callbacks that may be coroutine functions."""

from __future__ import annotations

import inspect
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, cast

from transitions.core import EventData, State
from transitions.extensions.asyncio import (
    AsyncCondition,
    AsyncEvent,
    AsyncMachine,
    AsyncState,
    AsyncTransition,
)

from salesfsm.binding.attempt import (
    Attempt,
    NoTransition,
    OwnCallbacks,
    chooses,
    conclude,
    keep,
    tell,
)
from salesfsm.binding.stages import StageMachine
from salesfsm.engine.step import Step


class AsyncChosen(AsyncCondition):
    """Whether the engine takes the transition into ``target``."""

    def __init__(self, target: str) -> None:
        super().__init__("the engine's choice")
        self.chosen = target

    async def check(self, event_data: EventData) -> bool:  # type: ignore[override]
        """Ask the engine, unless another transition of this attempt has asked already."""
        return chooses(event_data, self.chosen)


class AsyncBoundTransition(AsyncTransition):
    """A transition whose first condition is the engine's choice."""

    def __init__(self, source: str, dest: str, *callbacks: Any) -> None:
        super().__init__(source, dest, *callbacks)
        self.conditions.insert(0, AsyncChosen(dest))


class AsyncBoundState(OwnCallbacks, AsyncState):
    """A state whose model changes after the last callback of leaving, before those of entering."""

    async def exit(self, event_data: EventData) -> None:  # type: ignore[override]
        """Call back, then tell whoever keeps the step: if they fail, the model is as it was."""
        await AsyncState.exit(self, event_data)  # type: ignore[arg-type]
        await self._called(event_data, self.own_exit)
        told = tell(event_data)
        if inspect.isawaitable(told):
            await told

    async def enter(self, event_data: EventData) -> None:  # type: ignore[override]
        """Write what changed beside the stage into the model, then call back."""
        keep(event_data)
        await AsyncState.enter(self, event_data)  # type: ignore[arg-type]
        await self._called(event_data, self.own_enter)

    async def _called(self, event_data: EventData, own: str) -> None:
        if method := getattr(event_data.model, own, None):
            await cast(AsyncMachine, event_data.machine).callback(method, event_data)  # type: ignore[arg-type]


class AsyncBoundEvent(AsyncEvent):
    """A trigger to be awaited, which can be fired from everywhere and is decided by the engine."""

    async def trigger(self, model: object, *args: Any, **kwargs: Any) -> bool:  # type: ignore[override]
        """Make an attempt to move ``model``."""
        attempt = Attempt(None, self, self.machine, model, args=args, kwargs=kwargs)
        return await self.machine.process_context(partial(self._trigger, attempt), model)  # type: ignore[arg-type]

    async def _process(self, event_data: EventData) -> bool:  # type: ignore[override]
        if event_data.state.name not in self.transitions:
            raise NoTransition(self.machine.decide(event_data)[1])
        await super()._process(event_data)  # type: ignore[arg-type]
        return conclude(event_data)

    def _is_valid_source(self, state: State) -> bool:
        # Where triggers that lead nowhere are not ignored, _process refuses them: it has the model.
        return not self.machine.ignore_invalid_triggers or super()._is_valid_source(state)


class AsyncStageMachine(StageMachine, AsyncMachine):  # type: ignore[misc]  # awaits, by intention
    """One machine for all models, whose triggers are awaited.

    With ``queued="model"`` each model has a queue of its own, for as long as there is one.
    """

    state_cls = AsyncBoundState  # type: ignore[assignment]
    transition_cls = AsyncBoundTransition  # type: ignore[assignment]
    event_cls = AsyncBoundEvent  # type: ignore[assignment]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if str(self._queued) == "model":
            self._transition_queue_dict = defaultdict(deque)

    async def place(  # type: ignore[override]  # awaited, as on_step may be
        self,
        model: object,
        stage: str,
        *,
        at: datetime | None = None,
        by: str | None = None,
        reason: str | None = None,
        note: str = "",
    ) -> Step:
        """As that of the plain machine; to be awaited, for so may be ``on_step``."""
        was, step = self.placing(model, stage, at=at, by=by, reason=reason, note=note)
        told = None if self.on_step is None else self.on_step(model, step)
        if inspect.isawaitable(told):
            await told
        return self.placed(model, was, step)

    async def _process_async(self, trigger: Callable[[], Any], model: object) -> bool:
        try:
            return await super()._process_async(trigger, model)
        finally:
            if str(self._queued) == "model" and not self._transition_queue_dict[id(model)]:
                del self._transition_queue_dict[id(model)]
