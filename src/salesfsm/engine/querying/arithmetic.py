"""Arithmetic of rules in SQL: exact, and null where the engine finds a result unknown.

Not here: which operands stand in a rule (``values``), and products that SQL cannot compute as
exactly (``exporting``).
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from math import nextafter

import ibis

from salesfsm.engine.querying.columns import AMOUNT
from salesfsm.engine.querying.exporting import FACTOR_DIGITS
from salesfsm.engine.querying.literals import A_DAY, DAY, EPOCH, EPOCH_DAY, MICROSECOND, number
from salesfsm.rules.values import DECIMAL_PLACES, LARGEST

WIDE = "decimal(38, 0)"
"""Holds the product of any two whole numbers, or of any length of time and a whole number."""

_ALMOST_LARGEST = Decimal("999999999999999999.9999999999995")
"""From here on, a number rounds to one that is too large."""

_LARGEST_FLOAT = nextafter(float(LARGEST), 0)
_FLOAT_DIGITS = 15


def within(value: ibis.Value, least: ibis.Value | float, most: ibis.Value | float) -> ibis.Value:
    """The value, or null outside of the two (both are allowed)."""
    return ibis.cases((value.between(least, most), value))


def fitted(value: ibis.Value) -> ibis.Value:
    """A number, or null where no fact may hold it."""
    return ibis.cases((value.abs() < LARGEST, value))


class Exact:
    """Arithmetic of databases that hold decimals of 38 digits."""

    def amount(self, value: ibis.Value) -> ibis.Value:
        """A number of any kind as a decimal of twelve places."""
        return value.cast(AMOUNT)

    def of_float(self, value: ibis.Value) -> ibis.Value:
        """A column of floats as decimals; what is infinite or not a number is no fact, but null."""
        # Databases that have them sort what is not a number after all numbers.
        return self.amount(within(value, -_LARGEST_FLOAT, _LARGEST_FLOAT))

    def wide(self, value: ibis.Value) -> ibis.Value:
        """A whole number with room for products."""
        return value.cast(WIDE)

    def kept(self, value: ibis.Value) -> ibis.Value:
        """A whole number that was computed, as others are."""
        return value.cast("int64")

    def span(self, value: ibis.Value) -> ibis.Value:
        """A length of time in microseconds, or null where it is too long to be one."""
        least, most = (self.bound(end // MICROSECOND) for end in (timedelta.min, timedelta.max))
        return within(value, least, most)

    def bound(self, value: int) -> ibis.Value:
        """A whole number that is too large for the usual ones."""
        return ibis.literal(str(value)).cast(WIDE)

    def rounded(self, value: ibis.Value) -> ibis.Value:
        """A sum of two amounts: it has no more places than they, and need not be rounded."""
        return fitted(value).cast(AMOUNT)

    def scaled(self, value: ibis.Value, factor: Decimal) -> ibis.Value:
        """An amount times a factor of few digits, rounded to twelve places, half to even.

        SQL rounds halves away from zero: one that it made odd is taken back.
        """
        places = max(0, -int(factor.normalize().as_tuple().exponent))
        kind = f"decimal(38, {DECIMAL_PLACES + places})"
        by = ibis.literal(f"{factor:f}").cast(f"decimal({FACTOR_DIGITS}, {places})")
        product = self.amount(value) * by
        limit = ibis.literal(str(_ALMOST_LARGEST if places else LARGEST)).cast(kind)
        product = ibis.cases((product.abs() < limit, product)).cast(kind)
        rounded = product.round(DECIMAL_PLACES).cast(AMOUNT)
        if not places:
            return rounded
        last = number(Decimal(1).scaleb(-DECIMAL_PLACES), exact=True)
        half, two = (
            ibis.literal(f"{Decimal(n).scaleb(-DECIMAL_PLACES - 1):f}").cast(kind) for n in (5, 20)
        )
        rest = product % two  # has the sign of the product
        back = ibis.cases((rest == half, last), (rest == -half, -last), else_=number(0, exact=True))
        return (rounded - back).cast(AMOUNT)


class Plain(Exact):
    """Arithmetic of databases that hold decimals as floats, and let whole numbers grow to floats.

    Fifteen digits of a number count.
    """

    def amount(self, value: ibis.Value) -> ibis.Value:
        """A number as a float."""
        return value.cast("float64")

    def of_float(self, value: ibis.Value) -> ibis.Value:
        """The same."""
        return value

    def wide(self, value: ibis.Value) -> ibis.Value:
        """A whole number, which becomes a float by itself."""
        return value

    def kept(self, value: ibis.Value) -> ibis.Value:
        """The same."""
        return value

    def bound(self, value: int) -> ibis.Value:
        """A whole number that is too large for the usual ones, as a float."""
        return ibis.literal(float(value))

    def rounded(self, value: ibis.Value) -> ibis.Value:
        """A sum of two amounts, to twelve places, but to no more digits than a float tells.

        SQLite would change the last digits of a number that it rounds to more.
        """
        found = fitted(value)
        before_the_point = found.abs().cast("int64").cast("string").length()
        return found.round(ibis.least(DECIMAL_PLACES, _FLOAT_DIGITS - before_the_point))

    def scaled(self, value: ibis.Value, factor: Decimal) -> ibis.Value:
        """An amount times a factor, rounded as a sum is."""
        return self.rounded(self.amount(value) * float(factor))


_FIRST_DAY = (type(EPOCH_DAY).min - EPOCH_DAY).days
_LAST_DAY = (type(EPOCH_DAY).max - EPOCH_DAY).days
_MOMENTS = ((EPOCH.min - EPOCH) // MICROSECOND, (EPOCH.max - EPOCH) // MICROSECOND)
_MOST_SHIFT = 4_000_000 * A_DAY
"""No date of the calendar is that far from another one."""


def moved_time(moment: ibis.Value, by: ibis.Value) -> ibis.Value:
    """A time, in microseconds since 1970, moved by a length of time."""
    return within(moment + within(by, -_MOST_SHIFT, _MOST_SHIFT).cast("int64"), *_MOMENTS)


def moved_day(day: ibis.Value, by: ibis.Value) -> ibis.Value:
    """A date, in days since 1970, moved by the whole days of a length of time."""
    near = within(by, -_MOST_SHIFT, _MOST_SHIFT).cast("int64")
    return within(day + whole(near, DAY), _FIRST_DAY, _LAST_DAY)


def whole(length: ibis.Value, unit: timedelta) -> ibis.Value:
    """How many times the unit goes into microseconds, towards zero."""
    size = unit // MICROSECOND
    # The division is one of floats, which is exact enough once it comes out even.
    return ((length - length % size) / size).round().cast("int64")


def full_days(start: ibis.Value, end: int) -> ibis.Value:
    """Full days of 24 hours between two times in microseconds, as ``timedelta.days`` counts."""
    length = ibis.literal(end) - start
    rest = length % A_DAY
    return whole(length, DAY) - ibis.ifelse(rest < 0, 1, 0)
