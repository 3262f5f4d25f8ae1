"""One trigger of a bound machine, against a bare `transitions` machine with an equal condition.

Both read four facts of a model, ask the same four criteria, move it, and append to its history in
a callback. Models are put back between the turns, untimed.
"""

from __future__ import annotations

from benchmarks.contestants import TransitionsMachine
from benchmarks.contestants.bound_machine import BoundMachine
from benchmarks.figures import Figure, Limit, Spread, in_units
from benchmarks.timing import Task, take_rounds

ROUNDS = 25
TURNS = 20
WORK = "one trigger of a bound model"


def measure() -> list[Figure]:
    """The bound machine over the bare one."""
    contestants = (BoundMachine(100), TransitionsMachine(100))
    for each in contestants:
        each.validate()
    tasks = {each.name: Task(each.move, each.reset, each.deals) for each in contestants}
    taken = take_rounds(tasks, ROUNDS, TURNS)
    ours, bare = taken[BoundMachine.name], taken[TransitionsMachine.name]
    return [
        Figure(
            WORK,
            in_units(Spread.of(ours).median),
            f"{TransitionsMachine.name} {in_units(Spread.of(bare).median)}",
            Spread.of_ratios(ours, bare),
            limit=Limit("at most", 1.5),
        )
    ]
