"""Two machines on one model: the seller's stages, and the buyer's phases that follow evidence."""

from __future__ import annotations

import pytest

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
