"""Hypothesis strategies for what may happen to an opportunity next: commands that make sense."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, timedelta

from salesfsm.engine.engine import Engine
from salesfsm.engine.opportunity import Activity, Opportunity, Override
from salesfsm.errors import MissingExtraError
from salesfsm.process.mirror import phase_order
from salesfsm.testing.engines import SELLER
from salesfsm.testing.foretelling import Command, fired
from salesfsm.testing.knowledge import evidence, fact_values
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


KNOWLEDGE = ("update", "record", "withdraw", "revisits", "complete")
"""What is known, proven and done: what criteria are about."""

CIRCUMSTANCES = ("log", "plan", "owner", "team", "hold", "resume", "stands")
"""What is neither known, proven nor done: contacts, whose it is, whether it rests."""


@st.composite
def commands(
    draw: st.DrawFn,
    engine: Engine,
    deal: Opportunity,
    at: datetime,
    about: Container[str] | None = None,
) -> Command:
    """A command that records something, and that makes sense for the opportunity as it stands.

    ``about`` limits it to some of the words that it is chosen by, where one of them makes sense.
    """
    process = engine.process
    words = ["log", "log", "plan", "owner", "stands", "stands"]
    words += ["resume"] * 5 if deal.hold else ["hold"]
    words += ["team"] * bool(process.teams)
    words += ["update"] * 3 * bool(process.facts)
    words += ["record"] * 3 * bool(process.buyer.milestones)
    words += ["withdraw"] * 2 * bool(deal.evidence)
    order = phase_order(process)
    phases = [
        each.moves[0]
        for each in process.buyer.milestones
        if each.moves and each.name in deal.evidence and order[each.moves[0]] < order[each.moves[1]]
    ]
    words += ["revisits"] * bool(phases)
    words += ["complete"] * 3 * bool(process.task_by_name)
    fitting = [each for each in words if about is None or each in about]
    word = draw(st.sampled_from(fitting or words))
    match word:
        case "update":
            name = draw(st.sampled_from(list(process.facts)))
            value = draw(st.none() | fact_values(process, name, at=at))
            return Command(word, {"facts": {name: value}})
        case "record":
            return Command(word, {"evidence": draw(evidence(engine))})
        case "withdraw":
            return Command(word, {"milestone": draw(st.sampled_from(sorted(deal.evidence)))})
        case "complete":
            return Command(word, {"task": draw(st.sampled_from(list(process.task_by_name)))})
        case "log" | "plan":
            kind = draw(st.sampled_from(process.activities))
            maker = draw(st.sampled_from(("seller", "buyer")))
            due = at + timedelta(days=draw(st.integers(1, 30))) if word == "plan" else None
            return Command("log", {"activity": Activity(kind, made_by=maker, due=due)})
        case "owner":
            members = [member for team in process.teams for member in team.members]
            owner = draw(st.sampled_from([SELLER, COLLEAGUE, "", *members]))
            return Command("assign", {"owner": owner})
        case "team":
            team = draw(st.sampled_from(["", *process.team_by_name]))
            return Command("assign", {"team": team})
        case "revisits":
            return Command("buyer_revisits", {"phase": draw(st.sampled_from(phases))})
        case "hold":
            days = draw(st.none() | st.integers(1, 60))
            return Command(word, {"until": None if days is None else at + timedelta(days=days)})
        case "stands":
            stands = "buyer_resumes", "buyer_holds", "buyer_abandons"
            return Command(draw(st.sampled_from(stands)))
    return Command("resume")


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
    members = [member for team in process.teams for member in team.members]
    by = draw(st.sampled_from([deal.owner or SELLER, COLLEAGUE, *members]))
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
    """The spot after a command, a move with all that it lacks, or a trigger; some are refused."""
    deal, at = spot.deal, spot.at + timedelta(hours=draw(HOURS))
    spot = Spot(deal, at, spot.steps)
    moves = engine.moves(deal, at=at)
    does = draw(st.sampled_from(("go on", "go on", "record", "record", "fire")))
    if does == "go on" and moves and deal.hold is None:
        try:
            return walker.take(spot, draw(st.sampled_from(moves)))
        except StuckError:
            return spot
    if does == "fire" and engine.process.triggers:
        command = fired(draw(attempts(oracle, deal, at)))
    else:
        command = draw(commands(engine, deal, at))
    step = command.put_to(engine, deal, at)
    return spot.after(step) if step else spot
