"""Conditions to fast Python functions.

The strong Kleene verdict on a condition splits into two plain questions, "is it met?" and "is it
unmet?", each of which is an ordinary Boolean expression; unknown is neither. So the generated code
needs no third truth value, and short-circuits as Python does. Code is generated from checked
nodes only: every value of the rule reaches it as a constant object, never as text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import CodeType, FunctionType
from typing import Protocol

from salesfsm.rules import core
from salesfsm.rules.subject import PredicateFunction, Subject, whole_days
from salesfsm.rules.types import Kind
from salesfsm.rules.verdict import MET, STALE, UNKNOWN, UNMET, Verdict

Question = Callable[[Subject, datetime], bool]
"""A compiled question about an opportunity at a time (aware, UTC)."""


class VerdictFunction(Protocol):
    """A compiled condition."""

    def __call__(self, subject: Subject, at: datetime, /) -> Verdict:
        """The verdict on the condition for ``subject`` at ``at`` (aware, UTC)."""


def compile_all_met(
    conditions: Sequence[core.Condition], predicates: Mapping[str, PredicateFunction] | None = None
) -> Question:
    """A function that says whether every one of the conditions is met."""
    writer = _Writer(predicates or {})
    question = " and ".join(f"({writer.met(condition)})" for condition in conditions) or "True"
    return writer.function(question)


def compile_verdict(
    condition: core.Condition, predicates: Mapping[str, PredicateFunction] | None = None
) -> VerdictFunction:
    """A function that gives the verdict on the condition."""
    writers = [_Writer(predicates or {}) for _ in range(3)]
    met = writers[0].function(writers[0].met(condition))
    unmet = writers[1].function(writers[1].unmet(condition))
    unknown = writers[2].function(writers[2].unknown(condition))

    def verdict(subject: Subject, at: datetime, /) -> Verdict:
        if met(subject, at):
            return MET
        if unmet(subject, at):
            return UNMET
        return UNKNOWN if unknown(subject, at) else STALE

    return verdict


_RESERVED = {
    "stage": "subject.stage",
    "today": "at.date()",
    "now": "at",
    "lost_reason": "subject.lost_reason",
    "stopped_in": "subject.stopped_in",
    "buyer": "subject.buyer",
    "owner": "subject.owner",
    "team": "subject.team",
    "days_in_stage": "whole_days(subject.entered_at, at)",
    "days_since_activity": "whole_days(subject.active_at, at)",
}
_NEVER_UNKNOWN = ("stage", "buyer", "today", "now", "days_in_stage", "days_since_activity")


class _Writer:
    """Writes the source of one question.

    Values and predicates of the rule are collected in ``names``; what several parts of the
    question ask of the subject is asked once, at the beginning, and kept in ``hoisted``.
    """

    def __init__(self, predicates: Mapping[str, PredicateFunction]) -> None:
        self.predicates = predicates
        self.names: dict[str, object] = {"whole_days": whole_days}
        self.hoisted: dict[str, str] = {}
        self.locals = 0

    def function(self, expression: str) -> Question:
        lines = [f"{name} = {source}" for source, name in self.hoisted.items()]
        body = "\n ".join([*lines, f"return {expression}"])
        code = compile(f"def question(subject, at):\n {body}", "<rule>", "exec")
        (inner,) = (const for const in code.co_consts if isinstance(const, CodeType))
        return FunctionType(inner, self.names)

    # the three questions

    def met(self, node: core.Condition) -> str:
        match node:
            case core.Always(holds):
                return str(holds)
            case core.Not(item):
                return self.unmet(item)
            case core.Named(_, item):
                return self.met(item)
            case core.AtLeast(needed, items):
                return self._count(self.met, needed, items)
        return self._leaf(node, holds=True)

    def unmet(self, node: core.Condition) -> str:
        match node:
            case core.Always(holds):
                return str(not holds)
            case core.Not(item):
                return self.met(item)
            case core.Named(_, item):
                return self.unmet(item)
            case core.AtLeast(needed, items):
                return self._count(self.unmet, len(items) - needed + 1, items)
        return self._leaf(node, holds=False)

    def unknown(self, node: core.Condition) -> str:
        """Asked only of a condition that is neither met nor unmet: is it more than stale?

        A leaf says whether it is unknown by itself; evidence is never unknown.
        """
        match node:
            case core.Always() | core.Proven() | core.Done() | core.Known():
                return "False"
            case core.Not(item) | core.Named(_, item):
                return self.unknown(item)
            case core.AtLeast(_, items):
                return " or ".join(
                    f"(not ({self.met(item)}) and not ({self.unmet(item)}) and "
                    f"({self.unknown(item)}))"
                    for item in items
                )
        return "True"

    def _count(
        self, ask: Callable[[core.Condition], str], needed: int, items: Sequence[core.Condition]
    ) -> str:
        asked = [f"({ask(item)})" for item in items]
        if needed == len(items):
            return " and ".join(asked)
        if needed == 1:
            return " or ".join(asked)
        return f"{' + '.join(asked)} >= {needed}"

    def _leaf(self, node: core.Condition, *, holds: bool) -> str:
        match node:
            case core.Truth(fact):
                return f"{self.value(fact)} is {holds}"
            case core.Known(value):
                return f"{self.value(value)} is {'not ' if holds else ''}None"
            case core.Done(task):
                return f"{task!r} {'in' if holds else 'not in'} subject.tasks"
            case core.Proven(milestone):
                name = self._local()
                evidence = f"({name} := subject.evidence.get({milestone!r}))"
                in_force = f"not not {evidence} and {name}[0].until > at"  # faster than bool()
                return in_force if holds else f"not {evidence}"
            case core.Predicate(name):
                return f"{self._constant(self.predicates[name])}(subject, at) is {holds}"
            case core.Compare(operator, left, right):
                return self._compare(operator, left, right, holds=holds)
            case core.OneOf(value, options):
                known, name = self._guarded(value)
                listed = self._constant(tuple(option.value for option in options))
                return f"{known}{name} {'in' if holds else 'not in'} {listed}"
        raise TypeError(f"not a condition: {node!r}")

    def _compare(
        self, operator: str, left: core.Expression, right: core.Expression, *, holds: bool
    ) -> str:
        one, first = self._guarded(left)
        other, second = self._guarded(right)
        if left.type.kind is Kind.MONEY and operator not in ("==", "!="):
            first, second = f"{first}.amount", f"{second}.amount"  # one currency, by its type
        sign = core.COMPARISONS[core.COMPARISONS.index(operator)]  # never a text of the rule
        question = f"{first} {sign} {second}"
        return f"{one}{other}{question if holds else f'not {question}'}"

    def _guarded(self, node: core.Expression) -> tuple[str, str]:
        """The test that the value is known, if it can be unknown, and a name for the value."""
        value = self.value(node)
        if isinstance(node, core.Fact):
            return f"{value} is not None and ", value
        if isinstance(node, core.Constant | core.Attempts):
            return "", value
        if isinstance(node, core.Reserved) and node.name in _NEVER_UNKNOWN:
            return "", value
        if _is_plain_date(node):
            return "", value
        name = self._local()
        return f"({name} := {value}) is not None and ", name

    # values

    def value(self, node: core.Expression) -> str:
        match node:
            case core.Constant(_, value):
                return self._constant(value)
            case core.Fact(_, name):
                get = self._hoist("subject.facts.get")
                return self._hoist(f"{get}({name!r})")
            case core.Reserved(_, name):
                return self._hoist(_RESERVED[name])
            case core.Attempts(_, activity):
                if activity:
                    return f"subject.attempts.get({activity!r}, 0)"
                return "sum(subject.attempts.values())"
            case core.Arithmetic(_, operator, left, right, compute):
                one, other = self.value(left), self.value(right)
                if _is_plain_date(node):
                    return f"({one} {operator} {other})"
                return f"{self._constant(compute)}({one}, {other})"
        raise TypeError(f"not an expression: {node!r}")

    def _hoist(self, source: str) -> str:
        return self.hoisted.setdefault(source, f"asked_{len(self.hoisted)}")

    def _constant(self, value: object) -> str:
        name = f"constant_{len(self.names)}"
        self.names[name] = value
        return name

    def _local(self) -> str:
        self.locals += 1
        return f"value_{self.locals}"


def _is_plain_date(node: core.Expression) -> bool:
    """``today`` or ``now`` plus or minus a constant: always known, and within the calendar.

    Both lie in the years 1900 to 2199, and a constant length has at most a hundred years.
    """
    match node:
        case core.Arithmetic(_, "+" | "-", core.Reserved(_, "today" | "now"), core.Constant(_, by)):
            return isinstance(by, timedelta) and not by % timedelta(days=1)
    return False
