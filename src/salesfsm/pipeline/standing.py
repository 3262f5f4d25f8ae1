"""How an opportunity stands, with what a store finds it by: its outcome and what comes due."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import DueKind
from salesfsm.engine.opportunity import Opportunity
from salesfsm.stores.port import Current

_NOTHING: Mapping[str, datetime] = MappingProxyType({})


def current_of(
    engine: Engine,
    opportunity: Opportunity,
    rung: Collection[str] = (),
    deferred: Mapping[str, datetime] = _NOTHING,
) -> Current:
    """The row of ``opportunity``, of whose timers those with the keys ``rung`` have rung.

    Those in ``deferred`` come due at these times instead of their own.
    """
    every = engine.due(opportunity)
    still = frozenset(rung)
    return Current(
        opportunity,
        engine.process.stage_by_name[opportunity.stage].outcome,
        next((each.at for each in every if each.kind is DueKind.STALLED), None),
        min(
            (deferred.get(each.key, each.at) for each in every if each.key not in still),
            default=None,
        ),
        tuple(each.key for each in every if each.key in still),
    )
