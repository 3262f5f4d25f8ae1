"""What must never be: proven for every history, or held against all histories of so many moves."""

from __future__ import annotations

import z3

from salesfsm.process.arcs import reached
from salesfsm.rules import core
from salesfsm.rules.resolve import resolve
from salesfsm.verification.histories import Act, Histories, led_to, opens
from salesfsm.verification.replaying import Told, replayed
from salesfsm.verification.report import Finding, Kind, Severity, found, undecided
from salesfsm.verification.solving import Solver
from salesfsm.verification.ways import Model, Way
from salesfsm.verification.witness import Reading, near, plain


def invariants(model: Model, shut: set[Way], depth: int) -> tuple[list[Finding], tuple[int, ...]]:
    """The invariants that some history breaks, with that history; and, by their indexes, those
    that are not proven for good, but hold in every history of up to ``depth`` moves."""
    findings: list[Finding] = []
    bounded = []
    ways = _takeable(model, shut)
    for index, each in enumerate(model.process.invariants):
        never = resolve(each.never, model.process.vocabulary)
        if _always_holds(model, ways, never):
            continue
        broken = _broken(model, ways, never, index, depth)
        if broken is None:
            bounded.append(index)
        else:
            findings.append(broken)
    return findings, tuple(bounded)


def _takeable(model: Model, shut: set[Way]) -> list[Way]:
    """The ways out of stages that can be reached, less those that are never open."""
    ways = [way for way in model.ways if way not in shut]
    process = model.process
    begins = (*process.starts, *(each.target for each in process.handovers))
    there = reached(begins, ((way.arc.source, way.arc.target) for way in ways))
    return [way for way in ways if way.arc.source in there]


def _always_holds(model: Model, ways: list[Way], never: core.Condition) -> bool:
    """Whether no single opening, hand-over or move breaks it, whatever came before."""
    process = model.process
    act = Act(model.knowledge, model.conditions, z3.Int("taken"), z3.Int("reason"), z3.Int("act"))
    for stage in (*process.starts, *(each.target for each in process.handovers)):
        met = model.conditions.verdicts(never).met
        fresh = z3.And(model.stands_in(stage), act.knowledge.days_in_stage == 0)
        begins = model.may_begin(stage, model.conditions)
        if model.solver.ask(fresh, begins, met).possible is not False:
            return False
    return all(
        model.solver.ask(
            model.stands_in(way.arc.source), opens(way, act), led_to(never, way, act)
        ).possible
        is False
        for way in ways
    )


def _broken(
    model: Model, ways: list[Way], never: core.Condition, index: int, depth: int
) -> Finding | None:
    """The shortest history that breaks it, if there is one; a history that the engine would not
    repeat decides nothing."""
    path, rule = ("invariants", index), str(index + 1)
    histories = Histories(model, ways)
    act = histories.begin()
    solver = Solver(histories.claims, model.timeout)
    at_first = near(model.at, act.knowledge)[:1]
    breaks = act.conditions.verdicts(never).met
    for _ in range(depth + 1):
        answer = solver.ask(breaks, hoping=(*at_first, *_hopes(histories)))
        if answer.possible is None:
            return undecided(Kind.BROKEN, path, number=rule)
        if answer.model is not None:
            told = [
                Told(
                    Reading(model.process, each.knowledge, answer.model),
                    way=_way(histories, each, answer.model) if i else None,
                    reason=model.texts.text(_whole(answer.model, each.reason)),
                    active=_whole(answer.model, each.active),
                )
                for i, each in enumerate(histories.acts)
            ]
            witness = replayed(model.process, told, never)
            if witness is None:
                return undecided(Kind.BROKEN, path, number=rule)
            stage = witness.opportunity.stage
            return found(Kind.BROKEN, Severity.ERROR, path, witness, number=rule, stage=stage)
        known = len(histories.claims)
        act = histories.go_on()
        solver.add(*histories.claims[known:])
        breaks = z3.Or(
            [z3.And(act.taken == i, led_to(never, way, act)) for i, way in enumerate(ways)]
        )
    return None


def _hopes(histories: Histories) -> tuple[z3.BoolRef, ...]:
    """That nothing stands in the history that does not matter, and no time passes."""
    every = [each.knowledge for each in histories.acts]
    proofs = [z3.Not(proof.there) for each in every for proof in each.proofs.values()]
    tasks = [z3.Not(done) for each in every for done in each.tasks.values()]
    at_once = [each.now == every[0].now for each in every]
    plainly = [plain(each) for each in every]
    return z3.And(plainly), z3.And(at_once), z3.And(tasks), z3.And(proofs)


def _way(histories: Histories, act: Act, model: z3.ModelRef) -> Way:
    return histories.ways[_whole(model, act.taken)]


def _whole(model: z3.ModelRef, variable: z3.ArithRef) -> int:
    return int(model.eval(variable, model_completion=True).as_long())
