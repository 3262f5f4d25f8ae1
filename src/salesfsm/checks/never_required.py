"""SF121: a fact that a criterion which only warns depends on, and that no move requires before.

While it is unknown, everything passes there, and is warned of no more than that. Not here: rules of
assignment, for one that is unknown is skipped, and the next decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from salesfsm.checks.asking import criteria_of, required_by_contracts
from salesfsm.checks.finding import Check, Found, Path, Severity, found
from salesfsm.checks.reach import open_arcs
from salesfsm.process.arcs import Arc, MoveKind, reached
from salesfsm.process.kinds import Level
from salesfsm.process.process import Process
from salesfsm.process.requirements import Requirement, entry_requirements
from salesfsm.rules import core
from salesfsm.rules.explanation import asked
from salesfsm.rules.resolve import resolve


def _find(process: Process) -> Iterator[Found]:
    brought, told = required_by_contracts(process), set[str]()
    for path, criterion in criteria_of(process):
        if criterion.level is Level.BLOCK:
            continue
        for name in _compared(resolve(criterion.rule, process.vocabulary)):
            unasked = ("fact", name) not in brought and name not in told
            if unasked and not _is_required(process, name, path):
                told.add(name)
                yield found(*path, fact=name)


def _compared(node: core.Expression | core.Condition) -> Iterator[str]:
    """The facts that a rule needs the values of; ``known`` is never unknown itself."""
    if isinstance(node, core.Fact):
        yield node.name
    elif not isinstance(node, core.Known):
        for part in core.parts(node):
            yield from _compared(part)


def _is_required(process: Process, fact: str, path: Path) -> bool:
    """Whether the criterion at ``path`` is never asked while the fact is unknown."""
    without = [arc for arc in open_arcs(process) if not _require(arc.requirements, fact)]
    stages = [process.stage_by_name[name] for name in process.begins]
    starts = {each.name for each in stages if not _require(entry_requirements(process, each), fact)}
    onwards = [(arc.source, arc.target) for arc in without if not _leads_back(process, arc)]
    unknown_in = reached(starts, onwards)
    if path[2] == "entry" and process.stages[int(path[1])].name in starts:
        return False
    return not any(arc.source in unknown_in for arc in without if _asks(process, arc, path))


def _leads_back(process: Process, arc: Arc) -> bool:
    """Whether what goes that way has been further before, and knows what was asked there."""
    things = (thing for each in arc.requirements for thing in asked(each.condition))
    return not process.stage_by_name[arc.source].is_open or ("reserved", "stopped_in") in things


def _asks(process: Process, arc: Arc, path: Path) -> bool:
    """Whether a move along ``arc`` asks the criterion at ``path``."""
    if path[0] == "transitions":
        return arc.transition == path[1]
    stage = process.stages[int(path[1])].name
    if path[2] == "exit":
        return arc.source == stage and arc.kind in (MoveKind.ADVANCE, MoveKind.WIN)
    return arc.target == stage


def _require(requirements: Iterable[Requirement], fact: str) -> bool:
    return any(each.level is Level.BLOCK and _needs(each.condition, fact) for each in requirements)


@lru_cache(maxsize=4_096)
def _needs(condition: core.Condition, fact: str) -> bool:
    """Whether the condition is never met while the fact is unknown."""
    match condition:
        case core.Named(_, item):
            return _needs(item, fact)
        case core.AtLeast(needed, items):
            return sum(not _needs(each, fact) for each in items) < needed
        case core.Not(core.Named(_, item)):
            return _needs(core.Not(item), fact)
        case core.Not(core.Not(item)):
            return _needs(item, fact)
        case core.Not(core.AtLeast(needed, items)):
            opposite = tuple(core.Not(each) for each in items)
            return _needs(core.AtLeast(len(items) - needed + 1, opposite), fact)
        case core.Not(core.Known()):
            return False
    return any(isinstance(each, core.Fact) and each.name == fact for each in core.walk(condition))


CHECK = Check("SF121", Severity.NOTE, _find)
