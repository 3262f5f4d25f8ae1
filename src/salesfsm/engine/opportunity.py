"""An opportunity as it stands, and what it holds: light immutable values."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from salesfsm.errors import ValueTypeError, shorten
from salesfsm.frozen import FrozenDict
from salesfsm.rules.values import LATEST, FactValue

Standing = Literal["active", "on_hold", "abandoned"]
"""How the buyer stands to the whole matter, as ``rules.vocabulary.BUYER_STATES`` has it."""

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time that is aware, which reading JSON makes sure of."""


_HALF = re.compile("[\ud800-\udfff]")


def check_texts(**given: object) -> None:
    """Raise :class:`ValueTypeError` for the first argument that is neither a text nor None.

    A text is one that can be written down: half of a character that takes two is none.
    """
    for name, value in given.items():
        if value is None:
            continue
        if not isinstance(value, str):
            shown = shorten(repr(value), 40)
            raise ValueTypeError(f"{name} is a text, not {shown}: write {name}={shown!r}")
        if not value.isascii() and (half := _HALF.search(value)) is not None:
            raise ValueTypeError(
                f"{name} holds {half[0]!r} at {half.start()}, half of a character that cannot be "
                "written as UTF-8: read the text anew in its own encoding, or leave that out"
            )


class Evidence(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Something that proves a milestone: what it is, who made it, and where to find it.

    ``made_by`` is ``buyer``, ``seller`` or ``third_party``.

    ``made_at`` is when it was made (aware; the time of recording if left out). ``until`` (from
    when on it proves nothing) and ``number`` (the sequence number of the event that recorded it)
    are set by the engine.
    """

    milestone: str
    kind: str = ""
    made_by: str = "buyer"
    ref: str = ""
    note: str = ""
    made_at: Moment | None = None
    until: Moment = LATEST
    number: int = 0

    def __post_init__(self) -> None:
        check_texts(milestone=self.milestone, kind=self.kind, made_by=self.made_by)
        check_texts(ref=self.ref, note=self.note)


class Activity(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A contact between the two sides: done, or planned for ``due`` (aware).

    An activity of the buyer is an answer: it ends the count of unanswered attempts. ``number`` is
    the sequence number of the event that logged it, set by the engine.
    """

    kind: str
    made_by: str = "seller"
    due: Moment | None = None
    ref: str = ""
    note: str = ""
    number: int = 0

    def __post_init__(self) -> None:
        check_texts(kind=self.kind, made_by=self.made_by, ref=self.ref, note=self.note)


class Hold(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Why and until when an opportunity rests; ``until`` is None where it is open-ended.

    ``ended`` is when it was over; None while it lasts.
    """

    since: Moment
    until: Moment | None = None
    reason: str = ""
    ended: Moment | None = None


class Override(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A decision to move although criteria are not met: in which role, and why."""

    role: str
    reason: str

    def __post_init__(self) -> None:
        check_texts(role=self.role, reason=self.reason)


class Origin(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Where an opportunity was handed over from: by which hand-over, out of which other one.

    ``sequence`` is the number of the event by which the other one was handed over.
    """

    opportunity_id: str
    sequence: int
    handover: str


class Stop(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Where and why work on an opportunity last stopped.

    ``stage`` is the open stage of its own line that it was closed in, or left aside from;
    ``reason`` is why it was last lost.
    """

    stage: str | None = None
    reason: str | None = None


class Opportunity(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """An opportunity: the fold of its events. All times are aware and in UTC.

    ``sequence`` is the number of its last event and ``at`` its time. ``active_at`` is when somebody
    last acted on it. ``evidence`` holds, by milestone, what is not withdrawn, the one that is in
    force longest first. ``attempts`` counts the seller's activities since the buyer last answered,
    ``planned`` holds the activities to come. ``stopped`` tells where work on it last stopped and
    ``origin`` what it was handed over from, each None where that never happened. ``buyer`` is how
    the buyer stands to it: ``active``, ``on_hold`` or ``abandoned``. ``rest`` is the last hold in
    its stage, over or not.
    """

    id: str
    process: str
    version: str
    sequence: int
    at: Moment
    stage: str
    entered_at: Moment
    opened_at: Moment
    active_at: Moment
    facts: FrozenDict[str, FactValue]
    evidence: FrozenDict[str, Annotated[tuple[Evidence, ...], msgspec.Meta(min_length=1)]]
    tasks: frozenset[str]
    attempts: FrozenDict[str, int]
    planned: tuple[Activity, ...]
    stopped: Stop | None
    buyer: Standing
    owner: str | None
    team: str | None
    rest: Hold | None = msgspec.field(name="hold")  # what it is called in JSON
    origin: Origin | None

    @property
    def hold(self) -> Hold | None:
        """Why and until when it rests now; None where it does not."""
        rest = self.rest
        return None if rest is None or rest.ended is not None else rest

    @property
    def running_since(self) -> datetime:
        """Since when the timers of its stage run: from entering it, or from the end of a hold."""
        rest = self.rest
        return self.entered_at if rest is None or rest.ended is None else rest.ended

    @property
    def lost_reason(self) -> str | None:
        """Why it was last lost."""
        return self.stopped.reason if self.stopped else None

    @property
    def stopped_in(self) -> str | None:
        """The open stage of its own line that it was last closed in, or left aside from."""
        return self.stopped.stage if self.stopped else None
