"""What can happen to an opportunity. Events are facts of the past: they are never changed."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from salesfsm.engine.opportunity import Activity, Evidence, Moment, Origin, Override, Stop
from salesfsm.frozen import FrozenDict
from salesfsm.process.arcs import MoveKind
from salesfsm.rules.values import FactValue


class Event(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, tag_field="type"):
    """The base of all events: whose it is, its number from 1, when (UTC), and who did it."""

    opportunity_id: str
    sequence: int
    at: Moment
    by: str | None


class Opened(Event, frozen=True, gc=False, tag="opened"):
    """The opportunity begins, in a version of a process, in a stage.

    One that was adopted from outside may begin in any stage: ``note`` says why, and ``reason`` why
    it is lost if it begins so. ``origin`` is what it was handed over from, if anything.
    """

    process: str
    version: str
    stage: str
    facts: FrozenDict[str, FactValue]
    owner: str | None = None
    team: str | None = None
    reason: str | None = None
    note: str = ""
    origin: Origin | None = None


class FactsUpdated(Event, frozen=True, gc=False, tag="facts_updated"):
    """Facts became known or changed; a value of None is known no more."""

    facts: FrozenDict[str, FactValue | None]


class EvidenceRecorded(Event, frozen=True, gc=False, tag="evidence_recorded"):
    """A piece of evidence for a milestone."""

    evidence: Evidence


class EvidenceWithdrawn(Event, frozen=True, gc=False, tag="evidence_withdrawn"):
    """A piece of evidence proved wrong; ``number`` is the event that recorded it."""

    milestone: str
    number: int
    reason: str = ""


class TaskCompleted(Event, frozen=True, gc=False, tag="task_completed"):
    """A task is done."""

    task: str


class ActivityLogged(Event, frozen=True, gc=False, tag="activity_logged"):
    """An activity took place; ``fulfils`` is the number of the planned one that it was, if any."""

    activity: Activity
    fulfils: int | None = None


class ActivityPlanned(Event, frozen=True, gc=False, tag="activity_planned"):
    """An activity is planned for its ``due`` time."""

    activity: Activity


class Assigned(Event, frozen=True, gc=False, tag="assigned"):
    """The opportunity has this owner and this team from now on.

    ``rule`` is the rule of assignment that decided it, if one did.
    """

    owner: str | None
    team: str | None
    rule: str | None = None


class Moved(Event, frozen=True, gc=False, tag="moved"):
    """A trigger led from one stage to another.

    ``reason`` is the reason of the stage entered, where it has reasons. ``stops`` says that work
    stopped in ``source``: it was left aside or closed there. ``overridden`` names the criteria that
    were not met, and ``override`` who decided to move all the same, and why. ``role`` is the role
    in which it was fired, where one was given.
    """

    trigger: str
    source: str
    target: str
    kind: MoveKind
    reason: str | None = None
    stops: bool = False
    override: Override | None = None
    overridden: tuple[str, ...] = ()
    role: str | None = None


class Placed(Event, frozen=True, gc=False, tag="placed"):
    """The world outside says where the opportunity stands, whatever the process allows."""

    source: str
    target: str
    kind: MoveKind
    reason: str | None = None
    stops: bool = False
    note: str = ""


class BuyerMove(StrEnum):
    """What the buyer may do beside proving milestones."""

    REVISIT = "revisit"
    HOLD = "hold"
    RESUME = "resume"
    ABANDON = "abandon"


class BuyerMoved(Event, frozen=True, gc=False, tag="buyer_moved"):
    """The buyer goes back to ``phase``, pauses, goes on, or gives the matter up."""

    move: BuyerMove
    phase: str | None = None
    reason: str = ""


class HandedOver(Event, frozen=True, gc=False, tag="handed_over"):
    """Another opportunity, ``receiver``, began in ``target`` out of this one."""

    handover: str
    receiver: str
    target: str


class Held(Event, frozen=True, gc=False, tag="held"):
    """The opportunity rests, until a time or until it is resumed."""

    until: Moment | None = None
    reason: str = ""


class Resumed(Event, frozen=True, gc=False, tag="resumed"):
    """The opportunity goes on."""


class DueKind(StrEnum):
    """What can come due by itself, without anybody doing anything."""

    TRANSITION = "transition"
    STALLED = "stalled"
    EVIDENCE = "evidence"
    CONTACT = "contact"
    ACTIVITY = "activity"
    HOLD = "hold"


class CameDue(Event, frozen=True, gc=False, tag="came_due"):
    """A timer elapsed: ``name`` of this ``kind`` was due at ``due``. It changes nothing by itself.

    ``name`` is the trigger of a transition, the stage that it stalls or is to be contacted in, the
    milestone whose evidence expires, or the kind of the planned activity.
    """

    kind: DueKind
    name: str
    due: Moment


class Migrated(Event, frozen=True, gc=False, tag="migrated"):
    """The opportunity goes on in another version of its process, or in another process.

    ``source`` and ``target`` are its stage before and after. ``facts`` and ``evidence`` hold what
    is different now (None and nothing: no more), ``tasks`` says which are done now and which no
    more. ``attempts``, ``planned``, ``stopped`` and ``team`` are whole, as they are from now on.
    ``reverts`` is the number of the migration that this one takes back.
    """

    process: str
    version: str
    from_process: str
    from_version: str
    source: str
    target: str
    facts: FrozenDict[str, FactValue | None]
    evidence: FrozenDict[str, tuple[Evidence, ...]]
    tasks: FrozenDict[str, bool]
    attempts: FrozenDict[str, int]
    planned: tuple[Activity, ...]
    stopped: Stop | None
    team: str | None = None
    reverts: int | None = None
    note: str = ""


class Erased(Event, frozen=True, gc=False, tag="erased"):
    """Personal data was shredded: facts, evidence and notes are gone, the moves stay countable."""

    reason: str = ""


AnyEvent = (
    Opened
    | FactsUpdated
    | EvidenceRecorded
    | EvidenceWithdrawn
    | TaskCompleted
    | ActivityLogged
    | ActivityPlanned
    | Assigned
    | Moved
    | Placed
    | BuyerMoved
    | HandedOver
    | Held
    | Resumed
    | CameDue
    | Migrated
    | Erased
)
