"""Conditions and values as text for people: what is wanted, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from salesfsm.messages import counted, message
from salesfsm.rules import core
from salesfsm.rules.types import Kind
from salesfsm.rules.values import Duration, parts_of_span

Label = Callable[[str, str], str]
"""What people call something: from its kind and its name to a text.

The kinds are those of ``explanation.asked`` (``fact``, ``reserved``, ``milestone``, ``task``,
``activity``, ``predicate``), of the values of reserved names (``stage``, ``reason``, ``team``,
``buyer_state``), and of those of choices (``option``).
"""

_SIGNS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}

_NAMED_BY: Mapping[str, str] = {
    "stage": "stage",
    "stopped_in": "stage",
    "lost_reason": "reason",
    "team": "team",
    "buyer": "buyer_state",
}
"""The reserved names whose values are names themselves, with the kind of these."""


def own_name(kind: str, name: str) -> str:
    """The :data:`Label` of those who write the rules: each name as it stands in them."""
    return name


@dataclass(frozen=True, slots=True)
class Wording:
    """How conditions and values are said to a reader: in a language, and by which labels.

    Numbers, money and dates look the same in every language.
    """

    language: str = "en"
    label: Label = own_name

    def value(self, value: object) -> str:
        """A value as people write it: ``50000 EUR``, ``2026-12-31``, ``90 days``, ``yes``."""
        match value:
            case bool():
                return message("value.yes" if value else "value.no", self.language)
            case Decimal():
                return f"{value:f}"
            case datetime():
                return value.isoformat(timespec="minutes")
            case timedelta():
                return self._span(value)
            case Duration():
                return self._parts(value.parts)
        return str(value)

    def _span(self, span: timedelta) -> str:
        """A length of time in words: ``2 days 12 hours``; parts of a second are left out."""
        sign = "-" if span < timedelta(0) else ""
        return sign + self._parts(parts_of_span(abs(span)))

    def _parts(self, parts: Mapping[str, int]) -> str:
        told = [
            counted(f"value.{unit}", count, self.language) for unit, count in parts.items() if count
        ]
        return " ".join(told) or counted("value.days", 0, self.language)

    def expression(self, node: core.Expression) -> str:
        """An expression as text."""
        match node:
            case core.Constant(_, value):
                return self.value(value)
            case core.Fact(_, name):
                return self.label("fact", name)
            case core.Reserved(_, name):
                return self.label("reserved", name)
            case core.Attempts(_, ""):
                return message("condition.attempts_of_all", self.language)
            case core.Attempts(_, activity):
                called = self.label("activity", activity)
                return message("condition.attempts", self.language, activity=called)
            case core.Arithmetic(_, operator, left, right):
                return f"{self._grouped(left)} {operator} {self._grouped(right)}"
        raise TypeError(f"not an expression: {node!r}")

    def condition(self, node: core.Condition) -> str:
        """A condition as text."""
        match node:
            case core.Always(holds):
                return message("condition.always" if holds else "condition.never", self.language)
            case core.Truth(fact):
                return self.expression(fact)
            case core.Known(value):
                return message("condition.known", self.language, value=self.expression(value))
            case core.Compare(operator, left, right):
                one, other = self._beside(left, right), self._beside(right, left)
                return f"{one} {_SIGNS.get(operator, operator)} {other}"
            case core.OneOf(value, options):
                return self._one_of(value, [self._beside(each, value) for each in options])
            case core.Proven(name):
                called = self.label("milestone", name)
                return message("condition.proven", self.language, milestone=called)
            case core.Done(name):
                return message("condition.done", self.language, task=self.label("task", name))
            case core.Predicate(name):
                return self.label("predicate", name)
            case core.Named(_, item):
                return self.condition(item)
            case core.Not(item):
                return self._not(item)
            case core.AtLeast(needed, items):
                return self._at_least(needed, [self._part(item) for item in items])
        raise TypeError(f"not a condition: {node!r}")

    def found(self, condition: core.Condition, found: object) -> str | None:
        """What was found of a condition, as :class:`~explanation.Explanation` keeps it, as text."""
        if found is None:
            return None
        match bare(condition):
            case core.Done():
                return message("found.done" if found else "found.open", self.language)
            case core.Proven() if isinstance(found, datetime):
                return message("found.expired", self.language, date=found.date())
            case core.Compare(_, left, right):
                return self._value_of(found, left, right)
            case core.OneOf(value) | core.Known(value):
                return self._value_of(found, value)
        return self.value(found)

    def _one_of(self, value: core.Expression, options: list[str]) -> str:
        if len(options) == 1:
            return f"{self.expression(value)} = {options[0]}"
        found, listed = self.expression(value), ", ".join(options)
        return message("condition.one_of", self.language, value=found, options=listed)

    def _not(self, item: core.Condition) -> str:
        match item.item if isinstance(item, core.Named) else item:
            case core.Known(value):
                return message("condition.not_known", self.language, value=self.expression(value))
            case core.Proven(name):
                called = self.label("milestone", name)
                return message("condition.not_proven", self.language, milestone=called)
            case core.Done(name):
                return message("condition.not_done", self.language, task=self.label("task", name))
        return message("condition.not", self.language, condition=self._part(item))

    def _at_least(self, needed: int, parts: list[str]) -> str:
        if needed == len(parts):
            return f" {message('word.and', self.language)} ".join(parts)
        if needed == 1:
            return f" {message('word.or', self.language)} ".join(parts)
        listed = ", ".join(parts)
        return message("condition.at_least", self.language, count=needed, conditions=listed)

    def _part(self, node: core.Condition) -> str:
        text = self.condition(node)
        inner = node.item if isinstance(node, core.Named) else node
        return f"({text})" if isinstance(inner, core.AtLeast | core.Not) else text

    def _grouped(self, node: core.Expression) -> str:
        text = self.expression(node)
        return f"({text})" if isinstance(node, core.Arithmetic) else text

    def _beside(self, node: core.Expression, other: core.Expression) -> str:
        """An expression that is compared with ``other``: constants are values of that."""
        if isinstance(node, core.Constant):
            return self._value_of(node.value, other)
        return self.expression(node)

    def _value_of(self, value: object, *asked: core.Expression) -> str:
        """A value of what was asked, by its label where it is a name."""
        for each in asked:
            if isinstance(each, core.Reserved) and each.name in _NAMED_BY:
                return self.label(_NAMED_BY[each.name], str(value))
            if isinstance(each, core.Fact) and each.type.kind is Kind.CHOICE:
                return self.label("option", str(value))
        return self.value(value)


AS_WRITTEN = Wording()
"""English, with every name as the rules have it."""


def bare(condition: core.Condition) -> core.Condition:
    """What a condition that may be negated, or have a code, is about."""
    while isinstance(condition, core.Not | core.Named):
        condition = condition.item
    return condition
