"""Commands that do not move: facts, evidence, tasks, activities, owners, hold and resume."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

import salesfsm as sf
from sales.b2b import DAY, NOW, codes, lead, ready


def engine_of(text: str) -> sf.Engine:
    return sf.Engine(sf.loads("salesfsm: 1\nprocess: p\n" + text))


class TestOpening:
    """Where opportunities begin."""

    def test_the_first_stage_that_opens_is_the_usual_one(self, engine: sf.Engine) -> None:
        step = engine.open("A", at=NOW, by="anna", owner="anna", team="north")
        deal = step.unwrap()
        assert (deal.stage, deal.owner, deal.team) == ("qualification", "anna", "north")
        assert (deal.sequence, deal.opened_at, deal.active_at) == (1, NOW, NOW)
        assert (deal.process, deal.version) == ("b2b", "2026.1")

    def test_a_stage_that_does_not_open_is_refused_with_those_that_do(
        self, engine: sf.Engine
    ) -> None:
        step = engine.open("A", at=NOW, stage="closing")
        assert codes(step.blockers) == ["open.stage"]
        assert "they begin in: qualification, presenting" in step.explain()
        with pytest.raises(sf.UnknownNameError, match="did you mean 'closing'"):
            engine.open("A", at=NOW, stage="clossing")

    def test_open_as_a_place_to_begin_takes_in_every_open_stage(self) -> None:
        process = sf.loads(
            "salesfsm: 1\nprocess: p\nopens_in: [b, open]\nstages: [a, b, {name: w, outcome: won}]"
        )
        assert process.starts == ("b", "a")

    def test_entry_warnings_are_told_on_opening(self) -> None:
        engine = engine_of("""
facts: {calm: bool}
stages: [{name: a, entry: {rule: calm, level: warn}}]
""")
        step = engine.open("A", at=NOW)
        assert step.accepted
        assert codes(step.warnings) == ["calm"]

    @pytest.mark.parametrize("bad", ["", None, 7])
    def test_an_id_is_a_text_that_is_not_empty(self, engine: sf.Engine, bad: object) -> None:
        with pytest.raises(sf.CommandError, match="needs an id"):
            engine.open(bad, at=NOW)  # type: ignore[arg-type]


class TestFacts:
    """Facts are kept in one form, and None takes one back."""

    def test_values_are_kept_in_the_form_of_their_type(self, engine: sf.Engine) -> None:
        deal = lead(engine, budget="50000 EUR", decide_by="2026-04-01")
        assert deal.facts == {
            "budget": sf.Money(Decimal(50_000), "EUR"),
            "decide_by": date(2026, 4, 1),
        }

    def test_none_says_that_a_fact_is_known_no_more(self, engine: sf.Engine) -> None:
        deal = lead(engine, budget=1, need="x")
        step = engine.update(deal, {"budget": None}, at=NOW)
        assert step.unwrap().facts == {"need": "x"}
        assert lead(engine, budget=None).facts == {}

    def test_an_unknown_fact_names_the_nearest(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.UnknownNameError, match="did you mean 'budget'") as caught:
            engine.update(lead(engine), {"budgett": 1}, at=NOW)
        assert caught.value.kind == "fact"
        with pytest.raises(sf.UnknownNameError):
            lead(engine, nonsense=1)

    @pytest.mark.parametrize(
        ("name", "value", "message"),
        [
            ("budget", "much", "'budget'.*money"),
            ("budget", "5 USD", "'budget'.*USD"),
            ("budget", -1, "below its minimum of 0"),
            ("authority", "boss", "unknown option 'boss'"),
            ("decide_by", "soon", "'decide_by'.*date"),
            ("need", 5, "'need'.*text"),
        ],
    )
    def test_a_value_of_another_type_is_an_error_that_names_the_fact(
        self, engine: sf.Engine, name: str, value: object, message: str
    ) -> None:
        with pytest.raises(sf.ValueTypeError, match=message):
            engine.update(lead(engine), {name: value}, at=NOW)

    def test_a_value_above_the_maximum_is_an_error(self) -> None:
        engine = engine_of("facts: {score: {type: integer, minimum: 1, maximum: 5}}\nstages: [a]")
        assert engine.open("1", at=NOW, facts={"score": 5}).accepted
        with pytest.raises(sf.ValueTypeError, match="above its maximum of 5"):
            engine.open("1", at=NOW, facts={"score": 6})

    def test_to_update_nothing_is_an_error(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.CommandError, match="no facts"):
            engine.update(lead(engine), {}, at=NOW)


class TestEvidence:
    """Milestones are proven by evidence that is made by the buyer, dated, and expires."""

    def proven(self, engine: sf.Engine, deal: sf.Opportunity, at: datetime) -> list[str]:
        step = engine.fire(deal, "qualify", at=at)
        return [
            str(each.explanation.verdict)
            for each in step.blockers
            if each.code == "proven.reason_to_act" and each.explanation
        ] or ["met"]

    def test_it_proves_until_it_expires_and_then_it_is_stale(self, engine: sf.Engine) -> None:
        deal = ready(engine)
        assert self.proven(engine, deal, NOW + 179 * DAY) == ["met"]
        assert self.proven(engine, deal, NOW + 180 * DAY) == ["stale"]
        assert "expired on 2026-08-29" in engine.fire(deal, "qualify", at=NOW + 200 * DAY).explain()

    def test_validity_counts_from_when_it_was_made(self, engine: sf.Engine) -> None:
        evidence = sf.Evidence("reason_to_act", "email", made_at=NOW - 179 * DAY)
        deal = engine.record(lead(engine), evidence, at=NOW).unwrap()
        assert deal.evidence["reason_to_act"][0].until == NOW + DAY
        assert self.proven(engine, deal, NOW) == ["met"]
        assert self.proven(engine, deal, NOW + DAY) == ["stale"]

    @pytest.mark.parametrize(
        ("evidence", "code", "told"),
        [
            (sf.Evidence("reason_to_act", "call"), "evidence.kind", "email, document"),
            (sf.Evidence("reason_to_act"), "evidence.kind", "this is none"),
            (
                sf.Evidence("reason_to_act", "email", made_by="seller"),
                "evidence.maker",
                "made by: buyer",
            ),
            (
                sf.Evidence("reason_to_act", "email", made_at=NOW - 180 * DAY),
                "evidence.expired",
                "2026-03-02",
            ),
        ],
    )
    def test_what_the_milestone_does_not_accept_is_refused(
        self, engine: sf.Engine, evidence: sf.Evidence, code: str, told: str
    ) -> None:
        deal = lead(engine)
        step = engine.record(deal, evidence, at=NOW)
        assert codes(step.blockers) == [code]
        assert step.opportunity == deal
        assert told in step.explain()

    def test_a_milestone_may_take_other_makers(self, engine: sf.Engine) -> None:
        evidence = sf.Evidence("signature", made_by="third_party")
        assert engine.record(lead(engine), evidence, at=NOW).accepted

    def test_a_withdrawn_piece_proves_no_more_and_the_others_stay(self, engine: sf.Engine) -> None:
        deal = ready(engine)
        deal = engine.record(
            deal, sf.Evidence("reason_to_act", "document", ref="doc/7"), at=NOW + DAY
        ).unwrap()
        assert [each.ref for each in deal.evidence["reason_to_act"]] == ["doc/7", "mail/1"]
        step = engine.withdraw(deal, "reason_to_act", ref="doc/7", reason="forged", at=NOW + DAY)
        assert [each.ref for each in step.unwrap().evidence["reason_to_act"]] == ["mail/1"]
        assert self.proven(engine, step.unwrap(), NOW + DAY) == ["met"]
        step = engine.withdraw(deal, "reason_to_act", at=NOW + DAY)
        assert [each.reason for each in step.events] == ["", ""]  # type: ignore[attr-defined]
        assert "reason_to_act" not in step.unwrap().evidence
        assert self.proven(engine, step.unwrap(), NOW + DAY) == ["unmet"]

    def test_to_withdraw_what_is_not_there_names_what_is(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.CommandError, match=r"reference 'x'.*references are: 'mail/1'"):
            engine.withdraw(ready(engine), "reason_to_act", ref="x", at=NOW)
        with pytest.raises(sf.CommandError, match=r"holds no evidence for 'signature'$"):
            engine.withdraw(ready(engine), "signature", at=NOW)

    def test_it_cannot_be_made_after_it_is_recorded(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.TimeError, match="cannot be recorded"):
            engine.record(lead(engine), sf.Evidence("signature", made_at=NOW + DAY), at=NOW)

    def test_unknown_milestones_and_makers_name_the_nearest(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.UnknownNameError, match="did you mean 'signature'"):
            engine.record(lead(engine), sf.Evidence("signatur"), at=NOW)
        with pytest.raises(sf.UnknownNameError, match="did you mean 'signature'"):
            engine.withdraw(lead(engine), "signatur", at=NOW)
        with pytest.raises(sf.UnknownNameError, match="did you mean 'buyer'"):
            engine.record(lead(engine), sf.Evidence("signature", made_by="bayer"), at=NOW)


class TestTasks:
    """A task is done once."""

    def test_done_twice_is_done_once(self, engine: sf.Engine) -> None:
        step = engine.complete(lead(engine), "discovery_call", at=NOW)
        assert step.unwrap().tasks == {"discovery_call"}
        again = engine.complete(step.unwrap(), "discovery_call", at=NOW + DAY)
        assert again.accepted
        assert again.events == ()
        assert again.opportunity == step.opportunity

    def test_an_unknown_task_names_the_nearest(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.UnknownNameError, match="did you mean 'discovery_call'"):
            engine.complete(lead(engine), "discovery", at=NOW)


class TestActivities:
    """Attempts are counted until the buyer answers; a planned activity is fulfilled once."""

    def test_the_buyers_answer_ends_the_count_of_attempts(self, engine: sf.Engine) -> None:
        deal = lead(engine)
        for kind in ("call", "call", "email"):
            deal = engine.log(deal, kind, at=NOW).unwrap()
        assert deal.attempts == {"call": 2, "email": 1}
        answered = engine.log(deal, sf.Activity("email", made_by="buyer"), at=NOW).unwrap()
        assert answered.attempts == {}
        proven = engine.record(deal, sf.Evidence("signature"), at=NOW).unwrap()
        assert proven.attempts == {}
        by_other = sf.Evidence("signature", made_by="third_party")
        assert engine.record(deal, by_other, at=NOW).unwrap().attempts == deal.attempts

    def test_days_since_activity_count_from_what_somebody_did(self) -> None:
        engine = engine_of("""
facts: {note: text}
buyer: {milestones: [nod]}
stages: [a, b]
transitions:
  - {trigger: chase, source: a, target: b, when: days_since_activity >= 5}
""")
        deal = engine.open("1", at=NOW).unwrap()
        assert engine.fire(deal, "chase", at=NOW + 5 * DAY).accepted
        touched = engine.log(deal, "call", at=NOW + DAY).unwrap()
        assert not engine.fire(touched, "chase", at=NOW + 5 * DAY).accepted
        assert engine.fire(touched, "chase", at=NOW + 6 * DAY).accepted
        proven = engine.record(deal, sf.Evidence("nod"), at=NOW + DAY).unwrap()
        assert not engine.fire(proven, "chase", at=NOW + 5 * DAY).accepted
        noted = engine.update(deal, {"note": "x"}, at=NOW + DAY).unwrap()
        assert engine.fire(noted, "chase", at=NOW + 5 * DAY).accepted
        planned = engine.log(deal, sf.Activity("call", due=NOW + 9 * DAY), at=NOW + DAY).unwrap()
        assert planned.active_at == NOW

    def test_a_planned_activity_is_kept_until_one_of_its_kind_fulfils_it(
        self, engine: sf.Engine
    ) -> None:
        deal = lead(engine)
        for days, ref in ((9, "late"), (3, "early")):
            plan = sf.Activity("call", due=NOW + days * DAY, ref=ref)
            deal = engine.log(deal, plan, at=NOW).unwrap()
        assert [each.ref for each in deal.planned] == ["late", "early"]
        assert deal.attempts == {}
        other = engine.log(deal, "email", at=NOW).unwrap()
        assert len(other.planned) == 2
        done = engine.log(deal, "call", at=NOW + DAY)
        assert done.events[0].fulfils == 3  # type: ignore[attr-defined]
        assert [each.ref for each in done.unwrap().planned] == ["late"]
        named = engine.log(deal, sf.Activity("call", ref="late"), at=NOW + DAY)
        assert [each.ref for each in named.unwrap().planned] == ["early"]

    def test_it_cannot_be_planned_for_the_past(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.TimeError, match="leave out 'due'"):
            engine.log(lead(engine), sf.Activity("call", due=NOW - DAY), at=NOW)

    def test_unknown_kinds_and_makers_are_errors(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.UnknownNameError, match="did you mean 'call'"):
            engine.log(lead(engine), "cal", at=NOW)
        with pytest.raises(sf.UnknownNameError, match="maker"):
            engine.log(lead(engine), sf.Activity("call", made_by="nobody"), at=NOW)


class TestAssigning:
    """None keeps, the empty text takes away."""

    def test_owner_and_team_are_given_kept_and_taken_away(self, engine: sf.Engine) -> None:
        deal = engine.assign(lead(engine), owner="anna", team="north", at=NOW).unwrap()
        deal = engine.assign(deal, owner="ewa", at=NOW).unwrap()
        assert (deal.owner, deal.team) == ("ewa", "north")
        deal = engine.assign(deal, team="", at=NOW).unwrap()
        assert (deal.owner, deal.team) == ("ewa", None)

    def test_to_assign_nobody_is_an_error(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.CommandError, match="nobody to assign"):
            engine.assign(lead(engine), at=NOW)

    def test_rules_see_owner_and_team(self) -> None:
        engine = engine_of("""
stages: [a, b]
transitions: [{trigger: go, source: a, target: b, when: 'owner == "anna" and known(team)'}]
""")
        deal = engine.open("1", at=NOW, owner="anna").unwrap()
        assert not engine.fire(deal, "go", at=NOW).accepted
        assert engine.fire(engine.assign(deal, team="n", at=NOW).unwrap(), "go", at=NOW).accepted


class TestHolding:
    """Nothing moves what is on hold until it is resumed."""

    def test_a_hold_blocks_every_move_until_it_is_resumed(self, engine: sf.Engine) -> None:
        until = NOW + 30 * DAY
        step = engine.hold(ready(engine), until=until, reason="budget freeze", at=NOW)
        deal = step.unwrap()
        assert deal.hold == sf.Hold(NOW, until, "budget freeze")
        refused = engine.fire(deal, "qualify", at=NOW + 60 * DAY)
        assert codes(refused.blockers) == ["held"]
        assert "on hold (budget freeze, until 2026-04-01)" in refused.explain()
        assert not any(move.allowed for move in engine.moves(deal, at=NOW))
        resumed = engine.resume(deal, at=NOW + DAY).unwrap()
        assert resumed.hold is None
        assert engine.fire(resumed, "qualify", at=NOW + DAY).accepted

    def test_what_it_needs_besides_is_told_with_the_hold(self, engine: sf.Engine) -> None:
        deal = engine.hold(lead(engine), at=NOW).unwrap()
        first = engine.moves(deal, at=NOW)[0]
        assert codes(first.blockers)[:2] == ["held", "task.discovery_call"]

    def test_without_a_reason_and_an_end_it_has_none(self, engine: sf.Engine) -> None:
        assert engine.hold(lead(engine), at=NOW).unwrap().hold == sf.Hold(NOW, None, "")

    def test_another_hold_replaces_the_first(self, engine: sf.Engine) -> None:
        deal = engine.hold(lead(engine), reason="one", at=NOW).unwrap()
        deal = engine.hold(deal, reason="two", at=NOW + DAY).unwrap()
        assert deal.hold == sf.Hold(NOW + DAY, None, "two")
        assert "until resumed" in engine.fire(deal, "qualify", at=NOW + DAY).explain()

    def test_what_is_closed_cannot_rest(self, engine: sf.Engine) -> None:
        deal = engine.place(lead(engine), "won", at=NOW).unwrap()
        assert codes(engine.hold(deal, at=NOW).blockers) == ["closed"]

    def test_to_resume_what_does_not_rest_changes_nothing(self, engine: sf.Engine) -> None:
        deal = lead(engine)
        step = engine.resume(deal, at=NOW)
        assert step.accepted
        assert (step.events, step.opportunity) == ((), deal)

    def test_it_ends_after_it_begins(self, engine: sf.Engine) -> None:
        with pytest.raises(sf.TimeError, match="past"):
            engine.hold(lead(engine), until=NOW, at=NOW)

    def test_facts_and_evidence_are_taken_while_it_rests(self, engine: sf.Engine) -> None:
        deal = engine.hold(lead(engine), at=NOW).unwrap()
        assert engine.update(deal, {"need": "x"}, at=NOW).unwrap().hold is not None


class TestTimes:
    """Times are aware and never run back; the clock is asked only where none is given."""

    def test_the_clock_is_asked_where_no_time_is_given(self, process: sf.Process) -> None:
        asked = []

        def clock() -> datetime:
            asked.append(NOW)
            return NOW + len(asked) * DAY

        engine = sf.Engine(process, clock=clock)
        deal = engine.open("1").unwrap()
        assert deal.at == NOW + DAY
        deal = engine.complete(deal, "summary").unwrap()
        assert deal.at == NOW + 2 * DAY
        deal = engine.fire(deal, "lose", reason="price").unwrap()
        assert deal.at == NOW + 3 * DAY
        engine.moves(deal)
        engine.route(deal, "won")
        assert len(asked) == 5

    def test_the_clock_is_not_asked_where_a_time_is_given(self, process: sf.Process) -> None:
        def clock() -> datetime:
            raise AssertionError("asked")

        engine = sf.Engine(process, clock=clock)
        deal = ready(engine)
        engine.moves(deal, at=NOW)
        engine.route(deal, "won", at=NOW)
        engine.explain(deal, "qualify", at=NOW)
        assert engine.fire(deal, "qualify", at=NOW).accepted

    def test_the_system_clock_is_aware(self, process: sf.Process) -> None:
        assert sf.Engine(process).open("1").unwrap().at.tzinfo is UTC

    @pytest.mark.parametrize(
        "at",
        [datetime(2026, 3, 3), "2026-03-03", 5, datetime(1800, 1, 1, tzinfo=UTC)],  # noqa: DTZ001
    )
    def test_times_that_cannot_be_used_are_errors(self, engine: sf.Engine, at: object) -> None:
        deal = lead(engine)
        with pytest.raises(sf.TimeError):
            engine.fire(deal, "qualify", at=at)  # type: ignore[arg-type]
        with pytest.raises(sf.TimeError):
            engine.update(deal, {"need": "x"}, at=at)  # type: ignore[arg-type]
        with pytest.raises(sf.TimeError):
            engine.open("2", at=at)  # type: ignore[arg-type]

    def test_time_that_runs_back_is_an_error(self, engine: sf.Engine) -> None:
        deal = lead(engine)
        past = NOW - timedelta(microseconds=1)
        for ask in (
            lambda: engine.fire(deal, "qualify", at=past),
            lambda: engine.hold(deal, at=past),
            lambda: engine.moves(deal, at=past),
        ):
            with pytest.raises(sf.TimeError, match="before the last event of ACME-1"):
                ask()

    def test_other_zones_become_utc(self, engine: sf.Engine) -> None:
        local = datetime(2026, 3, 2, 12, 0, tzinfo=ZoneInfo("Europe/Warsaw"))
        deal = engine.fire(ready(engine), "qualify", at=local).unwrap()
        assert deal.at == local
        assert deal.at.tzinfo is UTC
