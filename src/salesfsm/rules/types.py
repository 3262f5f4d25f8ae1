"""The types of facts and of everything a rule computes, and which Python values each takes in."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from salesfsm.errors import TimeError, ValueTypeError, shorten, unknown_name
from salesfsm.rules.values import (
    CURRENCY,
    DECIMAL_PLACES,
    EARLIEST,
    LARGEST,
    LATEST,
    FactValue,
    Money,
    aware,
    exact,
    parse_duration,
)

LONGEST_TEXT = 10_000


class Kind(StrEnum):
    """The nine kinds of facts."""

    BOOL = "bool"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    DATETIME = "datetime"
    DURATION = "duration"


NUMERIC = (Kind.INTEGER, Kind.DECIMAL)
ORDERED = (*NUMERIC, Kind.MONEY, Kind.DATE, Kind.DATETIME, Kind.DURATION)


@dataclass(frozen=True, slots=True)
class Type:
    """A type: its kind, the options of a choice, the currency of money."""

    kind: Kind
    options: tuple[str, ...] = ()
    currency: str = ""

    def __str__(self) -> str:
        return f"money in {self.currency}" if self.kind is Kind.MONEY else str(self.kind)


BOOL = Type(Kind.BOOL)
INTEGER = Type(Kind.INTEGER)
DECIMAL = Type(Kind.DECIMAL)
TEXT = Type(Kind.TEXT)
DATE = Type(Kind.DATE)
DATETIME = Type(Kind.DATETIME)
DURATION = Type(Kind.DURATION)


def accept(expected: Type, value: object) -> FactValue:
    """``value`` in the one form that facts of the type ``expected`` are kept in.

    Python's own values are taken as they are, and texts in ISO 8601 or plain decimal form where
    JSON has no type of its own (date, datetime, duration, decimal, money such as "500 EUR").
    Floats become decimals of their shortest text. Raises :class:`ValueTypeError`.
    """
    return _ACCEPT[expected.kind](expected, value)


def read(expected: Type, text: str) -> FactValue:
    """As :func:`accept`, for a value that comes as text from a file with no types (CSV)."""
    if expected.kind is Kind.BOOL:
        return accept(expected, _WORDS.get(text.strip().casefold(), text))
    if expected.kind is Kind.INTEGER and re.fullmatch(r"\s*[+-]?\d{1,19}\s*", text):
        return accept(expected, int(text))
    return accept(expected, text)


_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _refuse(expected: Type, value: object, wanted: str) -> ValueTypeError:
    shown = shorten(repr(value), 60)
    return ValueTypeError(f"{shown} is not {article(expected)}; give {wanted}")


def article(expected: Type) -> str:
    """The name of a type in a sentence: ``an integer``, ``text``, ``money in EUR``."""
    name = str(expected)
    if expected.kind in (Kind.MONEY, Kind.TEXT):
        return name
    return f"an {name}" if name[0] in "aeio" else f"a {name}"


def _bool(expected: Type, value: object) -> FactValue:
    if isinstance(value, bool):
        return value
    raise _refuse(expected, value, "true or false")


def _integer(expected: Type, value: object) -> FactValue:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST:
        return value
    raise _refuse(expected, value, "a whole number below 10**18")


def _number(value: object) -> Decimal | None:
    """``value`` as a decimal of at most twelve places, or None where it is no such number."""
    if isinstance(value, float):
        if not math.isfinite(value) or abs(value) >= LARGEST:
            return None
        # float() because a subclass, such as NumPy's, may write itself in another way
        return Decimal(repr(round(float(value), DECIMAL_PLACES)))
    return exact(value)


def decimal(value: object) -> Decimal:
    """A number as an exact decimal; raises :class:`ValueTypeError`."""
    number = _number(value)
    if number is None:
        raise _refuse(DECIMAL, value, "a number below 10**18 with at most 12 decimal places")
    return number


def _decimal(_: Type, value: object) -> FactValue:
    return decimal(value)


_PRICE = re.compile(rf"\s*(\S+)\s+({CURRENCY.pattern})\s*")


def _money(expected: Type, value: object) -> FactValue:
    if isinstance(value, str) and (found := _PRICE.fullmatch(value)):
        amount, currency = _number(found[1]), found[2]
    elif isinstance(value, Money):
        amount, currency = value.amount, value.currency
    else:
        amount, currency = _number(value), expected.currency
    if amount is None:
        raise _refuse(expected, value, f"an amount such as 50000 or '50000 {expected.currency}'")
    if currency != expected.currency:
        raise ValueTypeError(
            f"{shorten(str(value))} is in {currency}, and this fact is in {expected.currency}: "
            "convert it first (two currencies are never compared)"
        )
    return value if isinstance(value, Money) else Money(amount, currency)


def _text(expected: Type, value: object) -> FactValue:
    if not isinstance(value, str):
        raise _refuse(expected, value, "a text")
    if len(value) > LONGEST_TEXT:
        raise ValueTypeError(f"a text of {len(value)} characters is longer than {LONGEST_TEXT}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _refuse(expected, value, "text that is valid Unicode") from None
    return value


def _choice(expected: Type, value: object) -> FactValue:
    if isinstance(value, str) and value in expected.options:
        return expected.options[expected.options.index(value)]
    raise ValueTypeError(unknown_name("option", value, expected.options))


def _date(expected: Type, value: object) -> FactValue:
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value.strip())
        except ValueError:
            raise _refuse(expected, value, "a date such as 2026-12-31") from None
    if isinstance(value, datetime) or not isinstance(value, date):
        raise _refuse(expected, value, "a date such as 2026-12-31")
    if not EARLIEST.date() <= value < LATEST.date():
        raise ValueTypeError(f"the date {value} lies outside of the years 1900 to 2199")
    return value


def _datetime(expected: Type, value: object) -> FactValue:
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            wanted = "a time with its zone, such as 2026-12-31T12:00:00+01:00"
            raise _refuse(expected, value, wanted)
        value = moment
    try:
        return aware(value)  # type: ignore[arg-type]  # aware() refuses what is no datetime
    except TimeError as error:
        raise ValueTypeError(str(error)) from None


def _duration(expected: Type, value: object) -> FactValue:
    if isinstance(value, str):
        duration = parse_duration(value)
        if duration.business_days:
            raise _refuse(expected, value, "elapsed time such as 90d or 36h")
        value = duration.elapsed
    if not isinstance(value, timedelta):
        raise _refuse(expected, value, "a timedelta, or a text such as 90d, 36h or P90D")
    if abs(value.days) > 36_500:
        raise ValueTypeError(f"{value} is longer than a hundred years")
    return value


_ACCEPT: dict[Kind, Callable[[Type, object], FactValue]] = {
    Kind.BOOL: _bool,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.MONEY: _money,
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.DATE: _date,
    Kind.DATETIME: _datetime,
    Kind.DURATION: _duration,
}
