"""The engine against ``transitions``: the same process, the same triggers, the same path."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given, strategies as st
from transitions import Machine

import salesfsm as sf
from sales.b2b import NOW
from sales.processes import FLAT, facts_of, flat_processes
from salesfsm.process.requirements import Requirement
from salesfsm.rules.explanation import explain
from salesfsm.rules.verdict import MET


def twin(process: sf.Process) -> tuple[SimpleNamespace, Machine]:
    """A machine that decides by the explanation compiler, which the engine's fast way is not."""
    model = SimpleNamespace(deal=None)
    machine = Machine(
        model,
        states=list(process.stage_by_name),
        initial=process.starts[0],
        auto_transitions=False,
        ignore_invalid_triggers=True,
    )

    def met(requirement: Requirement) -> object:
        return lambda: explain(requirement.condition, model.deal, NOW).verdict is MET

    for arc in process.arcs:
        guards = [met(each) for each in arc.requirements if each.level is sf.Level.BLOCK]
        machine.add_transition(arc.trigger, arc.source, arc.target, conditions=guards)
    return model, machine


@given(st.data())
def test_random_processes_take_the_same_path_as_a_transitions_machine(data: st.DataObject) -> None:
    process = data.draw(flat_processes())
    engine = sf.Engine(process)
    model, _ = twin(process)
    deal = engine.open("1", at=NOW).unwrap()
    facts = st.none() | facts_of(process, least=1)
    life = st.tuples(st.sampled_from(process.triggers), facts)
    for trigger, known in data.draw(st.lists(life, min_size=1, max_size=12)):
        if known:
            deal = engine.update(deal, known, at=NOW).unwrap()
        model.deal = deal
        moved = model.trigger(trigger)
        step = engine.fire(deal, trigger, at=NOW)
        assert step.accepted == moved
        if step.opportunity is not None:
            deal = step.opportunity
        assert deal.stage == model.state


def test_the_twin_is_not_blind() -> None:
    """The oracle moves and refuses by the facts, or the comparison would say nothing."""
    process = sf.Process(
        process="p",
        facts=dict.fromkeys(FLAT, "bool"),
        stages=["a", "b"],
        transitions=[sf.Transition(trigger="go", source="a", target="b", when="calm")],
    )
    model, _ = twin(process)
    model.deal = sf.Engine(process).open("1", at=NOW).unwrap()
    assert not model.trigger("go")
    model.deal = sf.Engine(process).open("1", at=NOW, facts={"calm": True}).unwrap()
    assert model.trigger("go")
    assert model.state == "b"
