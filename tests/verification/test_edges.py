"""Edges of what is proven: hard questions, dates and numbers, openings, reasons, threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from test_findings import AT, ENDS, LOSE, fork, guarded, small, told, verified

import salesfsm as sf
from salesfsm.verification import Kind, verify


def test_one_hard_guard_leaves_the_easy_ones_decided():
    process = small(
        f"[a, b, {ENDS}]",
        "[{trigger: go, source: a, target: b, when: users * users * users + seats * seats * seats"
        " + rooms * rooms * rooms == 114},"
        "{trigger: win, source: a, target: won, when: [budget > 5, budget < 3]},"
        f"{{trigger: back, source: b, target: a}}, {LOSE}]",
    )
    findings = verify(process, at=AT, timeout=0.5).findings
    about = {each.values.get("trigger") for each in findings if not each.decided}
    assert about == {"go"}
    assert Kind.NEVER_MET in {each.kind for each in findings if each.decided}


def test_what_nothing_ever_fails_is_implied_and_no_opportunity_shows_it():
    process = guarded("budget > 5", "budget >= 0 or not known(budget)")
    (finding,) = [each for each in verify(process, at=AT).findings if each.kind is Kind.IMPLIED]
    assert finding.decided
    assert finding.values["criterion"] == "budget.#2"
    assert finding.witness is None


def test_no_more_criteria_are_named_than_contradict_each_other():
    process = small(
        f"[{{name: a, exit: [friendly(), not friendly(), calm]}}, {ENDS}]",
        f"[{{trigger: win, source: a, target: won, when: [friendly(), budget > 3]}}, {LOSE}]",
        "predicates: {friendly: They like us}",
    )
    (finding,) = [each for each in verified(process).findings if each.kind is Kind.NEVER_MET]
    assert len(finding.values["criteria"].split(", ")) == 2
    one = [e for e in verified(guarded("budget < 0")).findings if e.kind is Kind.NEVER_MET]
    assert one[0].message_in("en").endswith("is never open: nothing meets budget")


def test_a_criterion_from_beyond_all_times_keeps_nobody():
    process = small(
        f"[a, {ENDS}]",
        "[{trigger: win, source: a, target: won, when: [{rule: budget < 0, since: 2300-01-01}]},"
        f"{LOSE}]",
    )
    assert verified(process).findings == ()


def test_dates_of_what_only_warns_put_off_no_proof():
    process = small(
        f"[a, {ENDS}]",
        "[{trigger: win, source: a, target: won, when: [{rule: calm, since: 2190-01-01, level: "
        f"warn}}, decide_by > today + days(36000)]}}, {LOSE}]",
    )
    assert verified(process).findings == ()


@pytest.mark.parametrize(
    "rule", ["attempts(call) > 1000", "attempts() > 2 * 100000", "days_in_stage > 70000"]
)
def test_numbers_may_be_large(rule):
    assert verified(guarded(rule)).findings == ()


@pytest.mark.parametrize("name", ["owner", "team"])
def test_nobody_is_called_by_the_empty_text(name):
    assert Kind.NEVER_MET in told(guarded(f"{name} == ''"))


def test_evidence_of_the_buyer_is_a_sign_of_life_while_it_is_in_force():
    assert Kind.NEVER_MET in told(guarded("proven(need)", "days_since_activity > 40"))
    assert verified(guarded("proven(need)", "days_since_activity > 20")).clean
    assert verified(guarded("proven(signature)", "days_since_activity > 4000")).clean


def test_evidence_that_others_may_make_is_no_sign_of_life():
    process = sf.loads(
        "{salesfsm: 1, process: studied, stages: [a, {name: won, outcome: won}],"
        " buyer: {milestones: [{name: study, made_by: [seller, buyer], valid_for: 30d}]},"
        " transitions: [{trigger: win, source: a, target: won,"
        " when: [proven(study), days_since_activity > 40]}]}"
    )
    assert Kind.NEVER_MET not in told(process)


def test_a_contradiction_in_several_sources_is_told_once_with_all_of_them():
    process = small(
        f"[a, b, {ENDS}]",
        "[{trigger: win, source: [a, b], target: won, when: budget < 0},"
        f"{{trigger: go, source: a, target: b}}, {LOSE}]",
    )
    (finding,) = [each for each in verified(process).findings if each.kind is Kind.NEVER_MET]
    assert finding.values["source"] == "a, b"


@pytest.mark.parametrize(
    "entry",
    ["done(call)", "proven(need)", "days_in_stage > 3", "attempts() > 0", "lost_reason == x"],
)
def test_an_opening_that_nothing_meets_is_told_and_no_promise_is_called_proven(entry):
    process = small(
        f"[{{name: a, tasks: [call], entry: {entry}}}, {{name: won, outcome: won}}, "
        "{name: lost, outcome: lost, reasons: [x]}]",
        f"[{{trigger: win, source: a, target: won}}, {LOSE}]",
        "invariants: [{never: stage == won}]",
    )
    report = verify(process, at=AT)
    assert not sf.Engine(process).open("x", at=AT).accepted
    assert [each.kind for each in report.findings if each.decided] == [
        Kind.NEVER_OPENED,
        Kind.UNREACHABLE,
        Kind.UNREACHABLE,
    ]
    (promise,) = [each for each in report.findings if not each.decided]
    assert (promise.kind, promise.doubt) == (Kind.BROKEN, "history")
    assert "no opportunity can be opened" in promise.hint_in("en")
    assert not report.bounded


@pytest.mark.parametrize("entry", ["known(budget)", "not done(call)", "buyer == active", "calm"])
def test_what_facts_can_open_is_no_such_opening(entry):
    process = small(
        f"[{{name: a, tasks: [call], entry: {entry}}}, {ENDS}]",
        f"[{{trigger: win, source: a, target: won}}, {LOSE}]",
    )
    assert Kind.NEVER_OPENED not in told(process)


def test_a_reason_that_can_never_be_given_is_told():
    process = small(
        "[a, {name: won, outcome: won}, {name: lost, outcome: lost, reasons: [{name: price, "
        "when: budget > 3}, {name: other, when: [role == user, role == boss]}]}]",
        f"[{{trigger: win, source: a, target: won}}, {LOSE}]",
    )
    (finding,) = verified(process).findings
    assert (finding.kind, finding.values["reason"]) == (Kind.NEVER_GIVEN, "other")
    assert finding.path == ("stages", 2, "reasons", 1)


def test_all_that_was_asked_is_counted():
    asked = verified(fork("budget >= 10", "known(budget)")).asked
    assert set(asked) == set(Kind)
    assert asked[Kind.OVERLAP] == asked[Kind.SHADOWED] == asked[Kind.GAP] == 1
    assert verified(guarded("budget > 5", "budget > 3")).asked[Kind.IMPLIED] > 0


def test_threads_wait_for_each_other():
    process = fork("budget >= 10", "users < 3")
    alone = verify(process, at=AT)
    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(lambda _: verify(process, at=AT), range(6)))
    assert all(report.findings == alone.findings for report in reports)
