"""Moves: which criteria guard which kind, what levels do, and how ties are decided."""

from __future__ import annotations

from datetime import timedelta

import pytest

import salesfsm as sf
from sales.b2b import BANT, DAY, NOW, codes, lead, ready


def engine_of(text: str) -> sf.Engine:
    return sf.Engine(sf.loads("salesfsm: 1\nprocess: p\n" + text))


def test_a_move_whose_criteria_are_met_is_accepted(engine: sf.Engine) -> None:
    deal = ready(engine)
    step = engine.fire(deal, "qualify", at=NOW + DAY, by="anna")
    assert step.accepted
    assert step
    assert step.opportunity is not None
    assert step.opportunity.stage == "presenting"
    assert step.opportunity.entered_at == NOW + DAY
    (event,) = step.events
    assert (event.by, event.sequence, event.at) == ("anna", deal.sequence + 1, NOW + DAY)


def test_a_refusal_names_every_criterion_that_is_not_met(engine: sf.Engine) -> None:
    step = engine.fire(lead(engine, budget=5_000), "qualify", at=NOW)
    assert not step
    assert step.events == ()
    assert codes(step.blockers) == [
        "task.discovery_call",
        "bant.budget",
        "bant.authority",
        "bant.need",
        "bant.timeline",
        "proven.reason_to_act",
    ]
    verdicts = {each.code: each.explanation.verdict for each in step.blockers if each.explanation}
    assert verdicts["bant.budget"] == "unmet"
    assert verdicts["bant.authority"] == "unknown"
    assert codes(step.warnings) == ["task.summary"]


def test_a_refused_step_cannot_be_unwrapped(engine: sf.Engine) -> None:
    with pytest.raises(sf.TransitionBlocked, match=r"bant\.budget") as caught:
        engine.fire(lead(engine), "qualify", at=NOW).unwrap()
    assert not caught.value.step.accepted


def test_an_optional_task_is_never_asked_for(engine: sf.Engine) -> None:
    deal = ready(engine)
    assert "stakeholder_map" not in deal.tasks
    assert engine.fire(deal, "qualify", at=NOW).accepted


def test_warnings_let_a_move_pass_and_are_told(engine: sf.Engine) -> None:
    deal = engine.update(ready(engine), {"budget": 600_000}, at=NOW).unwrap()
    step = engine.fire(deal, "qualify", at=NOW)
    assert step.accepted
    assert codes(step.warnings) == ["second_eyes"]
    assert step.warnings[0].level is sf.Level.WARN


def test_an_advised_task_does_not_block(engine: sf.Engine) -> None:
    deal = lead(engine, **BANT)
    deal = engine.complete(deal, "discovery_call", at=NOW).unwrap()
    deal = engine.record(deal, sf.Evidence("reason_to_act", "email"), at=NOW).unwrap()
    step = engine.fire(deal, "qualify", at=NOW)
    assert step.accepted
    assert [(each.code, each.level) for each in step.warnings] == [
        ("task.summary", sf.Level.ADVISE)
    ]


@pytest.mark.parametrize(
    ("trigger", "kind", "guarded"),
    [
        ("ahead", "advance", True),
        ("win", "win", True),
        ("back", "regress", False),
        ("lose", "lose", False),
        ("aside", "aside", False),
        ("again", "repeat", False),
    ],
)
def test_exit_criteria_guard_only_moves_ahead_and_wins(
    trigger: str, kind: str, guarded: bool
) -> None:
    engine = engine_of("""
facts: {ready: bool}
opens_in: b
stages: [a, {name: b, exit: ready}, c, {name: w, outcome: won}, {name: l, outcome: lost},
         {name: x, path: other}]
transitions:
  - {trigger: ahead, source: b, target: c}
  - {trigger: win, source: b, target: w}
  - {trigger: back, source: b, target: a}
  - {trigger: lose, source: b, target: l}
  - {trigger: aside, source: b, target: x}
  - {trigger: again, source: b, target: b}
""")
    deal = engine.open("1", at=NOW).unwrap()
    (move,) = [each for each in engine.moves(deal, at=NOW) if each.trigger == trigger]
    assert move.kind == kind
    assert move.allowed is not guarded
    assert engine.fire(deal, trigger, at=NOW).accepted is not guarded
    deal = engine.update(deal, {"ready": True}, at=NOW).unwrap()
    assert engine.fire(deal, trigger, at=NOW).accepted


@pytest.mark.parametrize(
    ("source", "target", "kind"),
    [
        ("w", "a", "reopen"),
        ("l", "x", "reopen"),
        ("w", "l", "lose"),
        ("l", "w", "win"),
        ("x", "a", "aside"),
        ("x", "y", "advance"),
        ("y", "x", "regress"),
    ],
)
def test_the_kind_of_a_move_follows_from_outcomes_paths_and_order(
    source: str, target: str, kind: str
) -> None:
    process = sf.loads(f"""
salesfsm: 1
process: p
stages: [a, {{name: w, outcome: won}}, {{name: l, outcome: lost}}, {{name: x, path: o}},
         {{name: y, path: o}}]
transitions: [{{trigger: go, source: {source}, target: {target}}}]
""")
    assert [arc.kind for arc in process.arcs] == [kind]


def test_entry_criteria_guard_every_move_into_a_stage_and_opening_in_it(engine: sf.Engine) -> None:
    deal = ready(engine)
    deal = engine.fire(deal, "qualify", at=NOW).unwrap()
    deal = engine.update(deal, {"budget": None}, at=NOW).unwrap()
    assert codes(engine.fire(deal, "again", at=NOW).blockers) == ["budget"]
    refused = engine.open("2", at=NOW, stage="presenting")
    assert codes(refused.blockers) == ["budget"]
    assert refused.opportunity is None
    with pytest.raises(sf.TransitionBlocked):
        refused.unwrap()
    opened = engine.open("2", at=NOW, stage="presenting", facts={"budget": 1})
    assert opened.unwrap().stage == "presenting"


def test_a_when_guard_holds_for_its_own_transition_alone(engine: sf.Engine) -> None:
    deal = engine.open("1", at=NOW, stage="presenting", facts={"budget": 10}).unwrap()
    deal = engine.fire(deal, "offer", at=NOW).unwrap()
    assert codes(engine.fire(deal, "win", at=NOW).blockers) == ["proven.signature"]
    deal = engine.record(deal, sf.Evidence("signature", made_by="third_party"), at=NOW).unwrap()
    assert engine.fire(deal, "win", at=NOW).unwrap().stage == "won"


class TestSeveralTransitionsOfOneTrigger:
    """A decision diamond: the first transition that is open is taken."""

    def standing(self, engine: sf.Engine, budget: int, *, signed: bool) -> sf.Opportunity:
        deal = engine.open("1", at=NOW, stage="presenting", facts={"budget": budget}).unwrap()
        return engine.record(deal, sf.Evidence("signature"), at=NOW).unwrap() if signed else deal

    def test_order_decides_where_both_are_open(self, engine: sf.Engine) -> None:
        deal = self.standing(engine, 10, signed=True)
        assert engine.fire(deal, "offer", at=NOW).unwrap().stage == "closing"
        first, second = [m for m in engine.moves(deal, at=NOW) if m.trigger == "offer"]
        assert (first.target, first.allowed) == ("closing", True)
        assert (second.target, codes(second.blockers)) == ("won", ["shadowed"])
        assert second.blockers[0].details["taken"] == "closing"

    def test_the_second_is_taken_where_the_first_is_blocked(self, engine: sf.Engine) -> None:
        deal = self.standing(engine, 200_000, signed=True)
        assert engine.fire(deal, "offer", at=NOW).unwrap().stage == "won"

    def test_where_none_is_open_the_blockers_of_all_are_told(self, engine: sf.Engine) -> None:
        step = engine.fire(self.standing(engine, 200_000, signed=False), "offer", at=NOW)
        assert [(each.target, each.code) for each in step.blockers] == [
            ("closing", "budget"),
            ("won", "proven.signature"),
        ]

    def test_a_first_that_only_warns_comes_before_a_second_that_is_clear(self) -> None:
        engine = engine_of("""
facts: {calm: bool}
stages: [a, b, c]
transitions:
  - {trigger: go, source: a, target: b, when: {rule: calm, level: warn}}
  - {trigger: go, source: a, target: c}
""")
        deal = engine.open("1", at=NOW).unwrap()
        step = engine.fire(deal, "go", at=NOW)
        assert step.unwrap().stage == "b"
        assert codes(step.warnings) == ["calm"]
        assert [move.allowed for move in engine.moves(deal, at=NOW)] == [True, False]


@pytest.mark.parametrize(
    ("source", "stages"),
    [
        ("open", ["a", "b"]),
        ("closed", ["w"]),
        ("'*'", ["a", "b", "w"]),
        ("[a, w]", ["a", "w"]),
        ("[open, w, a]", ["a", "b", "w"]),
        ("l", ["l"]),
    ],
)
def test_a_source_stands_for_stages_and_a_group_leaves_out_the_target(
    source: str, stages: list[str]
) -> None:
    process = sf.loads(f"""
salesfsm: 1
process: p
stages: [a, b, {{name: w, outcome: won}}, {{name: l, outcome: lost}}]
transitions: [{{trigger: lose, source: {source}, target: l}}]
""")
    assert [arc.source for arc in process.arcs] == stages


def test_a_criterion_holds_from_its_date_on() -> None:
    engine = engine_of("""
facts: {ready: bool}
stages: [a, b]
transitions:
  - {trigger: go, source: a, target: b, when: {rule: ready, since: 2026-04-01}}
""")
    deal = engine.open("1", at=NOW).unwrap()
    eve = NOW.replace(month=3, day=31, hour=23, minute=59)
    assert engine.fire(deal, "go", at=eve).accepted
    assert engine.moves(deal, at=eve)[0].allowed
    first = NOW.replace(month=4, day=1, hour=0)
    assert codes(engine.fire(deal, "go", at=first).blockers) == ["ready"]


def test_the_reason_it_was_lost_for_can_be_asked_in_rules(engine: sf.Engine) -> None:
    deal = lead(engine)
    gone = engine.fire(deal, "lose", reason="price", at=NOW).unwrap()
    assert gone.lost_reason == "price"
    assert engine.fire(gone, "win_back", at=NOW).unwrap().stage == "winback"
    other = engine.fire(deal, "lose", reason="other", at=NOW).unwrap()
    assert codes(engine.fire(other, "win_back", at=NOW).blockers) == ["lost_reason"]


def test_winback_leads_from_lost_around_to_the_start(engine: sf.Engine) -> None:
    deal = engine.fire(lead(engine), "lose", reason="price", at=NOW).unwrap()
    kinds = []
    for trigger in ("win_back", "requalify"):
        step = engine.fire(deal, trigger, at=NOW)
        kinds.append(step.events[0].kind)  # type: ignore[attr-defined]
        deal = step.unwrap()
    assert kinds == ["reopen", "aside"]
    assert (deal.stage, deal.lost_reason) == ("qualification", "price")


class TestReasons:
    """A stage with reasons is entered only with one of them."""

    def test_a_reason_is_required(self, engine: sf.Engine) -> None:
        step = engine.fire(lead(engine), "lose", at=NOW)
        assert codes(step.blockers) == ["reason.required"]
        assert "price, competitor, other" in step.explain()

    def test_an_unknown_reason_names_the_nearest(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.UnknownNameError, match="did you mean 'price'"):
            engine.fire(lead(engine), "lose", reason="prise", at=NOW)

    def test_a_reason_where_none_is_taken_is_an_error(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.CommandError, match="takes no reason"):
            engine.fire(ready(engine), "qualify", reason="price", at=NOW)

    def test_the_move_says_which_reasons_there_are(self, engine: sf.Engine) -> None:
        (lose,) = [m for m in engine.moves(lead(engine), at=NOW) if m.trigger == "lose"]
        assert lose.allowed
        assert lose.reasons == ("price", "competitor", "other")

    def test_a_stage_without_reasons_forgets_the_last_one(self) -> None:
        engine = engine_of("""
stages: [a, {name: l, outcome: lost, reasons: [price]}, {name: m, outcome: lost}]
transitions:
  - {trigger: lose, source: a, target: l}
  - {trigger: drop, source: l, target: m}
""")
        deal = engine.fire(engine.open("1", at=NOW).unwrap(), "lose", reason="price", at=NOW)
        assert engine.fire(deal.unwrap(), "drop", at=NOW).unwrap().lost_reason is None


class TestOverrides:
    """Roles that the process names may move all the same, and it stays on record."""

    OVERRIDE = sf.Override("sales director", "a strategic account")

    def test_it_is_recorded_with_the_criteria_that_were_not_met(self, engine: sf.Engine) -> None:
        step = engine.fire(lead(engine, **BANT), "qualify", override=self.OVERRIDE, at=NOW)
        assert step.unwrap().stage == "presenting"
        (event,) = step.events
        assert event.override == self.OVERRIDE  # type: ignore[attr-defined]
        assert event.overridden == (  # type: ignore[attr-defined]
            "task.discovery_call",
            "proven.reason_to_act",
        )
        assert codes(step.warnings) == [
            "task.discovery_call",
            "proven.reason_to_act",
            "task.summary",
        ]

    def test_another_role_is_refused_with_those_that_may(self, engine: sf.Engine) -> None:
        override = sf.Override("intern", "please")
        step = engine.fire(lead(engine, **BANT), "qualify", override=override, at=NOW)
        assert codes(step.blockers)[0] == "override.role"
        assert "these may: sales director" in step.explain()

    @pytest.mark.parametrize("make", [lead, ready])
    def test_it_needs_a_reason_whether_or_not_it_is_used(
        self, engine: sf.Engine, make: object
    ) -> None:
        deal = make(engine)  # type: ignore[operator]
        with pytest.raises(sf.CommandError, match="needs a reason"):
            engine.fire(deal, "qualify", override=sf.Override("sales director", " "), at=NOW)

    def test_where_all_is_met_it_is_not_used(self, engine: sf.Engine) -> None:
        step = engine.fire(ready(engine), "qualify", override=self.OVERRIDE, at=NOW)
        assert step.accepted
        assert step.events[0].override is None  # type: ignore[attr-defined]

    def test_an_open_transition_comes_before_an_overridden_one(self, engine: sf.Engine) -> None:
        facts = {"budget": 200_000}
        deal = engine.open("1", at=NOW, stage="presenting", facts=facts).unwrap()
        deal = engine.record(deal, sf.Evidence("signature"), at=NOW).unwrap()
        step = engine.fire(deal, "offer", override=self.OVERRIDE, at=NOW)
        assert step.unwrap().stage == "won"
        assert step.events[0].override is None  # type: ignore[attr-defined]

    def test_it_does_not_stand_for_a_reason_nor_end_a_hold(self, engine: sf.Engine) -> None:
        deal = lead(engine)
        step = engine.fire(deal, "lose", override=self.OVERRIDE, at=NOW)
        assert codes(step.blockers) == ["reason.required"]
        rests = engine.hold(deal, at=NOW).unwrap()
        step = engine.fire(rests, "qualify", override=self.OVERRIDE, at=NOW)
        assert codes(step.blockers) == ["held"]

    def test_a_process_that_names_no_role_lets_nobody(self) -> None:
        engine = engine_of("""
stages: [a, b]
transitions: [{trigger: go, source: a, target: b, when: false}]
""")
        deal = engine.open("1", at=NOW).unwrap()
        step = engine.fire(deal, "go", override=self.OVERRIDE, at=NOW)
        assert "these may: nobody" in step.explain()


def test_a_trigger_that_leads_nowhere_from_here_says_from_where(engine: sf.Engine) -> None:
    step = engine.fire(lead(engine), "win", at=NOW)
    assert codes(step.blockers) == ["trigger.unavailable"]
    details = step.blockers[0].details
    assert details["here"] == "qualify, lose"
    assert details["sources"] == "closing"
    assert step.opportunity == lead(engine)


def test_a_move_to_its_own_stage_enters_it_anew(engine: sf.Engine) -> None:
    deal = engine.open("1", at=NOW, stage="presenting", facts={"budget": 1}).unwrap()
    later = NOW + timedelta(days=3)
    step = engine.fire(deal, "again", at=later)
    assert step.events[0].kind == "repeat"  # type: ignore[attr-defined]
    assert step.unwrap().entered_at == later
    assert step.unwrap().opened_at == NOW


class TestPlacing:
    """The world outside says where an opportunity stands, whatever the process allows."""

    def test_no_criterion_is_asked(self, engine: sf.Engine) -> None:
        step = engine.place(lead(engine), "closing", at=NOW, note="from the CRM")
        assert step.unwrap().stage == "closing"
        (event,) = step.events
        assert isinstance(event, sf.Event)
        assert (event.source, event.kind, event.note) == (  # type: ignore[attr-defined]
            "qualification",
            "advance",
            "from the CRM",
        )

    def test_a_reason_is_checked_and_kept(self, engine: sf.Engine) -> None:
        assert engine.place(lead(engine), "lost", at=NOW).unwrap().lost_reason is None
        placed = engine.place(lead(engine), "lost", reason="price", at=NOW).unwrap()
        assert placed.lost_reason == "price"
        with pytest.raises(sf.UnknownNameError, match="reason"):
            engine.place(lead(engine), "lost", reason="moon", at=NOW)

    def test_it_ends_a_hold(self, engine: sf.Engine) -> None:
        rests = engine.hold(lead(engine), at=NOW).unwrap()
        assert engine.place(rests, "won", at=NOW).unwrap().hold is None

    def test_an_unknown_stage_names_the_nearest(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.UnknownNameError, match="did you mean 'closing'"):
            engine.place(lead(engine), "clossing", at=NOW)
