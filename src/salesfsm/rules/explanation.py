"""Conditions to explanations: a tree that says, part by part, what holds and what was found.

It walks the condition on its own and shares no code with the generated functions of ``closure``,
so that each checks the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from salesfsm.rules import core
from salesfsm.rules.subject import PredicateFunction, Subject, whole_days
from salesfsm.rules.values import FactValue
from salesfsm.rules.verdict import MET, STALE, UNKNOWN, UNMET, Verdict, at_least, negation
from salesfsm.rules.wording import AS_WRITTEN, bare


class Explanation(msgspec.Struct, frozen=True):
    """Why a condition has its verdict; text is made of it only when it is asked for.

    ``found`` is what was found out: a value, whether a task is done, or when evidence expired;
    None where nothing is known. ``code`` is the stable name of the criterion or part, empty for
    unnamed parts.
    """

    verdict: Verdict
    condition: core.Condition
    found: FactValue | None = None
    code: str = ""
    parts: tuple[Explanation, ...] = ()

    @property
    def wanted(self) -> str:
        """The condition as text, in English and with the names that rules use."""
        return AS_WRITTEN.condition(self.condition)

    @property
    def actual(self) -> str | None:
        """What was found, as English text; None where nothing is known."""
        return AS_WRITTEN.found(self.condition, self.found)

    @property
    def asks(self) -> tuple[tuple[str, str], ...]:
        """What it depends on, as (kind, name), where it is not told by its parts.

        The kinds are ``fact``, ``milestone``, ``task``, ``activity``, ``predicate``, ``reserved``.
        """
        node = bare(self.condition)
        return () if isinstance(node, core.AtLeast) else asked(node)

    @property
    def needed(self) -> int:
        """How many of the parts must be met; 0 where there are none."""
        return self.condition.needed if isinstance(self.condition, core.AtLeast) else 0

    @property
    def negated(self) -> bool:
        """Whether the parts, or the condition within, must not be met."""
        return isinstance(self.condition, core.Not)

    def leaves(self) -> list[Explanation]:
        """The parts that have no parts, in the order of the rule."""
        if not self.parts:
            return [self]
        return [leaf for part in self.parts for leaf in part.leaves()]


def explain(
    condition: core.Condition,
    subject: Subject,
    at: datetime,
    predicates: Mapping[str, PredicateFunction] | None = None,
    code: str = "",
) -> Explanation:
    """The explanation of ``condition`` for ``subject`` at ``at`` (aware, UTC)."""
    found = _Explainer(subject, at, predicates or {}).explain(condition)
    return msgspec.structs.replace(found, code=code) if code else found


class _Explainer:
    """Explains conditions for one subject at one time."""

    def __init__(
        self, subject: Subject, at: datetime, predicates: Mapping[str, PredicateFunction]
    ) -> None:
        self.subject, self.at, self.predicates = subject, at, predicates

    def explain(self, node: core.Condition) -> Explanation:
        match node:
            case core.Named(code, item):
                return msgspec.structs.replace(self.explain(item), code=code)
            case core.Not(item):
                part = self.explain(item)
                inner = (part,) if part.parts or part.negated else ()
                return Explanation(negation(part.verdict), node, part.found, parts=inner)
            case core.AtLeast(needed, items):
                parts = tuple(map(self.explain, items))
                verdict = at_least(needed, (part.verdict for part in parts))
                return Explanation(verdict, node, parts=parts)
        verdict, found = self._judged(node)
        return Explanation(verdict, node, found)

    def _judged(self, node: core.Condition) -> _Judged:
        match node:
            case core.Always(holds):
                return _decided(holds), None
            case core.Truth(fact):
                value = self.value(fact)
                return _UNKNOWN if value is None else (_decided(value is True), value)
            case core.Known(value):
                found = self.value(value)
                return _decided(found is not None), found
            case core.Compare(operator, left, right):
                one, other = self.value(left), self.value(right)
                if one is None or other is None:
                    return _UNKNOWN
                found = other if _tells_more(right, left) else one
                return _decided(_COMPARE[operator](one, other)), found
            case core.OneOf(value, options):
                found = self.value(value)
                if found is None:
                    return _UNKNOWN
                return _decided(any(found == each.value for each in options)), found
            case core.Proven(milestone):
                return self._proven(milestone)
            case core.Done(task):
                done = task in self.subject.tasks
                return _decided(done), done
            case core.Predicate(name):
                answer = self.predicates[name](self.subject, self.at)
                return (_decided(answer), None) if isinstance(answer, bool) else _UNKNOWN
        raise TypeError(f"not a condition: {node!r}")

    def _proven(self, milestone: str) -> _Judged:
        evidence = self.subject.evidence.get(milestone)
        if not evidence:
            return UNMET, None
        until = max(piece.until for piece in evidence)
        return (MET, None) if until > self.at else (STALE, until)

    def value(self, node: core.Expression) -> FactValue | None:
        match node:
            case core.Constant(_, value):
                return value
            case core.Fact(_, name):
                return self.subject.facts.get(name)
            case core.Reserved(_, name):
                return _RESERVED[name](self.subject, self.at)
            case core.Attempts(_, activity):
                counts = self.subject.attempts
                return counts.get(activity, 0) if activity else sum(counts.values())
            case core.Arithmetic(_, _, left, right, compute):
                return compute(self.value(left), self.value(right))
        raise TypeError(f"not an expression: {node!r}")


_Judged = tuple[Verdict, FactValue | None]
"""A verdict with what was found."""

_UNKNOWN: _Judged = (UNKNOWN, None)

_RESERVED: Mapping[str, Callable[[Subject, datetime], FactValue | None]] = {
    "stage": lambda subject, _: subject.stage,
    "today": lambda _, at: at.date(),
    "now": lambda _, at: at,
    "lost_reason": lambda subject, _: subject.lost_reason,
    "stopped_in": lambda subject, _: subject.stopped_in,
    "buyer": lambda subject, _: subject.buyer,
    "owner": lambda subject, _: subject.owner,
    "team": lambda subject, _: subject.team,
    "days_in_stage": lambda subject, at: whole_days(subject.entered_at, at),
    "days_since_activity": lambda subject, at: whole_days(subject.active_at, at),
}

_COMPARE: Mapping[str, Callable[[object, object], bool]] = {
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": lambda one, other: one < other,  # type: ignore[operator]
    "<=": lambda one, other: one <= other,  # type: ignore[operator]
    ">": lambda one, other: one > other,  # type: ignore[operator]
    ">=": lambda one, other: one >= other,  # type: ignore[operator]
}


def _tells_more(right: core.Expression, left: core.Expression) -> bool:
    """Whether the right side of a comparison was found out, and the left is plain without it."""
    asks_right = isinstance(right, core.Fact) and not isinstance(left, core.Fact)
    return asks_right or isinstance(left, core.Constant)


def _decided(holds: bool) -> Verdict:
    return MET if holds else UNMET


def asked(node: core.Condition) -> tuple[tuple[str, str], ...]:
    """What the condition depends on, each once, in the order of the rule."""
    found: dict[tuple[str, str], None] = {}
    for each in core.walk(node):
        match each:
            case core.Fact(_, name):
                found["fact", name] = None
            case core.Reserved(_, name):
                found["reserved", name] = None
            case core.Proven(milestone):
                found["milestone", milestone] = None
            case core.Done(task):
                found["task", task] = None
            case core.Attempts(_, activity):
                found["activity", activity] = None
            case core.Predicate(name):
                found["predicate", name] = None
    return tuple(found)
