"""All checks, notes too, over a process of forty stages, together with reading its file.

Every open stage has a definition, a task, a milestone and a criterion, and may be left for every
other one, as CRM systems have it: some 1,600 ways.
"""

from __future__ import annotations

from itertools import count

import salesfsm
from benchmarks.figures import Figure, Limit, Spread, in_units
from benchmarks.timing import Task, take_rounds
from salesfsm.checks import CHECKS, check

ROUNDS = 10
STAGES = 40


def measure() -> list[Figure]:
    """Milliseconds from the text of the process to what the checks find."""
    ways = len(salesfsm.loads(process_text("forty")).arcs)
    # Each round has a process of its own: what checks find out of one they remember for a while.
    texts = (process_text(f"forty_{number}") for number in count())
    task = Task(lambda: check(salesfsm.loads(next(texts)), notes=True))
    taken = take_rounds({"ours": task}, ROUNDS)
    spread = Spread.of([seconds * 1_000 for seconds in taken["ours"]])
    work = f"loading {STAGES} stages with {ways:,} ways, and {len(CHECKS)} checks"
    return [Figure(work, in_units(spread.median / 1_000), "", spread, "ms", Limit("at most", 300))]


def process_text(name: str) -> str:
    """The process: open stages, one won, one lost."""
    names = [f"phase_{number}" for number in range(STAGES - 2)]
    lines = ["salesfsm: 1", f"process: {name}", "facts: {need: text, budget: integer}", "buyer:"]
    lines.append("  milestones:")
    lines += [f"    - {{name: {each}_proven, definition: The buyer agrees.}}" for each in names]
    lines.append("stages:")
    for number, each in enumerate(names):
        said = f"The buyer has taken step {number}."
        asks = f"[known(need) and budget > {number}, proven({each}_proven)]"
        stage = f"name: {each}, definition: {said}, tasks: [{each}_done], exit: {asks}"
        lines.append(f"  - {{{stage}}}")
    lines += ["  - {name: won, outcome: won}", "  - {name: lost, outcome: lost, reasons: [price]}"]
    lines.append("transitions:")
    ways = [f"trigger: to_{each}, source: open, target: {each}" for each in names]
    ways += ["trigger: win, source: open, target: won", "trigger: lose, source: open, target: lost"]
    lines += [f"  - {{{each}}}" for each in (*ways, "trigger: wake, source: lost, target: phase_0")]
    return "\n".join(lines) + "\n"
