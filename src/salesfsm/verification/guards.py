"""Single guards: whether each can be met at all, and whether it asks something twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import z3

from salesfsm.process.mirror import MIRROR, MIRROR_LAG
from salesfsm.process.requirements import Requirement
from salesfsm.rules import core
from salesfsm.rules.explanation import asked
from salesfsm.verification.report import Finding, Kind, Path, Severity, found, undecided
from salesfsm.verification.ways import Model, Way
from salesfsm.verification.witness import Reading


def never_met(model: Model) -> tuple[list[Finding], set[Way]]:
    """The guards that nothing meets, with the criteria that contradict each other; and the ways
    that are never open for that reason."""
    findings: dict[tuple[Path, str], Finding] = {}
    shut = set()
    for way in model.ways:
        claims = [model.stands_in(way.arc.source), *map(model.conditions.met, _each(way))]
        if way.reasons:
            claims.append(z3.Or([model.conditions.met(each) for each in way.reasons]))
        answer = model.solver.ask(*claims)
        if answer.possible:
            continue
        if answer.possible is None:
            asked_of = undecided(Kind.NEVER_MET, way.path, **_named(way))
            findings.setdefault((way.path, ""), asked_of)
            continue
        shut.add(way)
        codes = [way.needs[i - 1].code for i in answer.core if 0 < i <= len(way.needs)]
        criteria = ", ".join(codes) or ", ".join(way.arc.reasons)
        findings.setdefault(
            (way.path, criteria),
            found(Kind.NEVER_MET, Severity.ERROR, way.path, None, **_named(way), criteria=criteria),
        )
    return list(findings.values()), shut


def implied(model: Model, shut: set[Way]) -> Iterator[Finding]:
    """The criteria that are met wherever another one of the same guard is.

    What the mirror asks may well be what a criterion asks too: that is no slip.
    """
    seen: set[tuple[core.Condition, core.Condition]] = set()
    for way in model.ways:
        own = [each for each in way.needs if each.code.partition(".")[0] not in _OF_THE_MIRROR]
        for one, other in permutations(own, 2):
            pair = one.condition, other.condition
            if pair in seen or way in shut or not _about_the_same(one, other):
                continue
            seen.add(pair)
            findings = list(_implied(model, way, one, other))
            if findings:  # of two that are equal, one is too many and not both
                seen.add((other.condition, one.condition))
            yield from findings


def _implied(model: Model, way: Way, one: Requirement, other: Requirement) -> Iterator[Finding]:
    verdicts = model.conditions.verdicts
    first, second = verdicts(one.condition).met, verdicts(other.condition).met
    answer = model.solver.ask(first, z3.Not(second))
    if answer.possible:
        return
    values = _named(way) | {"criterion": other.code, "by": one.code}
    if answer.possible is None:
        yield undecided(Kind.IMPLIED, way.path, **values)
        return
    both = model.solver.ask(model.stands_in(way.arc.source), first, second, hoping=model.hopes)
    if both.model is not None:
        witness = Reading(model.process, model.knowledge, both.model).witness()
        yield found(Kind.IMPLIED, Severity.WARNING, way.path, witness, **values)


_OF_THE_MIRROR = (MIRROR, MIRROR_LAG)


def _each(way: Way) -> list[tuple[core.Condition, ...]]:
    return [(condition,) for condition in way.conditions]


def _named(way: Way) -> dict[str, str]:
    return {"trigger": way.arc.trigger, "source": way.arc.source, "target": way.arc.target}


def _about_the_same(one: Requirement, other: Requirement) -> bool:
    """Whether one could follow from the other: they ask about some thing both."""
    first, second = set(asked(one.condition)), set(asked(other.condition))
    return bool(first & second) and one.since == other.since
