"""What can happen to an opportunity in one step, as formulas: when, and what comes of it.

A step is a move or a hand-over; what it changes is told as replacements of the variables.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import z3

from salesfsm.process.arcs import MoveKind, sources_among
from salesfsm.process.handover import Contract, Handover
from salesfsm.process.process import Process
from salesfsm.process.requirements import contract_requirements, entry_requirements
from salesfsm.rules import core
from salesfsm.rules.vocabulary import BUYER_ACTIVE
from salesfsm.verification.conditions import Conditions
from salesfsm.verification.knowledge import TRUE, Knowledge
from salesfsm.verification.model import Model
from salesfsm.verification.ways import Taking, blocking

Changes = Sequence[tuple[z3.ExprRef, z3.ExprRef]]
FALSE, ZERO = z3.BoolVal(False), z3.IntVal(0)


@dataclass(frozen=True, slots=True)
class Act:
    """What is known when an opportunity is opened, or when a step is taken, and which.

    ``taken`` is the index of the step, ``reason`` the number of the reason that is given, and
    ``active`` the time of the last activity.
    """

    knowledge: Knowledge
    conditions: Conditions
    taken: z3.ArithRef
    reason: z3.ArithRef
    active: z3.ArithRef


@dataclass(frozen=True, slots=True)
class Moving:
    """A way that somebody takes, or its timer."""

    taking: Taking

    @property
    def sources(self) -> tuple[str, ...]:
        """Where it leaves."""
        return (self.taking.way.arc.source,)

    def opens(self, act: Act) -> z3.BoolRef:
        """That it is open with the reason that is given, and nothing comes before it."""
        way, met = self.taking.way, act.conditions.met
        claims = [met(way.conditions)]
        claims += [z3.Not(met(each.conditions)) for each in self.taking.rivals]
        length = way.arc.after
        if self.taking.timed and length is not None:  # as good as: the clock may be changed
            least = length.elapsed.days + length.business_days - 2
            claims.append(act.knowledge.days_in_stage >= least)
        if way.arc.reasons:
            asking, texts = dict(way.arc.reasons_asking), act.knowledge.texts
            claims.append(
                z3.Or(
                    [
                        z3.And(
                            act.reason == texts.code(reason),
                            met([each.condition for each in blocking(asking.get(reason, ()))]),
                        )
                        for reason in way.arc.reasons
                    ]
                )
            )
        return z3.And(claims)

    def changes(self, process: Process, act: Act) -> Changes:
        """The stage, what lies behind, whose it is, and what predicates say of that."""
        knowledge, arc = act.knowledge, self.taking.way.arc
        code = knowledge.texts.code
        stopped, lost = knowledge.reserved["stopped_in"], knowledge.reserved["lost_reason"]
        found = [(knowledge.stage, z3.IntVal(code(arc.target))), (knowledge.days_in_stage, ZERO)]
        if arc.stops:
            found += [(stopped.known, TRUE), (stopped.value, z3.IntVal(code(arc.source)))]
        if arc.kind is MoveKind.LOSE:
            found.append((lost.known, z3.BoolVal(bool(arc.reasons))))
            found.append((lost.value, act.reason))
        return [*found, *_taken_over(process, arc.target, knowledge), *_answered(knowledge)]


@dataclass(frozen=True, slots=True)
class Handing:
    """A hand-over: the history goes on with the opportunity that receives."""

    process: Process
    handover: Handover

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the giving opportunity stands."""
        return sources_among(self.process, self.handover.source)

    def opens(self, act: Act) -> z3.BoolRef:
        """That the contract is met, and what beginning in the target asks."""
        needs = blocking(contract_requirements(self.process, self.handover.needs))
        stage = self.process.stage_by_name[self.handover.target]
        entry = blocking(entry_requirements(self.process, stage))
        begins = act.conditions.met([each.condition for each in entry])
        given = act.conditions.met([each.condition for each in needs])
        return z3.And(given, z3.substitute(begins, *self.changes(self.process, act)))

    def changes(self, process: Process, act: Act) -> Changes:
        """Everything but what is inherited."""
        handover, knowledge = self.handover, act.knowledge
        contract = handover.needs.with_all(handover.carries)
        found = [(knowledge.stage, z3.IntVal(knowledge.texts.code(handover.target)))]
        for name, fact in knowledge.facts.items():
            if name not in contract.facts:
                found.append((fact.known, FALSE))
        for name, proof in knowledge.proofs.items():
            inherited = proof.in_force if name in contract.milestones else FALSE
            found += [(proof.there, inherited), (proof.in_force, inherited)]
        found += [(each, z3.IntVal(now)) for each, now in _begun(knowledge)]
        found += [(task, FALSE) for task in knowledge.tasks.values()]
        for name in _BEHIND:
            found.append((knowledge.reserved[name].known, FALSE))
        return [*found, *_assigned(process, handover.target, act), *_answered(knowledge)]


Step = Moving | Handing
_BEHIND = ("lost_reason", "stopped_in")


def takes(step: Step, act: Act) -> z3.BoolRef:
    """That the step can be taken."""
    texts = act.knowledge.texts
    here = [act.knowledge.stage == texts.code(stage) for stage in step.sources]
    return z3.And(z3.Or(here), step.opens(act))


def led_to(condition: core.Condition, step: Step, act: Act, process: Process) -> z3.BoolRef:
    """That the condition is met of what the step leads to."""
    met = act.conditions.verdicts(condition).met
    return z3.substitute(met, *step.changes(process, act))


def opens(model: Model, stage: str, act: Act) -> z3.BoolRef:
    """That the opportunity is opened in ``stage``."""
    asked = [each.condition for each in model.entry(stage)]
    team = act.knowledge.reserved["team"]
    owned = [team.known] if model.process.teams_of_stages[stage] else []
    here = model.stands_in(stage, act.knowledge)
    return z3.And(here, act.conditions.met(asked), *owned, *fresh(model.process, act.knowledge))


def fresh(process: Process, knowledge: Knowledge) -> list[z3.BoolRef]:
    """That nothing has happened to it yet; or that it was handed over from outside the process.

    What the process receives is all there then, and no other evidence.
    """
    return [
        *(variable == now for variable, now in _begun(knowledge)),
        z3.Or(_with_evidence(knowledge, ()), _received(process.receives, knowledge)),
        *(z3.Not(done) for done in knowledge.tasks.values()),
        *(z3.Not(knowledge.reserved[name].known) for name in _BEHIND),
    ]


def _received(contract: Contract, knowledge: Knowledge) -> z3.BoolRef:
    known = [knowledge.facts[name].known for name in contract.facts]
    return z3.And(*known, _with_evidence(knowledge, contract.milestones))


def _with_evidence(knowledge: Knowledge, milestones: Collection[str]) -> z3.BoolRef:
    """That there is evidence for these milestones, in force, and for no others."""
    proofs = knowledge.proofs.items()
    return z3.And([z3.And(p.there == p.in_force, p.there == (n in milestones)) for n, p in proofs])


def _answered(knowledge: Knowledge) -> Changes:
    """Predicates may see where the step led, and answer anew."""
    pairs = [(knowledge.answers[name], then) for name, then in knowledge.then.items()]
    return [each for old, new in pairs for each in ((old.yes, new.yes), (old.no, new.no))]


def _begun(knowledge: Knowledge) -> list[tuple[z3.ArithRef, int]]:
    """The numbers with which an opportunity begins."""
    return [
        (knowledge.days_in_stage, 0),
        (knowledge.days_since_activity, 0),
        (knowledge.buyer, knowledge.texts.code(BUYER_ACTIVE)),
        *((count, 0) for count in knowledge.attempts.values()),
    ]


def _assigned(process: Process, stage: str, act: Act) -> Changes:
    """Where nobody names a team, the first one of the plane has it."""
    teams = process.teams_of_stages[stage]
    if not teams:
        return []
    team, first = act.knowledge.reserved["team"], act.knowledge.texts.code(teams[0])
    return [(team.known, TRUE), (team.value, z3.If(team.known, team.value, first))]


def _taken_over(process: Process, stage: str, knowledge: Knowledge) -> Changes:
    """A team of the plane takes over what comes to it, and an owner who is no member goes."""
    teams = process.teams_of_stages[stage]
    if not teams:
        return []
    code = knowledge.texts.code
    team, owner = knowledge.reserved["team"], knowledge.reserved["owner"]
    theirs = z3.And(team.known, z3.Or([team.value == code(each) for each in teams]))
    found = [(team.known, TRUE), (team.value, z3.If(theirs, team.value, code(teams[0])))]
    if members := process.team_by_name[teams[0]].members:
        member = z3.Or([owner.value == code(each) for each in members])
        found.append((owner.known, z3.And(owner.known, z3.Or(theirs, member))))
    return found
