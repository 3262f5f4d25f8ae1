"""The buyer's side as a machine: its states are the phases, its triggers what the buyer does.

The phase follows from the evidence, as the engine reads it, and the attribute of a model is its
copy. So nothing moves a buyer but what is recorded of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import product
from typing import Any, Unpack

from transitions.core import EventData

from salesfsm.binding.attempt import Decision, keep, settled, tell
from salesfsm.binding.machine import Bound, DecidedMachine, MachineOptions
from salesfsm.binding.parts import BoundTransition
from salesfsm.engine.events import EvidenceRecorded, EvidenceWithdrawn
from salesfsm.engine.opportunity import Evidence, Opportunity
from salesfsm.engine.step import Step
from salesfsm.errors import CommandError
from salesfsm.process.mirror import first_place

PROVE = "prove_"
REVISIT, READ = "buyer_revisits", "buyer_read"
STANDINGS = ("buyer_holds", "buyer_resumes", "buyer_abandons")
EVIDENCE = ("kind", "made_by", "ref", "note", "made_at")
"""The arguments of a proof that go into its evidence."""


class PhaseTransition(BoundTransition):
    """A crossing from phase to phase; where the phase stays, nobody leaves or enters anything."""

    def _change_state(self, event_data: EventData) -> None:
        if self.source != self.dest:
            super()._change_state(event_data)
            return
        settled(tell(event_data))
        keep(event_data)


class PhaseMachine(DecidedMachine):
    """The machine of a process's buyer.

    ``prove_MILESTONE(kind=, made_by=, ref=, note=, made_at=)`` records evidence,
    ``buyer_revisits(phase=)``, ``buyer_holds``, ``buyer_resumes`` and ``buyer_abandons`` what the
    buyer does beside, and ``buyer_read`` nothing: it takes the model to the phase that its
    evidence proves now, such as after some has expired.
    """

    transition_cls = PhaseTransition

    def __init__(
        self,
        bound: Bound,
        *,
        model_attribute: str = "phase",
        stage_attribute: str = "stage",
        **options: Unpack[MachineOptions],
    ) -> None:
        process = bound.engine.process
        self.stage_attribute = stage_attribute
        phases = [phase.name for phase in process.buyer.phases]
        if not phases:
            raise CommandError(
                f"{process.key} describes no phases of the buyer, so there is nothing to bind: "
                "add buyer: {phases: [...]}"
            )
        triggers = [f"{PROVE}{each.name}" for each in process.buyer.milestones]
        triggers += [REVISIT, *STANDINGS, READ]
        super().__init__(
            bound,
            states=dict.fromkeys(phases, False),
            triggers=triggers,
            arcs=product(triggers, phases, phases),
            initial=phases[first_place(process)],
            model_attribute=model_attribute,
            queued=False,
            **options,
        )

    def opportunity(self, model: object, *, at: datetime | None = None) -> Opportunity:
        """``model`` as the engine sees it; in the first stage if it has none."""
        stage = getattr(model, self.stage_attribute, None) or self.process.starts[0]
        return self.reader.opportunity(model, stage, self.now(at))

    def asked(self, model: object, state: str, trigger: str, given: Mapping[str, Any]) -> Decision:
        """What the engine says of ``trigger`` with its arguments, now; no matter the phase."""
        now = self.now(given.get("at"))
        deal = self.opportunity(model, at=now)
        step = self._commanded(deal, trigger, given, now)
        self._check_storable(model, step)
        known = step.unwrap() if step.accepted else None
        target = None if known is None else self.engine.alignment(known, at=now).buyer
        return deal, step, target

    def _check_storable(self, model: object, step: Step) -> None:
        """Evidence that nobody stores would be lost, and with it the phase that it proves."""
        changes = any(
            isinstance(each, EvidenceRecorded | EvidenceWithdrawn) for each in step.events
        )
        if changes and self.on_step is None and not self.reader.keeps_evidence(model):
            raise CommandError(
                f"{type(model).__name__} has no attribute that evidence can be put into: add "
                "'evidence', name it in bind_buyer(evidence=...), or store the step in on_step"
            )

    def _commanded(
        self, deal: Opportunity, trigger: str, given: Mapping[str, Any], now: datetime
    ) -> Step:
        by, reason = given.get("by"), given.get("reason") or ""
        if trigger == READ:
            return Step(True, deal, (), (), (), READ, self.process)
        if trigger == REVISIT:
            if "phase" not in given:
                raise CommandError(f"{REVISIT} takes the phase that the buyer goes back to: phase=")
            phase = given["phase"]
            return self.engine.buyer_revisits(deal, phase, reason=reason, at=now, by=by)
        if trigger in STANDINGS:
            stands = {
                "buyer_holds": self.engine.buyer_holds,
                "buyer_resumes": self.engine.buyer_resumes,
                "buyer_abandons": self.engine.buyer_abandons,
            }
            return stands[trigger](deal, reason=reason, at=now, by=by)
        told = {name: given[name] for name in EVIDENCE if name in given}
        evidence = Evidence(trigger.removeprefix(PROVE), **told)
        return self.engine.record(deal, evidence, at=now, by=by)
