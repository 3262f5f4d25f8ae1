"""The dry run: what would happen to each, counted, and nothing changed."""

from __future__ import annotations

import weakref
from collections.abc import Iterator

import msgspec
from versions import LATER, NEW_ENGINE, NOW, OLD_ENGINE, STAGES, migration, rules

import salesfsm as sf
from salesfsm.migration.planning import plan_of
from salesfsm.process.migration import MigrationRules


def deal(id: str, stage: str, **facts: object) -> sf.Opportunity:  # noqa: A002
    """An opportunity in a stage."""
    return OLD_ENGINE.adopt(id, stage, at=NOW, facts=facts).unwrap()


def proven(was: sf.Opportunity) -> sf.Opportunity:
    """The same one with a proven reason."""
    return OLD_ENGINE.record(was, sf.Evidence("reason"), at=NOW).unwrap()


DEALS = (
    deal("A", "contact", fax="1"),
    deal("B", "talks", volume=5_000),
    deal("C", "talks", volume=5),
    deal("D", "talks"),
    deal("E", "offer", volume=5),
    deal("F", "nurture"),
    deal("G", "won"),
)


def test_opportunities_are_counted_by_where_they_would_go() -> None:
    plan = plan_of(OLD_ENGINE, NEW_ENGINE, rules(), DEALS, at=LATER)
    assert plan.moves == {
        ("contact", "contact"): 1,
        ("talks", "discovery"): 1,
        ("talks", "demo"): 1,
        ("offer", "offer"): 1,
        ("won", "won"): 1,
    }
    assert (plan.total, plan.migrated) == (7, 5)
    assert [(each.id, each.stage, each.reasons[0].code) for each in plan.stranded] == [
        ("D", "talks", "migration.branch"),
        ("F", "nurture", "migration.stage"),
    ]
    assert plan.dropped == {"facts.fax": ("A",)}


def test_criteria_that_block_now_and_did_not_before_are_listed_by_code() -> None:
    plan = plan_of(OLD_ENGINE, NEW_ENGINE, rules(), DEALS, at=LATER)
    # What blocked it before under an old name, such as proven(reason), is not missed now.
    assert plan.missed == {"approval": ("E",)}


def test_a_criterion_that_was_met_and_is_not_any_more_is_missed() -> None:
    met = proven(deal("H", "talks", volume=5_000))
    forgetful = rules(milestones={"reason": None})
    plan = plan_of(OLD_ENGINE, NEW_ENGINE, forgetful, [met], at=LATER)
    assert plan.missed == {"proven.need": ("H",)}
    assert plan.dropped == {"milestones.reason": ("H",)}


def test_it_holds_one_at_a_time_and_never_runs_back_in_time() -> None:
    class Owner(str):
        """A text that tells when it is gone."""

    held: list[weakref.ref[Owner]] = []

    def stream() -> Iterator[sf.Opportunity]:
        for number in range(50):
            owner = Owner("anna")
            held.append(weakref.ref(owner))
            yield msgspec.structs.replace(deal(f"S{number}", "offer", volume=number), owner=owner)
            del owner
            assert sum(kept() is not None for kept in held) <= 2

    plan = plan_of(
        OLD_ENGINE, NEW_ENGINE, rules(stages=STAGES), stream(), at=NOW.replace(year=2025)
    )
    assert plan.total == len(held) == 50


def test_timers_that_would_ring_at_once_are_listed() -> None:
    text = "salesfsm: 1\nprocess: x\nversion: V\nstages: [{name: a, expected: N}]\n"
    old = sf.Engine(sf.loads(text.replace("V", '"1"').replace("N", "90d")))
    new = sf.Engine(sf.loads(text.replace("V", '"2"').replace("N", "20d")))
    deals = [old.open("A", at=NOW).unwrap(), old.open("B", at=LATER).unwrap()]
    given = MigrationRules(process="x", from_version="1", to_version="2")
    plan = plan_of(old, new, given, deals, at=LATER)
    assert plan.due_at_once == {"stalled.a": ("A",)}
    same = sf.Engine(new.process.model_copy(update={"version": "3"}))
    later = MigrationRules(process="x", from_version="2", to_version="3")
    overdue = [new.open("A", at=NOW).unwrap()]
    assert plan_of(new, same, later, overdue, at=LATER).due_at_once == {}


def test_the_plan_says_what_the_migration_does() -> None:
    plan = plan_of(OLD_ENGINE, NEW_ENGINE, rules(), DEALS, at=LATER)
    stays = {each.id for each in plan.stranded}
    for each in DEALS:
        assert migration().migrated(each, at=LATER).accepted == (each.id not in stays)
