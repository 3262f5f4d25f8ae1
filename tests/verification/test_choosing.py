"""Which of several ways is taken: by role, by timer, in their order, and with reasons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from test_findings import AT, ENDS, LOSE, fork, small, told, verified

import salesfsm as sf
from salesfsm.verification import Kind, Severity
from salesfsm.verification.histories import Histories
from salesfsm.verification.model import Model
from salesfsm.verification.solving import Solver
from salesfsm.verification.steps import Moving
from salesfsm.verification.ways import takings_of
from salesfsm.verification.witness import Reading


def split(first: str, second: str, never: str = "stage == won and stopped_in == c") -> sf.Process:
    """A fork of two ways, each with what more is said of it, and a promise."""
    return small(
        f"[a, b, c, {ENDS}]",
        f"[{{trigger: go, source: a, target: b{first}}}, {{trigger: go, source: a, target: c"
        f"{second}}}, {{trigger: win, source: [b, c], target: won}}, {LOSE}]",
        f'invariants: [{{never: "{never}"}}]',
    )


def test_of_two_transitions_that_are_equal_the_later_one_is_never_taken():
    way = "{trigger: win, source: a, target: won, when: budget > 3}"
    findings = verified(small(f"[a, {ENDS}]", f"[{way}, {way}, {LOSE}]")).findings
    assert [(each.kind, each.path) for each in findings] == [(Kind.SHADOWED, ("transitions", 1))]


@pytest.mark.parametrize(
    ("first", "second", "is_taken"),
    [
        ("", "", False),
        (", roles: [clerk]", ", roles: [boss]", True),
        (", roles: [clerk]", "", True),
        (", roles: [clerk]", ", roles: [clerk, boss]", True),
        ("", ", roles: [boss]", False),
        (", roles: [boss, clerk]", ", roles: [clerk]", False),
        ("", ", after: 30d", True),
        (", after: 30d", ", after: 30d", False),
        (", after: 10d", ", after: 30d", False),
        (", after: 30d", ", after: 10d", True),
        (", after: 30d", ", after: 10d, roles: [boss]", False),
        (", after: 3d", ", after: 10 business days", False),
        (", after: 20 business days", ", after: 12d", True),
        (", roles: [clerk], after: 3d", ", after: 3d", True),
        (", after: 6d", ", after: 5d", True),
        (", after: 30d", ", after: 5 business days", True),
    ],
)
def test_a_way_is_taken_where_its_role_or_its_timer_passes_by_the_one_before(
    first, second, is_taken
):
    found = {each.kind for each in verified(split(first, second)).findings}
    assert (Kind.SHADOWED in found) is not is_taken
    assert (Kind.BROKEN in found) is is_taken


def test_a_way_that_its_timer_takes_is_replayed_with_its_timer():
    process = split("", ", after: 30d")
    (broken,) = [e for e in verified(process).findings if e.kind is Kind.BROKEN]
    kinds = [type(event).__name__ for event in broken.witness.events]
    assert kinds == ["Opened", "CameDue", "Moved", "Moved"]
    assert broken.witness.events[1].at - AT >= timedelta(days=30)


REASONS = (
    "[a, c, {name: won, outcome: won}, {name: lost, outcome: lost, "
    "reasons: [{name: price, when: budget < 10}]}]"
)


def test_a_way_that_is_chosen_and_lacks_a_reason_lets_no_other_one_open():
    ways = "{{trigger: go, source: a, target: {}}}"
    process = small(
        REASONS,
        f"[{ways.format('lost')}, {ways.format('c')}, {{trigger: win, source: c, target: won}}]",
    )
    engine = sf.Engine(process)
    deal = engine.open("x", at=AT, facts={"budget": 20}).unwrap()
    assert not [move for move in engine.moves(deal, at=AT) if move.allowed]
    assert {Kind.SHADOWED, Kind.GAP, Kind.STUCK} <= told(process)


@pytest.mark.parametrize(
    ("length", "days", "hours"), [("5d", 5, 3), ("36h", 1, 12), ("5 business days", 20, 0)]
)
def test_a_timer_is_hoped_to_ring_once_it_surely_has_and_before_a_later_one(length, days, hours):
    process = split(", after: 30d", f", after: {length}")
    model = Model(process, AT, timeout=2)
    (timer,) = [
        each for each in takings_of(model.ways) if each.timed and each.way.arc.target == "c"
    ]
    histories = Histories(model, ["a"], [Moving(timer)])
    histories.go_on()
    answer = Solver(histories.claims, timeout=2).ask(hoping=histories.patience())
    times = [Reading(process, each.knowledge, answer.model).now for each in histories.acts]
    assert times[1] - times[0] == timedelta(days=days, hours=hours)


def test_no_timer_takes_a_way_that_asks_for_a_reason():
    process = small(
        "[a, b, {name: won, outcome: won}, {name: lost, outcome: lost, reasons: [price]}]",
        "[{trigger: go, source: a, target: b}, {trigger: go, source: a, target: lost, after: 30d},"
        "{trigger: win, source: b, target: won}]",
        "invariants: [{never: stage == lost}]",
    )
    kinds = told(process)
    assert Kind.SHADOWED in kinds
    assert Kind.BROKEN not in kinds


def test_reasons_that_some_facts_give_leave_nobody_stuck():
    process = small(
        REASONS.replace("[{name: price, when: budget < 10}]", "[{name: price, when: calm}, other]"),
        "[{trigger: go, source: a, target: lost}, {trigger: win, source: [a, c], target: won, "
        "when: budget > 5}, {trigger: lose, source: c, target: lost}]",
    )
    assert told(process) == set()


def test_a_way_that_earlier_ones_cover_together_is_never_taken():
    go = '{{trigger: go, source: a, target: {}, when: "{}"}}'
    ways = [go.format(*each) for each in (("b", "budget >= 10"), ("c", "budget < 10"))]
    process = small(
        f"[a, b, c, d, {ENDS}]",
        f"[{', '.join(ways)}, {go.format('d', 'known(budget)')}, "
        f"{{trigger: win, source: [b, c, d], target: won}}, {LOSE}]",
    )
    (finding,) = verified(process).findings
    assert (finding.kind, finding.severity) == (Kind.SHADOWED, Severity.ERROR)
    assert (finding.values["first"], finding.values["second"]) == ("b, c", "d")


def test_of_one_pair_in_several_sources_the_worst_is_told():
    process = small(
        "[{name: a, exit: known(users)}, {name: c}, {name: b, exit: known(users)}, {name: d}, "
        f"{ENDS}]",
        "[{trigger: go, source: [a, b], target: c, when: budget > 10},"
        "{trigger: go, source: [a, b], target: d, when: budget > 5},"
        "{trigger: win, source: d, target: won}, {trigger: back, source: c, target: b},"
        f"{LOSE}]",
    )
    overlaps = [each for each in verified(process).findings if each.kind is Kind.OVERLAP]
    assert [(each.severity, each.values["source"]) for each in overlaps] == [
        (Severity.WARNING, "b")
    ]


def test_what_is_done_stays_done_so_that_a_way_for_the_undone_may_be_none():
    process = small(
        "[{name: a, tasks: [{name: call, optional: true}]}, {name: won, outcome: won}]",
        "[{trigger: win, source: a, target: won, when: not done(call)}]",
    )
    (finding,) = verified(process).findings
    assert finding.kind is Kind.STUCK
    assert finding.witness.opportunity.tasks == {"call"}


def test_what_leads_back_into_the_stage_is_no_way_out_of_it():
    process = small(
        f"[a, {ENDS}]",
        "[{trigger: win, source: a, target: won, when: budget > 10},"
        "{trigger: touch, source: a, target: a}]",
    )
    assert Kind.STUCK in told(process)


def test_the_witness_names_a_role_that_sees_both_ways():
    process = fork("budget >= 10", "users < 3", roles=("clerk", ""))
    (overlap,) = [each for each in verified(process).findings if each.kind is Kind.OVERLAP]
    assert overlap.witness.role == "clerk"


@pytest.mark.parametrize(("day", "is_broken"), [("1900-01-20", False), ("1900-03-20", True)])
def test_a_timer_passes_by_an_open_way_only_once_it_has_rung(day, is_broken):
    never = f"stage == c and calm and today < '{day}'"
    process = split(", when: calm", ", after: 30d", never)
    assert (Kind.BROKEN in told(process)) == is_broken


def test_two_ways_to_one_stage_that_are_open_at_once_are_a_note():
    ways = [f"{{trigger: win, source: a, target: won, when: {x} > 3}}" for x in ("budget", "users")]
    findings = verified(small(f"[a, {ENDS}]", f"[{', '.join(ways)}, {LOSE}]")).findings
    (overlap,) = [each for each in findings if each.kind is Kind.OVERLAP]
    assert overlap.severity is Severity.NOTE
