"""Runs scenarios: makes the opportunity that is given, fires, and holds the answer against them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter

from msgspec.structs import replace

from salesfsm.engine.engine import Engine
from salesfsm.engine.opportunity import Evidence, Opportunity, Stop
from salesfsm.engine.step import Step, TransitionBlocked
from salesfsm.errors import CommandError, Place, SalesFsmError
from salesfsm.messages import message
from salesfsm.testing.assertions import codes_of, is_among
from salesfsm.testing.engines import Decider, check_type, engine_of
from salesfsm.testing.scenarios.definitions import Given, Proof, Scenario
from salesfsm.testing.scenarios.reading import ScenarioFile

NAME = "the opportunity"
"""What explanations call it."""

_TO_BE_NAMED = frozenset(
    ("trigger.unavailable", "reason.required", "evidence.kind", "evidence.maker")
)
"""What refuses wherever a stage or evidence is mistaken or a reason forgotten, so that it must be
named."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a scenario went: ``failure`` says what is not as it claims, and is empty where all is."""

    scenario: Scenario
    place: Place
    failure: str = ""

    def __bool__(self) -> bool:
        return not self.failure


def run_scenarios(
    file: ScenarioFile, decider: Decider | None = None, *, language: str = "en"
) -> Iterator[Outcome]:
    """Run the scenarios of a file, one after the other, against its own process or a changed one.

    An engine is needed where the process names Python predicates. Failures are told in
    ``language``. Raises :class:`~salesfsm.errors.CommandError` for a process of another name.
    """
    check_type(file, ScenarioFile, "run_scenarios takes a file of scenarios: read_scenarios(path)")
    engine = engine_of(file.process if decider is None else decider, file.at)
    if engine.process.name != file.process.name:
        about, given = file.process.name, engine.process.name
        raise CommandError(f"these scenarios are about {about}, and the process is {given}")
    return _outcomes(file, engine, language)


def _outcomes(file: ScenarioFile, engine: Engine, language: str) -> Iterator[Outcome]:
    for index, scenario in enumerate(file.scenarios):
        failure = failure_of(engine, scenario, file.time(index), language=language)
        yield Outcome(scenario, file.place(index), failure)


def failure_of(engine: Engine, scenario: Scenario, at: datetime, *, language: str = "en") -> str:
    """What is not as ``scenario`` claims, at ``at`` (aware); empty where all is.

    The first that is found, where it claims something of several stages or needs several things.
    """
    stages = scenario.stages_in(engine.process)
    for stage in stages:
        try:
            failure = Trial(engine, scenario, stage, at, language).failure()
        except SalesFsmError as error:
            failure = str(error)
        if failure and len(stages) > 1:
            return message("scenario.in_stage", language, stage=stage, failure=failure)
        if failure:
            return failure
    return ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A scenario in one stage: what it gives is made, its trigger fired, the answer judged."""

    engine: Engine
    scenario: Scenario
    stage: str
    at: datetime
    language: str

    def failure(self) -> str:
        """What is not as the scenario claims; raises what keeps it from being tried at all."""
        step = self._fired(self.scenario.given)
        if self.scenario.then.is_refused:
            return self._not_refused(step)
        return self._not_allowed(step) or self._not_needed()

    def _fired(self, given: Given) -> Step:
        when = self.scenario.when
        try:
            deal = opportunity_of(self.engine, given, self.stage, self.at)
        except TransitionBlocked as refused:
            return refused.step  # evidence that its milestone does not accept opens nothing
        return self.engine.fire(
            deal, when.trigger, at=self.at, by=when.by, role=when.role, reason=when.reason
        )

    def _not_refused(self, step: Step) -> str:
        if step:
            return self._told("scenario.is_allowed", step)
        found, named = codes_of(step.blockers), self.scenario.then.refused
        if missing := [code for code in named if not is_among(code, found)]:
            return self._told("scenario.refused_otherwise", step, codes=missing, found=found)
        if not named and _TO_BE_NAMED.issuperset(found):
            return self._told("scenario.refused_plainly", step, found=found)
        return ""

    def _not_allowed(self, step: Step) -> str:
        then = self.scenario.then
        if not step:
            return self._told("scenario.is_refused", step)
        entered, found = step.unwrap().stage, codes_of(step.warnings)
        if then.allowed not in (None, entered):
            return self._told("scenario.leads_elsewhere", None, stage=then.allowed, entered=entered)
        if missing := [code for code in then.warns or () if not is_among(code, found)]:
            warned = found or message("scenario.nothing", self.language)
            return self._told("scenario.warns_otherwise", step, codes=missing, found=warned)
        if then.warns == () and found:
            return self._told("scenario.warns", step, found=found)
        return ""

    def _not_needed(self) -> str:
        for name, given in self.scenario.lacking:
            step = self._fired(given)
            # Another branch of the trigger may be open then.
            if step and self.scenario.then.allowed in (None, step.unwrap().stage):
                return self._told("scenario.not_needed", None, name=name)
        return ""

    def _told(self, code: str, explained: Step | None, **values: str | Iterable[str] | None) -> str:
        """A sentence about the trigger, and below it the explanation of a step."""
        told = {
            name: value if isinstance(value, str) else ", ".join(value or ())
            for name, value in values.items()
        }
        sentence = message(code, self.language, trigger=self.scenario.when.trigger, **told)
        if explained is None:
            return sentence
        return f"{sentence}\n{explained.explain(self.language)}"


def opportunity_of(engine: Engine, given: Given, stage: str, at: datetime) -> Opportunity:
    """The opportunity that is given, as it stands in ``stage`` at ``at`` (aware).

    It was adopted, and recorded what is older than its time in the stage before it came there,
    whatever the criteria are. Raises as the engine does for evidence that its milestone does not
    accept, and for reasons that its stage does not have.
    """
    entered = at - timedelta(days=given.days_in_stage)
    proofs = sorted(
        ((_made_at(each, entered, at), each) for each in given.evidence), key=itemgetter(0)
    )
    begun = min([entered, *(made_at for made_at, _ in proofs)])
    deal = engine.adopt(
        NAME,
        stage,
        at=begun,
        facts=given.facts,
        owner=given.owner,
        team=given.team,
        reason=given.reason,
    ).unwrap()
    older = [pair for pair in proofs if pair[0] < entered]
    deal = _proven(engine, deal, older)
    if begun != entered:
        deal = engine.place(deal, stage, at=entered, reason=given.reason).unwrap()
        deal = replace(deal, active_at=entered)  # whoever brought it here was heard of then
    if given.stopped_in is not None:  # which way stopped it, and whether there is one, is not asked
        deal = replace(deal, stopped=Stop(given.stopped_in, deal.lost_reason))
    for task in given.tasks:
        deal = engine.complete(deal, task, at=entered).unwrap()
    deal = _proven(engine, deal, proofs[len(older) :])
    for activity in given.activities:
        deal = engine.log(deal, activity, at=deal.at).unwrap()
    if given.buyer == "on_hold":
        deal = engine.buyer_holds(deal, at=deal.at).unwrap()
    elif given.buyer == "abandoned":
        deal = engine.buyer_abandons(deal, at=deal.at).unwrap()
    return deal


def _proven(
    engine: Engine, deal: Opportunity, proofs: Iterable[tuple[datetime, Proof]]
) -> Opportunity:
    """The opportunity with evidence that is recorded when it was made."""
    for made_at, proof in proofs:
        deal = engine.record(deal, _evidence(engine, proof, made_at), at=made_at).unwrap()
    return deal


def _made_at(proof: Proof, entered: datetime, at: datetime) -> datetime:
    return entered if proof.days_ago is None else at - timedelta(days=proof.days_ago)


def _evidence(engine: Engine, proof: Proof, made_at: datetime) -> Evidence:
    """The piece of evidence; what is not said is as the milestone wants it."""
    milestone = engine.process.milestone_by_name[proof.milestone]
    kind = proof.kind or next(iter(milestone.accepts), "")
    maker = proof.made_by or milestone.made_by[0]
    return Evidence(milestone.name, kind=kind, made_by=maker.value, made_at=made_at)
