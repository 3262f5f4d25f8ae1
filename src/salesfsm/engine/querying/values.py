"""Expressions of rules to columns of a query: null is unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from operator import add, mul, sub

import ibis

from salesfsm.engine.querying import arithmetic
from salesfsm.engine.querying.columns import attempts_column, fact_column
from salesfsm.engine.querying.exporting import constant_value, factor_of, is_constant, is_scaled
from salesfsm.engine.querying.literals import (
    A_DAY,
    EPOCH,
    EPOCH_DAY,
    literal,
    microseconds,
    unknown,
)
from salesfsm.rules import core
from salesfsm.rules.types import Kind

_MOMENTS = (Kind.DATE, Kind.DATETIME)
_DAYS_SINCE = {"days_in_stage": "entered_at", "days_since_activity": "active_at"}


class Values:
    """The values that rules ask of one table at one time.

    Dates and times are compared as the columns hold them, and *counted* (days and microseconds
    since 1970) where something is computed with them, or where the columns are whole numbers.
    """

    def __init__(self, table: ibis.Table, at: datetime, *, exact: bool) -> None:
        self.table, self.at, self.exact = table, at, exact
        self._arithmetic = arithmetic.Exact() if exact else arithmetic.Plain()

    def together(self, *nodes: core.Expression) -> list[ibis.Value]:
        """The values of several nodes of one kind, in one form, to be compared."""
        counted = any(self._is_counted(node) for node in nodes)
        return [self.value(node, counted=counted) for node in nodes]

    def value(self, node: core.Expression, *, counted: bool) -> ibis.Value:
        """The value of a node; dates and times are ``counted`` or not."""
        if is_constant(node):
            found = constant_value(node, self.at)
            if found is None:
                return unknown(node.type.kind)
            return literal(found, exact=self.exact, counted=counted)
        match node:
            case core.Fact(_, name):
                return self.column(fact_column(name), counted=counted)
            case core.Reserved(_, name):
                if name not in _DAYS_SINCE:
                    return self.table[name]
                since = self.column(_DAYS_SINCE[name], counted=True)
                return arithmetic.full_days(since, microseconds(self.at))
            case core.Attempts(_, activity):
                return self.column(attempts_column(activity), counted=False).fill_null(0)
            case core.Arithmetic():
                return self._computed(node)
        raise TypeError(f"not an expression: {node!r}")

    def column(self, name: str, *, counted: bool) -> ibis.Value:
        """A column; a date or a time in days or microseconds since 1970 where it is ``counted``.

        Numbers of narrower types are widened, for databases compute within the types that they get.
        """
        found = self.table[name]
        if found.type().is_integer():
            return found.cast("int64")
        if found.type().is_floating():
            return self._arithmetic.of_float(found)
        if counted and found.type().is_date():
            return found.delta(ibis.literal(EPOCH_DAY), unit="day")
        if counted and found.type().is_timestamp():
            return found.delta(ibis.literal(EPOCH), unit="microsecond")
        return found

    def _is_counted(self, node: core.Expression) -> bool:
        if node.type.kind not in _MOMENTS or is_constant(node):
            return False
        return (
            not isinstance(node, core.Fact)
            or self.table[fact_column(node.name)].type().is_integer()
        )

    def _computed(self, node: core.Arithmetic) -> ibis.Value:
        if is_scaled(node):
            return self._scaled(node)
        left, right = (self.value(side, counted=True) for side in (node.left, node.right))
        one, other, compute = node.left.type.kind, node.right.type.kind, self._arithmetic
        match node.type.kind:
            case Kind.INTEGER if node.operator == "*":
                product = _joined("*", compute.wide(left), compute.wide(right))
                return compute.kept(arithmetic.fitted(product))
            case Kind.INTEGER:
                return arithmetic.fitted(_joined(node.operator, left, right))
            case Kind.DECIMAL | Kind.MONEY:
                amounts = compute.amount(left), compute.amount(right)
                return compute.rounded(_joined(node.operator, *amounts))
            case Kind.DURATION if one in _MOMENTS:
                return (left - right) * (A_DAY if one is Kind.DATE else 1)
            case Kind.DURATION:
                sides = compute.wide(left), compute.wide(right)
                product = node.operator == "*"
                return compute.span(
                    sides[0] * sides[1] if product else _joined(node.operator, *sides)
                )
        if other in _MOMENTS:  # a length of time + a moment
            left, right = right, left
        move = arithmetic.moved_day if node.type.kind is Kind.DATE else arithmetic.moved_time
        return move(left, -right if node.operator == "-" else right)

    def _scaled(self, node: core.Arithmetic) -> ibis.Value:
        found = factor_of(node, self.at)
        if found is None:
            raise TypeError(f"not exportable: {node!r}")
        value, factor = found
        if factor is None:
            return unknown(node.type.kind)
        return self._arithmetic.scaled(self.value(value, counted=True), factor)


def _joined(operator: str, left: ibis.Value, right: ibis.Value) -> ibis.Value:
    return _OPERATORS[operator](left, right)


_OPERATORS: Mapping[str, Callable[[ibis.Value, ibis.Value], ibis.Value]] = {
    "+": add,
    "-": sub,
    "*": mul,
}
