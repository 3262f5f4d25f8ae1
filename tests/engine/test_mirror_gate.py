"""A stage that mirrors a phase of the buyer is entered only when the buyer is proven to be there.

    seller   contact --qualify--> qualification --present--> presenting --win--> WON
                                        :                        :
    buyer    unaware --interest--> investigating --needs--> defining --shortlist--> selecting

``qualification`` mirrors ``investigating`` and ``presenting`` mirrors ``defining``.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

import salesfsm as sf
from sales.b2b import DAY, NOW, codes

TEXT = """
salesfsm: 1
process: mirrored
overrides: [director]
buyer:
  phases:
    - unaware
    - {name: investigating, label: {en: Investigating, pl: Rozeznanie, bg: Проучване}}
    - defining
    - selecting
  milestones:
    - {name: interest, moves: unaware -> investigating, valid_for: 30d, owner: the caller,
       hint: Ask what has changed.}
    - {name: needs, moves: investigating -> defining}
    - {name: shortlist, moves: defining -> selecting}
stages:
  - contact
  - {name: qualification, mirrors: investigating}
  - {name: presenting, mirrors: defining}
  - talking
  - {name: won, outcome: won}
  - {name: lost, outcome: lost}
  - {name: nurturing, path: aside}
transitions:
  - {trigger: qualify, source: contact, target: qualification}
  - {trigger: present, source: [contact, qualification], target: presenting}
  - {trigger: talk, source: contact, target: talking}
  - {trigger: step_back, source: [presenting, talking], target: qualification}
  - {trigger: again, source: qualification, target: qualification}
  - {trigger: reopen, source: closed, target: qualification}
  - {trigger: revive, source: nurturing, target: qualification}
"""


def mirrored(mirror: str = "", text: str = TEXT) -> sf.Engine:
    """The engine of the drawing, with this under ``mirror:``."""
    return sf.Engine(sf.loads(text + (f"mirror: {{{mirror}}}\n" if mirror else "")))


def opened(engine: sf.Engine, *milestones: str) -> sf.Opportunity:
    """An opportunity in the first stage of which these milestones are proven."""
    return proven(engine, engine.open("A", at=NOW).unwrap(), *milestones)


def proven(engine: sf.Engine, deal: sf.Opportunity, *milestones: str) -> sf.Opportunity:
    for name in milestones:
        deal = engine.record(deal, sf.Evidence(name), at=deal.at).unwrap()
    return deal


def test_it_is_refused_until_the_milestone_that_leads_there_is_proven() -> None:
    engine = mirrored()
    deal = opened(engine)
    refused = engine.fire(deal, "qualify", at=NOW)
    assert codes(refused.blockers) == ["mirror.investigating"]
    assert refused.blockers == engine.moves(deal, at=NOW)[0].blockers
    deal = proven(engine, deal, "interest")
    assert engine.fire(deal, "qualify", at=NOW).unwrap().stage == "qualification"


def test_a_milestone_that_leads_beyond_proves_it_too() -> None:
    engine = mirrored()
    assert engine.fire(opened(engine, "shortlist"), "qualify", at=NOW).accepted


def test_a_milestone_that_leads_less_far_does_not() -> None:
    engine = mirrored()
    step = engine.fire(opened(engine, "interest"), "present", at=NOW)
    assert codes(step.blockers) == ["mirror.defining"]


def test_withdrawn_evidence_does_not_prove_it() -> None:
    engine = mirrored()
    deal = engine.withdraw(opened(engine, "interest"), "interest", at=NOW).unwrap()
    assert codes(engine.fire(deal, "qualify", at=NOW).blockers) == ["mirror.investigating"]


@pytest.mark.parametrize("level", [sf.Level.WARN, sf.Level.ADVISE])
def test_at_a_lower_level_it_is_entered_and_told(level: sf.Level) -> None:
    engine = mirrored(f"level: {level}")
    step = engine.fire(opened(engine), "qualify", at=NOW)
    assert step.unwrap().stage == "qualification"
    assert [(each.code, each.level) for each in step.warnings] == [("mirror.investigating", level)]


def test_evidence_that_has_expired_refuses_it_as_stale_until_it_is_renewed() -> None:
    engine = mirrored()
    deal = opened(engine, "interest")
    assert engine.fire(deal, "qualify", at=NOW + 30 * DAY - timedelta(seconds=1)).accepted
    (blocker,) = engine.fire(deal, "qualify", at=NOW + 30 * DAY).blockers
    assert blocker.code == "mirror.investigating"
    assert blocker.explanation is not None
    assert blocker.explanation.verdict is sf.Verdict.STALE
    deal = engine.record(deal, sf.Evidence("interest"), at=NOW + 31 * DAY).unwrap()
    assert engine.fire(deal, "qualify", at=NOW + 31 * DAY).accepted


def test_its_own_entry_criteria_are_asked_after_it() -> None:
    text = TEXT.replace("mirrors: investigating}", "mirrors: investigating, entry: known(owner)}")
    engine = mirrored(text=text)
    step = engine.fire(opened(engine), "qualify", at=NOW)
    assert codes(step.blockers) == ["mirror.investigating", "owner"]


class TestEveryWayIn:
    """It is asked however the stage is entered, but on the way back and by the world outside."""

    @pytest.mark.parametrize(
        ("stage", "trigger", "kind"),
        [
            ("contact", "qualify", "advance"),
            ("won", "reopen", "reopen"),
            ("lost", "reopen", "reopen"),
            ("nurturing", "revive", "aside"),
        ],
    )
    def test_by_every_kind_of_move_that_does_not_lead_back(
        self, stage: str, trigger: str, kind: str
    ) -> None:
        engine = mirrored()
        deal = engine.adopt("A", stage, at=NOW).unwrap()
        (move,) = [each for each in engine.moves(deal, at=NOW) if each.trigger == trigger]
        assert (move.kind, codes(move.blockers)) == (kind, ["mirror.investigating"])
        assert codes(engine.fire(deal, trigger, at=NOW).blockers) == ["mirror.investigating"]
        deal = proven(engine, deal, "interest")
        assert engine.fire(deal, trigger, at=NOW).unwrap().stage == "qualification"

    @pytest.mark.parametrize(
        ("stage", "trigger", "kind"),
        [("presenting", "step_back", "regress"), ("qualification", "again", "repeat")],
    )
    @pytest.mark.parametrize("does", ["nothing", "buyer_holds", "buyer_abandons"])
    def test_and_whoever_has_run_ahead_of_the_buyer_is_let_back(
        self, stage: str, trigger: str, kind: str, does: str
    ) -> None:
        engine = mirrored("lag: 0")
        deal = engine.adopt("A", stage, at=NOW).unwrap()
        if does != "nothing":
            deal = getattr(engine, does)(deal, at=NOW).unwrap()
        (move,) = [each for each in engine.moves(deal, at=NOW) if each.trigger == trigger]
        assert (move.kind, move.allowed, move.warnings) == (kind, True, ())
        assert engine.fire(deal, trigger, at=NOW).unwrap().stage == "qualification"

    def test_on_the_way_back_its_own_entry_criteria_are_asked(self) -> None:
        own = TEXT.replace(
            "mirrors: investigating}", "mirrors: investigating, entry: known(owner)}"
        )
        engine = mirrored(text=own)
        deal = engine.adopt("A", "presenting", at=NOW).unwrap()
        assert codes(engine.fire(deal, "step_back", at=NOW).blockers) == ["owner"]

    def test_by_winning(self) -> None:
        text = TEXT.replace("outcome: won}", "outcome: won, mirrors: selecting}")
        text += "  - {trigger: win, source: presenting, target: won}\n"
        engine = mirrored(text=text)
        deal = engine.adopt("A", "presenting", at=NOW).unwrap()
        assert codes(engine.fire(deal, "win", at=NOW).blockers) == ["mirror.selecting"]
        assert engine.fire(proven(engine, deal, "shortlist"), "win", at=NOW).accepted

    def test_by_opening_in_it(self) -> None:
        engine = mirrored(text=TEXT + "opens_in: [contact, qualification]\n")
        step = engine.open("A", at=NOW, stage="qualification")
        assert codes(step.blockers) == ["mirror.investigating"]
        assert step.opportunity is None
        warned = mirrored("level: warn", text=TEXT + "opens_in: qualification\n").open("A", at=NOW)
        assert warned.unwrap().stage == "qualification"
        assert codes(warned.warnings) == ["mirror.investigating"]

    def test_and_not_by_adopting_or_placing(self) -> None:
        engine = mirrored()
        assert engine.adopt("A", "presenting", at=NOW).accepted
        assert engine.place(opened(engine), "presenting", at=NOW).accepted

    def test_an_override_passes_it_and_the_event_says_so(self) -> None:
        engine = mirrored()
        override = sf.Override("director", "the board has asked for it")
        step = engine.fire(opened(engine), "qualify", at=NOW, override=override)
        assert step.events[0].overridden == ("mirror.investigating",)  # type: ignore[attr-defined]


class TestLead:
    """With a lead the seller may be some phases ahead of the buyer."""

    def test_it_asks_for_the_phase_so_far_before(self) -> None:
        engine = mirrored("lead: 1")
        step = engine.fire(opened(engine), "present", at=NOW)
        assert codes(step.blockers) == ["mirror.investigating"]
        assert engine.fire(opened(engine, "interest"), "present", at=NOW).accepted

    def test_where_it_reaches_the_start_nothing_is_asked(self) -> None:
        assert engine_accepts(mirrored("lead: 1"), "qualify")
        assert engine_accepts(mirrored("lead: 9"), "present")
        assert not engine_accepts(mirrored("lead: 1"), "present")


class TestLag:
    """With a lag it is told that the seller is more than some phases behind the buyer."""

    @pytest.mark.parametrize(
        ("lag", "milestones", "found"),
        [
            (0, ["interest"], []),
            (0, ["interest", "needs"], ["mirror_lag.investigating"]),
            (1, ["interest", "needs"], []),
            (1, ["interest", "shortlist"], ["mirror_lag.defining"]),
            (2, ["shortlist"], []),
        ],
    )
    def test_it_warns_where_the_buyer_is_further(
        self, lag: int, milestones: list[str], found: list[str]
    ) -> None:
        engine = mirrored(f"lag: {lag}")
        step = engine.fire(opened(engine, *milestones), "qualify", at=NOW)
        assert codes(step.warnings) == found

    @pytest.mark.parametrize(
        ("level", "told"), [("block", "warn"), ("warn", "warn"), ("advise", "advise")]
    )
    def test_whoever_is_late_is_not_held_up(self, level: str, told: str) -> None:
        engine = mirrored(f"level: {level}, lag: 0")
        step = engine.fire(opened(engine, "needs"), "qualify", at=NOW)
        assert step.unwrap().stage == "qualification"
        assert [each.level for each in step.warnings] == [told]

    def test_it_does_not_let_the_seller_run_ahead(self) -> None:
        engine = mirrored("lag: 0")
        step = engine.fire(opened(engine), "qualify", at=NOW)
        assert codes(step.blockers) == ["mirror.investigating"]

    def test_without_it_the_buyer_may_be_as_far_as_may_be(self) -> None:
        engine = mirrored()
        step = engine.fire(opened(engine, "shortlist"), "qualify", at=NOW)
        assert step.accepted
        assert step.warnings == ()


class TestWhatCannotBeProven:
    """A phase that nothing leads to is asked for as far as something can prove it."""

    def test_the_last_phase_before_it_that_can_be_proven_is_asked_for(self) -> None:
        engine = mirrored(
            text=TEXT.replace("{name: needs, moves: investigating -> defining}", "needs")
        )
        step = engine.fire(opened(engine, "needs"), "present", at=NOW)
        assert codes(step.blockers) == ["mirror.investigating"]

    def test_where_there_is_none_nothing_is_asked(self) -> None:
        text = TEXT.replace("moves: unaware -> investigating, ", "")
        assert engine_accepts(mirrored(text=text), "qualify")

    def test_the_phase_in_which_the_buyer_starts_asks_nothing(self) -> None:
        text = TEXT.replace("buyer:\n", "buyer:\n  start: investigating\n")
        assert engine_accepts(mirrored(text=text), "qualify")
        assert not engine_accepts(mirrored(text=text), "present")

    def test_a_stage_that_mirrors_nothing_asks_nothing(self) -> None:
        assert engine_accepts(mirrored(), "talk")


def engine_accepts(engine: sf.Engine, trigger: str) -> bool:
    return engine.fire(opened(engine), trigger, at=NOW).accepted


class TestBuyerWhoIsNotActive:
    """While the buyer rests or has given up, no stage that mirrors a phase is entered."""

    @pytest.mark.parametrize("does", ["buyer_holds", "buyer_abandons"])
    def test_it_is_refused_until_the_buyer_goes_on(self, does: str) -> None:
        engine = mirrored()
        deal = getattr(engine, does)(opened(engine, "interest"), at=NOW).unwrap()
        assert codes(engine.fire(deal, "qualify", at=NOW).blockers) == ["buyer.active"]
        deal = engine.buyer_resumes(deal, at=NOW).unwrap()
        assert engine.fire(deal, "qualify", at=NOW).accepted

    def test_other_stages_are_entered(self) -> None:
        engine = mirrored()
        deal = engine.buyer_abandons(opened(engine), at=NOW).unwrap()
        assert engine.fire(deal, "talk", at=NOW).accepted

    def test_even_a_phase_that_asks_for_no_proof_is_not_entered(self) -> None:
        engine = mirrored("lead: 1")
        deal = engine.buyer_holds(opened(engine), at=NOW).unwrap()
        assert codes(engine.fire(deal, "qualify", at=NOW).blockers) == ["buyer.active"]

    def test_at_a_lower_level_it_is_told(self) -> None:
        engine = mirrored("level: warn")
        deal = engine.buyer_holds(opened(engine, "interest"), at=NOW).unwrap()
        step = engine.fire(deal, "qualify", at=NOW)
        assert step.accepted
        assert codes(step.warnings) == ["buyer.active"]


class TestExplanations:
    """A refusal names the phase as its reader calls it, and what would prove it."""

    @pytest.mark.parametrize(
        ("language", "told"),
        [
            ("en", "the buyer is proven to be at Investigating"),
            ("pl", "dowód, że klient jest w fazie: Rozeznanie"),
            ("bg", "доказателство, че клиентът е във фаза: Проучване"),
        ],
    )
    def test_they_name_the_phase(self, language: str, told: str) -> None:
        engine = mirrored()
        text = engine.explain(opened(engine), "qualify", at=NOW, language=language)
        assert f"mirror.investigating: {told}" in text
        assert "'interest'" in text

    def test_they_tell_who_can_prove_it_and_how_by_the_milestone_that_leads_there(self) -> None:
        engine = mirrored()
        step = engine.fire(opened(engine), "qualify", at=NOW)
        assert (step.blockers[0].owner, step.blockers[0].hint) == (
            "the caller",
            "Ask what has changed.",
        )
        text = step.explain()
        assert "who: the caller" in text
        assert "how: Ask what has changed. Record evidence made by the buyer for 'interest'" in text
        assert "evidence made by the buyer for 'shortlist'" not in text

    def test_they_name_the_furthest_phase_that_a_lag_allows(self) -> None:
        engine = mirrored("lag: 0")
        text = engine.explain(opened(engine, "needs"), "qualify", at=NOW)
        assert "mirror_lag.investigating (warn): the buyer is no further than Investigating" in text

    def test_they_say_that_the_buyer_must_go_on(self) -> None:
        engine = mirrored()
        deal = engine.buyer_holds(opened(engine, "interest"), at=NOW).unwrap()
        text = engine.explain(deal, "qualify", at=NOW)
        assert "buyer.active: the buyer goes on with the purchase" in text
        assert "found: on_hold" in text
