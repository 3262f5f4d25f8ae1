"""One accepted move with a four-criterion BANT guard and its history event.

Against a dict with a guard by hand, transitions, python-statemachine and sismic, which all do the
same work on the same facts: look up, ask the four criteria, append the event, stand in the new
stage. Machines are built once and deals are put back between the turns, both untimed.
"""

from __future__ import annotations

from benchmarks.contestants import (
    BareDict,
    Contestant,
    SalesfsmEngine,
    SismicInterpreter,
    StatemachineClass,
    TransitionsMachine,
)
from benchmarks.figures import Figure, Limit, Spread, in_units
from benchmarks.timing import Task, take_rounds

ROUNDS = 25
TURNS = 20
WORK = "one accepted move, four-criterion BANT guard, history event"


def measure() -> list[Figure]:
    """The move of salesfsm over the bare dict, and of every other library over salesfsm's."""
    contestants: list[Contestant] = [
        SalesfsmEngine(200),
        BareDict(200),
        TransitionsMachine(100),
        StatemachineClass(10),
        SismicInterpreter(10),
    ]
    for each in contestants:
        each.validate()
    taken = take_rounds(
        {each.name: Task(each.move, each.reset, each.deals) for each in contestants},
        ROUNDS,
        TURNS,
    )
    ours, bare, *others = (taken[each.name] for each in contestants)
    told = f"salesfsm {in_units(Spread.of(ours).median)}"
    figures = [
        Figure(
            WORK,
            told,
            f"bare dict {in_units(Spread.of(bare).median)}",
            Spread.of_ratios(ours, bare),
            limit=Limit("at most", 4),
        )
    ]
    for each, theirs in zip(contestants[2:], others, strict=True):
        is_transitions = isinstance(each, TransitionsMachine)
        figures.append(
            Figure(
                f"the same move, {each.name} ÷ salesfsm",
                told,
                f"{each.name} {in_units(Spread.of(theirs).median)}",
                Spread.of_ratios(theirs, ours),
                limit=Limit("at least", 8) if is_transitions else None,
            )
        )
    return figures
