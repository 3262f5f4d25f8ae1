"""What differs between two processes, in what they mean: not how their files are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, TypeVar

from salesfsm.errors import ValueTypeError, shorten
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.process.arcs import Arc, ArcKey, sources_among
from salesfsm.process.base import Definition, NamedDefinition
from salesfsm.process.definitions import Criterion, Stage
from salesfsm.process.people import Assignment
from salesfsm.process.process import Process
from salesfsm.process.requirements import requirements

Key = TypeVar("Key", bound=str | tuple[str, ...])

CriterionKey = tuple[str, str, str]
"""The stage of a criterion, ``entry`` or ``exit``, and the code."""

ReasonKey = tuple[str, str]
"""The stage that takes a reason, and its name."""

ORDER = "order"
"""The field that says that something stands after another one than before."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field that has another value. Of ``order``, the value is what stands before it, or None."""

    field: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class Compared(Generic[Key]):
    """All things of one kind, by their keys: each stands in exactly one of the four.

    ``removed`` is in the order of the old process, the others in that of the new one.
    """

    same: tuple[Key, ...]
    added: tuple[Key, ...]
    removed: tuple[Key, ...]
    changed: FrozenDict[Key, tuple[Change, ...]]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two processes.

    What has another name is another thing: under the old name it is removed, under the new one
    added. Names and versions of the processes themselves do not count. An arc is changed where its
    own transitions are, and not where a criterion of its stages is. ``process`` holds what changed
    about the process as a whole.
    """

    process: tuple[Change, ...]
    stages: Compared[str]
    arcs: Compared[ArcKey]
    tasks: Compared[str]
    criteria: Compared[CriterionKey]
    reasons: Compared[ReasonKey]
    facts: Compared[str]
    phases: Compared[str]
    milestones: Compared[str]
    jobs: Compared[str]
    handovers: Compared[str]
    teams: Compared[str]
    assignments: Compared[str]
    predicates: Compared[str]
    labels: Compared[str]

    @property
    def parts(self) -> Mapping[str, Compared[str] | Compared[tuple[str, ...]]]:
        """What was compared, by the name of its kind."""
        every = {name: getattr(self, name) for name in self.__slots__ if name != "process"}
        return frozen(every)

    def __bool__(self) -> bool:
        return bool(self.process) or any(self.parts.values())


def difference(old: Process, new: Process) -> Difference:
    """What is added, removed and changed on the way from ``old`` to ``new``."""
    for process in (old, new):
        if not isinstance(process, Process):
            given = shorten(repr(process))
            raise ValueTypeError(f"difference takes two processes, not {given}: load(file) is one")
    return Difference(
        process=_changes(_whole(old), _whole(new)),
        stages=_compared(_stages(old), _stages(new), _named_after(old.stages, new.stages)),
        arcs=_compared(_arcs(old), _arcs(new), dict(_branches_after(old, new))),
        tasks=_compared(_tasks(old), _tasks(new), dict(_tasks_after(old, new))),
        criteria=_compared(_criteria(old), _criteria(new)),
        reasons=_compared(_reasons(old), _reasons(new)),
        facts=_compared(_by_name(old.facts), _by_name(new.facts)),
        phases=_compared(
            _named(old.buyer.phases),
            _named(new.buyer.phases),
            _named_after(old.buyer.phases, new.buyer.phases),
        ),
        milestones=_compared(_named(old.buyer.milestones), _named(new.buyer.milestones)),
        jobs=_compared(_named(old.buyer.jobs), _named(new.buyer.jobs)),
        handovers=_compared(_handovers(old), _handovers(new)),
        teams=_compared(_named(old.teams), _named(new.teams)),
        assignments=_compared(
            _named(old.assignments),
            _named(new.assignments),
            _named_after(old.assignments, new.assignments),
        ),
        predicates=_compared(
            {name: {"says": text} for name, text in old.predicates.items()},
            {name: {"says": text} for name, text in new.predicates.items()},
        ),
        labels=_compared(
            {word: {"label": text} for word, text in old.labels.items()},
            {word: {"label": text} for word, text in new.labels.items()},
        ),
    )


_Named = NamedDefinition | Assignment

_Fields = Mapping[str, object]
"""What is compared of a thing: its values by field."""


def _compared(
    old: Mapping[Key, _Fields],
    new: Mapping[Key, _Fields],
    order: Mapping[Key, Change] | None = None,
) -> Compared[Key]:
    changed: dict[Key, tuple[Change, ...]] = {}
    for key in new:
        if key in old:
            found = _changes(old[key], new[key])
            moved = (order or {}).get(key)
            if found or moved:
                changed[key] = (*found, moved) if moved else found
    return Compared(
        tuple(key for key in new if key in old and key not in changed),
        tuple(key for key in new if key not in old),
        tuple(key for key in old if key not in new),
        frozen(changed),
    )


def _changes(old: _Fields, new: _Fields) -> tuple[Change, ...]:
    return tuple(
        Change(field, old[field], value) for field, value in new.items() if old[field] != value
    )


def _after(old: Sequence[Key], new: Sequence[Key]) -> dict[Key, Change]:
    """What stands elsewhere in the order, seen from those that both have."""
    before, now = [key for key in old if key in new], [key for key in new if key in old]
    kept: set[Key] = set()
    for start, _, size in SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks():
        kept.update(before[start : start + size])
    return {
        key: Change(ORDER, _previous(key, before), _previous(key, now))
        for key in now
        if key not in kept
    }


def _previous(key: Key, keys: Sequence[Key]) -> Key | None:
    place = keys.index(key)
    return keys[place - 1] if place else None


def _fields(definition: Definition, *leaving_out: str) -> dict[str, object]:
    """The values of a definition, but for its name and what is compared by itself."""
    left = {"name", *leaving_out}
    return {
        field: getattr(definition, field)
        for field in type(definition).model_fields
        if field not in left
    }


def _by_name(definitions: Mapping[str, Definition]) -> dict[str, dict[str, object]]:
    return {name: _fields(each) for name, each in definitions.items()}


def _named(definitions: Iterable[_Named]) -> dict[str, dict[str, object]]:
    return {each.name: _fields(each) for each in definitions}


def _named_after(old: Iterable[_Named], new: Iterable[_Named]) -> dict[str, Change]:
    return _after([each.name for each in old], [each.name for each in new])


def _whole(process: Process) -> dict[str, object]:
    apart = ("salesfsm", "version", "facts", "buyer", "stages", "transitions", "handovers")
    people = ("teams", "assignments", "predicates", "labels", "opens_in", "ignore")
    found = _fields(process, *apart, *people)
    return found | {"opens_in": process.starts, "start": process.buyer.start}


def _stages(process: Process) -> dict[str, dict[str, object]]:
    apart = ("tasks", "entry", "exit", "reasons")
    return {stage.name: _fields(stage, *apart) for stage in process.stages}


def _tasks(process: Process) -> dict[str, dict[str, object]]:
    return {
        task.name: {"stage": stage.name, **_fields(task)}
        for stage in process.stages
        for task in stage.tasks
    }


def _tasks_after(old: Process, new: Process) -> Iterator[tuple[str, Change]]:
    for stage in new.stages:
        before = old.stage_by_name.get(stage.name)
        if before is not None:
            yield from _named_after(before.tasks, stage.tasks).items()


def _reasons(process: Process) -> dict[ReasonKey, dict[str, object]]:
    return {
        (stage.name, reason.name): _fields(reason)
        for stage in process.stages
        for reason in stage.reasons
    }


def _criteria(process: Process) -> dict[CriterionKey, dict[str, object]]:
    return {
        (stage.name, side, code): fields
        for stage in process.stages
        for side, criteria in _sides(stage)
        for code, fields in _each_criterion(process, criteria, side)
    }


def _sides(stage: Stage) -> tuple[tuple[str, tuple[Criterion, ...]], ...]:
    return ("entry", stage.entry), ("exit", stage.exit)


def _each_criterion(
    process: Process, criteria: Sequence[Criterion], place: str
) -> Iterator[tuple[str, dict[str, object]]]:
    """The criteria by the codes of what they ask; what is said of them as the criterion says it.

    What a criterion takes from elsewhere, such as the label of a fact, changes there.
    """
    asked = iter(requirements(process, criteria, place))
    for criterion in criteria:
        said = _fields(criterion, "rule", "code")
        for _ in requirements(process, (criterion,), place):
            one = next(asked)
            yield one.code, {"condition": one.condition, **said}


def _arcs(process: Process) -> dict[ArcKey, dict[str, object]]:
    """By key, what stands on the arcs: as a rule one, or several that share trigger and ends."""
    found: dict[ArcKey, list[Arc]] = {}
    for arc in process.arcs:
        found.setdefault(arc.key, []).append(arc)
    return {key: _ways(process, arcs) for key, arcs in found.items()}


def _ways(process: Process, arcs: Sequence[Arc]) -> dict[str, object]:
    every = [
        {
            "kind": arc.kind,
            "label": arc.label,
            "when": process.transitions[arc.transition].when,
            "after": arc.after,
            "roles": arc.roles,
        }
        for arc in arcs
    ]
    first = every[0]
    return {
        field: value
        if all(each[field] == value for each in every)
        else tuple(each[field] for each in every)
        for field, value in first.items()
    }


def _branches_after(old: Process, new: Process) -> Iterator[tuple[ArcKey, Change]]:
    """The branches of one trigger that are tried in another order."""
    before = _branches(old)
    for fork, keys in _branches(new).items():
        for key, change in _after(before.get(fork, []), keys).items():
            yield key, Change(ORDER, _target(change.old), _target(change.new))


def _target(key: object) -> object:
    return key[-1] if isinstance(key, tuple) else key


def _branches(process: Process) -> dict[tuple[str, str], list[ArcKey]]:
    found: dict[tuple[str, str], dict[ArcKey, None]] = {}
    for arc in process.arcs:
        found.setdefault((arc.source, arc.trigger), {})[arc.key] = None
    return {fork: list(keys) for fork, keys in found.items()}


def _handovers(process: Process) -> dict[str, dict[str, object]]:
    return {
        each.name: _fields(each, "source") | {"source": sources_among(process, each.source)}
        for each in process.handovers
    }
