"""Processes made of processes: chained, branched, varied, mirrored. Pure functions, all public.

Stages, tasks and hand-overs of a process that goes into another one are prefixed
(``winback.approach``), and the rules that name them follow. Facts, milestones, phases, reasons,
triggers, teams, roles and labels are shared by name: equal definitions are one, different ones are
an error. No way between stages is invented or lost, but for those that a function says it makes.

All raise :class:`~salesfsm.errors.DefinitionError` where what comes out is no process, with paths
that lead by names; :class:`~salesfsm.errors.UnknownNameError` for a name that is not there, with
the nearest one; :class:`~salesfsm.errors.CommandError` for arguments that make no sense together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from salesfsm.errors import CommandError, DefinitionError, Problem, UnknownNameError, shorten
from salesfsm.process.base import Definition
from salesfsm.process.composition.beside import beside, contracted
from salesfsm.process.composition.branching import branched
from salesfsm.process.composition.changing import changed
from salesfsm.process.composition.complaints import complaints
from salesfsm.process.composition.draft import Draft, a_process, known_stage
from salesfsm.process.composition.mirroring import mirrored
from salesfsm.process.composition.naming import with_prefix
from salesfsm.process.composition.stages import inserted, removed, reordered
from salesfsm.process.composition.taking import with_needs_of
from salesfsm.process.definitions import Stage, Transition
from salesfsm.process.handover import Handover
from salesfsm.process.journey import Buyer, Mirroring
from salesfsm.process.kinds import Level
from salesfsm.process.process import Process

Model = TypeVar("Model", bound=Definition)
Item = TypeVar("Item")

_LATER = ("opens_in", "stages", "transitions")
"""What a chain says of its own that names stages of its parts."""


def prefixed(process: Process, prefix: str) -> Process:
    """The process with ``prefix.`` before the names of its stages, tasks and hand-overs."""
    return with_prefix(_draft(process, "prefixed"), prefix).built()


def chain(
    name: str,
    parts: Mapping[str, Process],
    *,
    handovers: Iterable[Handover | Mapping[str, object]] = (),
    **fields: object,
) -> Process:
    """Processes side by side in one, such as the four planes, with hand-overs between them.

    Each part is prefixed by its key, and its stages stand on a path and a plane of their own.
    ``handovers`` name stages with their prefix (``prospecting.accepted``); what a part ``receives``
    is needed by every hand-over to it, and what a hand-over needs must be declared by the part that
    gives. ``fields`` are keys of the process itself, such as ``version``; they also decide
    ``currency``, ``calendar``, ``acting`` and ``mirror`` where the parts differ. Money of a part in
    another currency keeps it.
    """
    if not isinstance(parts, Mapping) or not parts:
        raise CommandError("a chain has at least one part: {'sales': process, ...}")
    given = _definitions(Handover, handovers, "handovers")
    drafts = {key: _draft(part, f"the part {key!r}") for key, part in parts.items()}
    if unknown := [key for key in fields if key not in Process.model_fields]:
        raise UnknownNameError("field of a process", unknown[0], Process.model_fields)
    later = {key: fields.pop(key) for key in _LATER if key in fields}
    host = changed(Draft.blank(name), fields)
    whole = changed(beside(host, drafts, settled=tuple(fields)), later)
    whole = whole.but(handovers=(*whole.handovers, *given))
    return contracted(whole, drafts).built()


def branch(
    process: Process,
    part: Process,
    *,
    name: str,
    leave: Iterable[Transition | Mapping[str, object]],
    rejoin: Mapping[str, str],
) -> Process:
    """The process with another one as a branch, such as winback, prefixed by ``name``.

    ``leave`` are the ways into it: from stages of the process to stages of the part. ``rejoin``
    maps ends of the part to stages of the process: ways into such an end lead there instead, and
    ask all that they asked before, entry of the end and exit of the stage that they leave; the end
    itself is dropped, with what led out of it. Other ends stay. What the part ``receives`` is not
    asked, for the opportunity stays the same.
    """
    host, piece = _draft(process, "branch"), _draft(part, f"the branch {name!r}")
    ways = _definitions(Transition, leave, "leave")
    return branched(host, piece, name=name, leave=ways, rejoin=rejoin).built()


def insert(
    process: Process,
    stage: Stage | str,
    *,
    before: str | None = None,
    after: str | None = None,
    trigger: str,
    source: Process | None = None,
) -> Process:
    """The process with one more stage, between two that follow each other.

    Every way that leads ahead into the stage that follows leads into the new one first, and
    ``trigger`` leads on from there. Other ways into the one that follows stay: back, again, aside.
    ``stage`` may be the name of a stage of ``source``: what its rules ask there (facts, milestones
    and the like) is taken along. ``remove(insert(p, stage, ...), stage.name) == p``, unless
    something was taken along.
    """
    draft = _draft(process, "insert")
    return _inserted(draft, stage, before, after, trigger, source).built()


def remove(process: Process, stage: str, *, to: str | None = None) -> Process:
    """The process without one stage: ways into it lead to where it leads ahead, or to ``to``.

    Ways that would lead to themselves, or stand there already, are dropped. Rules that name the
    stage or its tasks are an error.
    """
    return removed(_draft(process, "remove"), stage, to=to).built()


def reorder(process: Process, names: Iterable[str]) -> Process:
    """The process with these stages in this order, in the places that they have now together."""
    return reordered(_draft(process, "reorder"), _listed("reorder", names)).built()


def override(process: Process, changes: Mapping[str, object]) -> Process:
    """The process with other definitions, in the form of a process file or as objects.

    Mappings merge by key, and lists of named things (stages, milestones, phases, jobs, teams,
    hand-overs, assignments; tasks and reasons of a stage) by name: keys that are given replace, new
    names are added at the end. A transition replaces the one with its trigger and source. Anything
    else replaces as a whole, texts in several languages and criteria too. None takes an optional
    key, or a fact, away.
    """
    if not isinstance(changes, Mapping):
        raise CommandError(
            f"override takes a mapping such as {{'stages': [...]}}, not {shorten(repr(changes))}"
        )
    return changed(_draft(process, "override"), changes).built()


def variant(
    process: Process,
    *,
    name: str | None = None,
    version: str | None = None,
    label: str | Mapping[str, str] | None = None,
    remove: Iterable[str | Mapping[str, str]] = (),
    insert: Iterable[Mapping[str, object]] = (),
    reorder: Iterable[str] = (),
    changes: Mapping[str, object] | None = None,
) -> Process:
    """The process as a segment or an industry has it: the steps in this order, checked once.

    Stages are removed (by name, or ``{"stage": ..., "to": ...}``), inserted (each with the
    arguments of :func:`insert`), reordered, and then ``changes`` are laid over it as by
    :func:`override`. With nothing it is the same process.
    """
    draft = _draft(process, "variant")
    for each in _listed("remove", remove):
        said = {"stage": each} if isinstance(each, str) else each
        _arguments("remove", said, needed=("stage",), optional=("to",))
        draft = removed(draft, said["stage"], to=said.get("to"))
    for step in _listed("insert", insert):
        optional = ("before", "after", "source")
        _arguments("insert", step, needed=("stage", "trigger"), optional=optional)
        draft = _inserted(draft, **{"before": None, "after": None, "source": None, **step})  # type: ignore[arg-type]  # as told by _arguments
    draft = reordered(draft, _listed("reorder", reorder))
    given = {"name": name, "version": version, "label": label}
    own = {key: value for key, value in given.items() if value is not None}
    return changed(draft, {**(changes or {}), **own}).built()


def mirror(
    process: Process,
    buyer: Buyer | Process,
    *,
    stages: Mapping[str, str] | None = None,
    level: Level | None = None,
    lead: int | None = None,
    lag: int | None = None,
) -> Process:
    """The seller's process with the buyer's journey, and the phase that each stage mirrors.

    ``stages`` maps stages to phases. ``level``, ``lead`` and ``lag`` say how strictly stages are
    guarded (see :class:`~salesfsm.process.journey.Mirroring`); what is left out stays as it is. The
    process keeps its own milestones and jobs.
    """
    if isinstance(buyer, Buyer):
        whose = Draft.blank("buyer").but(buyer=buyer)
    else:
        whose = _draft(buyer, "mirror")
    draft = _draft(process, "mirror")
    if not isinstance(stages, Mapping | None):
        raise CommandError(
            "mirror takes stages as a mapping such as {'discovery': 'investigating'}, not "
            f"{shorten(repr(stages))}"
        )
    given = {"level": level, "lead": lead, "lag": lag}
    said = {key: value for key, value in given.items() if value is not None}
    try:
        guard = Mirroring.model_validate(said)
    except ValidationError as error:
        raise DefinitionError(complaints(error, Mirroring, said, ("mirror",))) from None
    strict = {key: getattr(guard, key) for key in said}
    return mirrored(draft, whose, stages=stages or {}, **strict).built()


def _draft(process: Process, does: str) -> Draft:
    return Draft.of(a_process(process, does))


def _definitions(
    model: type[Model], items: Iterable[Model | Mapping[str, object]], path: str
) -> tuple[Model, ...]:
    """Definitions given as they are, or in the form of a file."""
    found: list[Model] = []
    problems: list[Problem] = []
    for index, item in enumerate(_listed(path, items)):
        try:
            found.append(model.model_validate(item))
        except ValidationError as error:
            problems += complaints(error, model, item, (path, index))
    if problems:
        raise DefinitionError(problems)
    return tuple(found)


def _inserted(
    draft: Draft,
    stage: Stage | str | Mapping[str, object],
    before: str | None,
    after: str | None,
    trigger: str,
    source: Process | None,
) -> Draft:
    if isinstance(stage, str):
        if source is None:
            raise CommandError(
                f"{shorten(stage)!r} is only a name: give the stage itself, or source= the process "
                "that it comes from"
            )
        known = known_stage(a_process(source, "source="), stage)
        stage = source.stage_by_name[known]
    elif not isinstance(stage, Stage):
        try:
            stage = Stage.model_validate(stage)
        except ValidationError as error:
            raise DefinitionError(complaints(error, Stage, stage, ("insert",))) from None
    if source is not None:
        draft = with_needs_of(draft, stage, a_process(source, "source="))
    try:
        return inserted(draft, stage, before=before, after=after, trigger=trigger)
    except ValidationError as error:  # the way on from it is no transition
        way = {"trigger": trigger}
        raise DefinitionError(complaints(error, Transition, way, ("insert",))) from None


def _listed(step: str, given: Iterable[Item]) -> Iterable[Item]:
    """What was given, if it is several things: letters of a text or fields of a model are none."""
    if isinstance(given, str | bytes | Mapping | BaseModel) or not isinstance(given, Iterable):
        raise CommandError(f"{step} takes a list such as [...], not {shorten(repr(given))}")
    return given


def _arguments(
    step: str, given: Mapping[str, object], *, needed: tuple[str, ...], optional: tuple[str, ...]
) -> None:
    if not isinstance(given, Mapping):
        raise CommandError(
            f"{step} takes mappings such as {{'stage': ...}}, not {shorten(repr(given))}"
        )
    for key in given:
        if key not in (*needed, *optional):
            raise UnknownNameError(f"argument of {step}", key, (*needed, *optional))
    if missing := [key for key in needed if key not in given]:
        raise CommandError(f"{step} needs {' and '.join(missing)}")
