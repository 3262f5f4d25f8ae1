"""Shredding what events tell of people: the moves, and when they were made, stay countable."""

from __future__ import annotations

from msgspec.structs import replace

from salesfsm.engine.events import (
    ActivityLogged,
    ActivityPlanned,
    AnyEvent,
    BuyerMoved,
    EvidenceRecorded,
    EvidenceWithdrawn,
    FactsUpdated,
    Held,
    Migrated,
    Moved,
    Opened,
    Placed,
)
from salesfsm.engine.opportunity import Activity, Evidence
from salesfsm.frozen import frozen


def shredded(event: AnyEvent) -> AnyEvent:
    """The event without facts, references and free texts; names of the process stay.

    Kinds of evidence go too, which may be free texts. What tells of the seller's people stays: who
    did it, in which role, owners and teams; so do the counts of attempts, the tasks that are done,
    and the reason of the erasure. The history of shredded events still folds, to an opportunity
    that stands where it stood.
    """
    match event:
        case Opened():
            return replace(event, facts=frozen({}), note="")
        case FactsUpdated():
            return replace(event, facts=frozen({}))
        case EvidenceRecorded():
            return replace(event, evidence=_bare_evidence(event.evidence))
        case ActivityLogged() | ActivityPlanned():
            return replace(event, activity=_bare(event.activity))
        case Moved(override=override) if override is not None:
            return replace(event, override=replace(override, reason=""))
        case EvidenceWithdrawn() | Held() | BuyerMoved():
            return replace(event, reason="")
        case Placed():
            return replace(event, note="")
        case Migrated():
            return replace(
                event,
                facts=frozen({}),
                evidence=frozen(
                    {
                        name: tuple(map(_bare_evidence, held))
                        for name, held in event.evidence.items()
                    }
                ),
                planned=tuple(map(_bare, event.planned)),
                note="",
            )
    return event


def _bare(activity: Activity) -> Activity:
    return replace(activity, ref="", note="")


def _bare_evidence(piece: Evidence) -> Evidence:
    return replace(piece, kind="", ref="", note="")
