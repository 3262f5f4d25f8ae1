"""Models for the tests of the binding: plain objects that keep what a CRM keeps of a deal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

import salesfsm as sf
from sales.b2b import BANT, NOW, b2b
from salesfsm.binding.stages import StageMachine

PROOF = sf.Evidence("reason_to_act", kind="email", ref="mail/1", made_at=NOW)


@dataclass
class Deal:
    """What the facts, evidence and tasks of the process are read from; it knows no machine."""

    id: str = "ACME-1"
    stage: str | None = None
    phase: str | None = None
    budget: int | None = None
    authority: str | None = None
    need: str | None = None
    decide_by: date | None = None
    tasks: list[str] = field(default_factory=list)
    evidence: list[sf.Evidence] = field(default_factory=list)
    entered_at: datetime = NOW
    lost_reason: str | None = None
    stopped_in: str | None = None
    buyer: str = "active"


def deal_class(*machines: object) -> type[Deal]:
    """A class of deals of its own, with the triggers of these machines."""
    made = type("Deal", (Deal,), {"__module__": __name__})
    for machine in machines:
        machine.attach(made)
    return made


def bound(**options: object) -> StageMachine:
    """The machine of the b2b process, at NOW."""
    return sf.bind(b2b(), clock=lambda: NOW, **options)


def ready(made: type[Deal], **more: object) -> Deal:
    """A deal of which all that ``qualify`` asks is met."""
    known = {**BANT, "tasks": ["discovery_call", "summary"], "evidence": [PROOF], **more}
    return made(**known)
