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
    """What is not as ``scenario`` claims, at ``at`` (aware); empty where all is."""
    when, then = scenario.when, scenario.then
    try:
        deal = opportunity_of(engine, scenario.given, at)
        who = {"by": when.by, "role": when.role, "reason": when.reason}
        if then.is_allowed:
            allows(engine, deal, when.trigger, to=then.allowed, warns=then.warns, at=at, **who)
        else:
            refuses(engine, deal, when.trigger, because=then.refused, at=at, **who)
    except (AssertionError, SalesFsmError) as error:
        return str(error)
    return ""


def opportunity_of(engine: Engine, given: Given, at: datetime) -> Opportunity:
    """The opportunity that is given, as it stands at ``at`` (aware).

    It was adopted in its stage, whatever its criteria are. Raises as the engine does for evidence
    that its milestone does not accept, and for reasons that its stage does not have.
    """
    process = engine.process
    stage = given.stage or process.starts[0]
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
    return deal


def _made_at(proof: Proof, entered: datetime, at: datetime) -> datetime:
    return entered if proof.days_ago is None else at - timedelta(days=proof.days_ago)


def _evidence(engine: Engine, proof: Proof, made_at: datetime) -> Evidence:
    """The piece of evidence; what is not said is as the milestone wants it."""
    milestone = engine.process.milestone_by_name[proof.milestone]
    kind = proof.kind or next(iter(milestone.accepts), "")
    maker = proof.made_by or milestone.made_by[0]
    return Evidence(milestone.name, kind=kind, made_by=maker.value, made_at=made_at)
