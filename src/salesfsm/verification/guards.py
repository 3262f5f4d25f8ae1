"""Single guards: whether each can be met at all, and whether it asks something twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import z3

from salesfsm.errors import shorten
from salesfsm.process.mirror import MIRROR, MIRROR_LAG
from salesfsm.process.requirements import Requirement
from salesfsm.rules import core
from salesfsm.rules.explanation import asked
from salesfsm.verification.model import Model
from salesfsm.verification.report import Finding, Kind, Path, Severity, found, undecided
from salesfsm.verification.ways import GuardedWay, blocking
from salesfsm.verification.witness import Reading


def never_met(model: Model) -> tuple[list[Finding], set[GuardedWay]]:
    """The guards that nothing meets, with the criteria that contradict each other; and the ways
    that are never open for that reason. Sources with the same contradiction are told together."""
    contradictions: dict[tuple[Path, str], list[GuardedWay]] = {}
    findings = []
    shut = set()
    for way in model.ways:
        model.asked[Kind.NEVER_MET] += 1
        if way.asks_nothing:
            continue
        claims = [model.stands_in(way.arc.source), *map(model.conditions.met, _each(way))]
        if way.reasons:
            claims.append(z3.Or([model.conditions.met(each) for each in way.reasons]))
        answer = model.solver.ask(*claims)
        if answer.possible is None:
            findings.append(undecided(Kind.NEVER_MET, way.path, **way.arc.named))
        elif not answer.possible:
            shut.add(way)
            codes = [way.needs[i - 1].code for i in answer.core if 0 < i <= len(way.needs)]
            criteria = ", ".join(codes) or ", ".join(way.arc.reasons)
            contradictions.setdefault((way.path, criteria), []).append(way)
    for (path, criteria), ways in contradictions.items():
        values = ways[0].arc.named | {"source": ", ".join(way.arc.source for way in ways)}
        values |= {"criteria": criteria}
        findings.append(found(Kind.NEVER_MET, Severity.ERROR, path, None, **values))
    return findings, shut


def never_given(model: Model, shut: set[GuardedWay]) -> Iterator[Finding]:
    """The reasons that can be given on no way that is ever open, though others can."""
    for index, stage in enumerate(model.process.stages):
        ways = [way for way in model.ways if way.arc.target == stage.name and way not in shut]
        for number, reason in enumerate(stage.reasons):
            asking = [dict(way.arc.reasons_asking).get(reason.name, ()) for way in ways]
            if not any(map(blocking, asking)):
                continue
            model.asked[Kind.NEVER_GIVEN] += 1
            given = [
                z3.And(
                    model.stands_in(way.arc.source),
                    model.met(way),
                    model.conditions.met([each.condition for each in blocking(asked)]),
                )
                for way, asked in zip(ways, asking, strict=True)
            ]
            possible = model.solver.ask(z3.Or(given)).possible
            path = ("stages", index, "reasons", number)
            values = {"stage": stage.name, "reason": reason.name}
            if possible is None:
                yield undecided(Kind.NEVER_GIVEN, path, **values)
            elif not possible:
                yield found(Kind.NEVER_GIVEN, Severity.ERROR, path, None, **values)


def implied(model: Model, shut: set[GuardedWay]) -> Iterator[Finding]:
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


def _implied(
    model: Model, way: GuardedWay, one: Requirement, other: Requirement
) -> Iterator[Finding]:
    verdicts = model.conditions.verdicts
    first, second = verdicts(one.condition).met, verdicts(other.condition).met
    model.asked[Kind.IMPLIED] += 1
    answer = model.solver.ask(first, z3.Not(second))
    if answer.possible:
        return
    values = way.arc.named | {"criterion": other.code, "by": one.code}
    values |= {"written": shorten(other.written), "by_written": shorten(one.written)}
    if answer.possible is None:
        yield undecided(Kind.IMPLIED, way.path, **values)
        return
    # That it is always so, no opportunity shows; but that where the other one refuses, both do.
    rest = [each for each in way.conditions if each not in (one.condition, other.condition)]
    plainly = z3.And(verdicts(one.condition).unmet, verdicts(other.condition).unmet)
    hopes = (plainly, model.conditions.met(rest), *model.hopes)
    here = model.stands_in(way.arc.source)
    shown = model.solver.ask(here, z3.Not(second), hoping=hopes).model
    witness = None
    if shown is not None:
        witness = Reading(model.process, model.knowledge, shown).witness(way.arc.roles)
    yield found(Kind.IMPLIED, Severity.WARNING, way.path, witness, **values)


_OF_THE_MIRROR = (MIRROR, MIRROR_LAG)


def _each(way: GuardedWay) -> list[tuple[core.Condition, ...]]:
    return [(condition,) for condition in way.conditions]


def _about_the_same(one: Requirement, other: Requirement) -> bool:
    """Whether one could follow from the other: they ask about some thing both."""
    first, second = set(asked(one.condition)), set(asked(other.condition))
    return bool(first & second) and one.since == other.since
