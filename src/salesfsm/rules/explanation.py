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
from salesfsm.rules.wording import condition_text, value_text


class Explanation(msgspec.Struct, frozen=True):
    """Why a condition has its verdict.

    ``code`` is the stable name of the criterion or part (empty for unnamed parts), ``wanted`` the
    condition as text, ``actual`` what was found (None where nothing is known). ``asks`` says what
    the condition depends on, as (kind, name) with kind ``fact``, ``milestone``, ``task``,
    ``activity``, ``predicate`` or ``reserved``. ``needed`` of the ``parts`` must be met;
    ``negated`` parts must not be met.
    """

    verdict: Verdict
    wanted: str
    actual: str | None = None
    code: str = ""
    asks: tuple[tuple[str, str], ...] = ()
    needed: int = 0
    negated: bool = False
    parts: tuple[Explanation, ...] = ()

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
                return Explanation(
                    negation(part.verdict),
                    condition_text(node),
                    part.actual,
                    asks=part.asks,
                    negated=True,
                    parts=(part,) if part.parts or part.negated else (),
                )
            case core.AtLeast(needed, items):
                parts = tuple(map(self.explain, items))
                return Explanation(
                    at_least(needed, (part.verdict for part in parts)),
                    condition_text(node),
                    needed=needed,
                    parts=parts,
                )
        verdict, actual = self._leaf(node)
        return Explanation(verdict, condition_text(node), actual, asks=asked(node))

    def _leaf(self, node: core.Condition) -> tuple[Verdict, str | None]:
        match node:
            case core.Always(holds):
                return _decided(holds), None
            case core.Truth(fact):
                value = self.value(fact)
                return _UNKNOWN if value is None else (_decided(value is True), value_text(value))
            case core.Known(value):
                found = self.value(value)
                return _decided(found is not None), None if found is None else value_text(found)
            case core.Compare(operator, left, right):
                one, other = self.value(left), self.value(right)
                if one is None or other is None:
                    return _UNKNOWN
                return _decided(_COMPARE[operator](one, other)), self._shown(
                    left, one, right, other
                )
            case core.OneOf(value, options):
                found = self.value(value)
                if found is None:
                    return _UNKNOWN
                return _decided(any(found == each.value for each in options)), value_text(found)
            case core.Proven(milestone):
                return self._proven(milestone)
            case core.Done(task):
                done = task in self.subject.tasks
                return _decided(done), "done" if done else "open"
            case core.Predicate(name):
                answer = self.predicates[name](self.subject, self.at)
                return (_decided(answer), None) if isinstance(answer, bool) else _UNKNOWN
        raise TypeError(f"not a condition: {node!r}")

    def _proven(self, milestone: str) -> tuple[Verdict, str | None]:
        evidence = self.subject.evidence.get(milestone)
        if not evidence:
            return UNMET, None
        until = max(piece.until for piece in evidence)
        return (MET, None) if until > self.at else (STALE, f"expired on {until.date()}")

    def _shown(
        self, left: core.Expression, one: object, right: core.Expression, other: object
    ) -> str:
        """The side that was found out: the fact, where only one of the two is one."""
        asks_right = isinstance(right, core.Fact) and not isinstance(left, core.Fact)
        return value_text(other if asks_right or isinstance(left, core.Constant) else one)

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


_UNKNOWN: tuple[Verdict, str | None] = (UNKNOWN, None)

_RESERVED: Mapping[str, Callable[[Subject, datetime], FactValue | None]] = {
    "stage": lambda subject, _: subject.stage,
    "today": lambda _, at: at.date(),
    "now": lambda _, at: at,
    "lost_reason": lambda subject, _: subject.lost_reason,
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
