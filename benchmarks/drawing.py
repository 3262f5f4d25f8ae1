"""Drawing a map of twelve stages, against `dot` itself; and the largest process of the library."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from benchmarks.figures import Figure, Limit, Spread, in_units
from benchmarks.timing import Task, take_rounds
from salesfsm import MissingExtraError, load
from salesfsm.maps import FORMATS, Diagram, Edge, Node, draw as draw_process, to_dot, to_svg
from salesfsm.maps.svg import draw

ROUNDS = 15
TURNS = 5
STAGES = 12
WORK = "drawing a map of 12 stages"
LARGEST = "library:four_planes"


def measure() -> list[Figure]:
    """Twelve stages against Graphviz, and every format of a large process against the clock."""
    return [*against_dot(), *end_to_end()]


def against_dot() -> list[Figure]:
    """The whole of ``to_svg``, and Graphviz alone on the DOT text that it would be given."""
    diagram = twelve_stages()
    source = to_dot(diagram)
    tasks = {"map": Task(lambda: to_svg(diagram)), "dot": Task(lambda: draw(source))}
    try:
        taken = take_rounds(tasks, ROUNDS, TURNS)
    except MissingExtraError as error:
        return [Figure(WORK, missing=str(error))]
    return [
        Figure(
            WORK,
            in_units(Spread.of(taken["map"]).median),
            f"dot {in_units(Spread.of(taken['dot']).median)}",
            Spread.of_ratios(taken["map"], taken["dot"]),
            limit=Limit("at most", 1.2),
        )
    ]


def end_to_end() -> list[Figure]:
    """From the name of a process to its SVG, in each format: what a command does after starting."""
    tasks = {name: Task(partial(_read_and_draw, name)) for name in FORMATS}
    stages = len(load(LARGEST).stages)
    works = {name: f"reading and drawing {stages} stages as {name}" for name in FORMATS}
    try:
        taken = take_rounds(tasks, ROUNDS, turns=1)
    except MissingExtraError as error:
        return [Figure(work, missing=str(error)) for work in works.values()]
    return [
        Figure(
            works[name],
            in_units(Spread.of(seconds).median),
            spread=Spread.of(seconds),
            unit="s",
            limit=Limit("at most", 1),
        )
        for name, seconds in taken.items()
    ]


def _read_and_draw(name: str) -> str:
    return draw_process(load(LARGEST), format=name).svg


def twelve_stages() -> Diagram:
    """Twelve stages with tasks, won and lost, and every way out of them."""
    stages = [f"stage_{number}" for number in range(1, STAGES + 1)]
    nodes = [
        Node(
            name,
            f"Stage {number}: what the buyer does here",
            "start" if number == 1 else "stage",
            ("Hold the discovery call", "Map the stakeholders", "Agree on the next step"),
            f"{number * 8}%",
        )
        for number, name in enumerate(stages, 1)
    ]
    ends = [Node("won", "Won", "won"), Node("lost", "Lost", "lost")]
    steps = [Edge(source, target, f"advance to {target}") for source, target in pairwise(stages)]
    losses = [Edge(name, "lost", "lose", "lose") for name in stages]
    won = Edge(stages[-1], "won", "win", "win")
    return Diagram("Twelve stages", (*nodes, *ends), (*steps, won, *losses))
