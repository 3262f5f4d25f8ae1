"""What becomes of one opportunity in another version: all of it goes, or it stays and says why."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from versions import (
    LATER,
    NEW,
    NEW_ENGINE,
    NEW_PROCESS,
    NOW,
    OLD,
    OLD_ENGINE,
    OLD_PROCESS,
    STAGES,
    Deal,
    codes,
    dropped,
    migration,
    rules,
)

import salesfsm as sf
from salesfsm.engine.fitting import check_opportunity
from salesfsm.migration.migrating import Migration


def test_names_follow_the_rules_and_what_is_named_alike_stays() -> None:
    deal = Deal(OLD_ENGINE, "talks", volume=5_000, region="PL").then(
        lambda deal: OLD_ENGINE.record(deal, sf.Evidence("reason", ref="mail/1"), at=NOW),
        lambda deal: OLD_ENGINE.record(deal, sf.Evidence("sponsor"), at=NOW),
        lambda deal: OLD_ENGINE.complete(deal, "ring", at=NOW),
        lambda deal: OLD_ENGINE.log(deal, "call", at=NOW),
        lambda deal: OLD_ENGINE.log(deal, sf.Activity("email", due=LATER), at=NOW),
        lambda deal: OLD_ENGINE.assign(deal, team="south", at=NOW),
    )
    step = migration().migrated(deal.now, at=LATER, by="ewa", note="new year")
    new = step.unwrap()
    assert (new.process, new.version, new.stage) == ("sale", "2", "discovery")
    assert new.facts == {"budget": sf.Money(5_000, "EUR"), "region": "PL"}
    assert new.tasks == {"reach"}
    assert new.attempts == {"call": 1}
    assert new.planned == deal.now.planned
    assert (new.team, new.owner) == ("europe", "anna")
    assert (new.entered_at, new.opened_at) == (deal.now.entered_at, deal.now.opened_at)
    (piece,) = new.evidence["need"]
    assert (piece.milestone, piece.ref, piece.number) == ("need", "mail/1", 2)
    assert new.evidence["sponsor"] == deal.now.evidence["sponsor"]
    (event,) = step.events
    assert isinstance(event, sf.Migrated)
    assert (event.source, event.target, event.by, event.note) == (
        "talks",
        "discovery",
        "ewa",
        "new year",
    )
    check_opportunity(NEW_PROCESS, new)
    assert sf.replay(NEW_PROCESS, [*deal.events, event]) == new
    assert NEW_ENGINE.fire(new, "go", at=LATER).accepted is False  # dig is still to be done


def test_evidence_is_withdrawn_under_its_new_name_by_its_old_number() -> None:
    deal = Deal(OLD_ENGINE).then(
        lambda deal: OLD_ENGINE.record(deal, sf.Evidence("reason"), at=NOW),
        lambda deal: migration().migrated(deal, at=NOW),
        lambda deal: NEW_ENGINE.withdraw(deal, "need", at=NOW),
    )
    assert deal.now.evidence == {}


@pytest.mark.parametrize(
    ("facts", "target"),
    [({"volume": 5_000}, "discovery"), ({"volume": 10}, "demo")],
)
def test_a_split_stage_leads_to_the_first_branch_that_is_met(
    facts: dict[str, object], target: str
) -> None:
    assert migration().migrated(Deal(OLD_ENGINE, "talks", **facts).now, at=NOW).unwrap().stage == (
        target
    )


def test_an_opportunity_for_which_no_branch_is_met_is_stranded_where_it_stands() -> None:
    deal = Deal(OLD_ENGINE, "talks").now
    step = migration().migrated(deal, at=NOW)
    assert codes(step) == ["migration.branch: talks"]
    assert step.opportunity is deal
    assert step.events == ()
    assert "No branch of the rule for talks is met." in step.explain()


def test_a_stage_that_is_gone_strands() -> None:
    step = migration().migrated(Deal(OLD_ENGINE, "nurture").now, at=NOW)
    assert codes(step) == ["migration.stage: nurture"]


def test_stages_are_merged_where_two_old_names_lead_to_one() -> None:
    merging = migration(stages={"talks": "contact", "nurture": "contact"})
    for stage in ("contact", "talks", "nurture"):
        step = merging.migrated(Deal(OLD_ENGINE, stage).now, at=NOW)
        assert step.unwrap().stage == "contact"


def test_what_the_rules_drop_is_told_and_nothing_else_goes() -> None:
    deal = Deal(OLD_ENGINE, fax="123", region="PL").then(
        lambda deal: OLD_ENGINE.log(deal, "fax", at=NOW),
        lambda deal: OLD_ENGINE.log(deal, sf.Activity("fax", due=LATER), at=NOW),
    )
    step = migration().migrated(deal.now, at=NOW)
    assert dropped(step.warnings) == ["facts.fax", "activities.fax"]
    assert step.unwrap().facts == {"region": "PL"}
    assert (step.unwrap().attempts, step.unwrap().planned) == ({}, ())


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"facts": {"volume": "budget"}}, "facts.fax"),
        ({"milestones": {}}, "milestones.reason"),
        ({"tasks": {}}, "tasks.ring"),
        ({"activities": {}}, "activities.fax"),
        ({"teams": {}}, "teams.south"),
        ({"reasons": {}}, "reasons.silence"),
    ],
)
def test_data_without_a_place_strand_or_are_dropped_as_the_rules_choose(
    changes: dict[str, object], lacking: str
) -> None:
    deal = Deal(OLD_ENGINE, fax="123").then(
        lambda deal: OLD_ENGINE.record(deal, sf.Evidence("reason"), at=NOW),
        lambda deal: OLD_ENGINE.complete(deal, "ring", at=NOW),
        lambda deal: OLD_ENGINE.log(deal, sf.Activity("fax", made_by="seller"), at=NOW),
        lambda deal: OLD_ENGINE.assign(deal, team="south", at=NOW),
        lambda deal: OLD_ENGINE.fire(deal, "lose", reason="silence", at=NOW),
    )
    step = migration(**changes).migrated(deal.now, at=NOW)
    assert codes(step) == [f"migration.data: {lacking}"]
    step = migration(**changes, on_missing="drop").migrated(deal.now, at=NOW)
    assert lacking in dropped(step.warnings)
    check_opportunity(NEW_PROCESS, step.unwrap())


def test_a_fact_of_another_type_is_converted_where_nothing_is_lost() -> None:
    new = migration().migrated(Deal(OLD_ENGINE, seats=3).now, at=NOW).unwrap()
    assert new.facts["seats"] == Decimal(3)
    assert isinstance(new.facts["seats"], Decimal)


def test_a_fact_that_would_lose_something_strands() -> None:
    to_number = migration(facts={"volume": "budget", "fax": "seats"} | {"seats": None})
    assert to_number.migrated(Deal(OLD_ENGINE, fax="12").now, at=NOW).accepted
    step = to_number.migrated(Deal(OLD_ENGINE, fax="012").now, at=NOW)
    assert codes(step) == ["migration.value: facts.fax: 012: decimal"]


def test_where_and_why_it_stopped_follow_the_rules() -> None:
    deal = Deal(OLD_ENGINE, "talks", volume=5_000).then(
        lambda deal: OLD_ENGINE.fire(deal, "lose", reason="silence", at=NOW)
    )
    new = migration().migrated(deal.now, at=NOW).unwrap()
    assert (new.stage, new.stopped_in, new.lost_reason) == ("lost", "discovery", "no_answer")


def test_a_closed_opportunity_that_stopped_in_a_stage_without_a_rule_is_stranded() -> None:
    deal = Deal(OLD_ENGINE, "talks").then(
        lambda deal: OLD_ENGINE.fire(deal, "lose", reason="price", at=NOW)
    )
    assert codes(migration().migrated(deal.now, at=NOW)) == ["migration.data: stages.talks"]
    new = migration(on_missing="drop").migrated(deal.now, at=NOW).unwrap()
    assert (new.stopped_in, new.lost_reason) == (None, "price")


def test_closing_what_was_open_is_said_with_outcome_and_reason() -> None:
    closing = migration(stages={"nurture": {"to": "lost", "outcome": "lost", "reason": "price"}})
    deal = Deal(OLD_ENGINE, "nurture")
    new = closing.migrated(deal.now, at=NOW).unwrap()
    assert (new.stage, new.lost_reason, new.stopped_in) == ("lost", "price", None)
    deal.then(lambda deal: OLD_ENGINE.hold(deal, at=NOW))
    assert codes(closing.migrated(deal.now, at=NOW)) == ["migration.hold: lost"]


def test_what_rests_rests_on() -> None:
    deal = Deal(OLD_ENGINE).then(lambda deal: OLD_ENGINE.hold(deal, at=NOW, reason="budget"))
    new = migration().migrated(deal.now, at=LATER).unwrap()
    assert new.hold == deal.now.hold


def test_a_stage_of_the_same_name_with_another_outcome_is_no_rule() -> None:
    other = sf.loads('salesfsm: 1\nprocess: x\nversion: "1"\nstages: [a, {name: b}]\n')
    closed = sf.loads(
        'salesfsm: 1\nprocess: x\nversion: "2"\nstages: [a, {name: b, outcome: lost}]\n'
    )
    plain = rules(
        process="x", stages={}, facts={}, milestones={}, tasks={}, activities={}, reasons={},
        teams={},
    )  # fmt: skip
    moving = Migration(plain, other, closed)
    deal = sf.Engine(other).adopt("A", "b", at=NOW).unwrap()
    assert codes(moving.migrated(deal, at=NOW)) == ["migration.outcome: b"]


def test_only_opportunities_of_the_old_version_are_taken_and_time_does_not_run_back() -> None:
    deal = Deal(OLD_ENGINE).now
    new = migration().migrated(deal, at=NOW).unwrap()
    with pytest.raises(sf.ProcessMismatchError, match="belongs to sale 2"):
        migration().migrated(new, at=NOW)
    with pytest.raises(sf.TimeError, match="before the last event"):
        migration().migrated(deal, at=NOW - timedelta(days=1))


def test_a_history_across_versions_is_checked_where_its_versions_are_known() -> None:
    deal = Deal(OLD_ENGINE, "talks", volume=5_000)
    deal.then(
        lambda deal: OLD_ENGINE.update(deal, {"region": "PL"}, at=NOW),
        lambda deal: migration().migrated(deal, at=NOW),
        lambda deal: NEW_ENGINE.update(deal, {"approval": True}, at=NOW),
    )
    both = (OLD_PROCESS, NEW_PROCESS)
    assert sf.replay(NEW_PROCESS, deal.events) == deal.now
    assert sf.replay(NEW_PROCESS, deal.events, processes=both) == deal.now
    with pytest.raises(sf.ProcessMismatchError, match="belongs to sale 2, not to sale 1"):
        sf.replay(OLD_PROCESS, deal.events)
    with pytest.raises(sf.EventError, match="event 4 of D1 leaves sale 1, but it is in sale 2"):
        sf.replay(NEW_PROCESS, [*deal.events[:3], _renumbered(deal.events[2], 4)])
    with pytest.raises(sf.EventError, match="unknown fact 'region'"):
        sf.replay(NEW_PROCESS, deal.events, processes=[_without_region(OLD_PROCESS)])


def _without_region(process: sf.Process) -> sf.Process:
    facts = {name: fact for name, fact in process.facts.items() if name != "region"}
    return process.model_copy(update={"facts": facts})


def _renumbered(event: sf.Event, number: int) -> sf.Event:
    return msgspec.structs.replace(event, sequence=number, source="discovery")


CAPPED_TEXT = NEW.replace("budget: money", "budget: {type: money, maximum: 1000}").replace(
    "milestones: [need,", "milestones: [{name: need, accepts: [document]},"
)
CAPPED = sf.loads(CAPPED_TEXT)


def test_a_value_beyond_the_new_limits_strands_or_is_dropped() -> None:
    deal = Deal(OLD_ENGINE, volume=5_000).now
    step = Migration(rules(), OLD_PROCESS, CAPPED).migrated(deal, at=NOW)
    assert codes(step) == ["migration.value: facts.volume: 5000 EUR: money in EUR ≤ 1000"]
    step = Migration(rules(on_missing="drop"), OLD_PROCESS, CAPPED).migrated(deal, at=NOW)
    assert (step.unwrap().facts, dropped(step.warnings)) == ({}, ["facts.volume"])
    fits = Deal(OLD_ENGINE, volume=1_000).now
    assert Migration(rules(), OLD_PROCESS, CAPPED).migrated(fits, at=NOW).accepted


@pytest.mark.parametrize(
    ("piece", "code"),
    [
        (sf.Evidence("reason", kind="email"), "evidence.kind: need: email: document"),
        (
            sf.Evidence("sponsor", made_by="buyer"),
            "evidence.maker: sponsor: buyer: third_party",
        ),
    ],
)
def test_evidence_that_the_new_version_would_not_take_proves_nothing_there(
    piece: sf.Evidence, code: str
) -> None:
    text = CAPPED_TEXT.replace("valid_for: 30d", "valid_for: 30d, made_by: [third_party]")
    new = sf.loads(text)
    deal = Deal(OLD_ENGINE).then(lambda deal: OLD_ENGINE.record(deal, piece, at=NOW)).now
    assert codes(Migration(rules(), OLD_PROCESS, new).migrated(deal, at=NOW)) == [code]
    step = Migration(rules(on_missing="drop"), OLD_PROCESS, new).migrated(deal, at=NOW)
    assert step.unwrap().evidence == {}
    assert dropped(step.warnings) == [f"milestones.{piece.milestone}"]


def test_teams_that_are_free_texts_may_be_mapped_on_either_side() -> None:
    free = OLD.replace("teams: [{name: north, members: [anna]}, {name: south, members: [jan]}]", "")
    old = sf.loads(free)
    taken = Migration(rules(teams={"Inside Sales": "europe"}), old, NEW_PROCESS)
    engine = sf.Engine(old)
    deal = engine.open("A", at=NOW, team="Inside Sales").unwrap()
    assert taken.migrated(deal, at=NOW).unwrap().team == "europe"
    other = engine.open("B", at=NOW, team="Outside").unwrap()
    assert codes(taken.migrated(other, at=NOW)) == ["migration.data: teams.Outside"]


def test_whatever_becomes_lost_is_lost_for_a_reason() -> None:
    lost = {"to": "lost", "outcome": "lost"}
    with pytest.raises(sf.MigrationError, match="entered with a reason"):
        migration(stages={**STAGES, "won": lost})
    taken = migration(stages={**STAGES, "won": {**lost, "reason": "price"}})
    step = taken.migrated(Deal(OLD_ENGINE, "won").now, at=NOW)
    assert (step.unwrap().stage, step.unwrap().lost_reason) == ("lost", "price")


def test_a_loss_that_was_not_asked_its_reason_is_given_one_by_the_rules() -> None:
    old = sf.loads(OLD.replace(", reasons: [price, silence]", ""))
    unsaid = rules(reasons={})
    with pytest.raises(sf.MigrationError, match=r"stages\.lost: 'lost' is entered with a reason"):
        Migration(unsaid, old, NEW_PROCESS)
    said = rules(reasons={}, stages={**STAGES, "lost": {"to": "lost", "reason": "no_answer"}})
    deal = Deal(sf.Engine(old), "lost").now
    step = Migration(said, old, NEW_PROCESS).migrated(deal, at=NOW)
    assert step.unwrap().lost_reason == "no_answer"


def test_a_history_is_checked_by_an_equal_process_too() -> None:
    deal = Deal(OLD_ENGINE)
    assert sf.replay(OLD_PROCESS, deal.events, processes=[sf.loads(OLD)]) == deal.now
