"""The bound machine against the engine alone, and against a bare `transitions` machine."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings, strategies as st
from transitions import Machine

import salesfsm as sf
from awaiting import awaited
from sales.b2b import NOW
from sales.processes import facts_of, flat_processes, processes


class Deal(SimpleNamespace):
    """A model of which nothing is known in advance."""

    id = "1"


def read(deal: Deal) -> dict[str, object]:
    return deal.facts


def lives(process: sf.Process) -> st.SearchStrategy[list[tuple[str, dict[str, object]]]]:
    life = st.tuples(st.sampled_from(process.triggers), facts_of(process))
    return st.lists(life, min_size=1, max_size=8)


def fired(machine: sf.StageMachine, deal: Deal, trigger: str, reason: str | None) -> bool:
    try:
        return bool(machine.fire(deal, trigger, at=NOW, by="anna", role="boss", reason=reason))
    except sf.NoTransition:
        return False


@settings(max_examples=40)
@given(st.data())
def test_random_processes_take_the_same_path_bound_as_in_the_engine(data: st.DataObject) -> None:
    process = data.draw(processes().filter(lambda each: each.transitions))
    engine = sf.Engine(process)
    steps: list[sf.Step] = []
    machine = sf.bind(
        process, facts=read, clock=lambda: NOW, on_step=lambda _, step: steps.append(step)
    )
    start = process.starts[0]
    facts = data.draw(facts_of(process))
    alone = engine.adopt("1", start, at=NOW, facts=facts).unwrap()
    deal = Deal(
        facts=facts, stage=start, entered_at=NOW, active_at=NOW, attempts={}, sequence=1,
        owner=alone.owner, team=alone.team, lost_reason=None, stopped_in=None,
    )  # fmt: skip
    for trigger, known in data.draw(lives(process)):
        told = {name: value for name, value in known.items() if alone.facts.get(name) != value}
        if told:
            alone = engine.update(alone, told, at=NOW).unwrap()
            deal.facts = {**deal.facts, **told}
            deal.sequence = alone.sequence
        reason = data.draw(st.sampled_from([None, "price", "no_decision"]))
        try:
            step = engine.fire(alone, trigger, at=NOW, by="anna", role="boss", reason=reason)
        except sf.CommandError:
            continue
        assert fired(machine, deal, trigger, reason) == step.accepted
        if step.accepted:
            alone = step.unwrap()
            assert steps.pop().events == step.events
        assert not steps
        assert machine.opportunity(deal) == alone


ORDER = ("prepare_event", "before_state_change", "after_state_change", "finalize_event")


def listening(seen: list[str]) -> Callable[[str], Callable[[], None]]:
    return lambda name: lambda: seen.append(name)


def listen(machine: Machine, hear: Callable[[str], Callable[[], None]]) -> None:
    """Callbacks of every kind, on every state and transition."""
    for state in machine.states.values():
        state.add_callback("enter", hear(f"enter {state.name}"))
        state.add_callback("exit", hear(f"exit {state.name}"))
    for event in machine.events.values():
        for kind in ("prepare", "before", "after"):
            event.add_callback(kind, hear(f"{kind} {event.name}"))


def bare(process: sf.Process, engine: sf.Engine, seen: list[str]) -> Callable[[str, Any], bool]:
    """A `transitions` machine with the same callbacks, whose conditions ask the engine."""
    hear = listening(seen)
    model = SimpleNamespace(facts={})

    def chosen(arc: tuple[str, str, str]) -> Callable[[], bool]:
        def ask() -> bool:
            deal = engine.adopt("1", model.state, at=NOW, facts=model.facts).unwrap()
            step = engine.fire(deal, arc[0], at=NOW)
            return step.accepted and step.unwrap().stage == arc[2]

        return ask

    machine = Machine(
        model,
        states=list(process.stage_by_name),
        initial=process.starts[0],
        auto_transitions=False,
        ignore_invalid_triggers=True,
        **{name: hear(name) for name in ORDER},
    )
    for arc in dict.fromkeys((arc.trigger, arc.source, arc.target) for arc in process.arcs):
        machine.add_transition(*arc, conditions=chosen(arc))
    listen(machine, hear)

    def fire(trigger: str, facts: dict[str, object]) -> bool:
        model.facts = facts
        return bool(model.trigger(trigger))

    return fire


@settings(max_examples=40)
@given(st.data(), st.booleans())
def test_callbacks_come_in_the_order_of_a_bare_machine(
    data: st.DataObject, asynchronous: bool
) -> None:
    process = data.draw(flat_processes())
    engine = sf.Engine(process)
    bare_seen: list[str] = []
    seen: list[str] = []
    hear = listening(seen)
    machine = sf.bind(
        engine,
        facts=read,
        clock=lambda: NOW,
        asynchronous=asynchronous,
        ignore_invalid_triggers=True,
        **{name: hear(name) for name in ORDER},
    )
    listen(machine, hear)
    fire, deal = bare(process, engine, bare_seen), Deal(stage=process.starts[0], facts={})
    leading = {arc.trigger for arc in process.arcs}  # a bare machine knows no others
    for trigger, facts in data.draw(lives(process)):
        if trigger not in leading:
            continue
        deal.facts = facts
        moved = machine.fire(deal, trigger)
        assert fire(trigger, facts) == (awaited(moved) if asynchronous else moved)
        assert seen == bare_seen
