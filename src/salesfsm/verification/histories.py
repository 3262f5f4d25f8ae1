"""Histories of a process as formulas: an opening, and steps one after the other.

Between steps people record facts and forget them, prove milestones and withdraw evidence, do tasks
and act, and time passes. What is done stays done. Nothing is placed, overridden or migrated.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import z3

from salesfsm.process.calendar import CLOCK_CHANGE
from salesfsm.rules.values import Duration
from salesfsm.verification.encoding import DAY, MICROSECOND
from salesfsm.verification.knowledge import Proof
from salesfsm.verification.model import Model, only_of_the_buyer
from salesfsm.verification.steps import Act, Changes, Handing, Moving, Step, opens, takes

OPENING = -1
"""What is taken when nothing is."""


class Histories:
    """All histories that begin in ``starts``, step by step; ``claims`` hold for each of them."""

    def __init__(self, model: Model, starts: Sequence[str], steps: Sequence[Step]) -> None:
        self.model, self.steps = model, steps
        self.acts: list[Act] = []
        self.claims: list[z3.BoolRef] = []
        act = self._another()
        self.claims += [
            act.taken == OPENING,
            act.active == act.knowledge.now,
            z3.Or([opens(model, stage, act) for stage in starts]),
        ]

    @property
    def last(self) -> Act:
        """The last act."""
        return self.acts[-1]

    def go_on(self) -> Act:
        """One more step."""
        before, act = self.last, self._another()
        passed = act.knowledge.now - before.knowledge.now
        self.claims += [
            passed >= act.knowledge.days_in_stage * DAY,
            passed < (act.knowledge.days_in_stage + 1) * DAY,
            z3.Or([act.taken == index for index in range(len(self.steps))]),
            *self._learnt(before, act),
        ]
        for index, step in enumerate(self.steps):
            self.claims.append(z3.Implies(act.taken == index, takes(step, act)))
        if before is self.acts[0]:
            self.claims.append(_stands(before, act, []))
            return act
        for index, step in enumerate(self.steps):
            led = _stands(before, act, step.changes(self.model.process, before))
            self.claims.append(z3.Implies(before.taken == index, led))
        return act

    def step(self, act: Act, model: z3.ModelRef) -> Step | None:
        """The step that is taken in ``model``; None for the opening."""
        index = model.eval(act.taken, model_completion=True).as_long()
        return None if index == OPENING else self.steps[index]

    def patience(self) -> tuple[z3.BoolRef, z3.BoolRef]:
        """That so much time passes that timers have surely rung, and evidence has expired; and no
        more than that: later on another timer may come first."""
        enough, no_more = [], []
        for before, act in pairwise(self.acts):
            passed = act.knowledge.now - before.knowledge.now
            for index, step in enumerate(self.steps):
                if isinstance(step, Moving) and step.taking.timed:
                    rung = _surely_over(step.taking.way.arc.after)
                    enough.append(z3.Implies(act.taken == index, passed >= rung))
                    no_more.append(z3.Implies(act.taken == index, passed == rung))
            for proof in act.knowledge.proofs.values():
                later = act.knowledge.today - before.knowledge.today
                enough.append(z3.Implies(_stale(proof), later >= _SOME_DAYS))
        return z3.And(enough), z3.And(no_more)

    def _another(self) -> Act:
        label = f"@{len(self.acts)}"
        knowledge, conditions = self.model.known_at(label)
        variables = [z3.Int(f"{name}{label}") for name in ("taken", "reason", "active")]
        act = Act(knowledge, conditions, *variables)
        quiet = knowledge.now - act.active
        self.claims += [
            *knowledge.domain,
            knowledge.in_calendar,
            quiet >= knowledge.days_since_activity * DAY,
            quiet < (knowledge.days_since_activity + 1) * DAY,
        ]
        self.acts.append(act)
        return act

    def _learnt(self, before: Act, after: Act) -> list[z3.BoolRef]:
        """That tasks stay done, and that what both sides did was their last activity.

        Evidence that others than the buyer may make is none, and expires only as time passes.
        """
        old, new = before.knowledge, after.knowledge
        handed = z3.Or(
            [
                before.taken == index
                for index, step in enumerate(self.steps)
                if isinstance(step, Handing)
            ]
        )
        of_buyer = [
            each.name
            for each in self.model.process.buyer.milestones
            if only_of_the_buyer(each.made_by)
        ]
        proven = [(old.proofs[name], new.proofs[name]) for name in of_buyer]
        changed = z3.Or(
            old.buyer != new.buyer,
            *(old.attempts[name] != count for name, count in new.attempts.items()),
            *(z3.And(now.in_force, z3.Not(then.in_force)) for then, now in proven),
            *(z3.And(now.there, z3.Not(then.there)) for then, now in proven),
        )
        acted = z3.And(after.active >= old.now, after.active <= new.now)
        rested = z3.And(z3.Not(handed), after.active == before.active, z3.Not(changed))
        passed = new.now > old.now
        return [
            z3.Or(acted, rested),
            *(z3.Or(handed, z3.Not(d), new.tasks[name]) for name, d in old.tasks.items()),
            *(
                z3.Implies(z3.And(_stale(proof), z3.Not(_stale(old.proofs[name]))), passed)
                for name, proof in new.proofs.items()
            ),
        ]


_SOME_DAYS = 10


def _surely_over(length: Duration | None) -> int:
    """Microseconds after which a timer has rung, whatever is done to the clock, and however many
    days are free, within reason."""
    if length is None:
        return 0
    if length.business_days:
        return (2 * length.business_days + _SOME_DAYS) * DAY
    changed = CLOCK_CHANGE if length.days else timedelta(0)
    return (length.elapsed + changed) // MICROSECOND


def _stands(before: Act, after: Act, changes: Changes) -> z3.BoolRef:
    """That it stands where it was led, with what that left behind."""
    there, here = _place(before), _place(after)
    led = [z3.substitute(each, *changes) if changes else each for each in there]
    return z3.And([now == then for now, then in zip(here, led, strict=True)])


def _stale(proof: Proof) -> z3.BoolRef:
    return z3.And(proof.there, z3.Not(proof.in_force))


def _place(act: Act) -> list[z3.ExprRef]:
    """What only steps change."""
    stopped, lost = (act.knowledge.reserved[name] for name in ("stopped_in", "lost_reason"))
    return [act.knowledge.stage, stopped.known, stopped.value, lost.known, lost.value]
