"""The dry run: what would happen to each, counted, and nothing changed."""

from __future__ import annotations

from collections.abc import Iterator

from versions import LATER, NEW_ENGINE, NOW, OLD_ENGINE, STAGES, migration, rules

import salesfsm as sf
from salesfsm.migration.planning import plan_of


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


def test_it_streams_and_never_runs_back_in_time() -> None:
    held = 0

    def stream() -> Iterator[sf.Opportunity]:
        nonlocal held
        for each in DEALS:
            held += 1
            yield each

    plan = plan_of(
        OLD_ENGINE, NEW_ENGINE, rules(stages=STAGES), stream(), at=NOW.replace(year=2025)
    )
    assert plan.total == held == len(DEALS)


def test_the_plan_says_what_the_migration_does() -> None:
    plan = plan_of(OLD_ENGINE, NEW_ENGINE, rules(), DEALS, at=LATER)
    stays = {each.id for each in plan.stranded}
    for each in DEALS:
        assert migration().migrated(each, at=LATER).accepted == (each.id not in stays)
