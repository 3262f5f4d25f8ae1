"""Commands by which opportunities begin: opened, adopted, or handed over from another one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import HandedOver
from salesfsm.engine.handing import Handed
from salesfsm.engine.step import Step
from salesfsm.errors import CorruptedError
from salesfsm.pipeline.deciding import Decider
from salesfsm.pipeline.keys import check_same, key_of, part_of
from salesfsm.pipeline.retrying import retried
from salesfsm.stores.port import AlreadyAnsweredError, Answered, Key


class Beginner(Decider):
    """What begins opportunities."""

    def open(
        self,
        id: str,  # noqa: A002  # the word of every CRM
        *,
        process: str | None = None,
        at: datetime | None = None,
        by: str | None = None,
        facts: Mapping[str, object] | None = None,
        stage: str | None = None,
        owner: str | None = None,
        team: str | None = None,
        key: str | None = None,
    ) -> Step:
        """Begin an opportunity; ``process`` names one where the pipeline has several.

        It is pinned to the version of the process that the pipeline was given last. Raises
        :class:`~salesfsm.errors.DuplicateOpportunityError` where the id is taken.
        """
        return self._begin(
            process,
            key,
            Engine.open,
            id,
            at=at,
            by=by,
            facts=facts,
            stage=stage,
            owner=owner,
            team=team,
        )

    def adopt(
        self,
        id: str,  # noqa: A002  # the word of every CRM
        stage: str,
        *,
        process: str | None = None,
        at: datetime | None = None,
        by: str | None = None,
        facts: Mapping[str, object] | None = None,
        owner: str | None = None,
        team: str | None = None,
        reason: str | None = None,
        note: str = "",
        key: str | None = None,
    ) -> Step:
        """Begin an opportunity that the world outside has in ``stage`` already.

        Raises as :meth:`open`.
        """
        return self._begin(
            process,
            key,
            Engine.adopt,
            id,
            stage,
            at=at,
            by=by,
            facts=facts,
            owner=owner,
            team=team,
            reason=reason,
            note=note,
        )

    def hand_over(
        self,
        id: str,  # noqa: A002  # the word of every CRM
        handover: str,
        *,
        receiver: str,
        at: datetime | None = None,
        by: str | None = None,
        owner: str | None = None,
        team: str | None = None,
        key: str | None = None,
        expected: int | None = None,
    ) -> Handed:
        """Begin the opportunity ``receiver`` of the next plane, out of this one: both or neither.

        Raises :class:`~salesfsm.errors.DuplicateOpportunityError` where that id is taken.
        """
        given = {"at": at, "by": by, "owner": owner, "team": team}
        named = None
        if key is not None:
            named = key_of(key, "hand_over", id, (handover, receiver), given)

        def attempt() -> Handed:
            current = self._store.load(id)
            answered = self._answered(named)
            if answered is not None:
                return self._handed_before(answered, handover)
            with self._deciding(current.opportunity, expected) as (engine, deal):
                handed = engine.hand_over(
                    deal, handover, id=receiver, at=at, by=by, owner=owner, team=team
                )
            if not handed.accepted:
                return handed
            received = None if named is None else part_of(named, receiver)
            giving = self._append_of(current, handed.giving, named)
            try:
                self._append([giving, self._append_of(None, handed.receiving, received)])
            except AlreadyAnsweredError as error:
                return self._handed_meanwhile(named, error, handover)
            return handed

        return retried(attempt, once=expected is not None)

    def _handed_meanwhile(
        self, key: Key | None, error: AlreadyAnsweredError, handover: str
    ) -> Handed:
        if key is None:
            raise error
        check_same(key, error.answered)
        return self._handed_before(error.answered, handover)

    def _handed_before(self, answered: Answered, handover: str) -> Handed:
        """The answer of the first time. What the receiver began with has a key of its own."""
        giving = self._repeated(answered, handover)
        receiver = next(each.receiver for each in giving.events if isinstance(each, HandedOver))
        received = self._store.answered(part_of(answered.key, receiver).name)
        if received is None:
            raise CorruptedError({receiver: "the key of the hand-over that began it is gone"})
        return Handed(giving, self._repeated(received, Engine.open.__name__))
