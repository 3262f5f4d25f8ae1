"""Conditions and values as text for people: what is wanted, and what was found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from salesfsm.rules import core
from salesfsm.rules.values import Money, format_span

Label = Callable[[str, str], str]
"""What people call something: from its kind (``fact``, ``reserved``, ``milestone``, ``task``,
``activity`` or ``predicate``, as ``explanation.asked`` has them) and its name to a text."""

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


def own_name(kind: str, name: str) -> str:
    """The :data:`Label` of those who write the rules: each name as it stands in them."""
    return name


def expression_text(node: core.Expression, label: Label = own_name) -> str:
    """An expression as text, in which ``label`` says what everything is called."""
    match node:
        case core.Constant(_, value):
            return value_text(value)
        case core.Fact(_, name):
            return label("fact", name)
        case core.Reserved(_, name):
            return label("reserved", name)
        case core.Attempts(_, activity):
            return f"attempts({label('activity', activity) if activity else ''})"
        case core.Arithmetic(_, operator, left, right):
            return f"{_grouped(left, label)} {operator} {_grouped(right, label)}"
    raise TypeError(f"not an expression: {node!r}")


def condition_text(node: core.Condition, label: Label = own_name) -> str:
    """A condition as text, in which ``label`` says what everything is called."""
    match node:
        case core.Always(holds):
            return "always" if holds else "never"
        case core.Truth(fact):
            return expression_text(fact, label)
        case core.Known(value):
            return f"{expression_text(value, label)} is known"
        case core.Compare(operator, left, right):
            sign = _SIGNS.get(operator, operator)
            return f"{expression_text(left, label)} {sign} {expression_text(right, label)}"
        case core.OneOf(value, options):
            texts = [expression_text(each, label) for each in options]
            among = f"= {texts[0]}" if len(texts) == 1 else f"is one of {', '.join(texts)}"
            return f"{expression_text(value, label)} {among}"
        case core.Proven(milestone):
            return f"{label('milestone', milestone)} is proven"
        case core.Done(task):
            return f"{label('task', task)} is done"
        case core.Predicate(name):
            return label("predicate", name)
        case core.Named(_, item):
            return condition_text(item, label)
        case core.Not(item):
            return f"not {_part(item, label)}"
        case core.AtLeast(needed, items):
            parts = [_part(item, label) for item in items]
            if needed == len(items):
                return " and ".join(parts)
            return " or ".join(parts) if needed == 1 else f"{needed} of: {', '.join(parts)}"
    raise TypeError(f"not a condition: {node!r}")


def _grouped(node: core.Expression, label: Label) -> str:
    text = expression_text(node, label)
    return f"({text})" if isinstance(node, core.Arithmetic) else text


def _part(node: core.Condition, label: Label) -> str:
    text = condition_text(node, label)
    inner = node.item if isinstance(node, core.Named) else node
    return f"({text})" if isinstance(inner, core.AtLeast | core.Not) else text
