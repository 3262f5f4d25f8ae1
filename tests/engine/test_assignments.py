"""Who gets an opportunity: by name, or by the first rule of assignment that is met."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, strategies as st

import salesfsm as sf
from sales.b2b import DAY, NOW, codes

TEXT = """
salesfsm: 1
process: assigned
facts:
  segment: {type: choice, options: [small, strategic]}
  territory: text
  product: {type: choice, options: [loan, lease]}
  referred_by: text
buyer: {milestones: [{name: consent, valid_for: 10d}]}
teams:
  - {name: key_accounts, members: [zofia]}
  - {name: north, members: [anna, ewa, jan]}
  - {name: leasing}
stages: [lead]
assignments:
  - {name: strategic, when: segment == strategic, team: key_accounts, owner: zofia}
  - {name: north, when: territory == "north" and segment == small, team: north, turns: true}
  - {name: leasing, when: product == lease, team: leasing}
  - {name: referral, when: known(referred_by), owner: marek}
  - {name: consented, when: proven(consent), team: north}
"""


@pytest.fixture(scope="module")
def engine() -> sf.Engine:
    return sf.Engine(sf.loads(TEXT))


def lead(engine: sf.Engine, owner: str | None = None, **facts: object) -> sf.Opportunity:
    return engine.open("A", at=NOW, facts=facts, owner=owner).unwrap()


@pytest.mark.parametrize(
    ("facts", "rule", "team", "owner"),
    [
        ({"segment": "strategic"}, "strategic", "key_accounts", "zofia"),
        ({"segment": "small", "territory": "north"}, "north", "north", "anna"),
        ({"product": "lease"}, "leasing", "leasing", None),
        ({"referred_by": "a client"}, "referral", None, "marek"),
    ],
)
def test_segment_territory_and_product_decide(
    engine: sf.Engine, facts: dict[str, object], rule: str, team: str | None, owner: str | None
) -> None:
    step = engine.assign(lead(engine, **facts), at=NOW + DAY, by="desk", turn=0)
    assert step.events == (sf.Assigned("A", 2, NOW + DAY, "desk", owner, team, rule),)
    assert (step.unwrap().team, step.unwrap().owner) == (team, owner)
    assert sf.event_from_json(sf.event_to_json(step.events[0])) == step.events[0]


def test_the_first_rule_that_is_met_decides(engine: sf.Engine) -> None:
    deal = lead(engine, segment="strategic", territory="north", product="lease", referred_by="x")
    assert engine.assign(deal, at=NOW).unwrap().owner == "zofia"
    deal = engine.update(deal, {"segment": "small", "territory": "south"}, at=NOW).unwrap()
    assert engine.assign(deal, at=NOW).unwrap().team == "leasing"


def test_a_rule_without_a_condition_takes_all_that_is_left(engine: sf.Engine) -> None:
    text = TEXT + "  - {name: rest, team: north, owner: jan}\n"
    catching = sf.Engine(sf.loads(text))
    step = catching.assign(lead(catching), at=NOW)
    assert step.events[0].rule == "rest"  # type: ignore[attr-defined]
    assert step.unwrap().owner == "jan"


def test_where_none_is_met_it_is_refused_with_those_that_were_asked(engine: sf.Engine) -> None:
    deal = lead(engine)
    step = engine.assign(deal, at=NOW)
    assert codes(step.blockers) == ["assignment.none"]
    assert step.opportunity is deal
    for language in ("en", "pl", "bg"):
        assert "strategic, north, leasing, referral, consented" in step.explain(language)


def test_a_rule_may_ask_python() -> None:
    text = """\
salesfsm: 1
process: p
predicates: {is_friendly: They like us.}
stages: [lead]
assignments: [{name: friends, when: is_friendly(), owner: jan}]
"""
    engine = sf.Engine(
        sf.loads(text), predicates={"is_friendly": lambda deal, at: deal.owner == "anna"}
    )
    assert engine.assign(lead(engine, "anna"), at=NOW).unwrap().owner == "jan"
    assert codes(engine.assign(lead(engine, "ewa"), at=NOW).blockers) == ["assignment.none"]


def test_what_is_not_known_meets_no_rule(engine: sf.Engine) -> None:
    assert codes(engine.assign(lead(engine, territory="north"), at=NOW).blockers) == [
        "assignment.none"
    ]


def test_expired_evidence_meets_no_rule(engine: sf.Engine) -> None:
    deal = engine.record(lead(engine), sf.Evidence("consent"), at=NOW).unwrap()
    assert engine.assign(deal, at=NOW + 9 * DAY).unwrap().team == "north"
    assert codes(engine.assign(deal, at=NOW + 10 * DAY).blockers) == ["assignment.none"]


def test_the_same_again_is_nothing(engine: sf.Engine) -> None:
    deal = engine.assign(lead(engine, segment="strategic"), at=NOW).unwrap()
    assert engine.assign(deal, at=NOW).events == ()


def test_a_name_comes_before_the_rules(engine: sf.Engine) -> None:
    step = engine.assign(lead(engine, segment="strategic"), owner="jan", at=NOW, by="desk")
    assert step.events == (sf.Assigned("A", 2, NOW, "desk", "jan", None),)


def test_without_rules_it_says_what_to_give() -> None:
    engine = sf.Engine(sf.loads("salesfsm: 1\nprocess: p\nstages: [lead]"))
    with pytest.raises(sf.CommandError, match=r"give owner=, team= or both; p 1 has no rules"):
        engine.assign(engine.open("A", at=NOW).unwrap(), at=NOW)


class TestOwners:
    """A rule that names a team alone leaves the owner where the team has that member."""

    @pytest.mark.parametrize(("owner", "kept"), [("ewa", "ewa"), ("marek", None), (None, None)])
    def test_a_member_stays(self, engine: sf.Engine, owner: str | None, kept: str | None) -> None:
        deal = engine.record(lead(engine, owner), sf.Evidence("consent"), at=NOW).unwrap()
        assert engine.assign(deal, at=NOW).unwrap().owner == kept

    def test_a_team_that_names_no_members_keeps_everyone(self, engine: sf.Engine) -> None:
        assert engine.assign(lead(engine, "marek", product="lease"), at=NOW).unwrap().owner == (
            "marek"
        )

    def test_a_rule_that_names_an_owner_alone_leaves_the_team(self, engine: sf.Engine) -> None:
        deal = engine.open("A", at=NOW, team="north", facts={"referred_by": "x"}).unwrap()
        new = engine.assign(deal, at=NOW).unwrap()
        assert (new.team, new.owner) == ("north", "marek")


class TestTurns:
    """The members of a team take turns in their order; the caller keeps count."""

    def north(self, engine: sf.Engine, turn: int | None) -> str | None:
        deal = lead(engine, segment="small", territory="north")
        return engine.assign(deal, at=NOW, turn=turn).unwrap().owner

    def test_they_follow_each_other(self, engine: sf.Engine) -> None:
        found = [self.north(engine, turn) for turn in range(5)]
        assert found == ["anna", "ewa", "jan", "anna", "ewa"]

    @given(first=st.integers(0, 10**6), count=st.integers(0, 40))
    def test_nobody_gets_two_more_than_another(
        self, engine: sf.Engine, first: int, count: int
    ) -> None:
        got = Counter(self.north(engine, turn) for turn in range(first, first + count))
        each = [got[name] for name in ("anna", "ewa", "jan")]
        assert sum(each) == count
        assert max(each) - min(each) <= 1

    def test_a_turn_must_be_given_and_the_error_says_what_it_is(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.CommandError, match=r"'north' take turns: give turn=, how many"):
            self.north(engine, None)

    @pytest.mark.parametrize("turn", [-1, True, 1.0, "1"])
    def test_a_turn_is_a_whole_number_from_0(self, engine: sf.Engine, turn: object) -> None:
        with pytest.raises(sf.ValueTypeError) as refused:
            self.north(engine, turn)  # type: ignore[arg-type]
        assert str(refused.value) == f"turn is a whole number from 0, not {turn!r}"

    def test_other_rules_need_none(self, engine: sf.Engine) -> None:
        assert engine.assign(lead(engine, segment="strategic"), at=NOW).accepted
