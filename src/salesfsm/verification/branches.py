"""Ways of one trigger out of one stage: which are open at once, and where none is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import z3

from salesfsm.process.arcs import taken_by_all_of
from salesfsm.process.requirements import needed_by
from salesfsm.verification.report import Finding, Kind, Path, Severity, found, undecided
from salesfsm.verification.settled import settled
from salesfsm.verification.ways import Model, Way
from salesfsm.verification.witness import Reading


def branches_of(model: Model) -> list[list[Way]]:
    """The ways that share a trigger and a source with others, in the order that decides ties."""
    groups: dict[tuple[str, str], list[Way]] = {}
    for way in model.ways:
        groups.setdefault((way.arc.source, way.arc.trigger), []).append(way)
    return [group for group in groups.values() if len(group) > 1]


def overlaps(model: Model, shut: set[Way]) -> Iterator[Finding]:
    """The pairs that are open at once; or of which the later is never taken, for the earlier is.

    Where the later one is open whenever the earlier is, it is meant for all else: order settles it.
    """
    seen: set[tuple[Path, Path]] = set()
    for group in branches_of(model):
        for earlier, later in combinations([way for way in group if way not in shut], 2):
            pair = earlier.path, later.path
            if pair not in seen and _by_one_person(earlier, later):
                for finding in _overlap(model, earlier, later):
                    seen.add(pair)
                    yield finding


def _overlap(model: Model, earlier: Way, later: Way) -> Iterator[Finding]:
    here = model.stands_in(later.arc.source)
    first, second = model.open(earlier), model.open(later)
    values = {
        "trigger": later.arc.trigger,
        "source": later.arc.source,
        "first": earlier.arc.target,
        "second": later.arc.target,
    }
    answer = model.solver.ask(here, first, second, hoping=model.hopes)
    if answer.possible is None:
        yield undecided(Kind.OVERLAP, later.path, **values)
    if answer.model is None:
        return
    witness = Reading(model.process, model.knowledge, answer.model).witness()
    alone = model.solver.ask(here, second, z3.Not(first))
    if alone.possible is False and taken_by_all_of(earlier.arc, later.arc):
        yield found(Kind.SHADOWED, Severity.ERROR, later.path, witness, **values)
        return
    wider = model.solver.ask(here, first, z3.Not(second)).possible is False
    settled_by_order = wider or earlier.arc.target == later.arc.target
    severity = Severity.NOTE if settled_by_order else Severity.WARNING
    yield found(Kind.OVERLAP, severity, later.path, witness, **values)


def gaps(model: Model, shut: set[Way]) -> Iterator[Finding]:
    """The decisions in which no branch is ever open though all that the branches share is met."""
    seen: set[tuple[Path, ...]] = set()
    for group in branches_of(model):
        paths = tuple(way.path for way in group)
        takeable = [way for way in group if way not in shut]
        if paths in seen or not takeable:
            continue
        shared = frozenset.intersection(*(needed_by(way.needs) for way in group))
        met = model.conditions.met([condition for condition, _ in shared])
        source, trigger = group[0].arc.source, group[0].arc.trigger
        answer = settled(model, source, takeable, met)
        values = {"trigger": trigger, "source": source}
        if answer.possible is None:
            yield undecided(Kind.GAP, group[0].path, **values)
        if answer.model is not None:
            seen.add(paths)
            witness = Reading(model.process, model.knowledge, answer.model).witness()
            yield found(Kind.GAP, Severity.WARNING, group[0].path, witness, **values)


def _by_one_person(one: Way, other: Way) -> bool:
    """Whether somebody may take both, as far as roles go."""
    roles, others = set(one.arc.roles), set(other.arc.roles)
    return not roles or not others or bool(roles & others)
