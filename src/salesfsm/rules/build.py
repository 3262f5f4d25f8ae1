"""Rules written with Python's operators: ``(fact("budget") >= 10_000) & proven("signature")``.

They build the same nodes as the text does, so ``str()`` of one is the rule to put in a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NoReturn

from salesfsm.errors import RuleSyntaxError, UnknownNameError, shorten
from salesfsm.rules import syntax
from salesfsm.rules.parser import is_name, parse
from salesfsm.rules.printer import print_rule
from salesfsm.rules.sets import SETS
from salesfsm.rules.types import INTEGER, accept, decimal
from salesfsm.rules.values import Money


class Rule:
    """A rule, or a part of one. ``==`` builds a comparison; compare rules by their ``str()``."""

    __slots__ = ("node",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, node: syntax.Node) -> None:
        self.node = node

    def __str__(self) -> str:
        return print_rule(self.node)

    def __repr__(self) -> str:
        return f"rule({str(self)!r})"

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a rule is not True or False by itself: join rules with & | ~ instead of and, or, not, "
            "and write (a <= b) & (b <= c) instead of a <= b <= c"
        )

    def _compare(self, operator: str, other: object) -> Rule:
        return Rule(syntax.Comparison(self.node, ((operator, _node(other)),)))

    def __eq__(self, other: object) -> Rule:  # type: ignore[override]
        return self._compare("==", other)

    def __ne__(self, other: object) -> Rule:  # type: ignore[override]
        return self._compare("!=", other)

    def __lt__(self, other: object) -> Rule:
        return self._compare("<", other)

    def __le__(self, other: object) -> Rule:
        return self._compare("<=", other)

    def __gt__(self, other: object) -> Rule:
        return self._compare(">", other)

    def __ge__(self, other: object) -> Rule:
        return self._compare(">=", other)

    def is_in(self, options: Iterable[object]) -> Rule:
        """Whether the value is one of the options, which come as a list."""
        if isinstance(options, str):
            raise TypeError(f"is_in takes a list of options, not the text {options!r}")
        items = syntax.Options(tuple(map(_node, options)))
        return Rule(syntax.Comparison(self.node, (("in", items),)))

    def __and__(self, other: Rule) -> Rule:
        return Rule(syntax.And((*_joined(self.node, syntax.And), _node(other))))

    def __or__(self, other: Rule) -> Rule:
        return Rule(syntax.Or((*_joined(self.node, syntax.Or), _node(other))))

    def __invert__(self) -> Rule:
        return Rule(syntax.Not(self.node))

    def __add__(self, other: object) -> Rule:
        return Rule(syntax.Arithmetic("+", self.node, _node(other)))

    def __radd__(self, other: object) -> Rule:
        return Rule(syntax.Arithmetic("+", _node(other), self.node))

    def __sub__(self, other: object) -> Rule:
        return Rule(syntax.Arithmetic("-", self.node, _node(other)))

    def __rsub__(self, other: object) -> Rule:
        return Rule(syntax.Arithmetic("-", _node(other), self.node))

    def __mul__(self, other: object) -> Rule:
        return Rule(syntax.Arithmetic("*", self.node, _node(other)))

    def __rmul__(self, other: object) -> Rule:
        return Rule(syntax.Arithmetic("*", _node(other), self.node))

    def __truediv__(self, other: object) -> Rule:
        return Rule(syntax.Arithmetic("/", self.node, _node(other)))

    def __neg__(self) -> Rule:
        return Rule(syntax.Negative(self.node))


def rule(text: str) -> Rule:
    """The rule that ``text`` says; raises :class:`~salesfsm.errors.RuleSyntaxError`."""
    return Rule(parse(text))


def fact(name: str) -> Rule:
    """A fact, or a reserved name such as ``today`` or ``days_in_stage``.

    Raises :class:`~salesfsm.errors.RuleSyntaxError` for what cannot be a name.
    """
    if not is_name(name):
        raise RuleSyntaxError(f"{shorten(repr(name))} cannot be the name of a fact")
    return Rule(syntax.Name(name))


def known(name: str) -> Rule:
    """Whether the fact is known."""
    return Rule(syntax.Call("known", (fact(name).node,)))


def proven(milestone: str) -> Rule:
    """Whether the milestone has evidence in force."""
    return Rule(syntax.Call("proven", (_name(milestone),)))


def done(task: str) -> Rule:
    """Whether the task is completed."""
    return Rule(syntax.Call("done", (_name(task),)))


def at_least(needed: int, *rules: Rule) -> Rule:
    """At least ``needed`` of the rules."""
    return Rule(syntax.Call("at_least", (_node(needed), *map(_node, rules))))


def attempts(activity: str = "") -> Rule:
    """How many activities of the kind (of all kinds) went out since the buyer last answered."""
    return Rule(syntax.Call("attempts", (_name(activity),) if activity else ()))


def buyer_at(phase: str) -> Rule:
    """Whether the buyer is proven to be at the phase, or beyond it."""
    return Rule(syntax.Call("buyer_at", (_name(phase),)))


def days(count: int) -> Rule:
    """A length of time in days."""
    return Rule(syntax.Call("days", (_node(count),)))


def criteria(name: str, /, **parameters: object) -> Rule:
    """A criteria set by its name: ``criteria("bant", min_budget=10_000, of=3)``.

    Raises :class:`~salesfsm.errors.UnknownNameError` for a set that there is not.
    """
    if name not in SETS:
        raise UnknownNameError("criteria set", name, SETS)
    keywords = tuple((key, _parameter(name, key, value)) for key, value in parameters.items())
    return Rule(syntax.Call(name, (), keywords))


def _parameter(name: str, key: str, value: object) -> syntax.Node:
    """A parameter named like an element of the set takes the name of a fact."""
    if isinstance(value, str) and key in {element.name for element in SETS[name].elements}:
        return fact(value).node
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)  # sets have another order in each run of Python
    if isinstance(value, list | tuple):
        return syntax.Options(tuple(map(_node, value)))
    return _node(value)


def _joined(node: syntax.Node, kind: type[syntax.And | syntax.Or]) -> tuple[syntax.Node, ...]:
    """What ``node`` joins already, so that ``a & b & c`` is the rule ``a and b and c``."""
    if isinstance(node, syntax.And | syntax.Or) and isinstance(node, kind):
        return node.items
    return (node,)


def _name(name: str) -> syntax.Node:
    """A name as an argument, in quotes where the text would not read as a name."""
    return syntax.Name(name) if is_name(name) else syntax.Literal(name)


def _node(value: object) -> syntax.Node:
    """A Python value, or a rule, as a node."""
    if isinstance(value, bool | str):
        return syntax.Literal(value)
    match value:
        case Rule():
            return value.node
        case int():
            accept(INTEGER, value)  # refuses what is too large for a rule
            return _signed(value < 0, abs(value))
        case float() | Decimal():
            number = decimal(value)
            return _signed(number < 0, number.copy_abs())
        case datetime() | date():
            return syntax.Literal(value.isoformat())
        case timedelta():
            whole = value // timedelta(hours=1)
            if value != timedelta(hours=whole) or value < timedelta(0):
                raise TypeError(f"a length of time in a rule is in full hours, not {value!r}")
            unit, count = ("hours", whole) if whole % 24 else ("days", whole // 24)
            return syntax.Call(unit, (syntax.Literal(count),))
        case Money():
            return syntax.Call("money", (_node(value.amount), syntax.Literal(value.currency)))
    raise TypeError(f"{value!r} cannot stand in a rule")


def _signed(negative: bool, number: int | Decimal) -> syntax.Node:
    literal = syntax.Literal(number)
    return syntax.Negative(literal) if negative else literal
