"""Runs scenarios: makes the opportunity that is given, fires, and holds the answer against them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from salesfsm.engine.engine import Engine
from salesfsm.engine.opportunity import Evidence, Opportunity
from salesfsm.errors import Place, SalesFsmError
from salesfsm.testing.assertions import allows, refuses
from salesfsm.testing.engines import Decider, engine_of
from salesfsm.testing.scenarios.definitions import Given, Proof, Scenario
from salesfsm.testing.scenarios.reading import ScenarioFile

NAME = "the opportunity"
"""What explanations call it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a scenario went: ``failure`` says what is not as it claims, and is empty where all is."""

    scenario: Scenario
    place: Place
    failure: str = ""

    def __bool__(self) -> bool:
        return not self.failure


def run_scenarios(file: ScenarioFile, decider: Decider | None = None) -> Iterator[Outcome]:
    """Run the scenarios of a file, one after the other, against its own process or another one.

    An engine is needed where the process names Python predicates.
    """
    engine = engine_of(file.process if decider is None else decider, file.at)
    for index, scenario in enumerate(file.scenarios):
        yield Outcome(scenario, file.place(index), failure_of(engine, scenario, file.at))


def failure_of(engine: Engine, scenario: Scenario, at: datetime) -> str:
    """What is not as ``scenario`` claims, at ``at`` (aware); empty where all is.

    The first that is found, where it claims something of several stages or needs several things.
    """
    stages = scenario.stages_in(engine.process)
    for stage in stages:
        if failure := _failure_in(engine, scenario, stage, at):
            return failure if len(stages) == 1 else f"in {stage}: {failure}"
    return ""


def _failure_in(engine: Engine, scenario: Scenario, stage: str, at: datetime) -> str:
    when, then = scenario.when, scenario.then
    try:
        deal = opportunity_of(engine, scenario.given, stage, at)
        who = {"by": when.by, "role": when.role, "reason": when.reason}
        if then.is_refused:
            refuses(engine, deal, when.trigger, because=then.refused, at=at, **who)
            return ""
        allows(engine, deal, when.trigger, to=then.allowed, warns=then.warns, at=at, **who)
        for name, given in scenario.lacking:
            deal = opportunity_of(engine, given, stage, at)
            step = engine.fire(
                deal, when.trigger, at=at, by=when.by, role=when.role, reason=when.reason
            )
            # Another branch of the trigger may be open then.
            if step and then.allowed in (None, step.unwrap().stage):
                return f"{when.trigger!r} should need {name}, and is allowed without it"
    except (AssertionError, SalesFsmError) as error:
        return str(error)
    return ""


def opportunity_of(engine: Engine, given: Given, stage: str, at: datetime) -> Opportunity:
    """The opportunity that is given, as it stands in ``stage`` at ``at`` (aware).

    It was adopted there, whatever the criteria are. Raises as the engine does for evidence that
    its milestone does not accept, and for reasons that its stage does not have.
    """
    entered = at - timedelta(days=given.days_in_stage)
    begun_in = given.stopped_in or stage
    deal = engine.adopt(
        NAME,
        begun_in,
        at=entered,
        facts=given.facts,
        owner=given.owner,
        team=given.team,
        reason=given.reason if begun_in == stage else None,
    ).unwrap()
    if begun_in != stage:
        deal = engine.place(deal, stage, at=entered, reason=given.reason).unwrap()
    for task in given.tasks:
        deal = engine.complete(deal, task, at=entered).unwrap()
    for activity in given.activities:
        deal = engine.log(deal, activity, at=entered).unwrap()
    for proof in sorted(given.evidence, key=lambda each: _made_at(each, entered, at)):
        made_at = _made_at(proof, entered, at)
        piece = _evidence(engine, proof, made_at)
        deal = engine.record(deal, piece, at=max(entered, made_at)).unwrap()
    if given.buyer == "on_hold":
        deal = engine.buyer_holds(deal, at=deal.at).unwrap()
    elif given.buyer == "abandoned":
        deal = engine.buyer_abandons(deal, at=deal.at).unwrap()
    return deal


def _made_at(proof: Proof, entered: datetime, at: datetime) -> datetime:
    return entered if proof.days_ago is None else at - timedelta(days=proof.days_ago)


def _evidence(engine: Engine, proof: Proof, made_at: datetime) -> Evidence:
    """The piece of evidence; what is not said is as the milestone wants it."""
    milestone = engine.process.milestone_by_name[proof.milestone]
    kind = proof.kind or next(iter(milestone.accepts), "")
    maker = proof.made_by or milestone.made_by[0]
    return Evidence(milestone.name, kind=kind, made_by=maker.value, made_at=made_at)
