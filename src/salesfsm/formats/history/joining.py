"""Joins the rows of a change log that together tell one thing: an opening, or a close.

A log writes one row a field, so what was done in one go stands in several rows: an opportunity is
opened in a stage, with an owner and facts; it is closed, for a reason. Whether a stage is an end
of the process is not known here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from salesfsm.formats.history.records import Change, in_order, order
from salesfsm.formats.history.tally import Tally


@dataclass(frozen=True, slots=True)
class Joining:
    """The rules of a mapping by which rows are joined.

    ``closes`` is the stage that a reason enters by itself where no row does. ``explained`` are
    the stages that a reason can belong to; empty for any but the one of the opening.
    """

    closes: str | None
    explained: frozenset[str]

    def join(self, life: Sequence[Change], tally: Tally) -> tuple[Change, ...]:
        """The changes of one life, in order and the first opening it, with its rows joined.

        A reason that belongs to no close goes to ``tally``.
        """
        reasons = [change for change in life if change.reason is not None]
        changes = list(_opening_joined([change for change in life if change.reason is None]))
        if reasons:
            moves = _moves(changes)
            closes = _Closes(self, list(moves))
            for reason in reasons:
                closes.give(reason, tally)
            moved = {each.row for each in moves}
            others = (each for each in changes if each.row not in moved)
            changes = [*others, *closes.joined(tally)]
        joined = in_order(changes)
        if joined and not joined[0].opened:  # the row that stood first was joined to a later one
            joined = (msgspec.structs.replace(joined[0], opened=True), *joined[1:])
        return joined

    def may_explain(self, change: Change) -> bool:
        """Whether a reason can belong to this change of the stage."""
        return change.stage in self.explained if self.explained else not change.opened


def _opening_joined(changes: Sequence[Change]) -> Iterator[Change]:
    """The first change takes in those of its moment, up to one that changes a thing again."""
    if not changes:
        return
    opening = changes[0]
    count = 1
    for change in changes[1:]:
        if change.at != opening.at or _contradicts(opening, change):
            break
        opening = msgspec.structs.replace(
            opening,
            by=opening.by or change.by,
            stage=opening.stage or change.stage,
            owner=opening.owner or change.owner,
            facts={**opening.facts, **change.facts},
            assumed=opening.assumed or change.assumed,
            joined=(*opening.joined, change),
        )
        count += 1
    yield opening
    yield from changes[count:]


def _moves(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes into another stage; a row that says the same stage again is none."""
    found: list[Change] = []
    for change in in_order(list(changes)):
        if change.stage is not None and (not found or found[-1].stage != change.stage):
            found.append(change)
    return tuple(found)


def _contradicts(opening: Change, change: Change) -> bool:
    return bool(
        (opening.stage and change.stage)
        or (opening.owner and change.owner)
        or opening.facts.keys() & change.facts.keys()
    )


@dataclass(slots=True)
class _Closes:
    """The changes of the stage of one life, in order, and the reasons given to them so far."""

    joining: Joining
    moves: list[Change]
    reasons: dict[int, list[Change]] = field(default_factory=dict)

    def give(self, reason: Change, tally: Tally) -> None:
        """Give a reason to its close; reasons come in order."""
        place = bisect_right(self.moves, order(reason), key=order)
        beside = self.moves[max(0, place - 1) : place + 1]
        fitting = [move for move in reversed(beside) if self.joining.may_explain(move)]
        if fitting:  # of two equally near, min takes the one that follows
            close = min(fitting, key=lambda move: abs(move.at - reason.at))
            self.reasons.setdefault(close.row, []).append(reason)
        elif self.joining.closes is not None:
            self.moves.insert(place, msgspec.structs.replace(reason, stage=self.joining.closes))
        else:
            wanted = ", ".join(sorted(self.joining.explained))
            tally.reject(
                reason.row,
                reason.opportunity,
                "the reason belongs to no close: the stage is not changed"
                + (f" to {wanted}" if wanted else "")
                + " right before or after it",
            )

    def joined(self, tally: Tally) -> Iterator[Change]:
        """The changes of the stage, each with the last of its reasons."""
        for move in self.moves:
            reasons = self.reasons.get(move.row)
            if reasons is None:
                yield move
                continue
            *replaced, last = reasons
            if replaced:
                tally.ignored["a later reason for the same close replaces it"] += len(replaced)
            yield msgspec.structs.replace(
                move,
                by=move.by or last.by,
                reason=last.reason,
                assumed=move.assumed or last.assumed,
                joined=(*move.joined, last),
            )
