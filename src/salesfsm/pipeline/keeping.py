"""Care for what is kept: personal data that must go, and versions that are used no more."""

from __future__ import annotations

from datetime import datetime

from salesfsm.engine.events import Erased
from salesfsm.engine.evolve import evolve
from salesfsm.engine.opportunity import check_texts
from salesfsm.engine.refusals import refuse_time
from salesfsm.engine.step import Step
from salesfsm.errors import CorruptedError
from salesfsm.pipeline.deciding import Decider
from salesfsm.pipeline.retrying import retried
from salesfsm.rules.values import aware
from salesfsm.stores.port import Current


class Keeper(Decider):
    """Erasure and retirement."""

    def erase(
        self,
        id: str,  # noqa: A002  # the word of every CRM
        *,
        at: datetime | None = None,
        by: str | None = None,
        reason: str = "",
    ) -> Step:
        """Shred facts, evidence and notes of an opportunity, in its history too.

        Its moves stay countable, and it goes on as one of which nothing is known. Retired versions
        allow it, and so does one whose history cannot be read. What another opportunity got from
        it in a hand-over is erased with that one, and what subscribers were told is theirs to
        erase: the event ``Erased`` tells them.
        """
        check_texts(by=by, reason=reason)

        def attempt() -> Step:
            current = self._readable(id)
            deal = current.opportunity
            with self._present.not_before(deal.at):
                now = self._present() if at is None else aware(at)
            if now < deal.at:
                refuse_time(deal, now)
            event = Erased(deal.id, deal.sequence + 1, now, by, reason)
            process = self._versions.engine(deal.process, deal.version).process
            step = Step(True, evolve(deal, event), (event,), (), (), "erase", process)
            self._store.erase(self._append_of(current, step))
            self._courier.committed()
            return step

        return retried(attempt)

    def _readable(self, id: str) -> Current:  # noqa: A002
        """How it stands, or as much of it as can be read."""
        try:
            return self._store.load(id)
        except CorruptedError:
            deal = self._store.bare(id)
            stage = self._versions.engine(deal.process, deal.version).process.stage_by_name
            if deal.stage not in stage:
                raise
            return Current(deal, stage[deal.stage].outcome)

    def retire(self, process: str, version: str, *, retired: bool = True) -> None:
        """Let a version take no commands any more, or take them again.

        Its opportunities can be read, migrated and erased. Other programs know within a second.
        """
        self._versions.retire(process, version, retired=retired)
