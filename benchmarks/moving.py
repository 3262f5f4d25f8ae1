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
WORK = "one accepted move"
FASTER_THAN = {"transitions": Limit("at least", 8)}


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
    tasks = {each.name: Task(each.move, each.reset, each.deals) for each in contestants}
    taken = take_rounds(tasks, ROUNDS, TURNS)
    ours, bare = taken.pop(SalesfsmEngine.name), taken.pop(BareDict.name)
    measured = in_units(Spread.of(ours).median)
    figures = [
        Figure(
            WORK,
            measured,
            told(BareDict.name, bare),
            Spread.of_ratios(ours, bare),
            limit=Limit("at most", 4),
        )
    ]
    figures += [
        Figure(
            WORK,
            measured,
            told(name, theirs),
            Spread.of_ratios(theirs, ours),
            "× faster",
            FASTER_THAN.get(name),
        )
        for name, theirs in taken.items()
    ]
    return figures


def told(name: str, seconds: list[float]) -> str:
    """A side of a ratio in words."""
    return f"{name} {in_units(Spread.of(seconds).median)}"
