"""Values of facts as whole numbers for the solver, and back: nothing is rounded on the way.

Numbers and money are counted in units of 10**-12, dates in days, times and lengths of time in
microseconds, texts and options by a number each. Truth values stay what they are.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from salesfsm.rules.types import Kind, Type
from salesfsm.rules.values import DECIMAL_PLACES, EARLIEST, EXACT, FactValue, Money

UNIT = 10**DECIMAL_PLACES
"""How many of the solver's units are one."""

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1) // MICROSECOND
FIRST_DAY = EARLIEST.date().toordinal()
"""The day at whose beginning times are 0."""


class Texts:
    """A number for each text that rules name; the other numbers stand for texts that none does."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def code(self, text: str) -> int:
        """The number of ``text``."""
        return self._codes.setdefault(text, len(self._codes))

    def text(self, code: int) -> str:
        """The text with this number; a new one, such as ``text 17``, where there is none."""
        known = list(self._codes)
        if code < len(known):
            return known[code]
        found = f"text {code}"
        while found in self._codes:
            found += "'"
        return found


def number(value: FactValue, kind: Kind, texts: Texts) -> int | bool:
    """The number that stands for ``value``; a truth value stands for itself."""
    match value:
        case bool():
            return value
        case Money():
            return int(EXACT.scaleb(value.amount, DECIMAL_PLACES))
        case Decimal():
            return int(EXACT.scaleb(value, DECIMAL_PLACES))
        case int():
            return value * UNIT if kind in (Kind.DECIMAL, Kind.MONEY) else value
        case str():
            return texts.code(value)
        case datetime():
            return (value - EARLIEST) // MICROSECOND
        case date():
            return value.toordinal()
        case timedelta():
            return value // MICROSECOND
    raise TypeError(f"not a value of a fact: {value!r}")


def value(found: int | bool, type_: Type, texts: Texts) -> FactValue:
    """The value that :func:`number` wrote as ``found``."""
    match type_.kind:
        case Kind.BOOL:
            return bool(found)
        case Kind.INTEGER:
            return int(found)
        case Kind.DECIMAL:
            return _decimal(found)
        case Kind.MONEY:
            return Money(_decimal(found), type_.currency)
        case Kind.TEXT | Kind.CHOICE:
            return texts.text(found)
        case Kind.DATE:
            return date.fromordinal(found)
        case Kind.DATETIME:
            return EARLIEST + found * MICROSECOND
        case Kind.DURATION:
            return found * MICROSECOND


def _decimal(units: int) -> Decimal:
    whole, rest = divmod(units, UNIT)
    return (
        Decimal(whole)
        if not rest
        else EXACT.scaleb(Decimal(units), -DECIMAL_PLACES).normalize(EXACT)
    )
