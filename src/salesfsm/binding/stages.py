"""The seller's side as a machine: its states are the stages of a process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Unpack

from salesfsm.binding.attempt import Decision, settled
from salesfsm.binding.machine import Bound, DecidedMachine, MachineOptions
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.results import Move, Route
from salesfsm.engine.step import Step


class StageMachine(DecidedMachine):
    """The machine of a process: its triggers move models from stage to stage."""

    def __init__(
        self,
        bound: Bound,
        *,
        model_attribute: str = "stage",
        queued: bool | Literal["model"] = False,
        **options: Unpack[MachineOptions],
    ) -> None:
        process = bound.engine.process
        super().__init__(
            bound,
            states={stage.name: not stage.is_open for stage in process.stages},
            triggers=process.triggers,
            arcs=[(arc.trigger, arc.source, arc.target) for arc in process.arcs],
            initial=process.starts[0],
            model_attribute=model_attribute,
            queued=queued,
            **options,
        )

    def opportunity(self, model: object, *, at: datetime | None = None) -> Opportunity:
        """``model`` as the engine sees it."""
        return self.reader.opportunity(model, self.get_model_state(model).name, self.now(at))

    def asked(self, model: object, state: str, trigger: str, given: Mapping[str, Any]) -> Decision:
        """What the engine says of ``trigger`` from the stage ``state``, with its arguments, now."""
        get = given.get
        now = self.now(get("at"))
        deal = self.reader.opportunity(model, state, now)
        step = self.engine.fire(
            deal,
            trigger,
            at=now,
            by=get("by"),
            role=get("role"),
            reason=get("reason"),
            override=get("override"),
        )
        taken = step.opportunity.stage if step.accepted and step.opportunity else None
        return deal, step, taken

    def moves(
        self,
        model: object,
        *,
        at: datetime | None = None,
        by: str | None = None,
        role: str | None = None,
    ) -> tuple[Move, ...]:
        """Every way on from where ``model`` stands, with its blockers."""
        now = self.now(at)
        return self.engine.moves(self.opportunity(model, at=now), at=now, by=by, role=role)

    def route(self, model: object, to: str, *, at: datetime | None = None) -> Route:
        """The shortest legal way of ``model`` to the stage ``to``."""
        now = self.now(at)
        return self.engine.route(self.opportunity(model, at=now), to, at=now)

    def place(
        self,
        model: object,
        stage: str,
        *,
        at: datetime | None = None,
        by: str | None = None,
        reason: str | None = None,
        note: str = "",
    ) -> Step:
        """Put ``model`` where the world outside has it; no criterion is asked, no callback called.

        ``on_step`` is told. This is what `transitions` offers as ``to_STAGE``, on the record.
        """
        was, step = self.placing(model, stage, at=at, by=by, reason=reason, note=note)
        if self.on_step is not None:
            settled(self.on_step(model, step))
        return self.placed(model, was, step)

    def placing(
        self, model: object, stage: str, *, at: datetime | None = None, **given: Any
    ) -> tuple[Opportunity, Step]:
        """``model`` as the engine sees it, and the step that puts it into ``stage``."""
        now = self.now(at)
        was = self.opportunity(model, at=now)
        return was, self.engine.place(was, stage, at=now, **given)

    def placed(self, model: object, was: Opportunity, step: Step) -> Step:
        """Write into the model where it stands now."""
        self.set_state(step.unwrap().stage, model)
        self.reader.keep(model, was, step)
        return step
