"""Conditions of rules to conditions of SQL: true is met, false is unmet, null is neither.

Kleene's logic is that of SQL, so that and, or and not are its own. Unknown and stale are both null.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import reduce
from operator import and_, or_

import ibis

from salesfsm.engine.querying.columns import attempts_column, done_column, fact_column, until_column
from salesfsm.engine.querying.exporting import COMPARE, constant_value, is_constant, opaque
from salesfsm.engine.querying.literals import is_unknown, literal
from salesfsm.engine.querying.values import Values
from salesfsm.rules import core
from salesfsm.rules.types import Kind


class Conditions:
    """Compiles conditions for one table at one time.

    What SQL cannot answer is neither met nor unmet: whoever calls this refuses it, or says so.
    """

    def __init__(self, table: ibis.Table, at: datetime, *, exact: bool) -> None:
        self._table, self._at, self._exact = table, at, exact
        self._values = Values(table, at, exact=exact)

    def condition(self, node: core.Condition) -> ibis.Value:
        """The condition as a boolean that may be null."""
        match node:
            case core.Always(holds):
                return ibis.literal(holds)
            case core.Named(_, item):
                return self.condition(item)
            case core.Not(item):
                return ~self.condition(item)
            case core.AtLeast(needed, items):
                return _at_least(needed, [self.condition(item) for item in items])
        return ibis.null("boolean") if any(opaque(node, self._at)) else self._leaf(node)

    def _leaf(self, node: core.Condition) -> ibis.Value:
        match node:
            case core.Truth(fact):
                return self._values.value(fact, counted=False)
            case core.Known(value) if is_constant(value):
                return ibis.literal(constant_value(value, self._at) is not None)
            case core.Known(value):
                return self._values.value(
                    value, counted=isinstance(value, core.Arithmetic)
                ).notnull()
            case core.Done(task):
                return self._table[done_column(task)].fill_null(False)
            case core.Proven(milestone):
                return self._proven(milestone)
            case core.Compare(operator, left, right):
                return self._compared(operator, left, right)
            case core.OneOf(value, options):
                return reduce(or_, (self._compared("==", value, option) for option in options))
        raise TypeError(f"not a condition: {node!r}")

    def _proven(self, milestone: str) -> ibis.Value:
        until = self._table[until_column(milestone)]
        counted = until.type().is_integer()
        now = literal(self._at, exact=self._exact, counted=counted)
        return ibis.cases((until.isnull(), False), (until > now, True))

    def _compared(self, operator: str, left: core.Expression, right: core.Expression) -> ibis.Value:
        if is_constant(left) and is_constant(right):
            one, other = constant_value(left, self._at), constant_value(right, self._at)
            if one is None or other is None:
                return ibis.null("boolean")
            return ibis.literal(COMPARE[operator](one, other))
        sides = self._values.together(left, right)
        # Ibis reads == and != beside a null as questions whether the other side is null.
        return ibis.null("boolean") if any(map(is_unknown, sides)) else COMPARE[operator](*sides)


def _at_least(needed: int, items: Sequence[ibis.Value]) -> ibis.Value:
    if needed == len(items):
        return reduce(and_, items)
    if needed == 1:
        return reduce(or_, items)
    met = reduce(lambda one, other: one + other, (_one_if(item) for item in items))
    possible = reduce(lambda one, other: one + other, (_one_if(~item, 0, 1) for item in items))
    return ibis.cases((met >= needed, True), (possible < needed, False))


def _one_if(condition: ibis.Value, then: int = 1, otherwise: int = 0) -> ibis.Value:
    return ibis.cases((condition, then), else_=otherwise)


def asked_columns(condition: core.Condition) -> Iterator[tuple[str, Kind]]:
    """The columns that a condition asks, with what they hold."""
    for node in core.walk(condition):
        match node:
            case core.Fact(kind, name):
                yield fact_column(name), kind.kind
            case core.Proven(milestone):
                yield until_column(milestone), Kind.DATETIME
            case core.Done(task):
                yield done_column(task), Kind.BOOL
            case core.Attempts(_, activity):
                yield attempts_column(activity), Kind.INTEGER
            case core.Reserved(_, "days_in_stage"):
                yield "entered_at", Kind.DATETIME
            case core.Reserved(_, "days_since_activity"):
                yield "active_at", Kind.DATETIME
            case core.Reserved(kind, name) if name not in ("today", "now"):
                yield name, kind.kind
