"""What shredding leaves of each event: nothing that tells of the buyer, and all else as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

import salesfsm as sf
from salesfsm.engine.erasing import shredded
from salesfsm.frozen import frozen

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PROOF = sf.Evidence("signature", "a mail of Jan Kowalski", "buyer", "mail/8", "he was glad", NOW)
CALL = sf.Activity("call", due=NOW + timedelta(days=5), ref="tel/8", note="he was out")


@pytest.fixture(scope="module")
def engine() -> sf.Engine:
    return sf.Engine(
        sf.loads("""
salesfsm: 1
process: small
facts: {seats: integer}
overrides: [boss]
buyer: {milestones: [signature]}
stages: [talking, {name: won, outcome: won, entry: proven(signature)}]
transitions: [{trigger: win, source: talking, target: won}]
""")
    )


@pytest.fixture(scope="module")
def deal(engine: sf.Engine) -> sf.Opportunity:
    return engine.open("A", at=NOW, by="anna", facts={"seats": 3}).unwrap()


def event_of(step: sf.Step) -> sf.Event:
    return step.events[0]


def test_an_opening_loses_its_facts_and_its_note(engine, deal):
    event = event_of(engine.adopt("A", "talking", at=NOW, facts={"seats": 3}, note="Jan's"))
    assert event.note == "Jan's"
    assert shredded(event) == replace(event, facts=frozen({}), note="")


def test_facts_go_and_that_they_changed_stays(engine, deal):
    event = event_of(engine.update(deal, {"seats": 4}, at=NOW, by="anna"))
    assert shredded(event) == replace(event, facts=frozen({}))


def test_evidence_loses_its_kind_its_reference_and_its_note(engine, deal):
    event = event_of(engine.record(deal, PROOF, at=NOW, by="anna"))
    bare = replace(event.evidence, kind="", ref="", note="")
    assert bare != event.evidence
    assert shredded(event) == replace(event, evidence=bare)


@pytest.mark.parametrize("activity", [CALL, replace(CALL, due=None)])
def test_an_activity_loses_its_reference_and_its_note(engine, deal, activity):
    event = event_of(engine.log(deal, activity, at=NOW, by="anna"))
    bare = replace(event.activity, ref="", note="")
    assert bare != event.activity
    assert shredded(event) == replace(event, activity=bare)


def test_an_override_loses_its_reason_and_no_other_move_changes(engine, deal):
    because = sf.Override("boss", "Jan is my cousin")
    event = event_of(engine.fire(deal, "win", at=NOW, by="anna", role="boss", override=because))
    assert shredded(event) == replace(event, override=replace(event.override, reason=""))
    proven = engine.record(deal, PROOF, at=NOW).unwrap()
    plain = event_of(engine.fire(proven, "win", at=NOW, by="anna"))
    assert shredded(plain) == plain


def test_reasons_and_notes_in_free_words_go(engine, deal):
    proven = engine.record(deal, PROOF, at=NOW).unwrap()
    withdrawn = event_of(engine.withdraw(proven, "signature", at=NOW, reason="Jan is ill"))
    held = event_of(engine.hold(deal, at=NOW, reason="Jan is ill"))
    paused = event_of(engine.buyer_holds(deal, at=NOW, reason="Jan is ill"))
    for event in (withdrawn, held, paused):
        assert event.reason == "Jan is ill"
        assert shredded(event) == replace(event, reason="")
    placed = event_of(engine.place(deal, "won", at=NOW, note="as Jan says"))
    assert placed.note == "as Jan says"
    assert shredded(placed) == replace(placed, note="")


def test_a_migration_loses_what_its_events_would(deal):
    event = sf.Migrated(
        "A", 2, NOW, "anna", process="small", version="2", from_process="small",
        from_version="1", source="talking", target="talking", facts=frozen({"seats": 3}),
        evidence=frozen({"signature": (PROOF,)}), tasks=frozen({}), attempts=frozen({"call": 1}),
        planned=(CALL,), stopped=None, team=None, note="for Jan",
    )  # fmt: skip
    assert shredded(event) == replace(
        event,
        facts=frozen({}),
        evidence=frozen({"signature": (replace(PROOF, kind="", ref="", note=""),)}),
        planned=(replace(CALL, ref="", note=""),),
        note="",
    )


def test_what_tells_of_the_sellers_people_stays(engine, deal):
    event = event_of(engine.assign(deal, owner="ewa", at=NOW, by="anna"))
    assert shredded(event) == event
