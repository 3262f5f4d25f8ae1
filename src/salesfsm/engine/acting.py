"""Who acts: whether somebody may take a way at all, and whose the opportunity is after it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from salesfsm.engine.events import Assigned
from salesfsm.engine.opportunity import Opportunity, check_texts
from salesfsm.engine.results import Blocker, blocker
from salesfsm.process.arcs import Arc
from salesfsm.process.kinds import Acting
from salesfsm.process.process import Process


class Actor(msgspec.Struct, frozen=True):
    """Who fires (``by``), and in which role, as far as the caller says."""

    by: str | None = None
    role: str | None = None

    def __post_init__(self) -> None:
        check_texts(role=self.role)


def hindrances(
    process: Process, opportunity: Opportunity, actor: Actor, arc: Arc | None = None
) -> tuple[Blocker, ...]:
    """What keeps ``actor`` from acting where it stands, or from taking ``arc``; no criteria."""
    found, target = [], arc.target if arc else ""
    if arc and not arc.open_to(actor.role):
        found.append(blocker("role.required", target, roles=", ".join(arc.roles)))
    stage = process.stage_by_name[opportunity.stage]
    acting, name = process.acting_in(stage), stage.team or opportunity.team
    if acting is Acting.TEAM and name is not None:
        team = process.team_by_name.get(name)  # the world outside may have given it to another
        members = team.members if team else ()
        if actor.by not in members:
            listed = ", ".join(members) or "-"
            found.append(blocker("actor.team", target, team=name, members=listed))
    owner = opportunity.owner
    if acting is Acting.OWNER and owner is not None and actor.by != owner:
        found.append(blocker("actor.owner", target, owner=owner))
    return tuple(found)


def team_change(
    process: Process, opportunity: Opportunity, at: datetime, actor: Actor
) -> Assigned | None:
    """The event by which a team takes over an opportunity that has come to its plane.

    That is the first team of the plane, unless one of them has it already. The owner stays where
    the team has that member, or names no members.
    """
    teams = process.teams_of_stages[opportunity.stage]
    if not teams or opportunity.team in teams:
        return None
    team = process.team_by_name[teams[0]]
    owner = opportunity.owner
    kept = owner if not team.members or owner in team.members else None
    number = opportunity.sequence + 1
    return Assigned(opportunity.id, number, at, actor.by, kept, team.name)
