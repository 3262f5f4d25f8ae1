"""Conditions of rules to the solver: the four verdicts of Kleene's logic as formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import z3

from salesfsm.rules import core
from salesfsm.rules.types import NUMERIC
from salesfsm.verification.expressions import in_units, term
from salesfsm.verification.knowledge import TRUE, Knowledge, Term

FALSE = z3.BoolVal(False)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """When a condition is met, unmet and unknown; it is stale where none of them holds."""

    met: z3.BoolRef
    unmet: z3.BoolRef
    unknown: z3.BoolRef

    @property
    def stale(self) -> z3.BoolRef:
        """When evidence that has expired leaves it open."""
        return z3.Not(z3.Or(self.met, self.unmet, self.unknown))


class Conditions:
    """Compiles conditions about one ``knowledge``; each is compiled once."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._compiled: dict[core.Condition, Verdicts] = {}

    def verdicts(self, node: core.Condition) -> Verdicts:
        """The formulas of ``node``."""
        if node not in self._compiled:
            self._compiled[node] = self._verdicts(node)
        return self._compiled[node]

    def met(self, nodes: Sequence[core.Condition]) -> z3.BoolRef:
        """When all of the conditions are met."""
        return z3.And([self.verdicts(node).met for node in nodes])

    def _verdicts(self, node: core.Condition) -> Verdicts:
        knowledge = self._knowledge
        match node:
            case core.Always(holds):
                return _decided(z3.BoolVal(holds))
            case core.Named(_, item):
                return self.verdicts(item)
            case core.Not(item):
                inner = self.verdicts(item)
                return Verdicts(inner.unmet, inner.met, inner.unknown)
            case core.AtLeast(needed, items):
                return _counted(needed, [self.verdicts(item) for item in items])
            case core.Known(value):
                return _decided(term(value, knowledge).known)
            case core.Done(task):
                return _decided(knowledge.tasks[task])
            case core.Proven(milestone):
                proof = knowledge.proofs[milestone]
                return Verdicts(proof.in_force, z3.Not(proof.there), FALSE)
            case core.Predicate(name):
                answer = knowledge.answers[name]
                return Verdicts(answer.yes, answer.no, z3.Not(z3.Or(answer.yes, answer.no)))
            case core.Truth(fact):
                found = term(fact, knowledge)
                return _where(found.known, found.value)
            case core.Compare(operator, left, right):
                one, other = term(left, knowledge), term(right, knowledge)
                return _where(z3.And(one.known, other.known), _compared(operator, one, other))
            case core.OneOf(value, options):
                found = term(value, knowledge)
                listed = [_compared("==", found, term(each, knowledge)) for each in options]
                return _where(found.known, z3.Or(listed))
        raise TypeError(f"not a condition: {node!r}")


def _decided(holds: z3.BoolRef) -> Verdicts:
    return Verdicts(holds, z3.Not(holds), FALSE)


def _where(known: z3.BoolRef, holds: z3.BoolRef) -> Verdicts:
    if known.eq(TRUE):
        return _decided(holds)
    return Verdicts(z3.And(known, holds), z3.And(known, z3.Not(holds)), z3.Not(known))


def _counted(needed: int, items: Sequence[Verdicts]) -> Verdicts:
    met = _at_least(needed, [each.met for each in items])
    unmet = _at_least(len(items) - needed + 1, [each.unmet for each in items])
    doubt = z3.Or([each.unknown for each in items])
    return Verdicts(met, unmet, z3.And(z3.Not(met), z3.Not(unmet), doubt))


def _at_least(needed: int, items: Sequence[z3.BoolRef]) -> z3.BoolRef:
    if needed == len(items):
        return z3.And(*items)
    if needed == 1:
        return z3.Or(*items)
    return z3.AtLeast(*items, needed)


def _compared(operator: str, left: Term, right: Term) -> z3.BoolRef:
    numbers = left.kind in NUMERIC and right.kind in NUMERIC and left.kind is not right.kind
    one, other = (in_units(left), in_units(right)) if numbers else (left.value, right.value)
    match operator:
        case "==":
            return one == other
        case "!=":
            return one != other
        case "<":
            return one < other
        case "<=":
            return one <= other
        case ">":
            return one > other
        case ">=":
            return one >= other
    raise TypeError(f"no comparison of rules: {operator!r}")
