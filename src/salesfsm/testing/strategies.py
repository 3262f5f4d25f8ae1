"""Hypothesis strategies drawn from a process: facts, evidence, opportunities, whole histories.

Values lie near those that the rules of the process ask for, where verdicts change, and everywhere
else that a fact may have them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import Event
from salesfsm.engine.opportunity import Activity, Evidence, Opportunity
from salesfsm.engine.step import Step
from salesfsm.errors import CommandError, MissingExtraError, UnknownNameError
from salesfsm.process.definitions import Fact
from salesfsm.process.process import Process
from salesfsm.rules.types import Kind
from salesfsm.rules.values import LARGEST
from salesfsm.testing.candidates import constants_in, values_of
from salesfsm.testing.engines import MOMENT, SELLER, Decider, engine_of
from salesfsm.testing.paths import beginnings
from salesfsm.testing.walking import Spot, StuckError, Walker

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    if error.name != "hypothesis":
        raise
    raise MissingExtraError("strategies of hypothesis", "testing") from None

_YEAR = timedelta(days=365)
_HOURS = st.sampled_from((0, 0, 1, 24, 24 * 8, 24 * 40, 24 * 120))


def facts(
    decider: Decider, *, required: bool = False, at: datetime = MOMENT
) -> st.SearchStrategy[dict[str, object]]:
    """Facts by name, in the types and bounds that the process declares; with ``required``, all.

    Dates lie within years of ``at``.
    """
    process = engine_of(decider).process
    constants = _constants(process)
    every = {name: _values(fact, constants, at) for name, fact in process.facts.items()}
    if required:
        return st.fixed_dictionaries(every)
    return st.fixed_dictionaries({}, optional=every)


def fact_values(process: Process, name: str, *, at: datetime = MOMENT) -> st.SearchStrategy[object]:
    """Values of one fact: near what rules ask, and anywhere that it may be.

    Raises :class:`~salesfsm.errors.UnknownNameError` for a fact that the process does not have.
    """
    fact = process.facts.get(name)
    if fact is None:
        raise UnknownNameError("fact", name, process.facts, within=process.name)
    return _values(fact, _constants(process), at)


def _constants(process: Process) -> tuple[object, ...]:
    """The values that stand in the rules of moves, each once."""
    every = {id(each): each.condition for arc in process.arcs for each in arc.requirements}
    return constants_in(every.values())


def _values(fact: Fact, constants: tuple[object, ...], at: datetime) -> st.SearchStrategy[object]:
    near = list(dict.fromkeys(values_of(fact, at, _fitting(fact, constants))))
    return st.sampled_from(near) | _anywhere(fact, at)


def _fitting(fact: Fact, constants: tuple[object, ...]) -> tuple[object, ...]:
    """Those of the constants that are of the kind of the fact."""
    kinds: dict[Kind, tuple[type, ...]] = {
        Kind.TEXT: (str,),
        Kind.CHOICE: (str,),
        Kind.DATE: (date,),
        Kind.DATETIME: (datetime,),
        Kind.DURATION: (timedelta,),
    }
    wanted = kinds.get(fact.type, (int, Decimal))
    return tuple(each for each in constants if type(each) in wanted)


def _anywhere(fact: Fact, at: datetime) -> st.SearchStrategy[object]:
    low = -LARGEST + 1 if fact.minimum is None else fact.minimum
    high = LARGEST - 1 if fact.maximum is None else fact.maximum
    match fact.type:
        case Kind.BOOL:
            return st.booleans()
        case Kind.CHOICE:
            return st.sampled_from(fact.options)
        case Kind.TEXT:
            return st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")))
        case Kind.DATE:
            return st.dates(at.date() - 2 * _YEAR, at.date() + 2 * _YEAR)
        case Kind.DATETIME:
            noon = datetime.combine(at.date(), time(12))
            return st.datetimes(noon - 2 * _YEAR, noon + 2 * _YEAR, timezones=st.just(UTC))
        case Kind.DURATION:
            return st.timedeltas(timedelta(0), 2 * _YEAR)
        case Kind.INTEGER:
            return st.integers(-int(-low // 1), int(high // 1))
    return st.decimals(low, high, places=2)


def evidence(decider: Decider, milestone: str | None = None) -> st.SearchStrategy[Evidence]:
    """Evidence that its milestone accepts: of any milestone, or of the one that is named.

    Raises :class:`~salesfsm.errors.UnknownNameError` for one that the process does not have; of a
    process without milestones nothing can be drawn.
    """
    known = engine_of(decider).process.milestone_by_name
    if milestone is not None and milestone not in known:
        raise UnknownNameError("milestone", milestone, known)
    every = list(known.values()) if milestone is None else [known[milestone]]
    strategies = [
        st.builds(
            Evidence,
            st.just(each.name),
            kind=st.sampled_from(each.accepts or ("note",)),
            made_by=st.sampled_from([maker.value for maker in each.made_by]),
            ref=st.sampled_from(("mail/1", "mail/2")),
        )
        for each in every
    ]
    return st.one_of(strategies)


@st.composite
def opportunities(
    draw: st.DrawFn, decider: Decider, *, at: str | None = None, moment: datetime = MOMENT
) -> Opportunity:
    """An opportunity that stands in the stage ``at``, or in any, with anything known of it.

    It may be there whether or not a legal way leads there with what is known: it was adopted. Its
    last event is not after ``moment``. Raises :class:`~salesfsm.errors.UnknownNameError` for a
    stage that the process does not have.
    """
    engine = engine_of(decider, moment)
    process = engine.process
    if at is not None and at not in process.stage_by_name:
        raise UnknownNameError("stage", at, process.stage_by_name, within=process.name)
    stage = process.stage_by_name[at or draw(st.sampled_from(list(process.stage_by_name)))]
    reason = draw(st.sampled_from([each.name for each in stage.reasons])) if stage.reasons else None
    begun = moment - timedelta(hours=draw(_HOURS))
    known = draw(facts(engine, at=moment))
    adopted = engine.adopt(
        "T-1", stage.name, at=begun, by=SELLER, facts=known, owner=SELLER, reason=reason
    )
    deal = adopted.unwrap()
    if process.buyer.milestones:
        for piece in draw(st.lists(evidence(engine), max_size=3)):
            step = engine.record(deal, piece, at=begun, by=SELLER)
            deal = step.opportunity or deal
    if process.task_by_name:
        for task in sorted(draw(st.sets(st.sampled_from(list(process.task_by_name))))):
            deal = engine.complete(deal, task, at=begun, by=SELLER).unwrap()
    for activity in draw(st.lists(st.sampled_from(process.activities), max_size=3)):
        deal = engine.log(deal, activity, at=begun, by=SELLER).unwrap()
    return deal


@st.composite
def histories(
    draw: st.DrawFn, decider: Decider, *, most: int = 12, moment: datetime = MOMENT
) -> list[Event]:
    """The events of an opportunity from its opening on: up to ``most`` accepted commands.

    Each was accepted by the engine at its time, so ``replay(process, events)`` folds them. Some
    commands are drawn blindly; others supply what a move lacks and take it, so that histories get
    past guards that chance would seldom meet.
    """
    engine = engine_of(decider, moment)
    walker = Walker(engine, None)
    spot = walker.open(moment, draw(st.sampled_from(beginnings(engine.process))))
    for _ in range(draw(st.integers(0, most))):
        spot = draw(later(engine, walker, spot))
    return [event for step in spot.steps for event in step.events]


@st.composite
def later(draw: st.DrawFn, engine: Engine, walker: Walker, spot: Spot) -> Spot:
    """The spot after one more command, or the same one where it is refused."""
    deal, at = spot.deal, spot.at + timedelta(hours=draw(_HOURS))
    spot = Spot(deal, at, spot.steps)
    moves = engine.moves(deal, at=at)
    if moves and deal.hold is None and draw(st.booleans()):
        move = draw(st.sampled_from(moves))
        try:
            return walker.take(spot, move)
        except StuckError:
            return spot
    try:
        step = draw(commands(engine, deal, at))
    except CommandError:  # such as to withdraw what is not there
        return spot
    return spot.after(step) if step else spot


@st.composite
def commands(draw: st.DrawFn, engine: Engine, deal: Opportunity, at: datetime) -> Step:
    """The engine's answer to one command that makes sense for any opportunity of its process."""
    process = engine.process
    kinds = ["log", "plan", "assign", "hold", "resume", "holds", "resumes", "abandons"]
    kinds += ["update"] * 2 * bool(process.facts)
    kinds += ["record", "record", "withdraw"] * bool(process.buyer.milestones)
    kinds += ["complete"] * 2 * bool(process.task_by_name)
    kinds += ["fire"] * 3 * bool(process.triggers)
    match draw(st.sampled_from(kinds)):
        case "fire":
            return draw(_fired(engine, deal, at))
        case "update":
            name = draw(st.sampled_from(list(process.facts)))
            value = draw(st.none() | fact_values(process, name, at=at))
            return engine.update(deal, {name: value}, at=at, by=SELLER)
        case "record":
            return engine.record(deal, draw(evidence(engine)), at=at, by=SELLER)
        case "withdraw":
            milestone = draw(st.sampled_from(list(process.milestone_by_name)))
            return engine.withdraw(deal, milestone, at=at, by=SELLER)
        case "complete":
            task = draw(st.sampled_from(list(process.task_by_name)))
            return engine.complete(deal, task, at=at, by=SELLER)
        case "log":
            kind = draw(st.sampled_from(process.activities))
            maker = draw(st.sampled_from(("seller", "buyer")))
            return engine.log(deal, Activity(kind, made_by=maker), at=at, by=SELLER)
        case "plan":
            due = at + timedelta(days=draw(st.integers(1, 30)))
            return engine.log(deal, Activity(process.activities[0], due=due), at=at, by=SELLER)
        case "assign":
            owner = draw(st.sampled_from((SELLER, "ewa", "")))
            return engine.assign(deal, owner=owner, at=at, by=SELLER)
        case "hold":
            return engine.hold(deal, until=at + timedelta(days=7), at=at, by=SELLER)
        case "resume":
            return engine.resume(deal, at=at, by=SELLER)
        case "holds":
            return engine.buyer_holds(deal, at=at, by=SELLER)
        case "resumes":
            return engine.buyer_resumes(deal, at=at, by=SELLER)
    return engine.buyer_abandons(deal, at=at, by=SELLER)


@st.composite
def _fired(draw: st.DrawFn, engine: Engine, deal: Opportunity, at: datetime) -> Step:
    """A trigger, mostly one that leads on from here, with a reason that it takes."""
    process = engine.process
    here = dict.fromkeys(arc.trigger for arc in process.arcs if arc.source == deal.stage)
    trigger = draw(st.sampled_from([*here, *process.triggers]))
    reasons = {
        reason
        for arc in process.arcs
        if (arc.source, arc.trigger) == (deal.stage, trigger)
        for reason in arc.reasons
    }
    reason = draw(st.sampled_from(sorted(reasons))) if reasons else None
    roles = sorted({role for arc in process.arcs for role in arc.roles})
    role = draw(st.none() | st.sampled_from(roles)) if roles else None
    return engine.fire(deal, trigger, at=at, by=SELLER, role=role, reason=reason)
