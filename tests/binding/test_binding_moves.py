"""A bound machine moves models where the engine says, as `transitions` users know it."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from transitions import MachineError

import salesfsm as sf
from binding.deals import Deal, bound, deal_class, ready
from sales.b2b import BANT, DAY, NOW, b2b

# moves and refusals


def test_a_trigger_moves_a_model_whose_criteria_are_met() -> None:
    deal = ready(deal_class(bound()))
    assert deal.qualify(by="anna") is True
    assert deal.stage == "presenting"
    assert deal.is_presenting()
    assert not deal.is_qualification()


def test_a_refused_trigger_gives_false_and_changes_nothing() -> None:
    machine = bound()
    deal = ready(deal_class(machine), need=None)
    before = copy.copy(deal)
    assert deal.qualify() is False
    assert deal == before
    assert [each.code for each in machine.step(deal, "qualify").blockers] == ["bant.need"]
    assert "need is known" in machine.explain(deal, "qualify")
    assert "known(need)" not in machine.explain(deal, "qualify", language="pl")


def test_a_trigger_that_leads_nowhere_is_a_machine_error_that_tells_what_would() -> None:
    deal = ready(deal_class(bound()))
    with pytest.raises(MachineError, match="It leads on from: closing") as caught:
        deal.win()
    assert isinstance(caught.value, sf.TransitionBlocked)
    assert caught.value.step.blockers[0].code == "trigger.unavailable"


def test_a_trigger_that_leads_nowhere_may_be_ignored() -> None:
    deal = ready(deal_class(bound(ignore_invalid_triggers=True)))
    assert deal.win() is False
    assert deal.stage is None


def test_refusals_are_raised_where_they_are_to_be() -> None:
    deal = ready(deal_class(bound(raises=True)), need=None)
    with pytest.raises(sf.TransitionBlocked, match="need is known") as caught:
        deal.qualify()
    assert not isinstance(caught.value, MachineError)
    assert deal.stage is None


def test_a_veto_of_the_callers_own_condition_is_no_refusal_of_the_engine() -> None:
    machine = bound(raises=True)
    machine.get_transitions("qualify")[0].conditions.append(
        machine.transition_cls.condition_cls(lambda: False)
    )
    deal = ready(deal_class(machine))
    assert deal.qualify() is False
    assert deal.stage is None


def test_may_asks_as_a_button_does_without_the_reason_that_will_be_given() -> None:
    made = deal_class(bound())
    deal = ready(made)
    assert deal.may_qualify()
    assert deal.may_lose()
    assert deal.lose() is False
    assert not made().may_qualify()
    assert not deal.may_win()
    assert deal.may_trigger("qualify")


def test_a_reason_is_written_into_the_model_and_asked_afterwards() -> None:
    deal = ready(deal_class(bound()))
    assert deal.lose(reason="other", at=NOW)
    assert (deal.stage, deal.lost_reason, deal.stopped_in) == ("lost", "other", "qualification")
    assert not deal.may_win_back(at=NOW + 100 * DAY)
    assert deal.reopen(at=NOW + DAY)
    assert deal.entered_at == NOW + DAY


def test_a_decision_diamond_takes_the_branch_that_the_engine_takes() -> None:
    machine = bound()
    made = deal_class(machine)
    signed = sf.Evidence("signature", made_at=NOW)
    small, large = made(stage="presenting", budget=500), made(stage="presenting", budget=10**6)
    assert small.offer()
    assert small.is_closing()
    assert not large.offer()
    large.evidence = [signed]
    assert large.offer()
    assert large.is_won()


def test_an_override_takes_the_move_and_is_told_with_the_step() -> None:
    told: list[sf.Step] = []
    machine = bound(on_step=lambda _, step: told.append(step))
    deal = deal_class(machine)(budget=BANT["budget"])
    override = sf.Override("sales director", "they pay in advance")
    assert deal.qualify(by="ewa", override=override)
    (event,) = told[0].events
    assert event.override == override
    assert "bant.need" in event.overridden


def test_what_the_engine_cannot_understand_raises_and_moves_nothing() -> None:
    machine = bound()
    made = deal_class(machine)
    with pytest.raises(sf.UnknownNameError, match="did you mean 'qualify'"):
        made().trigger("qualfy")
    with pytest.raises(sf.UnknownNameError, match="did you mean 'qualify'"):
        machine.explain(made(), "qualfy")
    with pytest.raises(sf.UnknownNameError, match="unknown stage 'wonn'"):
        made(stage="wonn").qualify()
    with pytest.raises(sf.TimeError, match="is naive"):
        made().qualify(at=NOW.replace(tzinfo=None))
    with pytest.raises(sf.TimeError, match="before the last event"):
        made().qualify(at=NOW - DAY)


def test_nothing_goes_past_the_rules_but_on_the_record() -> None:
    told: list[sf.Step] = []
    machine = bound(on_step=lambda _, step: told.append(step))
    deal = deal_class(machine)()
    assert not hasattr(deal, "to_won")
    assert not hasattr(deal, "to_stage_won")
    machine.place(deal, "closing", note="import", at=NOW + DAY)
    assert (deal.stage, deal.entered_at) == ("closing", NOW + DAY)
    assert isinstance(told[0].events[0], sf.Placed)


def test_the_machine_answers_what_the_engine_answers() -> None:
    machine = bound()
    deal = ready(deal_class(machine))
    assert [move.trigger for move in machine.moves(deal) if move.allowed] == ["qualify", "lose"]
    assert [move.target for move in machine.route(deal, "won").moves] == ["presenting", "won"]
    assert machine.opportunity(deal).facts["budget"] == sf.Money(50_000, "EUR")


def test_an_engine_may_be_bound_with_its_clock() -> None:
    machine = sf.bind(sf.Engine(b2b(), clock=lambda: NOW + DAY))
    deal = ready(deal_class(machine))
    assert deal.qualify()
    assert deal.entered_at == NOW + DAY


# callbacks


def test_callbacks_get_the_arguments_of_the_trigger() -> None:
    seen: list[object] = []
    machine = bound(before_state_change=lambda *args, **kwargs: seen.append((args, kwargs)))
    ready(deal_class(machine)).qualify("note", by="anna", colour="red")
    assert seen == [(("note",), {"by": "anna", "colour": "red"})]


def test_callbacks_with_send_event_get_the_engines_answer() -> None:
    seen: list[object] = []
    machine = bound(send_event=True)
    machine.after_qualify(lambda data: seen.append((data.step.opportunity.stage, data.kwargs)))
    ready(deal_class(machine)).qualify(by="anna")
    assert seen == [("presenting", {"by": "anna"})]


def test_the_engine_decides_after_the_callbacks_that_prepare_it() -> None:
    machine = bound()
    made = deal_class(machine)
    made.learn = lambda self: setattr(self, "need", "fewer stockouts")
    machine.prepare_qualify("learn")
    deal = ready(made, need=None)
    assert deal.may_qualify()
    assert deal.qualify()


def test_a_model_of_any_class_may_have_its_own_callbacks_of_a_stage() -> None:
    machine = bound()
    seen: list[str] = []
    with_one, without = deal_class(machine), deal_class(machine)
    with_one.on_exit_qualification = lambda self: seen.append(f"out of {self.stage}")
    with_one.on_enter_presenting = lambda self: seen.append(f"into {self.stage}")
    assert ready(with_one, stage="qualification").qualify()
    assert ready(without).qualify()
    assert seen == ["out of qualification", "into presenting"]


def test_a_step_that_cannot_be_kept_moves_nothing() -> None:
    def full(*_: object) -> None:
        raise OSError("the disk is full")

    deal = ready(deal_class(bound(on_step=full)))
    before = copy.copy(deal)
    with pytest.raises(OSError, match="disk is full"):
        deal.qualify(at=NOW + DAY)
    assert deal == before


def test_a_coroutine_function_for_steps_is_refused_where_nobody_awaits_it() -> None:
    async def keep(*_: object) -> None: ...

    deal = ready(deal_class(bound(on_step=keep)))
    with pytest.raises(sf.CommandError, match="asynchronous=True"):
        deal.qualify()
    assert deal.stage is None


def test_entering_a_closed_stage_is_final() -> None:
    seen: list[str] = []
    deal = ready(deal_class(bound(on_final=lambda **_: seen.append("final"))))
    deal.qualify()
    assert not seen
    deal.lose(reason="price")
    assert seen == ["final"]


def test_triggers_fired_in_callbacks_wait_where_the_machine_is_queued() -> None:
    order: list[str] = []
    machine = bound(queued=True)
    made = deal_class(machine)
    machine.on_enter_presenting(lambda: order.append("entered"))
    made.on_enter_presenting = lambda self: (self.step_back(), order.append(self.stage))
    deal = ready(made)
    assert deal.qualify() is True
    assert order == ["entered", "presenting"]
    assert deal.stage == "qualification"


# models


def test_models_are_neither_kept_nor_changed_by_their_machine() -> None:
    machine = bound()
    made = deal_class(machine)
    deal = ready(made)
    names, references = set(vars(deal)), sys.getrefcount(deal)
    deal.qualify()
    assert set(vars(deal)) == names
    assert sys.getrefcount(deal) == references
    assert machine.models == []


MIXED = sf.bind(b2b(), clock=lambda: NOW)


class Mixed(MIXED.mixin(), Deal):
    """A model by inheritance, at a place where pickle finds it."""


@pytest.mark.parametrize("again", [copy.deepcopy, lambda deal: pickle.loads(pickle.dumps(deal))])
def test_copies_and_pickles_of_models_move_by_themselves(again: Callable[[Mixed], Mixed]) -> None:
    deal = ready(Mixed)
    other = again(deal)
    assert other.qualify()
    assert (deal.stage, other.stage) == (None, "presenting")


def test_single_objects_are_registered_as_ever_and_stay_where_they_stand() -> None:
    machine = bound()
    new, old = ready(Deal), ready(Deal, stage="presenting", id="ACME-2")
    machine.add_model([new, old])
    assert (new.stage, old.stage) == ("qualification", "presenting")
    assert new.qualify()
    assert machine.dispatch("step_back")
    assert machine.models == [new, old]


def test_a_name_that_a_class_has_already_is_refused() -> None:
    machine = bound()
    with pytest.raises(sf.CommandError, match="Taken has 'win' already"):
        machine.attach(type("Taken", (Deal,), {"win": None}))
    with pytest.raises(sf.CommandError, match="has 'win' already, of Other"):
        type("Taken", (machine.mixin(), type("Other", (), {"win": None})), {})
    extended = type("Extended", (machine.mixin(), Deal), {"win": lambda self: "more"})
    assert extended().win() == "more"


def test_names_that_python_cannot_spell_are_spelled_alike() -> None:
    process = sf.Process(
        process="p",
        stages=["sale.talk", "sale_talk", "end"],
        transitions=[
            sf.Transition(trigger="sale.go", source="sale.talk", target="end"),
            sf.Transition(trigger="return", source="end", target="sale_talk"),
        ],
    )
    deal = deal_class(sf.bind(process))()
    assert deal.is_sale_talk_()
    assert deal.sale_go()
    assert deal.is_end()
    assert deal.trigger("return")
    assert deal.is_sale_talk()
    assert hasattr(deal, "return_")


def test_threads_share_a_machine_and_each_has_its_queue() -> None:
    told: list[str] = []
    machine = bound(queued=True, on_step=lambda deal, _: told.append(deal.id))
    made = deal_class(machine)
    deals = [ready(made, id=str(number)) for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda deal: deal.qualify(), deals))
    assert {deal.stage for deal in deals} == {"presenting"}
    assert sorted(told, key=int) == [deal.id for deal in deals]


def test_evidence_expires_as_the_process_says() -> None:
    deal = ready(deal_class(bound()), decide_by=(NOW + 200 * DAY).date())
    assert deal.may_qualify(at=NOW + 150 * DAY)
    assert not deal.may_qualify(at=NOW + timedelta(days=180))
