"""A migration that is taken back: as if it had not been, with all that was recorded since."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from versions import (
    LATER,
    NEW_ENGINE,
    NEW_PROCESS,
    NOW,
    OLD,
    OLD_ENGINE,
    OLD_PROCESS,
    ONWARDS,
    THIRD,
    Deal,
    codes,
    migration,
)

import salesfsm as sf
from salesfsm.engine.erasing import shredded
from salesfsm.engine.evolve import begin, evolve
from salesfsm.migration.migrating import Migration

MIGRATION = migration()


def migrated(deal: Deal) -> Deal:
    """The opportunity in the new version."""
    return deal.then(lambda was: MIGRATION.migrated(was, at=NOW))


def test_what_was_dropped_comes_back_and_what_was_renamed_is_called_as_before() -> None:
    deal = Deal(OLD_ENGINE, "talks", volume=5_000, fax="123", seats=3).then(
        lambda deal: OLD_ENGINE.record(deal, sf.Evidence("reason", ref="mail/1"), at=NOW),
        lambda deal: OLD_ENGINE.complete(deal, "write", at=NOW),
        lambda deal: OLD_ENGINE.log(deal, "fax", at=NOW),
    )
    before = deal.now
    step = migrated(deal).back(MIGRATION)
    back = step.unwrap()
    assert msgspec.structs.replace(back, sequence=before.sequence, at=before.at) == before
    (event,) = step.events
    assert isinstance(event, sf.Migrated)
    assert (event.reverts, event.from_version, event.version) == (5, "2", "1")
    assert sf.replay(OLD_PROCESS, [*deal.events, event]) == back
    assert OLD_ENGINE.withdraw(back, "reason", at=LATER).unwrap().evidence == {}


def test_what_was_recorded_since_stays_under_its_old_name() -> None:
    deal = migrated(Deal(OLD_ENGINE, volume=10)).then(
        lambda deal: NEW_ENGINE.update(deal, {"budget": 99, "seats": Decimal(7)}, at=NOW),
        lambda deal: NEW_ENGINE.record(deal, sf.Evidence("need", ref="new"), at=NOW),
        lambda deal: NEW_ENGINE.complete(deal, "reach", at=NOW),
        lambda deal: NEW_ENGINE.log(deal, "call", at=NOW),
        lambda deal: NEW_ENGINE.assign(deal, owner="jan", team="europe", at=NOW),
        lambda deal: NEW_ENGINE.hold(deal, at=NOW, reason="spring"),
    )
    back = deal.back(MIGRATION).unwrap()
    assert back.facts == {"volume": sf.Money(99, "EUR"), "seats": 7}
    assert isinstance(back.facts["seats"], int)
    assert [piece.number for piece in back.evidence["reason"]] == [4]
    assert back.tasks == {"ring", "write"}
    assert back.attempts == {"call": 1}
    assert (back.owner, back.team) == ("jan", "north")
    assert back.hold == deal.now.hold


def test_evidence_that_was_withdrawn_since_stays_withdrawn() -> None:
    deal = Deal(OLD_ENGINE).then(
        lambda deal: OLD_ENGINE.record(deal, sf.Evidence("reason"), at=NOW)
    )
    migrated(deal).then(lambda deal: NEW_ENGINE.withdraw(deal, "need", at=NOW))
    assert deal.back(MIGRATION).unwrap().evidence == {}


def test_what_has_no_place_in_the_old_version_refuses_or_is_dropped_as_the_rules_choose() -> None:
    deal = migrated(Deal(OLD_ENGINE)).then(
        lambda deal: NEW_ENGINE.update(deal, {"approval": True}, at=NOW)
    )
    assert codes(deal.back(MIGRATION)) == ["migration.data: facts.approval"]
    step = deal.back(migration(on_missing="drop"))
    assert step.unwrap().facts == {}
    assert [each.details["name"] for each in step.warnings] == ["facts.approval"]


def test_an_opportunity_that_has_moved_since_is_not_taken_back() -> None:
    deal = migrated(Deal(OLD_ENGINE)).then(
        lambda deal: NEW_ENGINE.complete(deal, "reach", at=NOW),
        lambda deal: NEW_ENGINE.fire(deal, "go", at=NOW),
    )
    step = deal.back(MIGRATION)
    assert codes(step) == ["migration.moved: discovery"]
    assert step.opportunity == deal.now
    assert "has moved since it was migrated, and stands in discovery" in step.explain()


def test_there_is_nothing_to_take_back_twice_or_from_what_began_in_the_new_version() -> None:
    born = Deal(NEW_ENGINE)
    assert codes(born.back(MIGRATION)) == ["migration.none: sale 2"]
    deal = migrated(Deal(OLD_ENGINE))
    deal.then(lambda _: deal.back(MIGRATION))
    assert codes(deal.back(MIGRATION)) == ["migration.none: sale 2"]


def test_it_can_be_migrated_again_after_the_way_back() -> None:
    deal = migrated(Deal(OLD_ENGINE, volume=5))
    first = deal.now
    deal.then(lambda _: deal.back(MIGRATION, at=NOW))
    again = migrated(deal).now
    assert msgspec.structs.replace(again, sequence=first.sequence) == first
    assert deal.back(MIGRATION).events[0].reverts == 4  # type: ignore[attr-defined]


def test_nothing_that_was_erased_comes_back() -> None:
    deal = migrated(Deal(OLD_ENGINE, volume=5, fax="1").then(
        lambda deal: OLD_ENGINE.record(deal, sf.Evidence("reason", ref="mail/1"), at=NOW)
    ))  # fmt: skip
    erased = sf.Erased("D1", deal.now.sequence + 1, NOW, None)
    for history in (deal.events, [shredded(each) for each in deal.events]):
        back = MIGRATION.reverted([*history, erased], at=LATER).unwrap()
        assert (back.facts, back.evidence, back.stage) == ({}, {}, "contact")


@pytest.mark.parametrize("events", [[], [sf.Erased("D1", 2, NOW, None)]])
def test_a_part_of_a_history_is_no_base_for_the_way_back(events: list[sf.Event]) -> None:
    with pytest.raises(sf.EventError):
        MIGRATION.reverted(events, at=LATER)


def test_the_way_back_is_a_fold_as_every_event_is() -> None:
    deal = migrated(Deal(OLD_ENGINE, volume=5))
    deal.then(lambda _: deal.back(MIGRATION))
    first, *others = deal.events
    assert isinstance(first, sf.Opened)
    state = begin(first)
    for event in others:
        state = evolve(state, event)
    assert state == deal.now


@pytest.mark.parametrize("team", ["north", "south"])
def test_a_team_that_was_merged_is_the_one_that_it_was(team: str) -> None:
    deal = Deal(OLD_ENGINE).then(lambda deal: OLD_ENGINE.assign(deal, team=team, at=NOW))
    migrated(deal).then(lambda deal: NEW_ENGINE.assign(deal, owner="anna", at=NOW))
    assert deal.now.team == "europe"
    assert deal.back(MIGRATION).unwrap().team == team


def test_what_was_erased_since_is_no_hindrance_whatever_its_kind_was() -> None:
    old = sf.loads(OLD.replace("[reason,", "[{name: reason, accepts: [email]},"))
    taken = Migration(MIGRATION.rules, old, NEW_PROCESS)
    deal = Deal(sf.Engine(old)).then(
        lambda deal: taken.migrated(deal, at=NOW),
        lambda deal: NEW_ENGINE.record(deal, sf.Evidence("need", kind="email"), at=NOW),
    )
    history = [shredded(each) for each in deal.events]
    erased = sf.Erased("D1", deal.now.sequence + 1, NOW, None)
    assert taken.reverted([*history, erased], at=LATER).unwrap().evidence == {}


def test_two_migrations_are_taken_back_one_after_the_other() -> None:
    deal = Deal(OLD_ENGINE, volume=5, fax="1").then(
        lambda deal: OLD_ENGINE.assign(deal, team="south", at=NOW),
        lambda deal: OLD_ENGINE.log(deal, "call", at=NOW),
    )
    before = deal.now
    migrated(deal).then(lambda deal: ONWARDS.migrated(deal, at=NOW))
    assert codes(deal.back(MIGRATION)) == ["migration.none: sale 2"]
    deal.then(lambda _: deal.back(ONWARDS, at=NOW), lambda _: deal.back(MIGRATION, at=NOW))
    assert msgspec.structs.replace(deal.now, sequence=before.sequence) == before
    assert sf.replay(OLD_PROCESS, deal.events, processes=[NEW_PROCESS, THIRD]) == deal.now


def test_what_was_recorded_two_versions_later_stays_all_the_way_back() -> None:
    third = sf.Engine(THIRD)
    deal = migrated(
        Deal(OLD_ENGINE, volume=5, seats=3).then(
            lambda deal: OLD_ENGINE.record(deal, sf.Evidence("sponsor"), at=NOW),
            lambda deal: OLD_ENGINE.log(deal, "fax", at=NOW),
            lambda deal: OLD_ENGINE.log(deal, sf.Activity("call", due=LATER), at=NOW),
        )
    ).then(
        lambda deal: NEW_ENGINE.log(deal, "email", at=NOW),
        lambda deal: ONWARDS.migrated(deal, at=NOW),
        lambda deal: third.update(deal, {"price": 9, "seats": None}, at=NOW),
        lambda deal: third.record(deal, sf.Evidence("cause", made_by="buyer"), at=NOW),
        lambda deal: third.withdraw(deal, "sponsor", at=NOW),
        lambda deal: third.complete(deal, "touch", at=NOW),
        lambda deal: third.log(deal, "phone", at=NOW),
        lambda deal: third.log(deal, sf.Activity("email", due=LATER), at=NOW),
        lambda deal: third.assign(deal, owner="jan", at=NOW),
        lambda deal: third.hold(deal, at=NOW, reason="spring"),
    )
    held = deal.now.hold
    deal.then(lambda _: deal.back(ONWARDS, at=NOW), lambda _: deal.back(MIGRATION, at=NOW))
    assert deal.now.facts == {"volume": sf.Money(9, "EUR")}
    assert list(deal.now.evidence) == ["reason"]
    assert deal.now.tasks == {"ring", "write"}
    assert deal.now.attempts == {"call": 1}  # what came before the buyer's answer counts no more
    assert [each.kind for each in deal.now.planned] == ["email"]  # the call took place
    assert (deal.now.owner, deal.now.hold) == ("jan", held)
    assert OLD_ENGINE.withdraw(deal.now, "reason", at=LATER).unwrap().evidence == {}
