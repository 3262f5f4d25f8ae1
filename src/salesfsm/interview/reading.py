"""What answers in words say: a list of things, a length of time, a number, a currency.

Everything here takes any text and gives what the whole of it says, or nothing; it never refuses.
A text that says two things, such as ``2-3 days``, says nothing that a process could be made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise

from salesfsm.errors import UNWANTED, ValueTypeError
from salesfsm.process.fields import LONGEST_TEXT
from salesfsm.rules.values import CURRENCY, Duration, bounded, parse_duration

MOST_TIMES = 99
"""More attempts than this are no cadence."""

# What people call the common currencies in English, Polish and Bulgarian, in small letters.
_CURRENCIES = {
    **dict.fromkeys(("€", "euro", "euros", "евро"), "EUR"),
    **dict.fromkeys(("$", "dollar", "dollars", "dolar", "dolary", "долар", "долари"), "USD"),
    **dict.fromkeys(
        ("£", "pound", "pounds", "sterling", "funt", "funty", "паунд", "паунди"), "GBP"
    ),
    **dict.fromkeys(("zł", "złoty", "złote", "złotych", "złotówka", "złotówki", "zloty"), "PLN"),
    **dict.fromkeys(("злота", "злоти"), "PLN"),
    **dict.fromkeys(("лв", "лев", "лева", "левове", "lev", "leva", "lew", "lewy"), "BGN"),
}

# The words for units in English, Polish and Bulgarian, from the longest to the shortest.
_UNITS = {
    "months": r"months?|mies\w*|мес\w*",
    "weeks": r"w|weeks?|tydz\w*|tyg\w*|седм\w*",
    "days": r"d|days?|dzień|dni|dnia|dniach|dób|dob[ay]|ден|дни|дена|дня",
    "hours": r"h|hrs?|hours?|godz\w*|час\w*|ч",
    "minutes": r"m|min|minutes?|minut\w*|мин\w*",
}
_UNIT = "|".join(f"(?P<{unit}>{words})" for unit, words in _UNITS.items())
_WORKING = r"(?:business|working|robocz\w*|работ(?:ен|н\w*))"
_LENGTH = re.compile(
    rf"(?<![\w.,+−–-])(?<![+−–-]\s)(?P<count>\d{{1,6}}(?:[.,]\d{{1,2}})?)[\s-]*(?P<before>{_WORKING})?\s*"
    rf"(?:{_UNIT})\b\.?(?:\s*(?P<after>{_WORKING}))?",
    re.IGNORECASE,
)
_DAYS_OF_A_MONTH = 30
_BETWEEN = ("", ",", "and", "i", "и")
"""What may stand between the parts of one length, such as ``1 hour and 30 minutes``."""

# The words for attempts, in the three languages: behind a number they tell what it counts.
_ATTEMPT = (
    r"x|times?|attempts?|tr(?:y|ies)|calls?|e?-?mails?|messages?|contacts?|touch\w*|raz\w*|prób\w*"
    r"|telefon\w*|e?-?mail\w*|wiadomoś\w*|kontakt\w*|път\w*|опит\w*|обаждан\w*|имейл\w*|съобщен\w*"
)
_ATTEMPTS = re.compile(
    rf"(?:[^\W\d_]+\.?\s+)*(\d{{1,9}})(?:[.!]?|\s*(?:unanswered\s+)?(?:{_ATTEMPT})\b(.*))",
    re.IGNORECASE,
)
_COUNTED = re.compile(rf"\d\s*(?:{_ATTEMPT})\b", re.IGNORECASE)


def clean(text: str) -> str:
    """``text`` on one line, without what no definition may hold, and no longer than one may be."""
    return " ".join(UNWANTED.sub(" ", text).split())[:LONGEST_TEXT].strip()


def listed(text: str, *, sentences: bool = False) -> tuple[str, ...]:
    """The things that a text lists, each once: one a line, else between semicolons, else commas.

    Sentences may hold commas; they end with a question mark instead.
    """
    return tuple(dict.fromkeys(parts_of(text, sentences=sentences)))


def parts_of(text: str, *, sentences: bool = False) -> tuple[str, ...]:
    """The things that a text lists, as :func:`listed` finds them, as often as each stands there."""
    if "\n" in text:
        parts = text.split("\n")
    elif ";" in text:
        parts = text.split(";")
    else:
        parts = re.split(r"(?<=\?)\s+" if sentences else ",", text)
    return tuple(filter(None, map(clean, parts)))


def times_in(text: str) -> int | None:
    """How many attempts a text tells: a whole number, alone or with a word for attempts behind."""
    found = _ATTEMPTS.fullmatch(clean(text))
    if found is None or _COUNTED.search(found[2] or ""):
        return None
    number = int(found[1])
    return number if 1 <= number <= MOST_TIMES else None


def currency_in(text: str) -> str | None:
    """The code of the currency that a text names, by its code, its sign or its usual name."""
    wanted = clean(text).rstrip(".")
    code = _CURRENCIES.get(wanted.casefold(), wanted.upper())
    return code if CURRENCY.fullmatch(code) else None


def length_in(text: str) -> Duration | None:
    """The length of time that a text names, such as ``2d``, ``within 3 business days``, ``1,5 h``.

    A month counts 30 days. A number that belongs to no unit, or has a sign, makes it none.
    """
    said = clean(text)
    try:
        return _some(parse_duration(said))
    except ValueTypeError:
        parts = list(_LENGTH.finditer(said))
    between = [said[one.end() : other.start()].strip().lower() for one, other in pairwise(parts)]
    if re.search(r"\d", _LENGTH.sub("", said)) or any(each not in _BETWEEN for each in between):
        return None
    lengths = [_length(each) for each in parts]
    if len(lengths) == 1:
        return lengths[0]
    return _sum(filter(None, lengths)) if _descending(parts) and all(lengths) else None


def _length(found: re.Match[str]) -> Duration | None:
    count, unit = float(found["count"].replace(",", ".")), _unit(found)
    if found["before"] or found["after"]:
        whole = unit == "days" and count.is_integer()
        return _some(Duration(business_days=int(count))) if whole else None
    if unit == "months":
        unit, count = "days", count * _DAYS_OF_A_MONTH
    length = timedelta(**{unit: count})
    whole_days = 0 if unit in ("hours", "minutes") else length.days
    return _some(Duration(length - timedelta(whole_days), whole_days))


def _unit(found: re.Match[str]) -> str:
    return next(unit for unit in _UNITS if found[unit])


def _descending(parts: list[re.Match[str]]) -> bool:
    """Whether each part has a smaller unit than the one before it, as in ``1 day 4 hours``."""
    order = [list(_UNITS).index(_unit(each)) for each in parts]
    return all(one < other for one, other in pairwise(order))


def _sum(lengths: Iterable[Duration]) -> Duration | None:
    """The parts of one length together; none where some of its days are business days."""
    every = list(lengths)
    if any(each.business_days for each in every):
        return None
    span = sum((each.span for each in every), timedelta())
    return _some(Duration(span, sum(each.days for each in every)))


def _some(length: Duration) -> Duration | None:
    """The length, if it is one that a process may have and not nothing."""
    try:
        return bounded(length) if length != Duration() else None
    except ValueTypeError:
        return None


def repeated(length: Duration, times: int) -> Duration | None:
    """The length so many times over, if that is one that a process may have."""
    return _some(Duration(length.span * times, length.days * times, length.business_days * times))
