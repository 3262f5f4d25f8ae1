"""A `transitions` machine that moves models where the engine says, and nowhere else.

The engine decides once for each attempt, after the callbacks that prepare it; `transitions` runs
the callbacks and changes the state.
"""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from types import MethodType
from typing import Any, Literal, NamedTuple, TypedDict, TypeVar, Unpack

from transitions.core import Event, EventData, Machine, State

from salesfsm.binding.attaching import attach_to, identifiers, methods_of, mixin_of, prefix_of
from salesfsm.binding.attempt import Decision, OnStep
from salesfsm.binding.parts import BoundEvent, BoundState, BoundTransition
from salesfsm.binding.reading import Reader
from salesfsm.engine.engine import Engine
from salesfsm.engine.making import Clock
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.step import Step
from salesfsm.errors import UnknownNameError
from salesfsm.process.process import Process
from salesfsm.rules.values import aware

Callback = str | Callable[..., bool | None]
Callbacks = Callback | list[Callback] | None

ModelClass = TypeVar("ModelClass", bound=type)


class MachineOptions(TypedDict, total=False):
    """What `transitions` calls its own: callbacks of every event, and how triggers behave."""

    send_event: bool
    ignore_invalid_triggers: bool | None
    prepare_event: Callbacks
    before_state_change: Callbacks
    after_state_change: Callbacks
    finalize_event: Callbacks
    on_exception: Callbacks
    on_final: Callbacks
    name: str


class Bound(NamedTuple):
    """What a machine is bound to: who decides, how models are read, and who is told."""

    engine: Engine
    reader: Reader
    clock: Clock
    raises: bool
    on_step: OnStep | None


class DecidedMachine(Machine):
    """One machine for all models of a process; its heirs say what their states and triggers are.

    Models are of classes that :meth:`attach` or :meth:`mixin` gave the triggers to, or single
    objects given to ``add_model``. Threads share a machine; a queue is each thread's own.
    """

    state_cls = BoundState
    transition_cls = BoundTransition
    event_cls = BoundEvent

    def __init__(
        self,
        bound: Bound,
        *,
        states: Mapping[str, bool],
        triggers: Iterable[str],
        arcs: Iterable[tuple[str, str, str]],
        initial: str,
        model_attribute: str,
        queued: bool | Literal["model"],
        **options: Unpack[MachineOptions],
    ) -> None:
        """``states`` says of each whether it is final, ``arcs`` are trigger, source and target."""
        self.engine, self.reader, self.clock, self.raises, self.on_step = bound
        self._queues = threading.local()
        if unknown := [name for name in options if name not in MachineOptions.__annotations__]:
            raise UnknownNameError("option", unknown[0], MachineOptions.__annotations__)
        prefix = prefix_of(model_attribute)
        spelled = identifiers(states)
        super().__init__(
            model=None,
            states=[
                {"name": name, "own": f"{prefix}{spelled[name]}", "final": final}
                for name, final in states.items()
            ],
            initial=initial,
            transitions=[list(arc) for arc in dict.fromkeys(arcs)],
            auto_transitions=False,
            model_attribute=model_attribute,
            queued=queued,  # type: ignore[arg-type]  # "model" is for machines to be awaited
            **options,
        )
        for trigger in triggers:  # also those that lead nowhere, which `transitions` does not know
            self.events.setdefault(trigger, self._create_event(trigger, self))
        self._methods = methods_of(self, prefix)

    @property
    def process(self) -> Process:
        """The process that the engine decides by."""
        return self.engine.process

    @property
    def initial(self) -> str:
        """The state that models begin in."""
        return str(self._initial)

    @initial.setter
    def initial(self, value: Any) -> None:
        Machine.initial.fset(self, value)  # type: ignore[attr-defined]  # it is a property

    # questions

    @abstractmethod
    def opportunity(self, model: object, *, at: datetime | None = None) -> Opportunity:
        """``model`` as the engine sees it."""

    @abstractmethod
    def asked(self, model: object, state: str, trigger: str, given: Mapping[str, Any]) -> Decision:
        """What the engine says of ``trigger`` from ``state``, with its arguments, now."""

    def step(self, model: object, trigger: str, **given: object) -> Step:
        """What ``trigger`` would do now; nothing is changed, and no callback is called.

        It takes what the trigger takes: ``at``, ``by``, ``role``, ``reason``, ``override``.
        """
        state = self.get_model_state(model).name
        return self.asked(model, state, self._event(trigger).name, given)[1]

    def explain(self, model: object, trigger: str, *, language: str = "en", **given: object) -> str:
        """What ``trigger`` would do now, or why it would be refused, in words."""
        return self.step(model, trigger, **given).explain(language)

    def may(self, model: object, trigger: str, *args: object, **kwargs: object) -> Any:
        """Whether ``trigger`` would move ``model``, with one of its reasons if it takes some.

        The callbacks that prepare an attempt are called, as `transitions` does.
        """
        return self._can_trigger(model, self._event(trigger).name, *args, **kwargs)

    def stands_in(self, model: object, state: str) -> bool:
        """Whether ``model`` is in ``state``."""
        return self.get_model_state(model).name == state

    # models

    def fire(self, model: object, trigger: str, *args: object, **kwargs: object) -> Any:
        """Fire a trigger by its name: what ``model.TRIGGER(...)`` does."""
        return self._event(trigger).trigger(model, *args, **kwargs)

    def attach(self, model_class: ModelClass) -> ModelClass:
        """Give a class the triggers as methods; usable as a decorator.

        Raises :class:`~salesfsm.errors.CommandError` where it has one of the names already.
        """
        return attach_to(model_class, self._methods)

    def mixin(self, name: str = "Moves") -> type:
        """A base class, without fields of its own, that gives its heirs the triggers as methods."""
        return mixin_of(name, self._methods)

    def add_model(self, model: Any, initial: Any = None) -> None:
        """Give single objects the triggers, as `transitions` does; they are kept in ``models``.

        One that has a stage stays in it, unless ``initial`` says otherwise.
        """
        for each in model if isinstance(model, list | tuple) else [model]:
            if any(each is known for known in self.models):
                continue
            for name, method in self._methods.items():
                self._checked_assignment(each, name, MethodType(method, each))
            if initial is not None or getattr(each, self.model_attribute, None) is None:
                self.set_state(initial or self.initial or "", each)
            self.models.append(each)

    # what `transitions` asks of its machines

    def get_state(self, state: Any) -> State:
        """The state of that name; None is the initial one, of a model that stands nowhere yet."""
        found = self.states.get(self.initial if state is None else state)
        if found is None:
            known = self.states
            raise UnknownNameError(self.model_attribute, state, known, within=self.process.name)
        return found

    def decide(self, event_data: EventData) -> Decision:
        """What the engine says of an attempt, asked now."""
        state, trigger = event_data.state.name, event_data.event.name
        return self.asked(event_data.model, state, trigger, event_data.kwargs)

    def set_state(self, state: Any, model: Any = None) -> None:
        """Write the state into ``model`` (all registered ones if None), and do nothing else."""
        name = state.name if isinstance(state, State) else self.get_state(state).name
        for each in self.models if model is None else (model,):
            setattr(each, self.model_attribute, name)

    def now(self, at: datetime | None) -> datetime:
        """``at`` in UTC; the clock's time if it is None."""
        now = self.clock() if at is None else at
        return now if now.__class__ is datetime and now.tzinfo is UTC else aware(now)

    def _event(self, trigger: str) -> Event:
        found = self.events.get(trigger)
        if found is None:
            raise UnknownNameError("trigger", trigger, self.events, within=self.process.name)
        return found

    @property
    def _transition_queue(self) -> deque[Callable[..., bool | None]]:
        """This thread's queue, so that nobody's triggers wait in another's."""
        if not hasattr(self._queues, "waiting"):
            self._queues.waiting = deque()
        queue: deque[Callable[..., bool | None]] = self._queues.waiting
        return queue

    @_transition_queue.setter
    def _transition_queue(self, queue: deque[Callable[..., bool | None]]) -> None:
        self._queues.waiting = queue
