"""Random lives of opportunities in the engine: whatever people may do, and all of it allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import DueKind
from salesfsm.engine.opportunity import Activity, Opportunity
from salesfsm.errors import SalesFsmError
from salesfsm.verification.replaying import predicates_of
from salesfsm.verification.witness import acceptable, somebody

Facts = Mapping[str, object]


def engine_of(process, answers: Mapping[str, bool] | None = None) -> Engine:
    """An engine whose predicates answer so."""
    return Engine(process, predicates=predicates_of(process, answers or {}))


def life(
    engine: Engine, known: Sequence[Facts], chance: Random, at: datetime, *, steps: int
) -> Iterator[tuple[str, Opportunity, object]]:
    """What an opportunity is right after it is opened, and after each of at most ``steps`` moves
    and hand-overs, with what led there: ``opened``, ``moved`` or ``handed over``, and its event.

    ``known`` are the facts that people find out.
    """
    process = engine.process
    deal = _opened(engine, known, chance, at)
    if deal is None:
        return
    yield "opened", deal, None
    for _ in range(steps):
        deal, at = _meanwhile(engine, deal, known, chance, at)
        way = _way(engine, deal, chance, at)
        if way is None:
            return
        kind, step = way
        if not step.accepted:
            return
        deal = step.opportunity
        moved = [each for each in step.events if type(each).__name__ == "Moved"]
        yield kind, deal, moved[0] if moved else None
        assert deal.stage in process.stage_by_name


def _opened(engine: Engine, known, chance: Random, at: datetime) -> Opportunity | None:
    teams = [None, *(team.name for team in engine.process.teams)]
    return engine.open(
        "life",
        at=at,
        stage=chance.choice(engine.process.starts),
        facts=chance.choice(known),
        owner=chance.choice([None, "anna", "jan"]),
        team=chance.choice(teams),
    ).opportunity


def _meanwhile(engine: Engine, deal: Opportunity, known, chance: Random, at: datetime):
    """Some days, and on each somebody does something."""
    for _ in range(chance.randint(0, 4)):
        at += timedelta(days=chance.choice([0, 0, 1, 5, 40, 100]))
        step = _doing(engine, deal, known, chance, at)
        if step is not None and step.accepted:
            deal = step.opportunity
    return deal, at


def _doing(engine: Engine, deal: Opportunity, known, chance: Random, at: datetime):
    process = engine.process
    doings = [
        lambda: engine.update(deal, chance.choice(known), at=at),
        lambda: engine.update(deal, dict.fromkeys(deal.facts), at=at),
        lambda: engine.record(deal, acceptable(chance.choice(process.buyer.milestones)), at=at),
        lambda: engine.record(deal, acceptable(chance.choice(process.buyer.milestones)), at=at),
        lambda: engine.withdraw(deal, chance.choice(list(deal.evidence)), at=at),
        lambda: engine.complete(deal, chance.choice(list(process.task_by_name)), at=at),
        lambda: engine.log(deal, chance.choice(process.activities), at=at),
        lambda: engine.log(deal, Activity(process.activities[0], made_by="buyer"), at=at),
        lambda: engine.buyer_holds(deal, at=at),
        lambda: engine.buyer_abandons(deal, at=at),
        lambda: engine.buyer_resumes(deal, at=at),
        lambda: engine.assign(deal, owner=chance.choice(["", "anna", "jan"]), at=at),
        lambda: engine.assign(
            deal, team=chance.choice(["", *(team.name for team in process.teams)]), at=at
        ),
    ]
    try:
        return chance.choice(doings)()
    except (IndexError, SalesFsmError):  # there is no such thing to do
        return None


def _way(engine: Engine, deal: Opportunity, chance: Random, at: datetime):
    """One of the ways that are open: a move in some role, a timer that rings, a hand-over."""
    process, by = engine.process, somebody(engine.process, deal)
    roles = [None, *sorted({role for arc in process.arcs for role in arc.roles})]
    ways = []
    for role in roles:
        for move in engine.moves(deal, at=at, by=by, role=role or "nobody in particular"):
            if move.allowed:
                reason = chance.choice(move.reasons) if move.reasons else None
                ways.append(
                    (
                        "moved",
                        lambda t=move.trigger, r=role, why=reason: engine.fire(
                            deal, t, at=at, by=by, role=r, reason=why
                        ),
                    )
                )
    for due in engine.due(deal):
        if due.kind is DueKind.TRANSITION and due.at <= at:
            ways.append(("moved", lambda due=due: engine.elapse(deal, due, at=at, by=by)))
    for move in engine.handovers(deal, at=at, by=by):
        if move.allowed:
            ways.append(
                (
                    "handed over",
                    lambda name=move.trigger: (
                        engine.hand_over(deal, name, id=f"{deal.id}+", at=at, by=by).receiving
                    ),
                )
            )
    if not ways:
        return None
    kind, go = chance.choice(ways)
    return kind, go()
