"""The complex processes of the library: mirror, silence, winback, segments and the four planes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache

import pytest

import salesfsm as sf
from library.shelf import LANGUAGES, engine, process, stages, texts
from salesfsm import library
from salesfsm.checks import check
from salesfsm.process.calendar import Calendar
from salesfsm.process.fields import in_language
from salesfsm.testing.engines import MOMENT as NOW
from salesfsm.testing.walking import Walk, walk

SALES = ("complex_b2b", "regulated", "strategic", "small_business", "sales")
PLANES = ("prospecting", "sales", "cross_selling", "retention")
ALONE = (*SALES, "winback", "silence", "prospecting", "cross_selling", "retention")
COMPLEX = (*ALONE, "four_planes")
DAY = timedelta(days=1)


def main_line(name: str) -> list[str]:
    """The open stages of the main line, in their order."""
    return [stage.name for stage in process(name).stages if stage.is_open and stage.path is None]


@cache
def straight(name: str) -> Walk:
    """The walk along the main line, stage by stage, up to won."""
    return walk(engine(name), *main_line(name), *stages(name, "won"))


def codes(name: str, trigger: str, source: str) -> list[str]:
    """What a trigger asks in a stage, by the codes."""
    arcs = [a for a in process(name).arcs if (a.trigger, a.source) == (trigger, source)]
    return [each.code for arc in arcs for each in arc.requirements]


@pytest.mark.parametrize("name", COMPLEX)
class TestEach:
    """What is asked of every one of them."""

    def test_the_checks_find_nothing(self, name: str) -> None:
        assert check(process(name)) == []

    def test_it_loads_by_its_name_and_survives_being_written(self, name: str) -> None:
        found = sf.load(f"library:{name}")
        assert found == process(name)
        assert found.name == name
        assert sf.loads(sf.dump(found)) == found

    def test_its_head_says_what_to_change_first(self, name: str) -> None:
        comment = library.text(name).partition("salesfsm: 1\n")[0]
        assert all(row.startswith("#") for row in comment.splitlines())
        assert "What to change first:" in comment

    def test_no_translation_is_missing(self, name: str) -> None:
        for where, text in texts(process(name)):
            assert isinstance(text, Mapping), f"{where} has one text for all languages"
            assert tuple(text) == LANGUAGES, where
            english, polish, bulgarian = (in_language(text, each) for each in LANGUAGES)
            assert not re.search("[а-яА-Я]", english + polish), where
            assert re.search("[а-яА-Я]", bulgarian), where

    def test_whatever_people_see_has_a_label(self, name: str) -> None:
        found = process(name)
        named = [
            found,
            *found.stages,
            *found.facts.values(),
            *found.transitions,
            *found.handovers,
            *found.teams,
            *found.buyer.phases,
            *found.buyer.milestones,
            *found.buyer.jobs,
            *(task for stage in found.stages for task in stage.tasks),
            *(reason for stage in found.stages for reason in stage.reasons),
        ]
        assert [each for each in named if each.label is None] == []

    def test_each_stage_says_by_which_act_it_is_told(self, name: str) -> None:
        for stage in process(name).stages:
            assert stage.definition, stage.name
            if stage.is_open:
                assert 1 <= len(stage.tasks) <= 4, stage.name
                assert stage.expected, stage.name
                assert stage.probability is not None, stage.name
            if stage.outcome == "lost":
                assert stage.reasons, stage.name

    def test_milestones_are_acts_of_the_buyer(self, name: str) -> None:
        for milestone in process(name).buyer.milestones:
            assert sf.Maker.SELLER not in milestone.made_by, milestone.name
            assert milestone.definition, milestone.name
            assert milestone.accepts, milestone.name
            assert milestone.owner, milestone.name

    def test_every_way_into_won_asks_for_evidence(self, name: str) -> None:
        for arc in process(name).arcs:
            if arc.kind is sf.MoveKind.WIN:
                asked = [each.code for each in arc.requirements]
                assert any(code.startswith("proven.") for code in asked), arc.key


@pytest.mark.parametrize("name", ALONE)
class TestWalks:
    """Each runs by itself, from its start to both of its ends."""

    def test_the_line_is_walked_from_stage_to_stage_to_won(self, name: str) -> None:
        done = straight(name)
        assert done.stages == [*main_line(name), *stages(name, "won")]
        assert sf.replay(process(name), done.events) == done.opportunity
        moves = [event for event in done.events if isinstance(event, sf.Moved)]
        assert [move.override for move in moves] == [None] * len(moves)

    def test_every_open_stage_of_the_line_can_be_lost_for_each_reason(self, name: str) -> None:
        (lost,) = stages(name, "lost")
        every = process(name).stage_by_name[lost].reasons
        reasons = [reason.name for reason in every if not reason.when]
        for stage in main_line(name):
            there = walk(engine(name), *main_line(name)[: main_line(name).index(stage) + 1])
            for reason in reasons:
                done = walk(engine(name), lost, deal=there.opportunity, at=there.at, reason=reason)
                assert done.opportunity.lost_reason == reason

    def test_every_open_stage_is_reached_and_left_for_won(self, name: str) -> None:
        for stage in stages(name, "open"):
            done = walk(engine(name), stage, *stages(name, "won"))
            assert stage in done.stages

    def test_what_is_lost_may_still_be_won(self, name: str) -> None:
        done = walk(engine(name), *stages(name, "lost"), *stages(name, "won"), reason="silent")
        assert done.opportunity.stage in stages(name, "won")

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_refusal_is_told_in_the_readers_language(self, name: str, language: str) -> None:
        refused = straight(name).refused
        assert refused
        for step in refused:
            told = step.explain(language)
            tasks = [each.code for each in step.blockers if each.code.startswith("task.")]
            for code in tasks:
                task = process(name).task_by_name[code.removeprefix("task.")]
                assert in_language(task.label, language) in told

    def test_a_stage_is_left_ahead_only_for_something(self, name: str) -> None:
        refused = {step.opportunity.stage for step in straight(name).refused if step.opportunity}
        assert refused == set(main_line(name))


class TestMirror:
    """Seller and buyer side by side."""

    @pytest.mark.parametrize("name", ["complex_b2b", "regulated", "strategic", "four_planes"])
    def test_the_two_sides_mirror_each_other_wholly(self, name: str) -> None:
        assert sf.mirror_report(process(name)).deviations == ()
        assert sf.mirror_report(process(name)).score == 1

    def test_each_stage_mirrors_the_next_phase(self) -> None:
        found = process("complex_b2b")
        mirrored = [stage.mirrors for stage in found.stages if stage.is_open]
        assert mirrored == [phase.name for phase in found.buyer.phases]
        polish = [in_language(phase.label, "pl") for phase in found.buyer.phases]
        assert polish == [
            "Niezainteresowany", "Badanie", "Określanie", "Wybór", "Negocjowanie", "Zatwierdzanie",
        ]  # fmt: skip

    def test_no_stage_is_entered_ahead_of_the_buyer(self) -> None:
        asked = [
            code
            for step in straight("complex_b2b").refused
            for code in (each.code for each in step.blockers)
            if code.startswith("mirror.")
        ]
        phases = [phase.name for phase in process("complex_b2b").buyer.phases]
        assert asked == [f"mirror.{phase}" for phase in phases[1:]]

    def test_the_seller_goes_back_to_the_furthest_phase_that_is_still_proven(self) -> None:
        line = main_line("complex_b2b")
        there = walk(engine("complex_b2b"), *line)
        for phase, stage in (("negotiating", 4), ("selecting", 3), ("defining", 2)):
            deal = there.opportunity
            deal = engine("complex_b2b").buyer_revisits(deal, phase, at=there.at).unwrap()
            step = engine("complex_b2b").fire(deal, "revisit", at=there.at)
            assert step.unwrap().stage == line[stage]

    def test_a_sale_is_reopened_where_the_evidence_still_holds(self) -> None:
        done = walk(engine("complex_b2b"), "presenting", "lost", reason="price")
        fresh = engine("complex_b2b").fire(done.opportunity, "reopen", at=done.at)
        later = engine("complex_b2b").fire(done.opportunity, "reopen", at=done.at + 365 * DAY)
        assert fresh.unwrap().stage == "presenting"
        assert later.unwrap().stage == "prospecting"

    def test_only_a_sales_director_may_override(self) -> None:
        deal = engine("complex_b2b").open("D-1", at=NOW).unwrap()
        for role, accepted in (("sales director", True), ("account executive", False)):
            override = sf.Override(role=role, reason="the chairmen are friends")
            step = engine("complex_b2b").fire(deal, "engage", at=NOW, override=override)
            assert step.accepted is accepted


class TestSegments:
    """Variants of the complex sale, by what differs."""

    def test_small_companies_get_three_stages_and_three_of_four_of_bant(self) -> None:
        assert main_line("small_business") == ["qualification", "presenting", "closing"]
        assert "bant" in codes("small_business", "qualify", "qualification")
        assert "meddpicc" not in codes("small_business", "propose", "presenting")

    def test_strategic_accounts_get_two_stages_more_and_all_of_meddpicc(self) -> None:
        added = [s for s in main_line("strategic") if s not in main_line("complex_b2b")]
        assert added == ["on_site_discovery", "executive_alignment"]
        asked = codes("strategic", "propose", "presenting")
        assert len([code for code in asked if code.startswith("meddpicc.")]) == 8

    def test_strategic_accounts_take_longer(self) -> None:
        base, ours = process("complex_b2b").stage_by_name, process("strategic").stage_by_name
        for stage in ("prospecting", "qualification", "discovery", "presenting", "closing"):
            longer, usual = ours[stage].expected, base[stage].expected
            assert longer is not None
            assert usual is not None
            assert Calendar().after(NOW, longer) > Calendar().after(NOW, usual)

    def test_a_compliance_officer_alone_clears_a_buyer(self) -> None:
        done = walk(engine("regulated"), *main_line("regulated")[:-1])
        there = walk(engine("regulated"), "closing", deal=done.opportunity, at=done.at)
        before = there.steps[-1].events[0]
        assert isinstance(before, sf.Moved)
        assert (before.trigger, before.role) == ("clear", "compliance officer")
        refused = {code for step in there.refused for code in (b.code for b in step.blockers)}
        assert {"role.required", "compliance_decision", "proven.suitability_confirmed"} <= refused
        assert process("regulated").stage_by_name["compliance"].team == "compliance_team"

    @pytest.mark.parametrize("name", ["regulated", "sales"])
    def test_a_buyer_is_lost_to_compliance_only_where_compliance_has_refused(
        self, name: str
    ) -> None:
        there = walk(engine(name), *main_line(name)[:-1])
        deal, at = there.opportunity, there.at
        early = engine(name).fire(deal, "lose", reason="not_cleared", at=at)
        assert {each.code for each in early.blockers} == {"compliance_decision"}
        assert engine(name).fire(deal, "lose", reason="price", at=at).accepted
        deal = engine(name).update(deal, {"compliance_decision": "refused"}, at=at).unwrap()
        lost = engine(name).fire(deal, "lose", reason="not_cleared", at=at).unwrap()
        assert lost.lost_reason == "not_cleared"

    def test_a_buyer_whom_compliance_refused_is_not_won_back(self) -> None:
        there = walk(engine("sales"), *main_line("sales")[:-1])
        deal = there.opportunity
        deal = engine("sales").update(deal, {"compliance_decision": "refused"}, at=deal.at).unwrap()
        for reason, asked in (("not_cleared", ["lost_reason"]), ("price", [])):
            lost = engine("sales").fire(deal, "lose", reason=reason, at=deal.at).unwrap()
            step = engine("sales").fire(lost, "win_back", at=deal.at + 90 * DAY)
            assert [each.code for each in step.blockers] == asked

    @pytest.mark.parametrize("name", ["regulated", "sales"])
    def test_a_sale_starts_over_at_the_first_stage_from_wherever_it_stands(self, name: str) -> None:
        first, *others = main_line(name)
        ways = {arc.source: arc.target for arc in process(name).arcs if arc.trigger == "start_over"}
        assert ways == dict.fromkeys(others, first)

    def test_nobody_in_sales_overrides_compliance(self) -> None:
        done = walk(engine("regulated"), *main_line("regulated")[:-1])
        override = sf.Override(role="sales director", reason="the quarter ends")
        step = engine("regulated").fire(
            done.opportunity, "clear", at=done.at, role="sales director", override=override
        )
        assert not step


class TestWinback:
    """Alone, and as a branch of the sales plane."""

    def test_a_lost_sale_comes_back_to_qualification(self) -> None:
        sales = engine("sales")
        lost = walk(sales, *main_line("sales")[:2], "lost", reason="price")
        back = ["winback.approach", "winback.rediscovery", "winback.reconsidering"]
        done = walk(sales, *back, "qualification", deal=lost.opportunity, at=lost.at)
        assert done.stages == [*back, "qualification"]
        gone = walk(sales, back[0], "lost", deal=lost.opportunity, at=lost.at, reason="competitor")
        assert gone.opportunity.lost_reason == "competitor"

    def test_the_branch_asks_all_that_the_winback_asks_alone(self) -> None:
        alone = codes("winback", "renew", "reconsidering")
        taken = codes("sales", "renew", "winback.reconsidering")
        assert alone == ["task.old_objection_answered", "proven.need_confirmed"]
        assert set(alone) <= {code.replace("winback.", "") for code in taken}

    def test_it_is_due_ninety_days_after_the_loss(self) -> None:
        ways = [arc for arc in process("sales").arcs if arc.trigger == "win_back"]
        due = {arc.source: arc.after and str(arc.after) for arc in ways}
        assert due == {"lost": "90d", "silent": None}


class TestSilence:
    """A silent buyer is led to a decision."""

    @staticmethod
    def silent_after(stage: str) -> sf.Opportunity:
        line = main_line("silence")
        done = walk(engine("silence"), *line[: line.index(stage) + 1])
        deal = done.opportunity
        for _ in range(5):
            assert not engine("silence").fire(deal, "fall_silent", at=deal.at)
            deal = engine("silence").log(deal, "call", at=deal.at).unwrap()
        return engine("silence").fire(deal, "fall_silent", at=deal.at).unwrap()

    def test_fourteen_days_are_silence_too(self) -> None:
        deal = engine("silence").open("D-1", at=NOW).unwrap()
        assert not engine("silence").fire(deal, "fall_silent", at=NOW + 13 * DAY)
        assert engine("silence").fire(deal, "fall_silent", at=NOW + 14 * DAY)

    def test_an_answer_ends_it(self) -> None:
        deal = engine("silence").open("D-1", at=NOW).unwrap()
        for _ in range(5):
            deal = engine("silence").log(deal, "email", at=NOW).unwrap()
        answer = sf.Activity("email", made_by="buyer")
        assert engine("silence").fire(deal, "fall_silent", at=NOW)
        deal = engine("silence").log(deal, answer, at=NOW).unwrap()
        assert not engine("silence").fire(deal, "fall_silent", at=NOW)

    def test_who_does_not_answer_does_not_move_ahead(self) -> None:
        assert "not_silent" in codes("silence", "win", "offered")
        assert "not_silent" not in codes("silence", "lose", "offered")

    @pytest.mark.parametrize("stage", ["contacted", "meeting", "offered"])
    def test_who_fights_on_goes_back_to_where_it_stopped(self, stage: str) -> None:
        deal = self.silent_after(stage)
        assert deal.stopped_in == stage
        refused = engine("silence").fire(deal, "fight_on", at=deal.at)
        assert "dated_next_step" in [each.code for each in refused.blockers]
        dated = {"next_step": deal.at.date() + DAY}
        deal = engine("silence").update(deal, dated, at=deal.at).unwrap()
        assert engine("silence").fire(deal, "fight_on", at=deal.at).unwrap().stage == stage

    @pytest.mark.parametrize("stage", main_line("sales"))
    def test_who_fights_on_with_expired_evidence_goes_back_to_qualification(
        self, stage: str
    ) -> None:
        sales, line = engine("sales"), main_line("sales")
        there = walk(sales, *line[: line.index(stage) + 1])
        for pause, expected in ((14 * DAY, stage), (800 * DAY, "qualification")):
            at = there.at + pause
            deal = sales.fire(there.opportunity, "fall_silent", at=at).unwrap()
            refused = sales.fire(deal, "fight_on", at=at)
            assert "dated_next_step" in [each.code for each in refused.blockers]
            deal = sales.update(deal, {"next_step": at.date() + DAY}, at=at).unwrap()
            assert sales.fire(deal, "fight_on", at=at).unwrap().stage == expected

    @pytest.mark.parametrize("reason", ["silent", "abandoned", "price", "competitor", "other"])
    def test_whatever_was_lost_is_reopened_when_the_buyer_answers(self, reason: str) -> None:
        lost = walk(engine("silence"), "meeting", "lost", reason=reason).opportunity
        refused = engine("silence").fire(lost, "reopen", at=lost.at)
        assert [each.code for each in refused.blockers] == ["proven.answered_again"]
        answer = sf.Evidence("answered_again", kind="email", ref="mail/3")
        lost = engine("silence").record(lost, answer, at=lost.at).unwrap()
        assert engine("silence").fire(lost, "reopen", at=lost.at).unwrap().stage == "contacted"

    def test_an_attempt_of_ours_is_something_that_happened(self) -> None:
        deal = engine("silence").open("D-1", at=NOW).unwrap()
        deal = engine("silence").log(deal, "call", at=NOW + 10 * DAY).unwrap()
        assert not engine("silence").fire(deal, "fall_silent", at=NOW + 14 * DAY)
        assert engine("silence").fire(deal, "fall_silent", at=NOW + 24 * DAY)

    def test_giving_up_takes_a_reason(self) -> None:
        deal = self.silent_after("offered")
        assert not engine("silence").fire(deal, "give_up", at=deal.at)
        lost = engine("silence").fire(deal, "give_up", at=deal.at, reason="silent").unwrap()
        assert (lost.stage, lost.lost_reason) == ("lost", "silent")

    def test_a_winback_begins_again_when_the_buyer_answers(self) -> None:
        deal = self.silent_after("meeting")
        done = walk(engine("silence"), "winback", "contacted", deal=deal, at=deal.at)
        assert done.refused[-1].blockers[0].code == "proven.answered_again"

    def test_what_the_buyer_dropped_is_lost_at_once(self) -> None:
        deal = engine("silence").open("D-1", at=NOW).unwrap()
        assert not engine("silence").fire(deal, "close_abandoned", at=NOW, reason="abandoned")
        deal = engine("silence").buyer_abandons(deal, at=NOW).unwrap()
        step = engine("silence").fire(deal, "close_abandoned", at=NOW, reason="abandoned")
        assert step.unwrap().stage == "lost"


class TestEvidenceOfItsTime:
    """What ends a plane is proven by an act of its own, and not by one of long ago."""

    def test_sales_accepts_a_lead_only_after_the_meeting(self) -> None:
        there = walk(engine("prospecting"), *main_line("prospecting"))
        deal = walk(engine("prospecting"), "accepted", deal=there.opportunity, at=there.at)
        assert "proven.meeting_held" in [b.code for b in deal.refused[0].blockers]
        assert "interest_shown" in there.opportunity.evidence
        assert "meeting_held" not in there.opportunity.evidence

    def test_what_two_processes_call_a_meeting_held_is_the_same(self) -> None:
        ours, theirs = (process(each).milestone_by_name for each in ("prospecting", "silence"))
        assert ours["meeting_held"] == theirs["meeting_held"]

    @pytest.mark.parametrize(
        ("name", "back", "milestone", "days"),
        [
            ("cross_selling", "ordering", "order_confirmed", 90),
            ("opportunity_funnel", "negotiation", "order_placed", 30),
        ],
    )
    def test_an_order_of_long_ago_does_not_win_again(
        self, name: str, back: str, milestone: str, days: int
    ) -> None:
        won = walk(engine(name), *stages(name, "won"))
        again = walk(engine(name), back, deal=won.opportunity, at=won.at + days * DAY)
        (arc,) = {a.trigger for a in process(name).arcs if a.source == back and a.kind == "win"}
        step = engine(name).fire(again.opportunity, arc, at=again.at)
        assert f"proven.{milestone}" in [each.code for each in step.blockers]

    def test_a_date_of_renewal_that_has_passed_is_none(self) -> None:
        there = walk(engine("retention"), *main_line("retention"))
        for days, asked in ((-1, True), (0, False)):
            date = there.at.date() + days * DAY
            deal = engine("retention").update(
                there.opportunity, {"renewal_date": date}, at=there.at
            )
            step = engine("retention").fire(deal.unwrap(), "renew", at=there.at)
            assert ("renewal_date" in [each.code for each in step.blockers]) is asked


PLANE_LINES = {
    plane: [f"{plane}.{stage}" for stage in (*main_line(plane), *stages(plane, "won"))]
    for plane in PLANES
}


def along(plane: str, deal: sf.Opportunity) -> sf.Opportunity:
    """The opportunity led along its plane to won."""
    route = PLANE_LINES[plane][PLANE_LINES[plane].index(deal.stage) + 1 :]
    return walk(engine("four_planes"), *route, deal=deal, at=deal.at).opportunity


def handed(deal: sf.Opportunity, handover: str, new: str) -> sf.Opportunity:
    """The opportunity that begins by a hand-over."""
    giving, receiving = (
        engine("four_planes").hand_over(deal, handover, id=new, at=deal.at, by="anna").unwrap()
    )
    assert giving.stage == deal.stage
    assert receiving.origin is not None
    assert receiving.origin.opportunity_id == deal.id
    return receiving


@cache
def sold() -> sf.Opportunity:
    """An opportunity of the sales plane that is won, begun by a hand-over from prospecting."""
    first = walk(engine("four_planes"), *PLANE_LINES["prospecting"])
    return along("sales", handed(first.opportunity, "to_sales", "S-1"))


class TestFourPlanes:
    """Four processes as one, with hand-overs between them."""

    def test_each_plane_has_stages_and_a_team(self) -> None:
        found = process("four_planes")
        for plane in PLANES:
            mine = [stage for stage in found.stages if stage.name.startswith(f"{plane}.")]
            assert len(mine) >= 8
            assert {str(stage.plane) for stage in mine} == {plane}
            assert all(stage.name in found.teams_of_stages for stage in mine)
        assert len(found.stages) >= 37

    def test_an_opportunity_goes_through_all_planes(self) -> None:
        won = sold()
        customer = along("retention", handed(won, "to_retention", "R-1"))
        assert customer.stage == "retention.renewed"
        for giver in (won, customer):
            account = along("cross_selling", handed(giver, "to_cross_selling", "C-1"))
            assert account.stage == "cross_selling.extended"

    def test_what_the_contract_names_is_inherited_with_its_dates(self) -> None:
        giver = walk(engine("four_planes"), *PLANE_LINES["prospecting"]).opportunity
        taker = handed(giver, "to_sales", "S-1")
        assert {"need", "segment", "territory"} <= set(taker.facts)
        assert "profile_fit" not in taker.facts
        given, taken = giver.evidence["interest_shown"][0], taker.evidence["interest_shown"][0]
        assert (given.made_at, given.until) == (taken.made_at, taken.until)

    def test_a_handover_that_cannot_bring_what_is_asked_is_refused(self) -> None:
        four = engine("four_planes")
        bare = four.adopt("P-1", "prospecting.accepted", at=NOW).unwrap()
        refused = four.hand_over(bare, "to_sales", id="S-1", at=NOW)
        asked = {each.code for each in refused.giving.blockers}
        assert {f"handover.{name}" for name in ("need", "segment", "territory")} <= asked
        assert "handover.interest_shown" in asked
        early = walk(four, "prospecting.contacted").opportunity
        refused = four.hand_over(early, "to_sales", id="S-1", at=early.at)
        assert "handover.source" in {each.code for each in refused.giving.blockers}

    def test_no_sale_begins_without_a_buyer_who_is_proven_to_investigate(self) -> None:
        step = engine("four_planes").open("S-1", stage="sales.qualification", at=NOW)
        assert [each.code for each in step.blockers] == ["mirror.investigating"]
        assert engine("sales").open("S-1", at=NOW)

    def test_who_is_silent_for_long_fights_on_once_the_buyer_is_proven_to_investigate(self) -> None:
        four = engine("four_planes")
        begun = handed(walk(four, *PLANE_LINES["prospecting"]).opportunity, "to_sales", "S-1")
        at = begun.at + 800 * DAY
        deal = four.fire(begun, "fall_silent", at=at).unwrap()
        deal = four.update(deal, {"next_step": at.date() + DAY}, at=at).unwrap()
        codes_left = {each.code for each in four.fire(deal, "fight_on", at=at).blockers}
        assert "mirror.investigating" in codes_left
        assert four.fire(deal, "win_back", at=at)
        assert four.fire(deal, "give_up", at=at, reason="silent")
        interest = sf.Evidence("interest_shown", kind="email", ref="mail/9")
        deal = four.record(deal, interest, at=at).unwrap()
        assert four.fire(deal, "fight_on", at=at).unwrap().stage == "sales.qualification"

    def test_a_customer_refers_us_to_another_company(self) -> None:
        four = engine("four_planes")
        customer = walk(
            four, "retention.adoption", deal=handed(sold(), "to_retention", "R-1"), at=sold().at
        ).opportunity
        assert not four.hand_over(customer, "referral", id="P-2", at=customer.at)
        introduction = sf.Evidence("introduction_made", kind="email", ref="mail/7")
        customer = four.record(customer, introduction, at=customer.at).unwrap()
        customer = four.update(customer, {"referred_company": "Initech"}, at=customer.at).unwrap()
        lead = handed(customer, "referral", "P-2")
        assert lead.stage == "prospecting.lead"
        assert lead.facts["referred_company"] == "Initech"

    @pytest.mark.parametrize(
        ("facts", "rule", "team", "owner"),
        [
            ({"segment": "strategic"}, "strategic_accounts", "key_account_team", "nadia"),
            ({"segment": "small", "product": "services"}, "services", "sales_poland", "anna"),
            ({"segment": "small", "territory": "bulgaria"}, "bulgaria", "sales_bulgaria", "maria"),
            ({"territory": "elsewhere"}, "poland_and_elsewhere", "sales_poland", "jakub"),
        ],
    )
    def test_segment_product_and_territory_decide_who_gets_a_sale(
        self, facts: dict[str, object], rule: str, team: str, owner: str
    ) -> None:
        for name, prefix in (("sales", ""), ("four_planes", "sales.")):
            stage = f"{prefix}qualification"
            deal = engine(name).adopt("S-1", stage, facts=facts, at=NOW).unwrap()
            step = engine(name).assign(deal, turn=1, at=NOW)
            event = step.events[0]
            assert isinstance(event, sf.Assigned)
            assert event.rule == f"{prefix}{rule}"
            assert (step.unwrap().team, step.unwrap().owner) == (team, owner)

    def test_each_plane_assigns_what_begins_in_it(self) -> None:
        starts = {
            "prospecting.lead": "prospecting.leads_in_turns",
            "retention.onboarding": "retention.customers_in_turns",
            "cross_selling.account_review": "cross_selling.accounts_in_turns",
        }
        for stage, rule in starts.items():
            deal = engine("four_planes").adopt("X-1", stage, at=NOW).unwrap()
            event = engine("four_planes").assign(deal, turn=0, at=NOW).events[0]
            assert isinstance(event, sf.Assigned)
            assert event.rule == rule

    def test_a_large_discount_is_for_the_sales_director_to_approve(self) -> None:
        four = engine("four_planes")
        line = PLANE_LINES["sales"]
        begun = handed(walk(four, *PLANE_LINES["prospecting"]).opportunity, "to_sales", "S-1")
        there = walk(four, *line[1:5], deal=begun, at=begun.at)
        back = four.place(there.opportunity, "sales.negotiation", at=there.at).unwrap()
        deal = four.update(back, {"discount": "20"}, at=there.at).unwrap()
        assert "discount" in {b.code for b in four.fire(deal, "agree", at=there.at).blockers}
        asked = four.fire(deal, "approve_discount", at=there.at)
        assert [each.code for each in asked.blockers] == ["role.required"]
        step = four.fire(deal, "approve_discount", at=there.at, role="sales director")
        assert step.unwrap().stage == "sales.compliance"
