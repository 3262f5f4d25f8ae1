"""What must never be: proven for every history, or held against all histories of so many steps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import z3

from salesfsm.rules import core
from salesfsm.rules.resolve import resolve
from salesfsm.verification.histories import Histories
from salesfsm.verification.model import Model
from salesfsm.verification.replaying import Told, replayed
from salesfsm.verification.report import (
    Doubt,
    Finding,
    Kind,
    Severity,
    doubted,
    found,
    undecided,
)
from salesfsm.verification.solving import Solver
from salesfsm.verification.steps import Act, Handing, Moving, Step, led_to, opens, takes
from salesfsm.verification.ways import Taking
from salesfsm.verification.witness import Reading, near, plain


def invariants(
    model: Model, starts: Sequence[str], takings: Sequence[Taking], depth: int
) -> tuple[list[Finding], tuple[int, ...]]:
    """The invariants that some history breaks, with that history; and, by their numbers, those
    that are not proven for good, but hold in every history of up to ``depth`` steps.

    ``starts`` are the stages in which something can begin, and ``takings`` what can be taken.
    """
    process = model.process
    findings: list[Finding] = []
    bounded = []
    steps: list[Step] = [Moving(taking) for taking in takings]
    steps += [Handing(process, each) for each in process.handovers]
    for index, each in enumerate(process.invariants):
        model.asked[Kind.BROKEN] += 1
        if not starts:
            path = "invariants", index
            findings.append(doubted(Doubt.HISTORY, Kind.BROKEN, path, number=str(index + 1)))
            continue
        never = resolve(each.never, process.vocabulary)
        if _always_holds(model, starts, steps, never):
            continue
        broken = _broken(model, Histories(model, starts, steps), never, index, depth)
        if broken is None:
            bounded.append(index + 1)
        else:
            findings.append(broken)
    return findings, tuple(bounded)


def _always_holds(
    model: Model, starts: Sequence[str], steps: Sequence[Step], never: core.Condition
) -> bool:
    """Whether no single opening, hand-over or move breaks it, whatever came before."""
    variables = [z3.Int(name) for name in ("taken", "reason", "active")]
    act = Act(model.knowledge, model.conditions, *variables)
    met = model.conditions.verdicts(never).met
    begun = ([opens(model, stage, act), met] for stage in starts)
    led = ([takes(step, act), led_to(never, step, act, model.process)] for step in steps)
    return all(
        model.solver.ask(*claims).possible is False for every in (begun, led) for claims in every
    )


def _broken(
    model: Model, histories: Histories, never: core.Condition, index: int, depth: int
) -> Finding | None:
    """The shortest history that breaks it, if there is one; a history that the engine would not
    repeat decides nothing."""
    path, rule = ("invariants", index), str(index + 1)
    solver = Solver(histories.claims, model.timeout)
    breaks = histories.last.conditions.verdicts(never).met
    for _ in range(depth + 1):
        answer = solver.ask(breaks, hoping=_hopes(histories, model))
        if answer.possible is None:
            return undecided(Kind.BROKEN, path, number=rule)
        if answer.model is not None:
            witness = replayed(model.process, _told(histories, answer.model), never)
            if witness is None:
                return doubted(Doubt.REPLAY, Kind.BROKEN, path, number=rule)
            stage = witness.opportunity.stage
            return found(Kind.BROKEN, Severity.ERROR, path, witness, number=rule, stage=stage)
        known = len(histories.claims)
        act = histories.go_on()
        solver.add(*histories.claims[known:])
        breaks = z3.Or(
            [
                z3.And(act.taken == i, led_to(never, step, act, model.process))
                for i, step in enumerate(histories.steps)
            ]
        )
    return None


def _told(histories: Histories, model: z3.ModelRef) -> list[Told]:
    """What a model says of each act."""
    texts = histories.model.texts
    return [
        Told(
            Reading(histories.model.process, each.knowledge, model),
            histories.step(each, model),
            texts.text(_whole(model, each.reason)),
            _whole(model, each.active),
        )
        for each in histories.acts
    ]


def _hopes(histories: Histories, model: Model) -> tuple[z3.BoolRef, ...]:
    """That it begins now, and nothing stands in the history that does not matter, nor time passes.

    The most wished for first: what the engine may not repeat comes last.
    """
    every = [each.knowledge for each in histories.acts]
    pairs = list(pairwise(every))
    proofs = [z3.Not(proof.there) for each in every for proof in each.proofs.values()]
    tasks = [z3.Not(done) for each in every for done in each.tasks.values()]
    remembered = [
        z3.Implies(fact.known, after.facts[name].known)
        for before, after in pairs
        for name, fact in before.facts.items()
    ]
    at_once = [each.now == every[0].now for each in every]
    plainly = [z3.And(each) for each in zip(*map(plain, every), strict=True)]
    first = near(model.at, every[0])[0]
    quietly = [each.active == histories.acts[0].active for each in histories.acts]
    lists = (remembered, at_once, tasks, proofs, quietly)
    return (*histories.patience(), first, *plainly, *map(z3.And, lists))


def _whole(model: z3.ModelRef, variable: z3.ArithRef) -> int:
    return int(model.eval(variable, model_completion=True).as_long())
