"""Reading a model of the caller's as an opportunity, and writing back what a step changed in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, get_args

from msgspec.structs import replace

from salesfsm.binding.knowing import FactReader, FactReading, Reading, reading_of
from salesfsm.binding.proving import EvidencePlace, proofs
from salesfsm.engine.events import Moved
from salesfsm.engine.opportunity import Activity, Hold, Opportunity, Standing, Stop
from salesfsm.engine.step import Step
from salesfsm.errors import UnknownNameError, ValueTypeError, shorten
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.process.process import Process
from salesfsm.rules import core
from salesfsm.rules.values import aware
from salesfsm.rules.vocabulary import BUYER_STATES

Detail = Literal[
    "id",
    "sequence",
    "entered_at",
    "opened_at",
    "active_at",
    "owner",
    "team",
    "lost_reason",
    "stopped_in",
    "buyer",
    "attempts",
    "planned",
    "hold",
]
"""What else of an opportunity a model may tell; unless said otherwise, in attributes so named."""

_DETAILS: tuple[Detail, ...] = get_args(Detail)
_NEEDED: Mapping[str, Detail] = {
    "days_in_stage": "entered_at",
    "days_since_activity": "active_at",
    "attempts": "attempts",
}
"""What rules ask that would seem to be met where a model does not tell it."""
MOVING: tuple[Detail, ...] = ("sequence", "entered_at")
STOPPING: tuple[Detail, ...] = ("lost_reason", "stopped_in")
CHANGING: tuple[Detail, ...] = ("active_at", "owner", "team", "buyer", "attempts", "hold")
"""What is written back: after every move, after one that stops work, and by other events."""
_EMPTY: FrozenDict[str, Any] = frozen({})
_NO_TASKS: frozenset[str] = frozenset()


class Reader:
    """Reads models as opportunities of one process. Immutable; keeps nothing of any model.

    A fact of which a model has no attribute is unknown. A place that is named in ``facts``,
    ``evidence``, ``tasks`` or ``details`` must be there: :class:`~salesfsm.errors.CommandError`.
    """

    def __init__(
        self,
        process: Process,
        *,
        facts: FactReading | None,
        evidence: Reading | None,
        tasks: Reading | None,
        details: Mapping[Detail, Reading] | None,
    ) -> None:
        self._process = process
        self._facts = FactReader(process, facts)
        given = dict(_checked(details, Mapping, "details")) if details else {}
        if unknown := [name for name in given if name not in _DETAILS]:
            raise UnknownNameError("detail", unknown[0], _DETAILS)
        self._moving, self._stopping, self._changing = (
            [(name, _attribute(given.get(name, name))) for name in names]
            for names in (MOVING, STOPPING, CHANGING)
        )
        needed = {detail: asked for asked, detail in _NEEDED.items() if asked in _asked(process)}
        self._reads = [
            *(reading_of(name, given.get(name), needed.get(name)) for name in _DETAILS),
            reading_of("tasks", tasks),
            reading_of("evidence", evidence),
        ]
        self._evidence = EvidencePlace(evidence)

    def opportunity(self, model: object, stage: str, now: datetime) -> Opportunity:
        """``model`` as an opportunity in ``stage``; times that it does not tell are ``now``."""
        (
            identity,
            sequence,
            entered,
            opened,
            active,
            owner,
            team,
            reason,
            stopped,
            buyer,
            attempts,
            planned,
            hold,
            tasks,
            evidence,
        ) = [
            getattr(model, where, None) if isinstance(where, str) else where(model)
            for where in self._reads
        ]
        entered_at = now if entered is None else aware(entered, "entered_at")
        opened_at = entered_at if opened is None else aware(opened, "opened_at")
        active_at = opened_at if active is None else aware(active, "active_at")
        process = self._process
        deal = Opportunity(
            type(model).__name__ if identity is None else str(identity),
            process.name,
            process.version,
            0 if sequence is None else _checked(sequence, int, "sequence"),
            max(entered_at, opened_at, active_at),
            stage,
            entered_at,
            opened_at,
            active_at,
            self._facts.read(model),
            _EMPTY,
            _done(process, tasks) if tasks else _NO_TASKS,
            _attempts(process, attempts) if attempts else _EMPTY,
            _planned(planned) if planned else (),
            None
            if stopped is None and reason is None
            else Stop(_text(stopped, "stopped_in"), _text(reason, "lost_reason")),
            _standing(buyer) if buyer else "active",
            owner if owner.__class__ is str else _text(owner, "owner"),
            team if team.__class__ is str else _text(team, "team"),
            None if hold is None else _checked(hold, Hold, "hold"),
            None,
        )
        if not evidence:
            return deal
        return replace(deal, evidence=proofs(process, deal, evidence, now))

    def keep(self, model: object, was: Opportunity, step: Step) -> None:
        """Write what ``step`` changed into the attributes of ``model`` that there are for it."""
        new = step.unwrap()
        _write(self._moving, model, was, new)
        if new.stopped is not was.stopped:
            _write(self._stopping, model, was, new)
        if len(step.events) != 1 or step.events[0].__class__ is not Moved:
            _write(self._changing, model, was, new)
        if new.evidence is not was.evidence:
            numbered = hasattr(model, dict(self._moving)["sequence"])
            self._evidence.write(model, step.events, numbered=numbered)

    def keeps_evidence(self, model: object) -> bool:
        """Whether new evidence has a place in ``model``."""
        return self._evidence.of(model) is not None


def _write(
    places: list[tuple[Detail, str]], model: object, was: Opportunity, new: Opportunity
) -> None:
    for name, attribute in places:
        value = getattr(new, name)
        if value is not getattr(was, name) and hasattr(model, attribute):
            setattr(model, attribute, dict(value) if name == "attempts" else value)


def _attribute(where: Reading) -> str:
    """Where to write what is read; nowhere if a function reads it, or another object has it."""
    return where if isinstance(where, str) and "." not in where else ""


def _asked(process: Process) -> set[str]:
    """What of :data:`_NEEDED` some rule of the process asks."""
    every = [each for arc in process.arcs for each in arc.requirements]
    every += [each for arc in process.arcs for _, more in arc.reasons_asking for each in more]
    nodes = [node for each in every for node in core.walk(each.condition)]
    found = {node.name for node in nodes if isinstance(node, core.Reserved)}
    return found | {"attempts" for node in nodes if isinstance(node, core.Attempts)}


def _done(process: Process, given: object) -> frozenset[str]:
    done = [_checked(name, str, "each of tasks") for name in _checked(given, Iterable, "tasks")]
    for name in done:
        if name not in process.task_by_name:
            raise UnknownNameError("task", name, process.task_by_name, within=process.name)
    return frozenset(done)


def _attempts(process: Process, given: object) -> FrozenDict[str, int]:
    counts = {}
    for kind, count in _checked(given, Mapping, "attempts").items():
        if kind not in process.activities:
            raise UnknownNameError("activity", kind, process.activities, within=process.name)
        counts[kind] = _checked(count, int, "each of attempts")
    return frozen(counts)


def _planned(given: object) -> tuple[Activity, ...]:
    return tuple(
        _checked(each, Activity, "each of planned") for each in _checked(given, Iterable, "planned")
    )


def _standing(given: object) -> Standing:
    if given not in BUYER_STATES:
        raise UnknownNameError("standing of the buyer", given, BUYER_STATES)
    return given  # type: ignore[return-value]  # one of these


def _text(value: object, name: str) -> str | None:
    return None if value is None else _checked(value, str, name)


def _checked(value: Any, wanted: type, name: str) -> Any:
    if isinstance(value, wanted) and (wanted is str or not isinstance(value, str)):
        return value
    raise ValueTypeError(
        f"{name} of a model is of the type {wanted.__name__}, not {shorten(repr(value))}: "
        "tell bind how to read it, with a function of the model"
    )
