"""Two machines on one model: the seller's stages, and the buyer's phases that follow evidence."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, strategies as st
from msgspec.structs import replace

import salesfsm as sf
from binding.deals import PROOF, Deal, bound, deal_class, ready
from sales.b2b import BANT, DAY, NOW, b2b


def buyer(**options: object) -> sf.PhaseMachine:
    """The machine of the buyer's side, at NOW."""
    return sf.bind_buyer(b2b(), clock=lambda: NOW, **options)


def test_a_proof_moves_the_buyer_and_opens_the_sellers_way() -> None:
    made = deal_class(bound(), buyer())
    deal = ready(made, evidence=[])
    assert not deal.qualify()
    assert deal.prove_reason_to_act(kind="email", ref="mail/8812", by="anna")
    assert (deal.phase, deal.stage) == ("defining", None)
    assert deal.is_phase_defining()
    assert deal.evidence[0].ref == "mail/8812"
    assert deal.qualify()
    assert (deal.phase, deal.stage) == ("defining", "presenting")


def test_a_proof_that_the_milestone_does_not_accept_is_refused_with_its_reason() -> None:
    machine = buyer()
    deal = deal_class(machine)()
    assert not deal.prove_reason_to_act(kind="call")
    assert (deal.phase, deal.evidence) == (None, [])
    assert not deal.may_prove_reason_to_act(kind="call")
    assert deal.may_prove_reason_to_act(kind="document")
    said = machine.explain(deal, "prove_reason_to_act", kind="call")
    assert "email, document" in said


def test_a_buyer_who_goes_back_takes_the_evidence_along() -> None:
    steps: list[sf.Step] = []
    deal = deal_class(buyer(on_step=lambda _, step: steps.append(step)))(evidence=[PROOF])
    deal.prove_signature(by="anna")
    assert deal.phase == "approving"
    assert deal.buyer_revisits(phase="investigating", reason="a new director")
    assert (deal.phase, deal.evidence) == ("investigating", [])
    withdrawn = [event for event in steps[-1].events if isinstance(event, sf.EvidenceWithdrawn)]
    assert {event.milestone for event in withdrawn} == {"reason_to_act", "signature"}
    with pytest.raises(sf.CommandError, match="not beyond"):
        deal.buyer_revisits(phase="investigating")
    with pytest.raises(sf.CommandError, match="phase="):
        deal.buyer_revisits()


def test_a_buyer_who_pauses_stays_in_the_phase_and_leaves_nothing() -> None:
    seen: list[str] = []
    machine = buyer(after_state_change=lambda **_: seen.append("after"))
    machine.get_state("investigating").add_callback("exit", lambda **_: seen.append("exit"))
    deal = deal_class(machine)(phase="investigating")
    assert deal.buyer_holds(reason="a merger")
    assert (deal.buyer, deal.phase, seen) == ("on_hold", "investigating", ["after"])
    assert deal.buyer_resumes()
    assert deal.buyer == "active"


def test_a_buyer_who_pauses_blocks_stages_that_mirror_a_phase() -> None:
    made = deal_class(bound(), buyer())
    deal = ready(made, stage="winback")
    assert deal.may_requalify()
    deal.buyer_abandons()
    assert deal.buyer == "abandoned"
    assert not deal.may_requalify()


def test_reading_anew_takes_the_phase_back_when_evidence_has_expired() -> None:
    seen: list[str] = []
    made = deal_class(buyer())
    made.on_enter_phase_investigating = lambda self, **_: seen.append(self.phase)
    deal = made(evidence=[PROOF])
    assert deal.buyer_read()
    assert deal.phase == "defining"
    assert deal.buyer_read(at=NOW + 181 * DAY)
    assert seen == ["investigating"]


def test_single_objects_may_have_both_machines() -> None:
    deal = Deal(**BANT)
    stages, phases = bound(), buyer()
    stages.add_model(deal)
    phases.add_model(deal)
    assert (deal.stage, deal.phase) == ("qualification", "investigating")
    assert deal.trigger_phase("prove_reason_to_act", kind="email")
    assert deal.trigger("lose", reason="price")
    assert (deal.stage, deal.phase) == ("lost", "defining")


def test_two_machines_that_name_a_method_alike_are_refused() -> None:
    process = sf.Process(
        process="p",
        buyer=sf.Buyer(phases=[sf.Phase(name="a")], milestones=[sf.Milestone(name="it")]),
        stages=["a", "b"],
        transitions=[sf.Transition(trigger="prove_it", source="a", target="b")],
    )
    with pytest.raises(sf.CommandError, match="has 'prove_it' already"):
        deal_class(sf.bind(process), sf.bind_buyer(process))


def test_a_process_without_phases_has_no_buyer_to_bind() -> None:
    process = sf.Process(process="p", stages=["a"])
    with pytest.raises(sf.CommandError, match="no phases of the buyer"):
        sf.bind_buyer(process)


@dataclass
class Account:
    evidence: list[sf.Evidence] = field(default_factory=list)


def test_a_proof_is_put_where_evidence_is_read_from() -> None:
    made = buyer(evidence="account.evidence")
    deal = Deal()
    deal.account = Account()  # type: ignore[attr-defined]
    assert made.fire(deal, "prove_reason_to_act", kind="email")
    assert [each.milestone for each in deal.account.evidence] == ["reason_to_act"]  # type: ignore[attr-defined]


def test_lists_by_milestone_stay_lists_by_milestone() -> None:
    deal = Deal()
    deal.evidence = {"reason_to_act": [PROOF]}  # type: ignore[assignment]
    assert buyer().fire(deal, "prove_signature", kind="document")
    assert {name: len(held) for name, held in deal.evidence.items()} == {  # type: ignore[attr-defined]
        "reason_to_act": 1,
        "signature": 1,
    }


def test_evidence_that_nobody_would_keep_is_refused() -> None:
    deal = Deal()
    del deal.evidence
    with pytest.raises(sf.CommandError, match="no attribute that evidence can be put into"):
        buyer().fire(deal, "prove_reason_to_act", kind="email")
    assert deal.phase is None
    steps: list[sf.Step] = []
    assert buyer(on_step=lambda _, step: steps.append(step)).fire(
        deal, "prove_reason_to_act", kind="email"
    )
    assert len(steps) == 1


@given(st.lists(st.sampled_from([0, 1, 3]), max_size=5), st.sampled_from([0, 3, 9]))
def test_a_proof_takes_the_place_of_no_other(numbers: list[int], sequence: int) -> None:
    held = [replace(PROOF, ref=f"mail/{at}", number=number) for at, number in enumerate(numbers)]
    deal = Deal(evidence=list(held))
    deal.sequence = sequence  # type: ignore[attr-defined]
    assert buyer().fire(deal, "prove_signature", kind="document", ref="new")
    assert deal.evidence[:-1] == held
    assert deal.evidence[-1].ref == "new"


def test_attempts_begin_anew_when_the_buyer_answers() -> None:
    deal = Deal()
    deal.attempts = {"call": 5}  # type: ignore[attr-defined]
    assert buyer().fire(deal, "prove_reason_to_act", kind="email")
    assert deal.attempts == {}  # type: ignore[attr-defined]


def test_a_step_that_nobody_awaits_is_refused_and_changes_nothing() -> None:
    async def keep(model: object, step: sf.Step) -> None:
        raise AssertionError("nobody awaits this")

    deal = Deal()
    for trigger in ("prove_reason_to_act", "prove_signature"):
        with pytest.raises(sf.CommandError, match="nothing awaits it"):
            buyer(on_step=keep).fire(deal, trigger, kind="document")
    with pytest.raises(sf.CommandError, match="nothing awaits it"):
        bound(on_step=keep).place(deal, "lost", reason="price")
    assert (deal.stage, deal.phase, deal.evidence) == (None, None, [])
