"""Calendars whose keys do not fit together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from salesfsm.errors import Problem
from salesfsm.process.countries import countries
from salesfsm.process.problems.finding import Finder, unknown

if TYPE_CHECKING:
    from salesfsm.process.process import Process


def _subdivision(process: Process) -> Iterator[Problem]:
    country, subdivision = process.calendar.country, process.calendar.subdivision
    path = ("calendar", "subdivision")
    if subdivision is None:
        return
    if country is None:
        yield Problem(
            f"{subdivision!r} is a part of no country", path, "add country:, such as country: DE"
        )
    else:
        yield from unknown(f"subdivision of {country}", subdivision, countries()[country], path)


FINDERS: tuple[Finder, ...] = (_subdivision,)
