"""What the rules of a process ask, and where: what several checks want to know."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from salesfsm.checks.finding import Path
from salesfsm.process.definitions import Criterion
from salesfsm.process.kinds import Level
from salesfsm.process.problems.finding import criteria_lists
from salesfsm.process.process import Process
from salesfsm.rules.explanation import asked
from salesfsm.rules.resolve import resolve
from salesfsm.rules.syntax import Node

Thing = tuple[str, str]
"""A kind (``fact``, ``milestone``, ``task``), and a name."""


def criteria_of(process: Process) -> Iterator[tuple[Path, Criterion]]:
    """Every criterion with the path to it."""
    for path, criteria in criteria_lists(process):
        for index, criterion in enumerate(criteria):
            yield (*path, index), criterion


@lru_cache(maxsize=8)
def asked_anywhere(process: Process) -> frozenset[Thing]:
    """What any rule depends on, or a contract names; criteria that only warn count too."""
    rules = [each.rule for _, each in criteria_of(process)]
    rules += [each.when for each in process.assignments if each.when is not None]
    rules += [each.never for each in process.invariants]
    found = {thing for rule in rules for thing in _things_in(process, rule)}
    for handover in process.handovers:
        found.update(("fact", name) for name in handover.carries.facts)
        found.update(("milestone", name) for name in handover.carries.milestones)
    return frozenset(found) | required_by_contracts(process)


def required(process: Process) -> frozenset[Thing]:
    """What some move, or a hand-over, does not go without."""
    blocking = (each for _, each in criteria_of(process) if each.level is Level.BLOCK)
    found = {thing for each in blocking for thing in _things_in(process, each.rule)}
    return frozenset(found) | required_by_contracts(process)


def required_by_contracts(process: Process) -> frozenset[Thing]:
    """What hand-overs need, from this process or to it."""
    contracts = (process.receives, *(each.needs for each in process.handovers))
    facts = {("fact", name) for each in contracts for name in each.facts}
    return frozenset(
        facts | {("milestone", name) for each in contracts for name in each.milestones}
    )


def _things_in(process: Process, rule: Node) -> tuple[Thing, ...]:
    """What one rule depends on, each once."""
    return asked(resolve(rule, process.vocabulary))
