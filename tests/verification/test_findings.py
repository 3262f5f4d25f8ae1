"""What verification proves and refutes, each on the smallest process that shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from math import inf, nan

import pytest
from showing import shows

import salesfsm as sf
from salesfsm.verification import Kind, Report, Severity, verify

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)

BASE = """
salesfsm: 1
process: small
currency: EUR
facts:
  budget: {type: money, minimum: 0}
  users: integer
  seats: integer
  rooms: integer
  calm: bool
  role: {type: choice, options: [user, boss]}
  decide_by: date
buyer:
  phases: [searching, deciding]
  milestones: [{name: need, moves: searching -> deciding, valid_for: 30d}, signature]
"""


def small(stages: str, transitions: str, more: str = "") -> sf.Process:
    """The process with these stages and transitions."""
    return sf.loads(f"{BASE}{more}\nstages: {stages}\ntransitions: {transitions}\n")


def verified(process: sf.Process) -> Report:
    """Its report; every witness shows what it claims."""
    report = verify(process, at=AT)
    for finding in report.findings:
        assert finding.decided
        if finding.witness is not None:
            assert shows(process, finding)
    return report


def told(process: sf.Process) -> set[Kind]:
    return {finding.kind for finding in verified(process).findings}


ENDS = "{name: won, outcome: won}, {name: lost, outcome: lost}"
LOSE = "{trigger: lose, source: open, target: lost}"


def guarded(*rules: str) -> sf.Process:
    """A process whose only way to won has these criteria."""
    listed = ", ".join(f'"{rule}"' for rule in rules)
    return small(
        f"[a, {ENDS}]", f"[{{trigger: win, source: a, target: won, when: [{listed}]}}, {LOSE}]"
    )


@pytest.mark.parametrize(
    ("rules", "criteria"),
    [
        (["budget > 100", "calm", "budget < 50"], "budget, budget.#2"),
        (["budget < 0"], "budget"),
        (["users * 2 == 7"], "users"),
        (["decide_by > today", "decide_by + days(3) < today - days(1)"], "decide_by"),
        (["not proven(need)", "buyer_at(deciding)"], "proven.need"),
        (["role == user and role == boss"], "role"),
        (["stage == won"], "stage"),
        (["stopped_in == a"], "stopped_in"),
    ],
)
def test_criteria_that_contradict_each_other_are_named(rules, criteria):
    report = verified(guarded(*rules))
    (finding,) = [each for each in report.findings if each.kind is Kind.NEVER_MET]
    assert set(criteria.split(", ")) <= set(finding.values["criteria"].split(", "))
    assert "calm" not in finding.values["criteria"]
    assert finding.path == ("transitions", 0)
    assert {Kind.UNREACHABLE, Kind.NO_WAY_TO_WON} <= {each.kind for each in report.findings}


@pytest.mark.parametrize(
    "rules",
    [
        ["budget > 100", "budget < 101"],
        ["not known(budget)"],
        ["users * 2 == 8"],
        ["proven(need) and not proven(signature)"],
        ["days_in_stage > 3 and days_since_activity < 2 and attempts(call) == 5"],
        ["users / 3 == 0.333333333333"],
    ],
)
def test_what_can_be_met_is_clean(rules):
    report = verified(guarded(*rules))
    assert report.clean
    assert report.findings == ()
    assert report.asked[Kind.NEVER_MET] == 2


def test_a_criterion_that_only_warns_contradicts_nothing():
    process = small(
        f"[a, {ENDS}]",
        "[{trigger: win, source: a, target: won, when: [budget > 9, {rule: budget < 1, "
        f"level: warn}}]}}, {LOSE}]",
    )
    assert verified(process).clean


def test_a_dated_criterion_counts_as_if_it_held():
    process = small(
        f"[a, {ENDS}]",
        "[{trigger: win, source: a, target: won, when: [budget > 9, {rule: budget < 1, "
        f"since: 2027-01-01}}]}}, {LOSE}]",
    )
    assert Kind.NEVER_MET in told(process)


def test_reasons_that_all_ask_the_impossible_shut_the_way():
    process = small(
        "[a, {name: won, outcome: won}, {name: lost, outcome: lost, reasons: [{name: price, "
        "when: budget < 0}]}]",
        f"[{{trigger: win, source: a, target: won}}, {LOSE}]",
    )
    (finding,) = [e for e in verified(process).findings if e.kind is Kind.NEVER_MET]
    assert finding.values["target"] == "lost"


def fork(first: str, second: str, roles: tuple[str, str] = ("", "")) -> sf.Process:
    """A process with a decision of two branches."""
    limits = [f", roles: [{role}]" if role else "" for role in roles]
    return small(
        f"[a, b, c, {ENDS}]",
        f'[{{trigger: go, source: a, target: b, when: "{first}"{limits[0]}}},'
        f'{{trigger: go, source: a, target: c, when: "{second}"{limits[1]}}},'
        f"{{trigger: win, source: [b, c], target: won}}, {LOSE}]",
    )


def test_branches_that_are_open_at_once_overlap():
    (finding,) = verified(fork("budget >= 10", "users < 3")).findings[:1]
    assert (finding.kind, finding.severity) == (Kind.OVERLAP, Severity.WARNING)
    assert (finding.values["first"], finding.values["second"]) == ("b", "c")
    assert finding.path == ("transitions", 1)


def test_a_wider_branch_after_a_narrower_one_is_meant_for_all_else():
    report = verified(fork("budget >= 10", "known(budget)"))
    assert [each.severity for each in report.findings] == [Severity.NOTE]
    assert report.clean


def test_a_narrower_branch_after_a_wider_one_is_never_taken():
    assert Kind.SHADOWED in told(fork("known(budget)", "budget >= 10"))


def test_branches_that_nobody_may_take_both_do_not_overlap():
    process = fork("budget >= 10", "budget >= 5", roles=("clerk", "boss"))
    assert Kind.OVERLAP not in told(process)
    assert Kind.SHADOWED not in told(process)


def test_branches_that_leave_values_out_have_a_gap():
    report = verified(fork("budget > 10", "budget < 10"))
    (finding,) = [each for each in report.findings if each.kind is Kind.GAP]
    assert finding.witness.opportunity.facts == {"budget": sf.Money(10, "EUR")}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("budget > 10", "budget <= 10"),
        ("proven(need)", "done_or_not"),
        ("role == user", "role == boss"),
        ("decide_by <= today", "decide_by > today"),
    ],
)
def test_branches_that_cover_everything_have_none(first, second):
    second = "not proven(need) or proven(need)" if second == "done_or_not" else second
    assert Kind.GAP not in told(fork(first, second))


def test_what_may_still_be_proven_is_no_gap():
    assert Kind.GAP not in told(fork("proven(signature)", "budget > 10"))


def test_what_only_time_opens_is_no_gap():
    assert Kind.GAP not in told(fork("days_in_stage >= 5", "budget > 10"))
    assert Kind.GAP not in told(fork("today > decide_by", "budget > 10"))


def test_an_opportunity_that_facts_keep_in_a_stage_is_stuck():
    process = small(
        "[a, b, {name: won, outcome: won}]",
        "[{trigger: go, source: a, target: b, when: budget > 10 and proven(need)},"
        "{trigger: win, source: b, target: won, when: proven(signature)}]",
    )
    (finding,) = verified(process).findings
    assert (finding.kind, finding.values["stage"]) == (Kind.STUCK, "a")
    assert finding.witness.opportunity.evidence  # all is proven, and still it is stuck


def test_a_way_out_that_asks_nothing_leaves_nobody_stuck():
    assert verified(guarded("budget > 10")).clean


def test_a_criterion_that_follows_from_another_is_told():
    report = verified(guarded("budget >= 100", "budget >= 50"))
    (finding,) = report.findings
    assert finding.kind is Kind.IMPLIED
    assert (finding.values["criterion"], finding.values["by"]) == ("budget.#2", "budget")
    assert finding.witness.opportunity.facts["budget"].amount < 50  # where both refuse


def test_where_a_criterion_that_is_implied_refuses_nothing_but_the_two_does():
    process = guarded("users >= 100", "users >= 50", "seats > 3", "proven(need)")
    (finding,) = verified(process).findings
    witness = finding.witness
    moves = sf.Engine(process).moves(witness.opportunity, at=witness.at)
    (win,) = [move for move in moves if move.trigger == "win"]
    assert [each.code for each in win.blockers] == ["users", "users.#2"]


def test_long_criteria_are_cut_in_what_is_told_of_them():
    many = "users in [{}]".format(", ".join(map(str, range(100))))
    (finding,) = verified(guarded("users == 5", many)).findings
    assert finding.values["written"].startswith("when: users in [0, 1,")
    assert finding.values["written"].endswith("…")
    (finding,) = verified(guarded(many, "users < 100")).findings
    assert finding.values["by_written"].endswith("…")


def test_criteria_of_one_code_are_told_apart_by_where_they_are_asked_and_by_what_rule():
    process = small(
        f"[{{name: a, exit: [known(rooms), users > 1], tasks: [call]}}, "
        f"{{name: b, entry: [users > 9, done(call)]}}, {ENDS}]",
        "[{trigger: go, source: a, target: b, when: users > 5},"
        f"{{trigger: win, source: b, target: won}}, {LOSE}]",
    )
    findings = [each for each in verified(process).findings if each.kind is Kind.IMPLIED]
    assert {(each.values["written"], each.values["by_written"]) for each in findings} == {
        ("exit: users > 1", "when: users > 5"),
        ("exit: users > 1", "entry: users > 9"),
        ("when: users > 5", "entry: users > 9"),
        ("entry: done(call)", "tasks"),
    }
    for each in findings:
        assert f"({each.values['written']})" in each.message_in("en")
        assert f"({each.values['by_written']})" in each.message_in("en")
        assert f"({each.values['written']})" in each.hint_in("en")


def test_equal_criteria_are_told_once():
    report = verified(guarded("users >= 100", "users >= 50 + 50"))
    assert [each.kind for each in report.findings] == [Kind.IMPLIED]


def test_python_predicates_may_answer_anything_and_are_named():
    process = small(
        f"[a, b, c, {ENDS}]",
        "[{trigger: go, source: a, target: b, when: friendly()},"
        "{trigger: go, source: a, target: c, when: not friendly()},"
        f"{{trigger: win, source: [b, c], target: won, when: friendly()}}, {LOSE}]",
        "predicates: {friendly: They like us}",
    )
    report = verified(process)
    assert report.opaque == ("friendly",)
    assert Kind.OVERLAP not in {each.kind for each in report.findings}


def test_what_the_solver_does_not_decide_is_never_called_proven():
    # Nobody knows three whole numbers whose cubes make 114.
    cubes = " + ".join(f"{name} * {name} * {name}" for name in ("users", "seats", "rooms"))
    report = verify(guarded(f"{cubes} == 114"), at=AT, timeout=0.5)
    undecided = [each for each in report.findings if not each.decided]
    assert undecided
    assert not report.clean
    assert undecided[0].message_in("en").startswith("not decided: can 'win'")
    assert "timeout" in undecided[0].hint_in("pl")


@pytest.mark.parametrize(
    "arguments", [{"timeout": 0}, {"timeout": -1}, {"timeout": inf}, {"timeout": nan}, {"depth": 0}]
)
def test_arguments_that_ask_nothing_are_errors(arguments):
    with pytest.raises(sf.CommandError, match="more than 0 seconds"):
        verify(guarded("calm"), at=AT, **arguments)


def test_a_naive_time_is_an_error():
    with pytest.raises(sf.TimeError, match="naive"):
        verify(guarded("calm"), at=AT.replace(tzinfo=None))
