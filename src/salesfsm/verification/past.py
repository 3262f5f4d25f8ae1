"""What an opportunity can have behind it: where it stopped, and why it was lost, by where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import z3

from salesfsm.process.arcs import Arc, MoveKind
from salesfsm.process.process import Process
from salesfsm.verification.knowledge import Knowledge, Term

Past = str | None
Step = Callable[[Arc, Past], Iterable[Past]]


def pasts(process: Process, knowledge: Knowledge) -> list[z3.BoolRef]:
    """That where it stopped, and why it was lost, can have come about by moves of the process.

    Every move is taken to be open here; nothing is placed by the world outside.
    """
    return [
        *_told(knowledge, knowledge.reserved["stopped_in"], _reachable(process, _stops)),
        *_told(knowledge, knowledge.reserved["lost_reason"], _reachable(process, _reasons)),
    ]


def _stops(arc: Arc, before: Past) -> Iterable[Past]:
    return (arc.source,) if arc.stops else (before,)


def _reasons(arc: Arc, before: Past) -> Iterable[Past]:
    if arc.kind is not MoveKind.LOSE:
        return (before,)
    return arc.reasons or (None,)


def _reachable(process: Process, step: Step) -> Mapping[str, dict[Past, None]]:
    """By stage, what can be behind an opportunity there."""
    leaving: dict[str, list[Arc]] = {}
    for arc in process.arcs:
        leaving.setdefault(arc.source, []).append(arc)
    begins = (*process.starts, *(each.target for each in process.handovers))
    waiting: list[tuple[str, Past]] = [(stage, None) for stage in begins]
    found: dict[str, dict[Past, None]] = {}
    while waiting:
        stage, past = waiting.pop()
        if past not in found.setdefault(stage, {}):
            found[stage][past] = None
            after = ((arc.target, new) for arc in leaving.get(stage, ()) for new in step(arc, past))
            waiting += after
    return found


def _told(
    knowledge: Knowledge, term: Term, found: Mapping[str, dict[Past, None]]
) -> Iterable[z3.BoolRef]:
    for stage, past in found.items():
        values = [term.value == knowledge.texts.code(each) for each in past if each is not None]
        told = z3.And(term.known, z3.Or(values))
        here = knowledge.stage == knowledge.texts.code(stage)
        yield z3.Implies(here, z3.Or(z3.Not(term.known), told) if None in past else told)
