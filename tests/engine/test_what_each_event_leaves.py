"""What a timer, a migration or an erasure leaves of an opportunity, and the step that tells it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from msgspec.structs import replace

import salesfsm as sf
from salesfsm.engine.evolve import evolve
from salesfsm.engine.fitting import check_opportunity
from salesfsm.frozen import frozen

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ENGINE = sf.Engine(
    sf.loads("""
salesfsm: 1
process: small
facts: {seats: integer}
activities: [call]
buyer: {milestones: [signature]}
stages:
  - {name: talking, tasks: [demo], expected: 10d}
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price, other]}
transitions:
  - {trigger: lose, source: talking, target: lost}
  - {trigger: win, source: talking, target: won, when: proven(signature)}
""")
)


@pytest.fixture
def deal() -> sf.Opportunity:
    found = ENGINE.open("A", at=NOW, facts={"seats": 3}).unwrap()
    found = ENGINE.record(found, sf.Evidence("signature"), at=NOW).unwrap()
    found = ENGINE.log(found, sf.Activity("call"), at=NOW).unwrap()
    return ENGINE.log(found, sf.Activity("call", due=NOW + timedelta(5)), at=NOW).unwrap()


def migrated(deal: sf.Opportunity) -> sf.Migrated:
    """The migration to another version that changes nothing else."""
    return sf.Migrated(
        deal.id,
        deal.sequence + 1,
        NOW,
        None,
        process=deal.process,
        version="2",
        from_process=deal.process,
        from_version=deal.version,
        source=deal.stage,
        target=deal.stage,
        facts=frozen({}),
        evidence=frozen({}),
        tasks=frozen({}),
        attempts=deal.attempts,
        planned=deal.planned,
        stopped=deal.stopped,
        team=deal.team,
    )


def test_a_migration_has_the_attempts_that_it_says_and_drops_withdrawn_evidence(deal):
    assert deal.attempts == {"call": 1}
    kept = evolve(deal, migrated(deal))
    assert (kept.attempts, kept.evidence) == (deal.attempts, deal.evidence)
    changed = replace(
        migrated(deal), attempts=frozen({"call": 7}), evidence=frozen({"signature": ()})
    )
    now = evolve(deal, changed)
    assert (now.attempts, now.evidence) == ({"call": 7}, {})


def test_a_migration_out_of_another_version_is_refused_in_a_replay(deal):
    history = [
        *ENGINE.open("A", at=NOW).events,
        replace(migrated(ENGINE.open("A", at=NOW).unwrap()), from_version="7"),
    ]
    with pytest.raises(sf.EventError, match="leaves small 7, but it is in small"):
        sf.replay(ENGINE.process, history)


def test_an_erasure_leaves_nothing_planned(deal):
    assert deal.planned
    assert evolve(deal, sf.Erased(deal.id, deal.sequence + 1, NOW, None)).planned == ()


def test_a_timer_that_only_reminds_is_told_by_a_whole_step(deal):
    bare = ENGINE.open("B", at=NOW).unwrap()
    (due,) = ENGINE.due(bare)
    step = ENGINE.elapse(bare, due, at=due.at, by="clock")
    assert step.accepted
    assert (step.blockers, step.warnings, step.command) == ((), (), "elapse")
    assert step.process is ENGINE.process
    assert [event.by for event in step.events] == ["clock"]
    assert step.explain() == "B: elapse is accepted"


def test_the_end_of_a_hold_is_told_by_a_whole_step(deal):
    held = ENGINE.hold(deal, until=NOW + timedelta(3), at=NOW, reason="holiday").unwrap()
    due = next(each for each in ENGINE.due(held) if each.kind == "hold")
    step = ENGINE.elapse(held, due, at=due.at, by="clock")
    assert [type(event) for event in step.events] == [sf.CameDue, sf.Resumed]
    assert [event.by for event in step.events] == ["clock", "clock"]
    assert (step.blockers, step.warnings, step.command) == ((), (), "elapse")
    assert step.process is ENGINE.process
    assert step.opportunity == reduce(evolve, step.events, held)


def test_what_is_not_due_is_told_with_what_is(deal):
    bare = ENGINE.open("B", at=NOW).unwrap()
    (due,) = ENGINE.due(bare)
    with pytest.raises(sf.CommandError, match=f"due are: {re.escape(due.key)}$"):
        ENGINE.elapse(bare, replace(due, name="won"), at=due.at)
    done = ENGINE.complete(deal, "demo", at=NOW).unwrap()
    won = replace(ENGINE.fire(done, "win", at=NOW).unwrap(), planned=())
    with pytest.raises(sf.CommandError, match=r"due are: nothing$"):
        ENGINE.elapse(won, due, at=due.at)
    with pytest.raises(sf.ValueTypeError, match="not 'stalled'"):
        ENGINE.elapse(bare, "stalled", at=due.at)


def test_a_loss_without_a_reason_names_the_stage_and_the_reasons(deal):
    step = ENGINE.fire(deal, "lose", at=NOW)
    (missing,) = step.blockers
    assert missing.code == "reason.required"
    assert missing.target == "lost"
    assert missing.details["reasons"] == "price, other"


def test_evidence_that_is_not_there_can_be_withdrawn(deal):
    event = sf.EvidenceWithdrawn(deal.id, deal.sequence + 1, NOW, None, "other", 9)
    assert evolve(deal, event) == replace(deal, sequence=deal.sequence + 1)


def test_two_ways_that_are_both_closed_are_told_as_two():
    engine = sf.Engine(
        sf.loads("""
salesfsm: 1
process: fork
facts: {seats: integer}
stages: [{name: talking}, {name: small}, {name: large}, {name: won, outcome: won}]
transitions:
  - {trigger: go, source: talking, target: small, when: seats < 9}
  - {trigger: go, source: talking, target: large, when: seats >= 9}
  - {trigger: go, source: small, target: won}
  - {trigger: go, source: large, target: won}
""")
    )
    step = engine.fire(engine.open("A", at=NOW).unwrap(), "go", at=NOW)
    assert step.explain().startswith("A: go is refused: none of its 2 ways is open")
    assert step.explain() == step.explain("en")
    assert len(repr(step).split(", ")) == 2
    route = engine.route(engine.open("A", at=NOW).unwrap(), "won", at=NOW)
    assert [move.target for move in route.moves] == ["small", "won"]


@pytest.mark.parametrize("wrong", [{"role": 5, "reason": "x"}, {"role": "x", "reason": 5}])
def test_an_override_is_of_texts(wrong):
    with pytest.raises(sf.SalesFsmError, match=next(n for n, v in wrong.items() if v == 5)):
        sf.Override(**wrong)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"evidence": frozen({"signed": ()})}, "^A: unknown milestone 'signed'"),
        ({"tasks": frozenset({"demmo"})}, "^A: unknown task 'demmo'"),
        ({"attempts": frozen({"fax": 1})}, "^A: unknown activity 'fax'"),
        ({"facts": frozen({"seat": 1})}, "^A: unknown fact 'seat'"),
        ({"facts": frozen({"seats": 3.0})}, "^A gives the fact 'seats', which is integer"),
        ({"facts": frozen({"price": 3})}, "^A gives the fact 'price', which is decimal"),
    ],
)
def test_what_does_not_fit_is_told_with_its_opportunity_and_kind(deal, change, says):
    process = sf.loads("""
salesfsm: 1
process: small
facts: {seats: integer, price: decimal}
activities: [call]
buyer: {milestones: [signature]}
stages: [{name: talking, tasks: [demo]}, {name: won, outcome: won}]
""")
    check_opportunity(process, deal)
    with pytest.raises(sf.EventError, match=says):
        check_opportunity(process, replace(deal, **change))


def test_a_replayed_migration_arrives_in_a_version_that_it_fits():
    second = sf.loads("""
salesfsm: 1
process: small
version: "2"
activities: [call]
stages: [{name: talking}, {name: won, outcome: won}]
""")
    opened = ENGINE.open("A", at=NOW)
    arrives = migrated(opened.unwrap())
    history = [*opened.events, arrives]
    now = sf.replay(second, history, processes=[ENGINE.process])
    assert (now.version, now.stage) == ("2", "talking")
    strange = replace(arrives, attempts=frozen({"fax": 1}))
    with pytest.raises(sf.EventError, match=r"^A: unknown activity 'fax'"):
        sf.replay(second, [*opened.events, strange])
    lost = replace(arrives, source="won")
    with pytest.raises(sf.EventError, match=r"^event 2 of A leaves won, but it stands in talking"):
        sf.replay(second, [*opened.events, lost])
    elsewhere = replace(arrives, from_version="7")
    with pytest.raises(sf.EventError, match=r"^event 2 of A leaves small 7"):
        sf.replay(second, [*opened.events, elsewhere])
