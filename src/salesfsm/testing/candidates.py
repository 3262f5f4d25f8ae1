"""Values that a walk may try for what a rule asks: few of them, and the likely ones first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain, combinations
from typing import TypeGuard

from salesfsm.process.definitions import Fact
from salesfsm.rules import core
from salesfsm.rules.explanation import asked
from salesfsm.rules.types import Kind
from salesfsm.rules.values import Money

DAYS = (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365)
NUMBERS = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 0, 2, 3, 4, 5, 20, 50, -1)

Asked = tuple[str, str]
"""Kind and name of what a condition depends on, as ``explanation.asked`` has them."""


def asked_by(conditions: Iterable[core.Condition]) -> list[Asked]:
    """What the conditions depend on, each once; time last, because it passes for all of them."""
    names = dict.fromkeys(pair for each in conditions for pair in asked(each))
    return sorted(names, key=lambda pair: pair[0] == "reserved")


def constants_in(conditions: Iterable[core.Condition]) -> tuple[object, ...]:
    """The values that stand in the conditions: what is asked for is seldom far from them."""
    nodes = chain.from_iterable(core.walk(each) for each in conditions)
    values = (node.value for node in nodes if isinstance(node, core.Constant))
    return tuple(v.amount if isinstance(v, Money) else v for v in dict.fromkeys(values))


def values_of(fact: Fact, at: datetime, constants: tuple[object, ...]) -> Iterator[object]:
    """Values that the fact may hold, likely ones first."""
    near = [value for each in constants for value in _near(each)]
    match fact.type:
        case Kind.BOOL:
            yield from (True, False)
        case Kind.CHOICE:
            yield from (each for each in near if each in fact.options)
            yield from fact.options
        case Kind.TEXT:
            yield from (each for each in near if isinstance(each, str))
            yield "as the buyer said"
        case Kind.DATE:
            yield from (each for each in near if type(each) is date)
            yield from (at.date() + timedelta(days=n) for n in (30, *DAYS, 0, -1, -30, -365))
        case Kind.DATETIME:
            yield from (each for each in near if isinstance(each, datetime))
            yield from (at + timedelta(days=n) for n in (30, *DAYS, 0, -1, -30, -365))
        case Kind.DURATION:
            yield from (each for each in near if isinstance(each, timedelta))
            yield from (timedelta(days=n) for n in (*DAYS, 0))
        case _:
            given = [each for each in constants if _is_number(each)]
            between = [(Decimal(a) + Decimal(b)) / 2 for a, b in combinations(given, 2)]
            likely = [Decimal(n) for n in (*filter(_is_number, near), *between, *NUMBERS)]
            yield from _fitting(fact, likely)


def _fitting(fact: Fact, numbers: list[Decimal]) -> Iterator[int | Decimal]:
    """Those of the numbers, and of its bounds, that a numeric fact may hold."""
    low, high = fact.minimum, fact.maximum
    for number in (*numbers, *(bound for bound in (low, high) if bound is not None)):
        if (low is None or number >= low) and (high is None or number <= high):
            if fact.type is not Kind.INTEGER:
                yield number
            elif number == int(number):
                yield int(number)


def _near(value: object) -> tuple[object, ...]:
    """The value and its neighbours, where it has some."""
    day = timedelta(days=1)
    match value:
        case bool() | str():
            return (value,)
        case date() | timedelta():
            return (value, value + day, value - day)
    return (value, value + 1, value - 1)  # type: ignore[operator]  # integers and decimals


def _is_number(value: object) -> TypeGuard[int | Decimal]:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
