"""Conditions and values as text for people: what is wanted, and what was found."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from salesfsm.rules import core
from salesfsm.rules.values import Money, format_span

_SIGNS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}


def value_text(value: object) -> str:
    """A value as people write it: ``50000 EUR``, ``2026-12-31``, ``90d``, ``yes``."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case timedelta():
            return format_span(value)
        case Money():
            return str(value)
    return str(value)


def expression_text(node: core.Expression) -> str:
    """An expression as text."""
    match node:
        case core.Constant(_, value):
            return value_text(value)
        case core.Fact(_, name) | core.Reserved(_, name):
            return name
        case core.Attempts(_, activity):
            return f"attempts({activity})"
        case core.Arithmetic(_, operator, left, right):
            return f"{_grouped(left)} {operator} {_grouped(right)}"
    raise TypeError(f"not an expression: {node!r}")


def condition_text(node: core.Condition) -> str:
    """A condition as text."""
    match node:
        case core.Always(holds):
            return "always" if holds else "never"
        case core.Truth(fact):
            return fact.name
        case core.Known(value):
            return f"{expression_text(value)} is known"
        case core.Compare(operator, left, right):
            sign = _SIGNS.get(operator, operator)
            return f"{expression_text(left)} {sign} {expression_text(right)}"
        case core.OneOf(value, (only,)):
            return f"{expression_text(value)} = {expression_text(only)}"
        case core.OneOf(value, options):
            return f"{expression_text(value)} is one of {', '.join(map(expression_text, options))}"
        case core.Proven(milestone):
            return f"{milestone} is proven"
        case core.Done(task):
            return f"{task} is done"
        case core.Predicate(name):
            return name
        case core.Named(_, item):
            return condition_text(item)
        case core.Not(item):
            return f"not {_part(item)}"
        case core.AtLeast(needed, items):
            texts = list(map(_part, items))
            if needed == len(items):
                return " and ".join(texts)
            return " or ".join(texts) if needed == 1 else f"{needed} of: {', '.join(texts)}"
    raise TypeError(f"not a condition: {node!r}")


def _grouped(node: core.Expression) -> str:
    text = expression_text(node)
    return f"({text})" if isinstance(node, core.Arithmetic) else text


def _part(node: core.Condition) -> str:
    text = condition_text(node)
    inner = node.item if isinstance(node, core.Named) else node
    return f"({text})" if isinstance(inner, core.AtLeast | core.Not) else text
