"""Commands that move an opportunity from stage to stage."""

from __future__ import annotations

from datetime import datetime

from salesfsm.engine.engine import Engine
from salesfsm.engine.opportunity import Override
from salesfsm.engine.step import Step
from salesfsm.pipeline.deciding import Decider


class Mover(Decider):
    """What moves opportunities."""

    def fire(
        self,
        id: str,  # noqa: A002  # the word of every CRM
        trigger: str,
        *,
        at: datetime | None = None,
        by: str | None = None,
        role: str | None = None,
        reason: str | None = None,
        override: Override | None = None,
        key: str | None = None,
        expected: int | None = None,
    ) -> Step:
        """Take the first transition of ``trigger`` whose criteria are met, as ``Engine.fire``."""
        return self._command(
            id,
            key,
            expected,
            Engine.fire,
            trigger,
            at=at,
            by=by,
            role=role,
            reason=reason,
            override=override,
        )

    def place(
        self,
        id: str,  # noqa: A002  # the word of every CRM
        stage: str,
        *,
        at: datetime | None = None,
        by: str | None = None,
        reason: str | None = None,
        note: str = "",
        key: str | None = None,
        expected: int | None = None,
    ) -> Step:
        """Record that the world outside has the opportunity in ``stage``, whatever is allowed."""
        return self._command(
            id, key, expected, Engine.place, stage, at=at, by=by, reason=reason, note=note
        )
