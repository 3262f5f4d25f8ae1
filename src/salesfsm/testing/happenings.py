"""Hypothesis strategies for what may happen to an opportunity next: commands that make sense."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from salesfsm.engine.engine import Engine
from salesfsm.engine.opportunity import Activity, Opportunity, Override
from salesfsm.errors import MissingExtraError
from salesfsm.process.arcs import MoveKind
from salesfsm.process.mirror import phase_order
from salesfsm.process.process import Process
from salesfsm.testing.engines import SELLER
from salesfsm.testing.foretelling import Command, fired
from salesfsm.testing.knowledge import evidence, fact_values
from salesfsm.testing.onward import ways_on
from salesfsm.testing.oracle import Attempt, Oracle
from salesfsm.testing.supplying import Spot
from salesfsm.testing.walking import StuckError, Walker

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    if error.name != "hypothesis":
        raise
    raise MissingExtraError("drawing data with hypothesis", "testing") from None

COLLEAGUE = "ewa"
"""Somebody else than the seller of the kit."""

HOURS = st.sampled_from((0, 0, 1, 24, 24 * 8, 24 * 40, 24 * 120))
"""How much later something happens."""

Commands = st.SearchStrategy[Command]

Happening = Callable[[Engine, Opportunity, datetime], Commands | None]
"""Gives commands of one kind that make sense for an opportunity at a time; None if none does."""


def _update(engine: Engine, deal: Opportunity, at: datetime) -> Commands | None:
    process = engine.process

    def learned(name: str) -> Commands:
        values = st.none() | fact_values(process, name, at=at)
        return values.map(lambda value: Command("update", {"facts": {name: value}}))

    return st.sampled_from(list(process.facts)).flatmap(learned) if process.facts else None


def _record(engine: Engine, deal: Opportunity, at: datetime) -> Commands | None:
    if not engine.process.buyer.milestones:
        return None
    return evidence(engine).map(lambda piece: Command("record", {"evidence": piece}))


def _withdraw(engine: Engine, deal: Opportunity, at: datetime) -> Commands | None:
    return _one_of("withdraw", "milestone", sorted(deal.evidence))


def _revisit(engine: Engine, deal: Opportunity, at: datetime) -> Commands | None:
    order = phase_order(engine.process)
    moves = [
        each.moves
        for each in engine.process.buyer.milestones
        if each.moves and each.name in deal.evidence
    ]
    phases = [start for start, end in moves if order[start] < order[end]]
    return _one_of("buyer_revisits", "phase", phases)


def _complete(engine: Engine, deal: Opportunity, at: datetime) -> Commands | None:
    return _one_of("complete", "task", list(engine.process.task_by_name))


def _log(engine: Engine, deal: Opportunity, at: datetime) -> Commands:
    return _activities(engine, st.none())


def _plan(engine: Engine, deal: Opportunity, at: datetime) -> Commands:
    return _activities(engine, st.integers(1, 30).map(lambda days: at + timedelta(days=days)))


def _owner(engine: Engine, deal: Opportunity, at: datetime) -> Commands | None:
    return _one_of("assign", "owner", [*people(engine.process), ""])


def _team(engine: Engine, deal: Opportunity, at: datetime) -> Commands | None:
    teams = engine.process.team_by_name
    return _one_of("assign", "team", [*teams, ""]) if teams else None


def _by_rule(engine: Engine, deal: Opportunity, at: datetime) -> Commands | None:
    return _one_of("assign", "turn", range(5)) if engine.process.assignments else None


def _hold(engine: Engine, deal: Opportunity, at: datetime) -> Commands | None:
    until = [None, *(at + timedelta(days=days) for days in (1, 7, 60))]
    return None if deal.hold else _one_of("hold", "until", until)


def _resume(engine: Engine, deal: Opportunity, at: datetime) -> Commands | None:
    return st.just(Command("resume")) if deal.hold else None


def _stand(engine: Engine, deal: Opportunity, at: datetime) -> Commands:
    return st.sampled_from(("buyer_resumes", "buyer_holds", "buyer_abandons")).map(Command)


def _one_of(name: str, argument: str, values: Sequence[object]) -> Commands | None:
    """The command with one of the values, if there are any."""
    if not values:
        return None
    return st.sampled_from(values).map(lambda value: Command(name, {argument: value}))


def _activities(
    engine: Engine, due: st.SearchStrategy[datetime] | st.SearchStrategy[None]
) -> Commands:
    makers = st.sampled_from(("seller", "buyer"))
    kinds = st.sampled_from(engine.process.activities)
    activities = st.builds(Activity, kinds, made_by=makers, due=due)
    return activities.map(lambda activity: Command("log", {"activity": activity}))


KNOWLEDGE = (*[_update] * 3, *[_record] * 3, *[_withdraw] * 2, _revisit, *[_complete] * 3)
"""What is known, proven and done, the usual more often: what criteria are about."""

CIRCUMSTANCES = (
    *[_log] * 2, _plan, _owner, _team, *[_by_rule] * 2, _hold, *[_resume] * 5, *[_stand] * 2,
)  # fmt: skip
"""What is neither known, proven nor done: contacts, whose it is, whether it rests."""


@st.composite
def commands(
    draw: st.DrawFn, engine: Engine, deal: Opportunity, at: datetime, about: Sequence[Happening]
) -> Command:
    """A command of what may happen, which makes sense for the opportunity as it stands."""
    made = {each: each(engine, deal, at) for each in dict.fromkeys(about)}
    sensible = [made[each] for each in about if made[each] is not None]
    return draw(draw(st.sampled_from(sensible)))


def people(process: Process) -> list[str]:
    """Whose an opportunity may be: the seller's, a colleague's, a member's of a team."""
    members = (member for team in process.teams for member in team.members)
    return list(dict.fromkeys((SELLER, COLLEAGUE, *members)))


def whose(process: Process) -> st.SearchStrategy[dict[str, str]]:
    """The ``owner`` and the ``team`` that an opening or a hand-over names, if it names any."""
    said = {"owner": people(process), "team": list(process.team_by_name)}
    named = {key: st.sampled_from(names) for key, names in said.items() if names}
    return st.fixed_dictionaries({}, optional=named)


@st.composite
def attempts(
    draw: st.DrawFn, oracle: Oracle, deal: Opportunity, at: datetime, *, overriding: bool = False
) -> Attempt:
    """Somebody fires a trigger, mostly one that leads on from here, with a reason that it takes.

    With ``overriding``, somebody decides to go on in spite of what is in the way.
    """
    process = oracle.process
    here = list(dict.fromkeys(arc.trigger for arc in process.arcs if arc.source == deal.stage))
    trigger = draw(st.sampled_from([*here, *here, *here, *process.triggers]))
    roles = sorted({role for arc in process.arcs for role in arc.roles})
    role = draw(st.sampled_from([None, *roles]))
    by = draw(st.sampled_from([deal.owner or SELLER, *people(process)]))
    override = None
    if overriding:
        may = process.overrides_in(process.stage_by_name[deal.stage])
        override = Override(draw(st.sampled_from([*may, "nobody"])), "as agreed")
    attempt = Attempt(trigger, by, role, override=override)
    arc = oracle.chosen(deal, attempt, at)
    if arc is None or not arc.reasons:
        return attempt
    reason = draw(st.sampled_from([*arc.reasons, None]))
    return Attempt(trigger, by, role, reason, override)


@st.composite
def later(draw: st.DrawFn, engine: Engine, oracle: Oracle, walker: Walker, spot: Spot) -> Spot:
    """The spot after a command, a way with all that it lacks, or a trigger; some are refused.

    After a hand-over, either of the two opportunities goes on.
    """
    deal, at = spot.deal, spot.at + timedelta(hours=draw(HOURS))
    spot = Spot(deal, at, spot.steps)
    ways = ways_on(engine, deal, at)
    does = draw(st.sampled_from(("go on", "go on", "record", "record", "fire")))
    if does == "go on" and ways and deal.hold is None:
        way = draw(st.sampled_from(ways))
        try:
            then = walker.take(spot, way)
        except StuckError:
            return spot
        stays = way.kind is MoveKind.HANDOVER and draw(st.booleans())
        return then.of_giver() if stays else then
    if does == "fire" and engine.process.triggers:
        command = fired(draw(attempts(oracle, deal, at)))
    else:
        command = draw(commands(engine, deal, at, (*KNOWLEDGE, *CIRCUMSTANCES)))
    step = command.put_to(engine, deal, at)
    return spot.after(step) if step else spot
