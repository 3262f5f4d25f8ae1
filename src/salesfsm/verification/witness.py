"""Opportunities out of the solver's models: what a model leaves open is left unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar, get_args

import z3
from msgspec.structs import replace

from salesfsm.engine.opportunity import Evidence, Opportunity, Standing, Stop
from salesfsm.frozen import frozen
from salesfsm.process.journey import Milestone
from salesfsm.process.kinds import Acting, Maker
from salesfsm.process.process import Process
from salesfsm.rules.explanation import asked
from salesfsm.rules.types import TEXT, Type
from salesfsm.rules.values import EARLIEST, LATEST, FactValue
from salesfsm.rules.vocabulary import BUYER_ACTIVE
from salesfsm.verification.encoding import DAY, FIRST_DAY, MICROSECOND, value
from salesfsm.verification.knowledge import Knowledge, Reply, Term
from salesfsm.verification.report import Witness

NAME = "witness"
"""The id of every witness."""

MANY_ATTEMPTS = 100
"""More attempts than that are only where nothing else will do."""

Found = TypeVar("Found")

_STANDINGS: Mapping[str, Standing] = {each: each for each in get_args(Standing)}


def near(at: datetime, knowledge: Knowledge) -> tuple[z3.BoolRef, ...]:
    """What is hoped of a witness, the most wished for first: that it is of now, and plain."""
    today = knowledge.today == at.date().toordinal()
    return (
        z3.And(today, knowledge.clock == (at - EARLIEST) // MICROSECOND % DAY),
        *plain(knowledge),
        z3.And(knowledge.days_in_stage == 0, knowledge.days_since_activity == 0),
    )


def plain(knowledge: Knowledge) -> tuple[z3.BoolRef, ...]:
    """That the buyer is active, and that nobody has tried in vain, or not too often to be told.

    Each kind of attempts is a wish of its own, for some may be asked and the others not.
    """
    counts = list(knowledge.attempts.values())
    return (
        knowledge.buyer == knowledge.texts.code(BUYER_ACTIVE),
        z3.Sum(counts) <= MANY_ATTEMPTS,
        *(count == 0 for count in counts),
    )


def _asked_in(process: Process, stage: str) -> set[tuple[str, str]]:
    """What the ways out of ``stage`` ask, by kind and name."""
    return {
        pair
        for arc in process.arcs
        if arc.source == stage
        for each in (*arc.requirements, *(r for _, every in arc.reasons_asking for r in every))
        for pair in asked(each.condition)
    }


class Reading:
    """Reads what a model says of one opportunity."""

    def __init__(self, process: Process, knowledge: Knowledge, model: z3.ModelRef) -> None:
        self.process, self.knowledge, self.model = process, knowledge, model

    def witness(self, roles: Sequence[str | None] = ()) -> Witness:
        """The opportunity as it stands, with what the ways out of its stage ask alone.

        Who shows it acts in the first of ``roles``, if there are any.
        """
        now = self.now
        asked_here = _asked_in(self.process, self.text(self.knowledge.stage))

        def kept(kind: str, found: Mapping[str, Found]) -> dict[str, Found]:
            return {name: each for name, each in found.items() if (kind, name) in asked_here}

        entered = now - timedelta(days=self.count(self.knowledge.days_in_stage))
        active = now - timedelta(days=self.count(self.knowledge.days_since_activity))
        opportunity = Opportunity(
            id=NAME,
            process=self.process.name,
            version=self.process.version,
            sequence=1,
            at=now,
            stage=self.text(self.knowledge.stage),
            entered_at=entered,
            opened_at=min(entered, active),
            active_at=active,
            facts=frozen(kept("fact", self.facts)),
            evidence=frozen(
                {name: (self.piece(name),) for name in kept("milestone", self.evidence)}
            ),
            tasks=frozenset(kept("task", dict.fromkeys(self.tasks))),
            attempts=frozen(self.attempts),
            planned=(),
            stopped=self._stopped(),
            buyer=self.buyer,
            owner=self.reserved("owner"),
            team=self.reserved("team"),
            rest=None,
            origin=None,
        )
        by, role = somebody(self.process, opportunity), next(iter(roles), None)
        return Witness(opportunity, now, self.answers, by=by, role=role)

    @property
    def now(self) -> datetime:
        """The time."""
        day = self.count(self.knowledge.today) - FIRST_DAY
        return EARLIEST + (day * DAY + self.count(self.knowledge.clock)) * MICROSECOND

    @property
    def facts(self) -> dict[str, FactValue]:
        """The facts that are known."""
        types = self.knowledge.vocabulary.facts
        read = {name: self._maybe(term, types[name]) for name, term in self.knowledge.facts.items()}
        return {name: each for name, each in read.items() if each is not None}

    @property
    def evidence(self) -> dict[str, bool]:
        """The milestones with evidence, and whether it is in force."""
        proofs = self.knowledge.proofs.items()
        return {name: self._holds(p.in_force) for name, p in proofs if self._holds(p.there)}

    @property
    def tasks(self) -> list[str]:
        """The tasks that are done."""
        return [name for name, done in self.knowledge.tasks.items() if self._holds(done)]

    @property
    def attempts(self) -> dict[str, int]:
        """The attempts by kind, as far as there are any."""
        found = {name: self.count(each) for name, each in self.knowledge.attempts.items()}
        return {name: count for name, count in found.items() if count}

    @property
    def answers(self) -> dict[str, bool]:
        """What predicates say, where it matters."""
        return self._answered(self.knowledge.answers)

    @property
    def then(self) -> dict[str, bool]:
        """What predicates say once the step is taken, where it matters."""
        return self._answered(self.knowledge.then)

    @property
    def buyer(self) -> Standing:
        """How the buyer stands to the matter."""
        return _STANDINGS.get(self.text(self.knowledge.buyer), "active")

    def piece(self, milestone: str) -> Evidence:
        """The evidence for a milestone that has some."""
        defined, now = self.process.milestone_by_name[milestone], self.now
        until = now
        if self.evidence[milestone]:
            until = LATEST
            if defined.valid_for is not None:
                until = max(self.process.calendar.after(now, defined.valid_for), now + MICROSECOND)
        return replace(acceptable(defined), made_at=now, until=until, number=1)

    def reserved(self, name: str) -> str | None:
        """One of the texts that may be missing: an owner, a reason."""
        found = self._maybe(self.knowledge.reserved[name], TEXT)
        return None if found is None else str(found)

    def count(self, variable: z3.ArithRef) -> int:
        """The whole number that a variable stands for."""
        found = self.model.eval(variable, model_completion=True)
        return int(found.as_long())

    def text(self, variable: z3.ArithRef) -> str:
        """The text that a variable stands for."""
        return self.knowledge.texts.text(self.count(variable))

    def _stopped(self) -> Stop | None:
        stage, reason = self.reserved("stopped_in"), self.reserved("lost_reason")
        return None if stage is None and reason is None else Stop(stage, reason)

    def _maybe(self, term: Term, type_: Type) -> FactValue | None:
        if not self._holds(term.known):
            return None
        found = self.model.eval(term.value, model_completion=True)
        shown = z3.is_true(found) if z3.is_bool(found) else found.as_long()
        return value(shown, type_, self.knowledge.texts)

    def _answered(self, replies: Mapping[str, Reply]) -> dict[str, bool]:
        found = {}
        for name, answer in replies.items():
            if self._holds(answer.yes) or self._holds(answer.no):
                found[name] = self._holds(answer.yes)
        return found

    def _holds(self, variable: z3.BoolRef) -> bool:
        return bool(z3.is_true(self.model.eval(variable)))


def acceptable(milestone: Milestone) -> Evidence:
    """Evidence as the milestone accepts it; not made by the buyer if others may make it."""
    others = (maker for maker in milestone.made_by if maker is not Maker.BUYER)
    maker = next(others, Maker.BUYER)
    return Evidence(milestone.name, kind=next(iter(milestone.accepts), ""), made_by=maker.value)


def somebody(process: Process, opportunity: Opportunity) -> str | None:
    """Somebody who may act where the opportunity stands."""
    stage = process.stage_by_name[opportunity.stage]
    match process.acting_in(stage):
        case Acting.OWNER:
            return opportunity.owner
        case Acting.TEAM:
            team = process.team_by_name.get(stage.team or opportunity.team or "")
            return team.members[0] if team and team.members else None
    return None
