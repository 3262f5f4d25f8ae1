"""Histories of a process as formulas: an opening, and moves one after the other.

Between moves people record facts, prove milestones, do tasks and act, and time passes. What is
proven or done stays so: nothing is withdrawn, placed, overridden or migrated, and no evidence
expires. (Expired evidence opens nothing that evidence in force would not open, for stale is neither
met nor unmet.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import z3

from salesfsm.process.arcs import MoveKind
from salesfsm.rules import core
from salesfsm.verification.conditions import Conditions
from salesfsm.verification.encoding import DAY
from salesfsm.verification.knowledge import Knowledge
from salesfsm.verification.ways import Model, Way, blocking


@dataclass(frozen=True, slots=True)
class Act:
    """What is known when an opportunity is opened, or when it is moved, and which way it goes.

    ``taken`` is the index of the way, ``reason`` the number of the reason that is given, and
    ``active`` the time of the last activity.
    """

    knowledge: Knowledge
    conditions: Conditions
    taken: z3.ArithRef
    reason: z3.ArithRef
    active: z3.ArithRef


class Histories:
    """All histories over ``ways``, made longer act by act; ``claims`` hold for each of them."""

    def __init__(self, model: Model, ways: Sequence[Way]) -> None:
        self.model, self.ways = model, ways
        self.acts: list[Act] = []
        self.claims: list[z3.BoolRef] = []

    def begin(self) -> Act:
        """The opening, in any stage in which one may begin, with facts and nothing else."""
        act = self._another()
        known, model = act.knowledge, self.model
        self.claims += [
            z3.Or([self._begins_in(stage, act) for stage in model.process.starts]),
            known.days_in_stage == 0,
            act.active == known.now,
            known.buyer == model.texts.code("active"),
            *(z3.Not(proof.there) for proof in known.proofs.values()),
            *(z3.Not(done) for done in known.tasks.values()),
            *(count == 0 for count in known.attempts.values()),
            *(z3.Not(known.reserved[name].known) for name in ("lost_reason", "stopped_in")),
        ]
        return act

    def go_on(self) -> Act:
        """One more move."""
        before, act = self.acts[-1], self._another()
        passed = act.knowledge.now - before.knowledge.now
        self.claims += [
            passed >= act.knowledge.days_in_stage * DAY,
            passed < (act.knowledge.days_in_stage + 1) * DAY,
            *_kept(before.knowledge, act.knowledge),
            *_acted(before, act),
            z3.Or([act.taken == index for index in range(len(self.ways))]),
        ]
        for index, way in enumerate(self.ways):
            self.claims.append(z3.Implies(act.taken == index, self._takes(way, act)))
        if len(self.acts) == 2:  # what was opened stands where it began
            self.claims.append(act.knowledge.stage == before.knowledge.stage)
            self.claims += _same_past(before.knowledge, act.knowledge)
        else:
            for index, way in enumerate(self.ways):
                stands = z3.And(
                    [
                        now == then
                        for now, then in zip(
                            _place(act.knowledge), _placed(before, way), strict=True
                        )
                    ]
                )
                self.claims.append(z3.Implies(before.taken == index, stands))
        return act

    def _another(self) -> Act:
        label = f"@{len(self.acts)}"
        knowledge, conditions = self.model.another(label)
        act = Act(
            knowledge,
            conditions,
            z3.Int(f"taken{label}"),
            z3.Int(f"reason{label}"),
            z3.Int(f"active{label}"),
        )
        quiet = knowledge.now - act.active
        self.claims += [
            *knowledge.domain,
            knowledge.in_calendar,
            *(proof.there == proof.in_force for proof in knowledge.proofs.values()),
            quiet >= knowledge.days_since_activity * DAY,
            quiet < (knowledge.days_since_activity + 1) * DAY,
        ]
        self.acts.append(act)
        return act

    def _begins_in(self, stage: str, act: Act) -> z3.BoolRef:
        here = self.model.stands_in(stage, act.knowledge)
        return z3.And(here, self.model.may_begin(stage, act.conditions))

    def _takes(self, way: Way, act: Act) -> z3.BoolRef:
        """That the way is open and the first that is, to whoever has the first role it asks for."""
        here = self.model.stands_in(way.arc.source, act.knowledge)
        before = [
            z3.Not(act.conditions.met(each.conditions))
            for each in self.ways[: self.ways.index(way)]
            if (each.arc.trigger, each.arc.source) == (way.arc.trigger, way.arc.source)
            and (not each.arc.roles or way.arc.roles[:1] <= each.arc.roles)
        ]
        return z3.And(here, *before, opens(way, act))


def opens(way: Way, act: Act) -> z3.BoolRef:
    """That the way is open with the reason that is given."""
    met = act.conditions.met(way.conditions)
    if not way.arc.reasons:
        return met
    asking = dict(way.arc.reasons_asking)
    texts = act.knowledge.texts
    given = [
        z3.And(
            act.reason == texts.code(reason),
            act.conditions.met([e.condition for e in blocking(asking.get(reason, ()))]),
        )
        for reason in way.arc.reasons
    ]
    return z3.And(met, z3.Or(given))


def led_to(condition: core.Condition, way: Way, act: Act) -> z3.BoolRef:
    """That the condition is met of what the move leads to."""
    met = act.conditions.verdicts(condition).met
    changes = zip(_place(act.knowledge), _placed(act, way), strict=True)
    return z3.substitute(met, *changes, (act.knowledge.days_in_stage, z3.IntVal(0)))


def _place(knowledge: Knowledge) -> list[z3.ExprRef]:
    """What a move changes, beside how long it has been in its stage."""
    stopped, lost = knowledge.reserved["stopped_in"], knowledge.reserved["lost_reason"]
    return [knowledge.stage, stopped.known, stopped.value, lost.known, lost.value]


def _placed(act: Act, way: Way) -> list[z3.ExprRef]:
    """The same after the way was taken."""
    knowledge, arc = act.knowledge, way.arc
    _, *past = _place(knowledge)
    code = knowledge.texts.code
    if arc.stops:
        past[:2] = [z3.BoolVal(True), z3.IntVal(code(arc.source))]
    if arc.kind is MoveKind.LOSE:
        past[2:] = [z3.BoolVal(bool(arc.reasons)), act.reason]
    return [z3.IntVal(code(arc.target)), *past]


def _same_past(before: Knowledge, after: Knowledge) -> list[z3.BoolRef]:
    pairs = zip(_place(before)[1:], _place(after)[1:], strict=True)
    return [one == other for one, other in pairs]


def _kept(before: Knowledge, after: Knowledge) -> list[z3.BoolRef]:
    """That what was known, proven and done still is."""
    pairs = [(fact.known, after.facts[name].known) for name, fact in before.facts.items()]
    pairs += [(proof.there, after.proofs[name].there) for name, proof in before.proofs.items()]
    pairs += [(done, after.tasks[name]) for name, done in before.tasks.items()]
    return [z3.Implies(one, other) for one, other in pairs]


def _acted(before: Act, after: Act) -> list[z3.BoolRef]:
    """That whatever buyer and seller did between the two acts was their last activity."""
    old, new = before.knowledge, after.knowledge
    changed = z3.Or(
        old.buyer != new.buyer,
        *(old.attempts[name] != count for name, count in new.attempts.items()),
        *(old.proofs[name].there != proof.there for name, proof in new.proofs.items()),
    )
    acted = z3.And(after.active >= old.now, after.active <= new.now)
    return [z3.Or(acted, z3.And(after.active == before.active, z3.Not(changed)))]
