"""What the buyer does beside proving milestones: goes back, rests, goes on, gives up."""

from __future__ import annotations

from datetime import timedelta

import pytest

import salesfsm as sf
from sales.b2b import DAY, NOW, codes

TEXT = """
salesfsm: 1
process: buying
buyer:
  phases: [unaware, investigating, defining, selecting]
  milestones:
    - {name: interest, moves: unaware -> investigating}
    - {name: needs, moves: investigating -> defining, valid_for: 30d}
    - {name: shortlist, moves: defining -> selecting}
    - pilot
stages:
  - talking
  - {name: presenting, mirrors: defining}
  - {name: lost, outcome: lost}
transitions:
  - {trigger: present, source: talking, target: presenting}
  - {trigger: drop, source: open, target: lost, when: buyer == abandoned}
  - {trigger: wait, source: open, target: talking, when: "buyer in [on_hold, abandoned]"}
"""


@pytest.fixture(scope="module")
def engine() -> sf.Engine:
    return sf.Engine(sf.loads(TEXT))


def begun(engine: sf.Engine, *milestones: str) -> list[sf.Event]:
    """The history of an opportunity of which these milestones are proven."""
    step = engine.open("A", at=NOW)
    events = list(step.events)
    for name in milestones:
        step = engine.record(step.unwrap(), sf.Evidence(name, ref=name), at=NOW)
        events += step.events
    return events


def standing(engine: sf.Engine, *milestones: str) -> sf.Opportunity:
    return sf.replay(engine.process, begun(engine, *milestones))


class TestRevisiting:
    """The buyer goes back: what was proven beyond that phase is proven no more."""

    def test_evidence_beyond_the_phase_is_withdrawn_and_the_rest_stays(
        self, engine: sf.Engine
    ) -> None:
        deal = standing(engine, "interest", "needs", "shortlist", "pilot")
        back = engine.buyer_revisits(deal, "investigating", at=NOW + DAY).unwrap()
        assert set(back.evidence) == {"interest", "pilot"}
        assert engine.alignment(back, at=NOW + DAY).buyer == "investigating"

    def test_the_history_tells_it_and_each_withdrawal(self, engine: sf.Engine) -> None:
        deal = standing(engine, "interest", "needs", "needs", "shortlist")
        step = engine.buyer_revisits(
            deal, "investigating", at=NOW + DAY, by="anna", reason="a new director"
        )
        when = ("A", NOW + DAY, "anna")
        first, *withdrawn = step.events
        assert first == sf.BuyerMoved(
            "A", 6, NOW + DAY, "anna", sf.BuyerMove.REVISIT, "investigating", "a new director"
        )
        assert [(e.opportunity_id, e.at, e.by) for e in withdrawn] == [when] * 3
        assert {(e.milestone, e.number, e.reason) for e in withdrawn} == {  # type: ignore[attr-defined]
            ("needs", 3, "a new director"),
            ("needs", 4, "a new director"),
            ("shortlist", 5, "a new director"),
        }
        assert [e.sequence for e in step.events] == [6, 7, 8, 9]
        assert step.command == "buyer_revisits"

    def test_without_a_reason_the_withdrawals_name_the_phase(self, engine: sf.Engine) -> None:
        step = engine.buyer_revisits(standing(engine, "interest"), "unaware", at=NOW)
        assert step.events[1].reason == "the buyer revisits unaware"  # type: ignore[attr-defined]

    def test_it_can_be_replayed(self, engine: sf.Engine) -> None:
        events = begun(engine, "interest", "needs", "shortlist")
        deal = sf.replay(engine.process, events)
        step = engine.buyer_revisits(deal, "unaware", at=NOW + DAY, reason="again")
        history = [*events, *step.events]
        assert sf.replay(engine.process, history) == step.opportunity
        assert [sf.event_from_json(sf.event_to_json(each)) for each in history] == history

    def test_what_is_beyond_can_be_proven_again(self, engine: sf.Engine) -> None:
        deal = standing(engine, "needs")
        deal = engine.buyer_revisits(deal, "unaware", at=NOW).unwrap()
        assert codes(engine.fire(deal, "present", at=NOW).blockers) == ["mirror.defining"]
        deal = engine.record(deal, sf.Evidence("needs"), at=NOW).unwrap()
        assert engine.fire(deal, "present", at=NOW).accepted

    def test_expired_evidence_is_withdrawn_too_so_that_no_phase_stays_doubtful(
        self, engine: sf.Engine
    ) -> None:
        deal, later = standing(engine, "interest", "needs"), NOW + 40 * DAY
        assert engine.alignment(deal, at=later).doubtful == "defining"
        deal = engine.buyer_revisits(deal, "investigating", at=later).unwrap()
        assert engine.alignment(deal, at=later).doubtful is None

    def test_it_counts_as_the_buyer_being_active(self, engine: sf.Engine) -> None:
        deal = engine.buyer_abandons(standing(engine, "interest"), at=NOW).unwrap()
        deal = engine.buyer_revisits(deal, "unaware", at=NOW + DAY).unwrap()
        assert (deal.buyer, deal.active_at) == ("active", NOW + DAY)

    @pytest.mark.parametrize("milestones", [(), ("interest", "pilot")])
    def test_with_nothing_beyond_there_is_nothing_to_go_back_from(
        self, engine: sf.Engine, milestones: tuple[str, ...]
    ) -> None:
        deal = standing(engine, *milestones)
        with pytest.raises(sf.CommandError, match="is not beyond 'investigating'"):
            engine.buyer_revisits(deal, "investigating", at=NOW)

    def test_an_unknown_phase_names_the_nearest(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.UnknownNameError, match=r"phase.*did you mean 'defining'") as caught:
            engine.buyer_revisits(standing(engine, "shortlist"), "defning", at=NOW)
        assert caught.value.known == ("unaware", "investigating", "defining", "selecting")
        assert str(caught.value).startswith("unknown phase of the buyer 'defning' in buying; ")

    def test_phase_and_reason_are_texts(self, engine: sf.Engine) -> None:
        deal = standing(engine, "shortlist")
        with pytest.raises(sf.ValueTypeError, match="by is a text, not 2"):
            engine.buyer_revisits(deal, "defining", at=NOW, by=2)  # type: ignore[arg-type]
        with pytest.raises(sf.ValueTypeError, match="phase is a text, not 3"):
            engine.buyer_revisits(deal, 3, at=NOW)  # type: ignore[arg-type]
        with pytest.raises(sf.ValueTypeError, match="reason is a text, not 4"):
            engine.buyer_revisits(deal, "defining", at=NOW, reason=4)  # type: ignore[arg-type]


class TestStanding:
    """The buyer is active, rests, or has given up; rules can ask it."""

    @pytest.mark.parametrize(
        ("does", "stands", "move"),
        [
            ("buyer_holds", "on_hold", sf.BuyerMove.HOLD),
            ("buyer_abandons", "abandoned", sf.BuyerMove.ABANDON),
        ],
    )
    def test_it_changes_back_and_forth(
        self, engine: sf.Engine, does: str, stands: str, move: sf.BuyerMove
    ) -> None:
        deal = standing(engine)
        assert deal.buyer == "active"
        step = getattr(engine, does)(deal, at=NOW + DAY, by="anna", reason="a freeze")
        assert step.events == (sf.BuyerMoved("A", 2, NOW + DAY, "anna", move, None, "a freeze"),)
        assert step.unwrap().buyer == stands
        step = engine.buyer_resumes(step.unwrap(), at=NOW + 2 * DAY)
        assert step.unwrap().buyer == "active"
        assert step.unwrap().active_at == NOW + 2 * DAY

    @pytest.mark.parametrize("does", ["buyer_holds", "buyer_abandons"])
    def test_the_same_again_is_nothing(self, engine: sf.Engine, does: str) -> None:
        deal = getattr(engine, does)(standing(engine), at=NOW, reason="once").unwrap()
        again = getattr(engine, does)(deal, at=NOW + DAY, reason="twice")
        assert again.accepted
        assert again.events == ()
        assert again.opportunity is deal

    def test_an_active_buyer_who_goes_on_is_nothing(self, engine: sf.Engine) -> None:
        assert engine.buyer_resumes(standing(engine), at=NOW).events == ()

    def test_one_who_rests_may_give_up_and_the_other_way_round(self, engine: sf.Engine) -> None:
        deal = engine.buyer_holds(standing(engine), at=NOW).unwrap()
        deal = engine.buyer_abandons(deal, at=NOW).unwrap()
        assert deal.buyer == "abandoned"
        assert engine.buyer_holds(deal, at=NOW).unwrap().buyer == "on_hold"

    def test_evidence_alone_does_not_bring_a_buyer_back(self, engine: sf.Engine) -> None:
        deal = engine.buyer_abandons(standing(engine), at=NOW).unwrap()
        assert engine.record(deal, sf.Evidence("needs"), at=NOW).unwrap().buyer == "abandoned"

    def test_rules_ask_it(self, engine: sf.Engine) -> None:
        deal = standing(engine)
        assert codes(engine.fire(deal, "drop", at=NOW).blockers) == ["buyer"]
        rests = engine.buyer_holds(deal, at=NOW).unwrap()
        assert codes(engine.fire(rests, "drop", at=NOW).blockers) == ["buyer"]
        gone = engine.buyer_abandons(rests, at=NOW).unwrap()
        assert engine.fire(gone, "drop", at=NOW).unwrap().stage == "lost"

    def test_it_moves_along_from_stage_to_stage(self, engine: sf.Engine) -> None:
        gone = engine.buyer_abandons(standing(engine), at=NOW).unwrap()
        assert engine.fire(gone, "drop", at=NOW).unwrap().buyer == "abandoned"
        assert engine.place(gone, "presenting", at=NOW).unwrap().buyer == "abandoned"

    def test_a_state_that_there_is_not_is_an_error_of_the_rule(self) -> None:
        with pytest.raises(sf.DefinitionError, match="active, on_hold, abandoned"):
            sf.loads(TEXT.replace("buyer == abandoned", "buyer == gone"))

    def test_no_fact_may_be_called_so(self) -> None:
        with pytest.raises(sf.DefinitionError, match="'buyer' has a meaning in rules"):
            sf.loads(TEXT + "facts: {buyer: text}\n")

    def test_it_is_not_the_rest_of_the_opportunity(self, engine: sf.Engine) -> None:
        rests = engine.hold(standing(engine), at=NOW).unwrap()
        assert rests.buyer == "active"
        gone = engine.buyer_abandons(rests, at=NOW).unwrap()
        assert codes(engine.fire(gone, "drop", at=NOW).blockers) == ["held"]

    def test_it_is_kept_in_the_json(self, engine: sf.Engine) -> None:
        gone = engine.buyer_abandons(standing(engine), at=NOW).unwrap()
        assert sf.opportunity_from_json(sf.opportunity_to_json(gone)) == gone
        text = sf.opportunity_to_json(gone).replace('"abandoned"', '"bored"')
        with pytest.raises(sf.EventError, match="buyer"):
            sf.opportunity_from_json(text)


@pytest.mark.parametrize("does", ["buyer_holds", "buyer_resumes", "buyer_abandons"])
def test_each_is_answered_by_its_name_and_makes_up_no_reason(engine: sf.Engine, does: str) -> None:
    deal = standing(engine)
    if does == "buyer_resumes":
        deal = engine.buyer_holds(deal, at=NOW).unwrap()
    for given in ({}, {"reason": "a merger"}):
        step = getattr(engine, does)(deal, at=NOW, **given)
        assert step.command == does
        assert [event.reason for event in step.events] == [given.get("reason", "")]


@pytest.mark.parametrize("does", ["buyer_holds", "buyer_resumes", "buyer_abandons"])
def test_arguments_are_checked_as_those_of_every_command(engine: sf.Engine, does: str) -> None:
    deal = standing(engine)
    with pytest.raises(sf.ValueTypeError, match="reason is a text"):
        getattr(engine, does)(deal, at=NOW, reason=3)
    with pytest.raises(sf.ValueTypeError, match="by is a text"):
        getattr(engine, does)(deal, at=NOW, by=3)
    with pytest.raises(sf.TimeError):
        getattr(engine, does)(deal, at=NOW - timedelta(seconds=1))
