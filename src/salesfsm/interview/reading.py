"""What answers in words say: a list of things, a length of time, a number, a currency.

Everything here takes any text and gives what it finds in it, or nothing; it never refuses.
"""

from __future__ import annotations

import re
from datetime import timedelta

from salesfsm.errors import UNWANTED, ValueTypeError
from salesfsm.process.fields import LONGEST_TEXT
from salesfsm.rules.values import CURRENCY, LONGEST_DAYS, Duration, parse_duration

MOST_TIMES = 99
"""More attempts than this are no cadence."""

_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "ZŁ": "PLN", "ЛВ": "BGN"}

# The words for units in English, Polish and Bulgarian.
_UNITS = {
    "minutes": r"min|minutes?|minut\w*|мин\w*",
    "hours": r"h|hrs?|hours?|godz\w*|час\w*|ч",
    "days": r"d|days?|dzień|dni|dnia|ден|дни|дена|дня",
    "weeks": r"w|weeks?|tydz\w*|tyg\w*|седм\w*",
    "months": r"months?|mies\w*|мес\w*",
}
_UNIT = "|".join(f"(?P<{unit}>{words})" for unit, words in _UNITS.items())
_WORKING = r"(business|working|robocz\w*|работн\w*)"
_LENGTH = re.compile(
    rf"(\d{{1,6}})[\s-]*{_WORKING}?\s*\b(?:{_UNIT})\b\s*{_WORKING}?", re.IGNORECASE
)
_DAYS_OF_A_MONTH = 30


def clean(text: str) -> str:
    """``text`` on one line, without what no definition may hold, and no longer than one may be."""
    return " ".join(UNWANTED.sub(" ", text).split())[:LONGEST_TEXT].strip()


def listed(text: str, *, sentences: bool = False) -> tuple[str, ...]:
    """The things that a text lists, each once: one a line, else between semicolons, else commas.

    Sentences may hold commas; they end with a question mark instead.
    """
    if "\n" in text:
        parts = text.split("\n")
    elif ";" in text:
        parts = text.split(";")
    else:
        parts = re.split(r"(?<=\?)\s+" if sentences else ",", text)
    return tuple(dict.fromkeys(filter(None, map(clean, parts))))


def times_in(text: str) -> int | None:
    """The first number of a text, if it can count attempts."""
    found = re.search(r"\d{1,9}", text)
    number = int(found[0]) if found else 0
    return number if 1 <= number <= MOST_TIMES else None


def currency_in(text: str) -> str | None:
    """The code of the currency that a text names, by its code or its sign."""
    wanted = clean(text).upper().rstrip(".")
    wanted = _SIGNS.get(wanted, wanted)
    return wanted if CURRENCY.fullmatch(wanted) else None


def length_in(text: str) -> Duration | None:
    """The length of time that a text names, such as ``2d``, ``within 3 business days``, ``2 dni``.

    A month counts 30 days.
    """
    try:
        return _some(parse_duration(clean(text)))
    except ValueTypeError:
        return next(filter(None, map(_length, _LENGTH.finditer(text))), None)


def _length(found: re.Match[str]) -> Duration | None:
    count = int(found[1])
    unit = next(unit for unit in _UNITS if found[unit])
    if unit == "days" and (found[2] or found[found.re.groups]):
        return _some(Duration(business_days=count))
    if unit == "months":
        unit, count = "days", count * _DAYS_OF_A_MONTH
    return _some(Duration(timedelta(**{unit: count})))


def _some(length: Duration) -> Duration | None:
    """The length, if it is one that a process may have and not nothing."""
    days = max(length.span.days, length.business_days)
    return length if length != Duration() and days <= LONGEST_DAYS else None


def repeated(length: Duration, times: int) -> Duration | None:
    """The length so many times over, if that is one that a process may have."""
    return _some(Duration(length.span * times, length.business_days * times))
