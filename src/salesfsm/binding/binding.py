"""`bind`: from a process to a `transitions` machine over the caller's own objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, Unpack, overload

from salesfsm.binding.attempt import OnStep
from salesfsm.binding.knowing import FactReading, Reading
from salesfsm.binding.machine import Bound, MachineOptions
from salesfsm.binding.phases import PhaseMachine
from salesfsm.binding.reading import Detail, Reader
from salesfsm.binding.stages import StageMachine
from salesfsm.engine.engine import Engine
from salesfsm.engine.making import Clock
from salesfsm.process.process import Process

if TYPE_CHECKING:
    from salesfsm.binding.asynchronous import AsyncStageMachine


@overload
def bind(
    process: Process | Engine,
    *,
    model_attribute: str = "stage",
    facts: FactReading | None = None,
    evidence: Reading | None = None,
    tasks: Reading | None = None,
    details: Mapping[Detail, Reading] | None = None,
    clock: Clock | None = None,
    raises: bool = False,
    on_step: OnStep | None = None,
    queued: bool = False,
    asynchronous: Literal[False] = False,
    **options: Unpack[MachineOptions],
) -> StageMachine: ...


@overload
def bind(
    process: Process | Engine,
    *,
    model_attribute: str = "stage",
    facts: FactReading | None = None,
    evidence: Reading | None = None,
    tasks: Reading | None = None,
    details: Mapping[Detail, Reading] | None = None,
    clock: Clock | None = None,
    raises: bool = False,
    on_step: OnStep | None = None,
    queued: bool | Literal["model"] = False,
    asynchronous: Literal[True],
    **options: Unpack[MachineOptions],
) -> AsyncStageMachine: ...


def bind(
    process: Process | Engine,
    *,
    model_attribute: str = "stage",
    facts: FactReading | None = None,
    evidence: Reading | None = None,
    tasks: Reading | None = None,
    details: Mapping[Detail, Reading] | None = None,
    clock: Clock | None = None,
    raises: bool = False,
    on_step: OnStep | None = None,
    queued: bool | Literal["model"] = False,
    asynchronous: bool = False,
    **options: Unpack[MachineOptions],
) -> StageMachine:
    """A `transitions` machine for all models of ``process``, which the engine decides for.

    ``model_attribute`` is where a model keeps its stage. ``facts``, ``evidence``, ``tasks`` and
    ``details`` (owner, entered_at and so on) say where it keeps the rest: the name of an attribute
    or a function of the model; left out, attributes of these names, where there are any.

    A refused trigger gives False, or raises ``TransitionBlocked`` with ``raises=True``; one that
    leads nowhere from here raises ``NoTransition`` unless ``ignore_invalid_triggers`` is set.
    ``on_step(model, step)`` is called with every step that is taken, just before the model
    changes. ``queued`` lets triggers that callbacks fire wait until the move is done;
    ``asynchronous`` gives a machine whose triggers are awaited. All else is as `transitions` has
    it, except that there are no ``to_STAGE`` and nothing moves a model against the engine.
    """
    bound = _bound(process, facts, evidence, tasks, details, clock, raises, on_step)
    machine_class: type[StageMachine] = StageMachine
    if asynchronous:
        # Only who awaits triggers waits for what asyncio's machine brings along.
        from salesfsm.binding.asynchronous import AsyncStageMachine  # noqa: PLC0415

        machine_class = AsyncStageMachine
    return machine_class(bound, model_attribute=model_attribute, queued=queued, **options)


def bind_buyer(
    process: Process | Engine,
    *,
    model_attribute: str = "phase",
    stage_attribute: str = "stage",
    facts: FactReading | None = None,
    evidence: Reading | None = None,
    tasks: Reading | None = None,
    details: Mapping[Detail, Reading] | None = None,
    clock: Clock | None = None,
    raises: bool = False,
    on_step: OnStep | None = None,
    **options: Unpack[MachineOptions],
) -> PhaseMachine:
    """A `transitions` machine for the buyer's side of ``process``, beside that of its stages.

    Its triggers record what the buyer does: ``prove_MILESTONE(kind=...)`` and those of
    :class:`~salesfsm.binding.phases.PhaseMachine`. New evidence is put into the attribute that
    evidence is read from; where a function reads it, or there is none, ``on_step`` is to store it,
    and without ``on_step`` the trigger raises :class:`~salesfsm.errors.CommandError`.
    Everything else is as in :func:`bind`.
    """
    bound = _bound(process, facts, evidence, tasks, details, clock, raises, on_step)
    return PhaseMachine(
        bound, model_attribute=model_attribute, stage_attribute=stage_attribute, **options
    )


def _bound(
    process: Process | Engine,
    facts: FactReading | None,
    evidence: Reading | None,
    tasks: Reading | None,
    details: Mapping[Detail, Reading] | None,
    clock: Clock | None,
    raises: bool,
    on_step: OnStep | None,
) -> Bound:
    engine = process if isinstance(process, Engine) else Engine(process)
    reader = Reader(engine.process, facts=facts, evidence=evidence, tasks=tasks, details=details)
    return Bound(engine, reader, engine.clock if clock is None else clock, raises, on_step)
