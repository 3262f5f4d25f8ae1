"""What the answer to a trigger says of the ways that were looked at, and of what each of them asks.

It follows the engine: a way after the one that is open is not looked at, and a reason asks only
where its way is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Literal

import msgspec

from salesfsm.engine.acting import Actor, hindrances
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.plans import Plan, split_by_level
from salesfsm.engine.results import Blocker
from salesfsm.engine.step import Step
from salesfsm.process.kinds import Level

_REASON = {"reason.required"}
"""What blocks a way that is open but for a reason."""

Codes = tuple[str, ...]
"""The codes of criteria that were not met."""

AskedOfReasons = tuple[tuple[str, Codes], ...]
"""The reasons that were asked for what they ask themselves, with what each of them lacks."""


class LookedAt(msgspec.Struct, frozen=True, array_like=True):
    """What an answer says of one way: ``index`` counts those of the trigger in its stage.

    One that is ``open`` lacks nothing but that a reason is given.
    """

    index: int
    verdict: Literal["taken", "refused", "open"]
    lacking: Codes = ()
    reasons: AskedOfReasons = ()


class Observation(msgspec.Struct, frozen=True, array_like=True):
    """What firing ``trigger`` in ``source`` on a ``day`` says of its ways."""

    trigger: str
    source: str
    day: date
    ways: tuple[LookedAt, ...]


class Firing(msgspec.Struct, frozen=True):
    """A trigger that was fired, and the ``step`` that answered; ``plans`` with their indexes."""

    trigger: str
    plans: tuple[tuple[int, Plan], ...]
    opportunity: Opportunity
    at: datetime
    actor: Actor
    reason: str | None
    step: Step

    def observed(self) -> Observation | None:
        """What it says; None where no way was looked at: there is none, or all are on hold."""
        if not self.plans or self.opportunity.hold is not None:
            return None
        ways = self._told() or tuple(self._looked_at())
        return Observation(self.trigger, self.opportunity.stage, self.at.date(), ways)

    def _told(self) -> tuple[LookedAt, ...]:
        """The only way, where the step tells all of it, so that there is no need to look again."""
        (index, plan), *others = self.plans
        found = (*self.step.blockers, *self.step.warnings)
        if others or (plan.asking and found):
            return ()
        blocking = {each.code for each in found if each.level is Level.BLOCK}
        if not blocking:
            reason = self.reason or ""
            asked: AskedOfReasons = ((reason, ()),) if reason in plan.asking else ()
            return (LookedAt(index, "taken", _codes(found), asked),)
        return (LookedAt(index, "open" if blocking == _REASON else "refused", _codes(found)),)

    def _looked_at(self) -> Iterator[LookedAt]:
        for index, plan in self.plans:
            found = plan.examine(self.opportunity, self.at)
            barred = hindrances(self.step.process, self.opportunity, self.actor, plan.arc)
            if barred or split_by_level(found)[0]:
                yield LookedAt(index, "refused", _codes(found))
                continue
            refused, asked = self._asked_of_reasons(plan)
            taken: Literal["taken", "open"] = "taken" if self.step.accepted else "open"
            yield LookedAt(index, "refused" if refused else taken, _codes(found), asked)
            return

    def _asked_of_reasons(self, plan: Plan) -> tuple[bool, AskedOfReasons]:
        """Whether no reason may be given of those that were asked, and what each of them lacks."""
        reasons = plan.reasons if self.reason is None else (self.reason,)
        asked = {
            reason: plan.asking[reason].examine(self.opportunity, self.at)
            for reason in reasons
            if reason in plan.asking
        }
        closed = [reason for reason, found in asked.items() if split_by_level(found)[0]]
        refused = bool(closed) and len(closed) == len(reasons)
        if self.reason is None and not refused:
            return False, ()  # whether each of them may be given was not the question
        return refused, tuple((reason, _codes(found)) for reason, found in asked.items())


def _codes(blockers: Iterable[Blocker]) -> Codes:
    return tuple(each.code for each in blockers)
