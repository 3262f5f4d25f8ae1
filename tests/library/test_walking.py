"""The walker meets whatever a rule can ask, and says so where nothing can."""

from __future__ import annotations

import pytest

import salesfsm as sf
from salesfsm.testing.engines import SELLER
from salesfsm.testing.walking import StuckError, walk

HEAD = """\
salesfsm: 1
process: p
currency: EUR
acting: {acting}
facts:
  budget: {{type: money, minimum: 100, maximum: 90000}}
  seats: {{type: integer, minimum: 3}}
  discount: {{type: decimal, maximum: 1}}
  authority: {{type: choice, options: [user, decision_maker]}}
  need: text
  decide_by: date
  next_step: date
  renewal: datetime
  trial: duration
  nda: bool
buyer:
  phases: [one, two, three]
  milestones:
    - {{name: first, moves: one -> two, accepts: [email], valid_for: 10d}}
    - {{name: second, moves: two -> three, made_by: [third_party]}}
teams:
  - {{name: closers, planes: [sales], members: [ewa, jan]}}
stages: [talking, {{name: won, outcome: won}}, {{name: lost, outcome: lost, reasons: [price]}}]
transitions:
"""
GO = '  - {{trigger: go, source: talking, target: won, when: "{rule}"}}\n'


def engine(rule: str, more: str = "", acting: str = "anyone") -> sf.Engine:
    text = HEAD.format(acting=acting) + GO.format(rule=rule.replace('"', '\\"')) + more
    return sf.Engine(sf.loads(text))


@pytest.mark.parametrize(
    "rule",
    [
        "budget >= 20000",
        "budget < 500",
        "seats == 7",
        "seats != 3 and known(budget)",
        "10 <= seats < 12",
        "0.05 < discount < 0.06",
        "budget / seats > 100",
        "authority == decision_maker",
        "need == 'speed'",
        "next_step > today",
        "today <= decide_by <= today + days(90)",
        "decide_by - next_step > days(100)",
        "renewal < now + hours(36) and renewal > now",
        "trial > '30d'",
        "nda",
        "not nda",
        "bant(of=3, within=days(60), min_budget=10000, timeline=decide_by)",
        "bant(within=days(14))",
        "at_least(2, known(need), nda, seats > 10)",
        "not (known(need) and nda) or seats > 5",
        "proven(second)",
        "buyer_at(three) and proven(first)",
        "attempts(call) >= 5",
        "attempts() > 6 and proven(first)",
        "days_in_stage >= 45",
        "days_since_activity >= 14 and known(need)",
        "days_in_stage > 20 and proven(first)",
        "owner == 'ewa' and team == 'closers'",
        "buyer == abandoned",
        "buyer == on_hold",
    ],
)
def test_whatever_a_rule_asks_is_supplied(rule: str) -> None:
    done = walk(engine(rule), "won")
    assert done.stages == ["talking", "won"]
    assert sf.replay(done.steps[0].process, done.events) == done.opportunity


def test_a_condition_that_became_untrue_is_mended() -> None:
    found = engine("attempts() < 2 and not proven(first) and days_since_activity < 3")
    deal = found.open("W-1", at=walk(found, "talking").at).unwrap()
    for _ in range(4):
        deal = found.log(deal, "call", at=deal.at).unwrap()
    deal = found.record(deal, sf.Evidence("first", kind="email"), at=deal.at).unwrap()
    for _ in range(4):
        deal = found.log(deal, "call", at=deal.at).unwrap()
    assert walk(found, "won", deal=deal).opportunity.stage == "won"


@pytest.mark.parametrize("rule", ["false", "stopped_in == talking", "seats < 3"])
def test_what_cannot_be_met_is_told(rule: str) -> None:
    with pytest.raises(StuckError):
        walk(engine(rule), "won")


def test_a_branch_is_taken_although_the_one_before_it_was_open() -> None:
    later = '  - {trigger: go, source: talking, target: lost, when: "known(need)"}\n'
    found = engine("budget > 1000", later)
    deal = walk(found, "talking").opportunity
    deal = found.update(deal, {"budget": 5000, "need": "speed"}, at=deal.at).unwrap()
    assert walk(found, "lost", deal=deal).opportunity.stage == "lost"


def test_a_way_that_cannot_be_opened_is_gone_around() -> None:
    around = """\
  - {trigger: rest, source: talking, target: lost}
  - {trigger: rescue, source: lost, target: won, when: "known(need)"}
"""
    assert walk(engine("false", around), "won").stages == ["talking", "lost", "won"]


@pytest.mark.parametrize(("acting", "by"), [("anyone", SELLER), ("owner", SELLER), ("team", "ewa")])
def test_one_who_may_act_takes_the_way(acting: str, by: str) -> None:
    moved = walk(engine("nda", acting=acting), "won").events[-1]
    assert moved.by == by


def test_a_role_is_taken_where_one_is_needed() -> None:
    text = HEAD.format(acting="anyone")
    limited = "  - {trigger: go, source: talking, target: won, roles: [sales director]}\n"
    moved = walk(sf.Engine(sf.loads(text + limited)), "won").events[-1]
    assert isinstance(moved, sf.Moved)
    assert moved.role == "sales director"
    assert moved.override is None


def test_a_branch_for_a_role_is_taken_by_it_although_the_next_one_is_free() -> None:
    text = HEAD.format(acting="anyone")
    limited = "  - {trigger: end, source: talking, target: lost, roles: [sales director]}\n"
    free = "  - {trigger: end, source: talking, target: won}\n"
    ended = walk(sf.Engine(sf.loads(text + limited + free)), "lost").events[-1]
    assert isinstance(ended, sf.Moved)
    assert (ended.role, ended.reason) == ("sales director", "price")
