"""Keeps apart the lives of an id in a change log, and checks that each has one opening.

A *life* is one opportunity from its opening on. An id may have several where a CRM used it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from salesfsm.formats.history.records import Change, in_order
from salesfsm.formats.history.tally import Tally


@dataclass(slots=True)
class Life:
    """The rows that belong to one opportunity: lines of its openings, and its usable changes."""

    opportunity: str
    name: str
    openings: list[int] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


class Lives:
    """All lives of a change log, built while its rows are walked in the order of the file."""

    def __init__(self, *, by_file_order: bool) -> None:
        self._by_file_order = by_file_order
        self._by_id: dict[str, list[Life]] = {}

    def __iter__(self) -> Iterator[Life]:
        return (life for lives in self._by_id.values() for life in lives)

    def of(self, opportunity: str, line: int, *, opens: bool) -> Life:
        """The life to which a row belongs; a row that opens may begin a new one.

        Asked for every row of a known id, the unusable ones too: an opening whose time cannot be
        read still ends the life before it.
        """
        lives = self._by_id.setdefault(opportunity, [])
        if not lives:
            lives.append(Life(opportunity, opportunity))
        elif opens and self._by_file_order:
            earlier = len(lives) - (not lives[0].openings)  # rows above any opening are no life
            name = f"{opportunity}#{earlier + 1}" if earlier else opportunity
            lives.append(Life(opportunity, name))
        if opens:
            lives[-1].openings.append(line)
        return lives[-1]

    def split(self) -> int:
        """How many ids have more than one life."""
        return sum(lives[-1].name != lives[-1].opportunity for lives in self._by_id.values())


def settled(lives: Lives, opened_by: str | None, tally: Tally) -> Iterator[list[Change]]:
    """The changes of each life; those of a life without one clear opening are unusable."""
    for life in lives:
        trouble = _trouble(life, opened_by) if opened_by is not None else ""
        if trouble:
            for change in life.changes:
                tally.reject(change.row, life.opportunity, trouble)
        else:
            yield list(_without_repeats(_from_opening(life, tally), tally))
    if lives.split():
        tally.notes["ids with more than one life, told apart by the order of the file"] = (
            lives.split()
        )


def _trouble(life: Life, opened_by: str) -> str:
    """Why nothing of this life can be used, or empty."""
    if not life.openings:
        return f"no change of {opened_by!r} opens {life.opportunity!r} before this row"
    if len(life.openings) > 1:
        first, second = life.openings[:2]
        return (
            f"{life.opportunity!r} is opened {len(life.openings)} times (first on lines {first} "
            f"and {second}); if the file keeps its lives apart, map it with lives: file_order"
        )
    if not any(change.opened for change in life.changes):
        return f"line {life.openings[0]} opens {life.opportunity!r} and cannot be used"
    return ""


def _from_opening(life: Life, tally: Tally) -> Iterator[Change]:
    """The changes in order, the first being the opening; earlier ones are unusable."""
    changes = in_order(life.changes)
    if changes and not life.openings:
        changes = (msgspec.structs.replace(changes[0], opened=True), *changes[1:])
    opened = False
    for change in changes:
        opened = opened or change.opened
        if opened:
            yield change
        else:
            tally.reject(
                change.row,
                life.opportunity,
                f"dated before its opening on line {life.openings[0]}",
            )


def _without_repeats(changes: Iterator[Change], tally: Tally) -> Iterator[Change]:
    """Leave out a row that says the same, at the same time, as the row before it."""
    before: Change | None = None
    for change in changes:
        if before is not None and msgspec.structs.replace(before, row=change.row) == change:
            tally.ignored["repeats the change before it"] += 1
        else:
            yield change
            before = change
