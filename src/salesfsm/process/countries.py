"""What the package ``holidays`` knows of countries: their parts, and the days they do not work.

Not here: the calendar of a process (``calendar``), which takes this for one of its sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import ModuleType

from salesfsm.errors import MissingExtraError

YEARS_KEPT = 1_024
"""For so many years of countries the free days are remembered."""


def _holidays() -> ModuleType:
    """The package, which is imported where a country is named and nowhere else."""
    try:
        import holidays  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("a calendar with a country", "calendar") from None
    return holidays


def countries() -> Mapping[str, tuple[str, ...]]:
    """The countries that are known, by the two letters of ISO 3166, with their subdivisions."""
    found = _holidays().list_supported_countries(include_aliases=False)
    return {country: tuple(parts) for country, parts in found.items()}


@lru_cache(maxsize=YEARS_KEPT)
def free_days(
    country: str, subdivision: str | None, year: int, weekend: tuple[int, ...] | None
) -> frozenset[date]:
    """The days of a year that are not worked; outside of the years that are known, the weekends.

    ``weekend`` are days of the week (Monday is 0). Where it is None, it is the weekend of the
    country, less the Saturdays and Sundays on which work is made up for.
    """
    # A fresh one for each year: one that is shared fills itself while other threads read it.
    known = _holidays().country_holidays(country, subdiv=subdivision, years=year, expand=False)
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]
    return frozenset(
        day
        for day in days
        if day.year == year
        and (
            not known.is_working_day(day)
            if weekend is None
            else day.weekday() in weekend or day in known
        )
    )
