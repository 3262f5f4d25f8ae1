"""What a command must make of an opportunity, told a second time; and holding the engine to it.

It shares nothing with ``engine.evolve``: each command says which fields are different afterwards,
and everything else has to be as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from salesfsm.engine.engine import Engine
from salesfsm.engine.opportunity import Activity, Evidence, Hold, Opportunity, Origin, Stop
from salesfsm.engine.step import Step
from salesfsm.frozen import frozen
from salesfsm.process.arcs import Arc, MoveKind, move_kind, work_stops
from salesfsm.process.handover import Handover
from salesfsm.process.mirror import phase_order
from salesfsm.process.people import Assignment
from salesfsm.process.process import Process
from salesfsm.rules.types import accept
from salesfsm.rules.values import LATEST
from salesfsm.testing.engines import SELLER
from salesfsm.testing.oracle import Attempt, Oracle

Changes = Mapping[str, object]
"""The fields of an opportunity that are different afterwards, with what they are then."""

Whose = Mapping[str, str]
"""The ``owner`` and the ``team`` that an opening or a hand-over names, as far as it does."""


@dataclass(frozen=True)
class Command:
    """A command of the engine by its name, with its arguments beside opportunity and time."""

    name: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    by: str = SELLER

    def put_to(self, engine: Engine, deal: Opportunity, at: datetime) -> Step:
        """The answer of the engine to it."""
        answer: Step = getattr(engine, self.name)(deal, at=at, by=self.by, **self.arguments)
        return answer

    def __str__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.name}({given})"


def fired(attempt: Attempt) -> Command:
    """The command that makes the attempt."""
    given = {"role": attempt.role, "reason": attempt.reason, "override": attempt.override}
    told = {name: value for name, value in given.items() if value is not None}
    return Command("fire", {"trigger": attempt.trigger, **told}, attempt.by or SELLER)


def hold(holds: bool, otherwise: str) -> None:
    """What ``assert`` does, also where Python leaves assertions out."""
    if not holds:
        raise AssertionError(otherwise)


def hold_to(
    was: Opportunity, step: Step, foretold: Changes | None, at: datetime, what: Command
) -> None:
    """Raise ``AssertionError`` unless the answer is what was foretold: changes, or a refusal."""
    if foretold is None:
        hold(not step, f"{what} should be refused, and is accepted")
        hold(bool(step.blockers), f"a refusal without a blocker: {step!r}")
        hold(not step.events and step.opportunity == was, f"{what} is refused, and does something")
        return
    if not step:
        raise AssertionError(f"{what} should be accepted, and is refused:\n{step.explain()}")
    hold(bool(step.events) == bool(foretold), f"{what}: {len(step.events)} events")
    expected = was
    if foretold:
        number = was.sequence + len(step.events)
        expected = replace(was, **{**foretold, "sequence": number, "at": at})
    new = step.unwrap()
    for name in () if new == expected else expected.__struct_fields__:
        is_, should = getattr(new, name), getattr(expected, name)
        hold(is_ == should, f"{what}: {name} should be {should!r} afterwards, and is {is_!r}")
    told = [(event.sequence, event.at, event.by) for event in step.events]
    hold(
        told == [(was.sequence + 1 + i, at, what.by) for i in range(len(told))],
        f"{what}: the events have other numbers, times or makers: {told}",
    )


def opened(
    process: Process,
    name: str,
    stage: str,
    facts: Mapping[str, object],
    at: datetime,
    whose: Whose,
) -> Opportunity:
    """A new opportunity of which nothing but facts is known; its plane gives it a team."""
    teams = whose.get("team"), *process.teams_of_stages[stage]
    known = {name: accept(process.vocabulary.facts[name], each) for name, each in facts.items()}
    return Opportunity(
        id=name,
        process=process.name,
        version=process.version,
        sequence=1,
        at=at,
        stage=stage,
        entered_at=at,
        opened_at=at,
        active_at=at,
        facts=frozen(known),
        evidence=frozen({}),
        tasks=frozenset(),
        attempts=frozen({}),
        planned=(),
        stopped=None,
        buyer="active",
        owner=whose.get("owner"),
        team=next(filter(None, teams), None),
        rest=None,
        origin=None,
    )


def handed_over(
    process: Process,
    name: str,
    handover: Handover,
    giver: Opportunity,
    at: datetime,
    whose: Whose,
) -> Opportunity:
    """What a hand-over begins: of the giver, what its contract names and is in force."""
    facts = {*handover.needs.facts, *handover.carries.facts}
    milestones = {*handover.needs.milestones, *handover.carries.milestones}
    known = {fact: value for fact, value in giver.facts.items() if fact in facts}
    pieces = [piece for held in giver.evidence.values() for piece in held]
    carried = [each for each in pieces if each.milestone in milestones and each.until > at]
    evidence: dict[str, tuple[Evidence, ...]] = {}
    for number, piece in enumerate(sorted(carried, key=lambda each: each.number), start=2):
        held = (*evidence.get(piece.milestone, ()), replace(piece, number=number))
        latest_first = sorted(held, key=lambda each: (each.until, each.number), reverse=True)
        evidence[piece.milestone] = tuple(latest_first)
    return replace(
        opened(process, name, handover.target, known, at, whose),
        sequence=1 + len(carried),
        evidence=frozen(evidence),
        origin=Origin(giver.id, giver.sequence + 1, handover.name),
    )


def moved(
    process: Process, deal: Opportunity, arc: Arc, reason: str | None, at: datetime
) -> Changes:
    """Along a way: in another stage, with another team where that has one of its own."""
    changes = _entered(deal, arc.target, arc.kind, arc.stops, reason, at)
    teams = process.teams_of_stages[arc.target]
    if teams and deal.team not in teams:
        changes |= {"team": teams[0], "owner": _kept(process, deal, teams[0])}
    return changes


def _kept(process: Process, deal: Opportunity, team: str) -> str | None:
    """The owner, where the team leaves it to them."""
    members = process.team_by_name[team].members
    return deal.owner if not members or deal.owner in members else None


def placed(
    process: Process, deal: Opportunity, stage: str, reason: str | None, at: datetime
) -> Changes:
    """The world outside has it in another stage; teams are left as they are."""
    source, target = process.stage_by_name[deal.stage], process.stage_by_name[stage]
    kind = move_kind(process, source, target)
    return _entered(deal, stage, kind, work_stops(source, kind, process.homes), reason, at)


def _entered(
    deal: Opportunity, stage: str, kind: MoveKind, stops: bool, reason: str | None, at: datetime
) -> dict[str, object]:
    changes: dict[str, object] = {"stage": stage, "entered_at": at, "rest": None}
    lost = kind is MoveKind.LOSE
    if lost or stops:
        stopped_in = deal.stage if stops else deal.stopped_in
        changes["stopped"] = Stop(stopped_in, reason if lost else deal.lost_reason)
    return changes


def assigned(
    process: Process, deal: Opportunity, rule: Assignment | None, turn: int
) -> Changes | None:
    """By a rule of assignment; refused where there is none that decides."""
    if rule is None:
        return None
    owner, team = rule.owner, rule.team or deal.team
    if rule.turns and rule.team:
        members = process.team_by_name[rule.team].members
        owner = members[turn % len(members)]
    elif owner is None and rule.team:
        owner = _kept(process, deal, rule.team)
    return {} if (owner, team) == (deal.owner, deal.team) else {"owner": owner, "team": team}


def recorded(oracle: Oracle, deal: Opportunity, command: Command, at: datetime) -> Changes | None:
    """What a command that moves nothing changes; None where it must be refused."""
    process, given = oracle.process, command.arguments
    match command.name, given:
        case "update", {"facts": dict(facts)}:
            return _facts(process, deal, facts)
        case "record", {"evidence": Evidence() as piece}:
            return _evidence(process, deal, piece, at)
        case "withdraw", {"milestone": milestone}:
            left = {name: held for name, held in deal.evidence.items() if name != milestone}
            return {"evidence": left}
        case "complete", {"task": task}:
            return {} if task in deal.tasks else {"tasks": deal.tasks | {task}}
        case "log", {"activity": Activity() as activity}:
            return _activity(deal, activity, at)
        case "assign", {"turn": int(turn)}:
            return assigned(process, deal, oracle.assigning(deal, at), turn)
        case "assign", _:
            changes = {key: value or None for key, value in given.items()}
            return {} if all(getattr(deal, key) == changes[key] for key in changes) else changes
        case "hold", {"until": until}:
            is_open = process.stage_by_name[deal.stage].is_open
            return {"rest": Hold(at, until)} if is_open else None  # type: ignore[arg-type]
        case "buyer_revisits", {"phase": phase}:
            return _revisited(process, deal, str(phase), at)
        case "resume", _:
            return {} if deal.hold is None else {"rest": replace(deal.hold, ended=at)}
    standing = {"buyer_holds": "on_hold", "buyer_resumes": "active", "buyer_abandons": "abandoned"}
    stands = standing[command.name]
    return {} if deal.buyer == stands else {"buyer": stands, "active_at": at}


def _facts(process: Process, deal: Opportunity, facts: Mapping[str, object]) -> Changes:
    known: dict[str, object] = dict(deal.facts)
    for name, value in facts.items():
        known.pop(name, None)
        if value is not None:
            known[name] = accept(process.vocabulary.facts[name], value)
    return {} if known == deal.facts else {"facts": known}


def _evidence(process: Process, deal: Opportunity, piece: Evidence, at: datetime) -> Changes | None:
    valid = process.milestone_by_name[piece.milestone].valid_for
    until = min(process.calendar.after(at, valid), LATEST) if valid else LATEST
    if until <= at:
        return None
    new = replace(piece, made_at=at, until=until, number=deal.sequence + 1)
    held = [*deal.evidence.get(piece.milestone, ()), new]
    held.sort(key=lambda each: (each.until, each.number), reverse=True)
    changes: dict[str, object] = {"evidence": {**deal.evidence, piece.milestone: tuple(held)}}
    if piece.made_by == "buyer":
        changes |= {"active_at": at, "attempts": {}}
    return changes


def _activity(deal: Opportunity, activity: Activity, at: datetime) -> Changes:
    if activity.due is not None:
        return {"planned": (*deal.planned, replace(activity, number=deal.sequence + 1))}
    kind, attempts = activity.kind, dict(deal.attempts)
    attempts[kind] = attempts.get(kind, 0) + 1
    mine = [each for each in deal.planned if each.kind == kind]
    done = min(mine, key=lambda each: (each.due or LATEST, each.number), default=None)
    return {
        "active_at": at,
        "attempts": {} if activity.made_by == "buyer" else attempts,
        "planned": tuple(each for each in deal.planned if each is not done),
    }


def _revisited(process: Process, deal: Opportunity, phase: str, at: datetime) -> Changes:
    order = phase_order(process)
    kept = dict(deal.evidence)
    for milestone in process.buyer.milestones:
        if milestone.moves and order[milestone.moves[1]] > order[phase]:
            kept.pop(milestone.name, None)
    return {"evidence": kept, "buyer": "active", "active_at": at}
