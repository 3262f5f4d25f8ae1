"""What an opportunity can have behind it: where it stopped, and why it was lost, by where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import z3

from salesfsm.process.arcs import Arc, MoveKind
from salesfsm.process.process import Process
from salesfsm.verification.knowledge import Knowledge, Term

Past = str | None
Step = Callable[[Arc, Past], Iterable[Past]]


class Pasts:
    """What moves of the process can leave behind an opportunity that began in one of ``begins``.

    Every move is taken to be open here; nothing is placed by the world outside.
    """

    def __init__(self, process: Process, begins: Iterable[str]) -> None:
        self._left = {
            "stopped_in": _reachable(process.arcs, begins, _stops),
            "lost_reason": _reachable(process.arcs, begins, _reasons),
        }

    def of(self, knowledge: Knowledge) -> Iterator[z3.BoolRef]:
        """That where it stopped, and why it was lost, can have come about."""
        for name, left in self._left.items():
            yield from _among(left, knowledge, knowledge.reserved[name])


def _stops(arc: Arc, before: Past) -> Iterable[Past]:
    return (arc.source,) if arc.stops else (before,)


def _reasons(arc: Arc, before: Past) -> Iterable[Past]:
    if arc.kind is not MoveKind.LOSE:
        return (before,)
    return arc.reasons or (None,)


def _reachable(
    arcs: Iterable[Arc], begins: Iterable[str], step: Step
) -> Mapping[str, dict[Past, None]]:
    """By stage, what can be behind an opportunity there."""
    leaving: dict[str, list[Arc]] = {}
    for arc in arcs:
        leaving.setdefault(arc.source, []).append(arc)
    waiting: list[tuple[str, Past]] = [(stage, None) for stage in begins]
    found: dict[str, dict[Past, None]] = {}
    while waiting:
        stage, past = waiting.pop()
        if past not in found.setdefault(stage, {}):
            found[stage][past] = None
            after = ((arc.target, new) for arc in leaving.get(stage, ()) for new in step(arc, past))
            waiting += after
    return found


def _among(
    left: Mapping[str, dict[Past, None]], knowledge: Knowledge, term: Term
) -> Iterator[z3.BoolRef]:
    for stage, past in left.items():
        values = [term.value == knowledge.texts.code(each) for each in past if each is not None]
        one = z3.And(term.known, z3.Or(values))
        here = knowledge.stage == knowledge.texts.code(stage)
        yield z3.Implies(here, z3.Or(z3.Not(term.known), one) if None in past else one)
