"""The values that rules compute with beyond Python's own: money, and lengths of time.

Not here: which value a fact may hold (``types``) and what operators do (``operators``).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal
from typing import TYPE_CHECKING

import msgspec

from salesfsm.errors import TimeError, ValueTypeError, shorten

Scalar = bool | int | Decimal | str | date | datetime | timedelta
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""Times outside of these are taken for a slip: no sale was made then."""

EXACT = Context(prec=60, traps=[])
"""Wide enough that sums and products of facts are exact; the user's own context plays no part."""

LARGEST = 10**18
"""Numbers stay below this, so that every backend (Python, SQL) holds them exactly."""

DECIMAL_PLACES = 12
CURRENCY = re.compile(r"[A-Z]{3}")
"""The form of ISO 4217. No list of codes: it changes, and histories outlive its entries."""

LONGEST_DAYS = 36_500
"""A length of time has at most a hundred years, so that adding it to a date stays a date."""

LONGEST_BUSINESS_DAYS = 26_000
"""A hundred years of weeks with five of them."""


_PLAIN = re.compile(rf"\s*[+-]?\d{{1,18}}(\.\d{{1,{DECIMAL_PLACES}}})?\s*")
"""A number that is smaller than ``LARGEST``, and has no more decimal places than it may."""


def exact(value: object) -> Decimal | None:
    """A whole number, a decimal or a plain text as a decimal, or None where no fact may hold it."""
    match value:
        case str() if _PLAIN.fullmatch(value):
            return Decimal(value)
        case bool():
            return None
        case int() | Decimal():
            number = Decimal(value)
        case _:
            return None
    exponent = number.as_tuple().exponent
    fits = isinstance(exponent, int) and -DECIMAL_PLACES <= exponent <= 18
    return number if fits and -LARGEST < number < LARGEST else None


class Money(msgspec.Struct, frozen=True, gc=False):
    """An amount in a currency: ``Money(50_000, "EUR")``, ``Money("12.50", "EUR")``.

    ``amount`` is a whole number, a ``Decimal`` or a plain text, and is kept as a ``Decimal``: below
    10**18, with at most 12 decimal places. ``currency`` is three capital letters, as the codes of
    ISO 4217 are. Anything else raises :class:`~salesfsm.errors.ValueTypeError`, and so do floats,
    which are seldom the amount that was meant.

    Amounts of one currency compare and add; two currencies raise the same error, for there is no
    rate here.
    """

    amount: Decimal
    currency: str

    if TYPE_CHECKING:

        def __init__(self, amount: int | Decimal | str, currency: str) -> None: ...

    def __post_init__(self) -> None:
        amount = exact(self.amount)
        if amount is None:
            raise ValueTypeError(
                f"{shorten(repr(self.amount), 60)} is not an amount of money: give a whole number, "
                'a Decimal or a text such as "12.50", below 10**18 with at most 12 decimal places'
            )
        if not isinstance(self.currency, str) or not CURRENCY.fullmatch(self.currency):
            raise ValueTypeError(
                f"{shorten(repr(self.currency), 60)} is not a currency: write three capital "
                "letters, such as EUR"
            )
        if amount is not self.amount:
            msgspec.structs.force_setattr(self, "amount", amount)

    def __format__(self, form: str) -> str:
        return format(str(self), form)

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def _same(self, other: Money) -> Decimal:
        if not isinstance(other, Money):
            raise ValueTypeError(
                f"cannot compare or add {self} and {shorten(repr(other))}: "
                f'write Money(..., "{self.currency}")'
            )
        if self.currency != other.currency:
            raise ValueTypeError(
                f"cannot compare or add {self} and {other}: convert one of the currencies first"
            )
        return other.amount

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    def __add__(self, other: Money) -> Money:
        return Money(EXACT.add(self.amount, self._same(other)), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(EXACT.subtract(self.amount, self._same(other)), self.currency)


FactValue = Scalar | Money
"""What a fact may hold; which of them is said by its declared type."""


class Duration(msgspec.Struct, frozen=True, gc=False):
    """A length of time as designers write it: ``90d``, ``36h``, ``10 business days``, ``P90D``.

    ``days`` are days of the calendar, at whose end the clock shows what it showed before; ``span``
    is elapsed time on top of them. ``business_days`` stand alone. Which moment is that long after
    another one, a calendar says (``process.calendar``).
    """

    span: timedelta = timedelta(0)
    days: int = 0
    business_days: int = 0

    @property
    def elapsed(self) -> timedelta:
        """Days and span together, where a day has 24 hours."""
        return timedelta(self.days) + self.span

    @property
    def parts(self) -> dict[str, int]:
        """How many of each unit, the largest first; hours are not gathered into days."""
        hours = parts_of_span(self.span)
        hours["hours"] += 24 * hours.pop("days")
        return {"business_days": self.business_days, "days": self.days, **hours}

    def __str__(self) -> str:
        return _written(self.parts)


_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "min": "minutes", "s": "seconds"}
_BUSINESS = re.compile(r"(\d{1,5})\s*business\s+days?")
_SHORT = re.compile(r"(?:\d{1,9}\s*(?:w|d|h|min|m|s)\s*)+")
_PART = re.compile(r"(\d+)\s*(w|d|h|min|m|s)")
_ISO = re.compile(
    r"P(?:(?P<weeks>\d{1,5})W|(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9})S)?)?)"
)
_NOT_FIXED = re.compile(r"P\d+[YM]|\d+\s*(mo|months?|y|yrs?|years?)\b", re.IGNORECASE)
DURATION_FORMS = "90d, 36h, 2w 3d, '10 business days' or ISO 8601 such as P90D or PT36H"


def parse_duration(text: str) -> Duration:
    """Read a length of time; raises :class:`ValueTypeError` that names the accepted forms.

    Years and months of ISO 8601 are refused: they have no fixed length.
    """
    written = text.strip()
    if found := _BUSINESS.fullmatch(written):
        return bounded(Duration(business_days=int(found[1])), text)
    if _SHORT.fullmatch(written):
        total = dict.fromkeys(_UNITS.values(), 0)
        for count, unit in _PART.findall(written):
            total[_UNITS[unit]] += int(count)
        return bounded(_length(total), text)
    found = _ISO.fullmatch(written)
    if found and any(found.groups()):
        given = {unit: int(count) for unit, count in found.groupdict().items() if count}
        return bounded(_length(given), text)
    why = ""
    if _NOT_FIXED.match(written):
        why = " (years and months have no fixed length: write days)"
    raise ValueTypeError(f"{shorten(text)!r} is not a length of time{why}; write {DURATION_FORMS}")


def _length(parts: dict[str, int]) -> Duration:
    days = 7 * parts.pop("weeks", 0) + parts.pop("days", 0)
    try:
        return Duration(timedelta(**parts), days)
    except OverflowError:
        return Duration(timedelta.max)


def bounded(length: Duration, text: str = "") -> Duration:
    """``length`` itself; raises :class:`ValueTypeError` where it is negative or of ages.

    ``text`` is how it was written, if it was.
    """
    if min(length.span.days, length.days, length.business_days) < 0:
        raise ValueTypeError(f"{length!r} is negative: a length of time counts forward")
    days = length.span.days + length.days
    if days > LONGEST_DAYS or length.business_days > LONGEST_BUSINESS_DAYS:
        raise ValueTypeError(f"{shorten(text or repr(length))!r} is longer than a hundred years")
    return length


def format_span(span: timedelta) -> str:
    """The short form, such as ``2d 12h``; zero is ``0d``.

    :func:`parse_duration` reads it back, unless it is negative or has parts of a second.
    """
    return ("-" if span < timedelta(0) else "") + _written(parts_of_span(abs(span)))


_SIGNS = {
    "business_days": " business days",
    "days": "d",
    "hours": "h",
    "minutes": "min",
    "seconds": "s",
}


def _written(parts: dict[str, int]) -> str:
    return " ".join(f"{count}{_SIGNS[unit]}" for unit, count in parts.items() if count) or "0d"


def parts_of_span(span: timedelta) -> dict[str, int]:
    """The whole days, hours, minutes and seconds of a length of time that is not negative."""
    minutes, seconds = divmod(span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return {"days": span.days, "hours": hours, "minutes": minutes, "seconds": seconds}


def aware(at: datetime, what: str = "time") -> datetime:
    """``at`` in UTC; raises :class:`TimeError` where it has no zone or lies out of all reason."""
    if not isinstance(at, datetime):
        raise TimeError(f"{what} must be an aware datetime, not {shorten(repr(at))}")
    if at.tzinfo is None or at.utcoffset() is None:
        raise TimeError(
            f"{what} {at.isoformat()} is naive; give it a zone, such as "
            "datetime(..., tzinfo=timezone.utc) or datetime.now(timezone.utc)"
        )
    try:
        moment = at.astimezone(UTC)
    except OverflowError:
        moment = None
    if moment is None or not EARLIEST <= moment < LATEST:
        raise TimeError(f"{what} {at.isoformat()} lies outside of the years 1900 to 2199")
    return moment
