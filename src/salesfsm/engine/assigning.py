"""Deciding whose an opportunity is: by name, or by the rules of assignment of the process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from salesfsm.engine.commands import Decision, check_team
from salesfsm.engine.events import Assigned
from salesfsm.engine.opportunity import Opportunity, check_texts
from salesfsm.engine.results import blocker
from salesfsm.errors import CommandError, ValueTypeError, shorten
from salesfsm.process.people import Assignment
from salesfsm.process.process import Process
from salesfsm.rules import core
from salesfsm.rules.closure import Question, compile_all_met
from salesfsm.rules.resolve import resolve
from salesfsm.rules.subject import PredicateFunction

AssignmentTable = tuple[tuple[Assignment, Question], ...]
"""The rules of assignment in their order, each with the question whether it is met."""


def assignments_of(
    process: Process, predicates: Mapping[str, PredicateFunction]
) -> AssignmentTable:
    """The rules of assignment of ``process``, compiled."""
    return tuple((rule, _question(process, rule, predicates)) for rule in process.assignments)


def _question(
    process: Process, rule: Assignment, predicates: Mapping[str, PredicateFunction]
) -> Question:
    asked = core.Always(True) if rule.when is None else resolve(rule.when, process.vocabulary)
    return compile_all_met([asked], predicates)


def assign(
    process: Process,
    deal: Opportunity,
    owner: str | None,
    team: str | None,
    at: datetime,
    by: str | None,
) -> Decision:
    """Another owner, another team, or both; None keeps, the empty text takes away."""
    check_texts(owner=owner, team=team)
    check_team(process, team)
    owner = deal.owner if owner is None else owner or None
    team = deal.team if team is None else team or None
    return _assigned(deal, owner, team, None, at, by)


def assign_by_rule(
    process: Process,
    table: AssignmentTable,
    deal: Opportunity,
    turn: int | None,
    at: datetime,
    by: str | None,
) -> Decision:
    """The owner and team that the first rule that is met gives; refused where none is met."""
    if not table:
        raise CommandError(
            "there is nobody to assign: give owner=, team= or both; "
            f"{process.key} has no rules of assignment"
        )
    rule = next((rule for rule, is_met in table if is_met(deal, at)), None)
    if rule is None:
        return [blocker("assignment.none", rules=", ".join(each.name for each, _ in table))]
    owner = rule.owner
    if rule.turns and rule.team is not None:
        members = process.team_by_name[rule.team].members
        owner = members[_checked(turn, rule) % len(members)]
    elif owner is None and rule.team is not None:
        members = process.team_by_name[rule.team].members
        owner = deal.owner if not members or deal.owner in members else None
    return _assigned(deal, owner, rule.team or deal.team, rule.name, at, by)


def _checked(turn: int | None, rule: Assignment) -> int:
    if turn is None:
        raise CommandError(
            f"by the rule {rule.name!r} the members of {rule.team!r} take turns: "
            "give turn=, how many opportunities it has assigned before"
        )
    if isinstance(turn, bool) or not isinstance(turn, int) or turn < 0:
        raise ValueTypeError(f"turn is a whole number from 0, not {shorten(repr(turn))}")
    return turn


def _assigned(
    deal: Opportunity,
    owner: str | None,
    team: str | None,
    rule: str | None,
    at: datetime,
    by: str | None,
) -> Decision:
    if (owner, team) == (deal.owner, deal.team):
        return ()
    return (Assigned(deal.id, deal.sequence + 1, at, by, owner, team, rule),)
