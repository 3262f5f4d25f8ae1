"""Names of stages, phases, teams and the like that nothing bears, and stages in the wrong place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from salesfsm.errors import Problem
from salesfsm.process.definitions import GROUPS
from salesfsm.process.handover import Contract
from salesfsm.process.kinds import Acting
from salesfsm.process.problems.finding import Finder, Path, unknown

if TYPE_CHECKING:
    from salesfsm.process.process import Process


def _stages(process: Process) -> Iterator[Problem]:
    names = [stage.name for stage in process.stages]
    if not process.stages[0].is_open:
        yield Problem(
            "the first stage is closed, so nothing could begin there",
            ("stages", 0, "outcome"),
            "put the stage in which opportunities begin first",
        )
    opens = {stage.name for stage in process.stages if stage.is_open}
    for i, name in enumerate(process.opens_in):
        if name in names and name not in opens:
            yield Problem(
                f"opportunities cannot begin in {name!r}: it is closed",
                ("opens_in", i),
                "name open stages",
            )
        elif name != "open":
            yield from unknown("stage", name, names, ("opens_in", i))
    phases = [phase.name for phase in process.buyer.phases]
    for i, stage in enumerate(process.stages):
        if stage.mirrors is not None:
            yield from unknown(
                "phase of the buyer", stage.mirrors, phases, ("stages", i, "mirrors")
            )


def _buyer(process: Process) -> Iterator[Problem]:
    phases = [phase.name for phase in process.buyer.phases]
    if process.buyer.start is not None:
        yield from unknown("phase of the buyer", process.buyer.start, phases, ("buyer", "start"))
    for i, milestone in enumerate(process.buyer.milestones):
        path = ("buyer", "milestones", i, "moves")
        for phase in milestone.moves or ():
            yield from unknown("phase of the buyer", phase, phases, path)
        if milestone.moves and milestone.moves[0] == milestone.moves[1]:
            yield Problem(f"{milestone.name!r} moves the buyer nowhere", path, "name two phases")


def _transitions(process: Process) -> Iterator[Problem]:
    names = [stage.name for stage in process.stages]
    for i, transition in enumerate(process.transitions):
        path = ("transitions", i)
        yield from unknown("stage", transition.target, names, (*path, "target"))
        yield from _sources(process, transition.source, (*path, "source"))


def _sources(process: Process, sources: tuple[str, ...], path: Path) -> Iterator[Problem]:
    for j, source in enumerate(sources):
        where = (*path, j) if len(sources) > 1 else path
        yield from unknown("source", source, (*process.stage_by_name, *GROUPS), where)


def _jobs(process: Process) -> Iterator[Problem]:
    for i, job in enumerate(process.buyer.jobs):
        for j, milestone in enumerate(job.milestones):
            path = ("buyer", "jobs", i, "milestones", j)
            yield from unknown("milestone", milestone, process.milestone_by_name, path)


def _handovers(process: Process) -> Iterator[Problem]:
    yield from _contract(process, process.receives, ("receives",))
    for i, handover in enumerate(process.handovers):
        path = ("handovers", i)
        yield from _sources(process, handover.source, (*path, "source"))
        yield from unknown("stage", handover.target, process.stage_by_name, (*path, "target"))
        target = process.stage_by_name.get(handover.target)
        if target is not None and not target.is_open:
            yield Problem(
                f"{handover.name!r} hands over to {handover.target!r}, which is closed: nothing "
                "could begin there",
                (*path, "target"),
                "name an open stage of the receiving plane",
            )
        yield from _contract(process, handover.needs, (*path, "needs"))
        yield from _contract(process, handover.carries, (*path, "carries"))


def _contract(process: Process, contract: Contract, path: Path) -> Iterator[Problem]:
    for i, fact in enumerate(contract.facts):
        yield from unknown("fact", fact, process.facts, (*path, "facts", i))
    for i, milestone in enumerate(contract.milestones):
        where = (*path, "milestones", i)
        yield from unknown("milestone", milestone, process.milestone_by_name, where)


def _teams(process: Process) -> Iterator[Problem]:
    teams = [team.name for team in process.teams]
    for i, stage in enumerate(process.stages):
        if stage.team is not None:
            yield from unknown("team", stage.team, teams, ("stages", i, "team"))
    for i, team in enumerate(process.teams):
        if not team.members and _teams_act(process):
            yield Problem(
                f"only the members of a team may act, and {team.name!r} has none",
                ("teams", i),
                "give it members:, or leave out acting:",
            )
    for i, rule in enumerate(process.assignments):
        path = ("assignments", i)
        if rule.team is not None:
            yield from unknown("team", rule.team, teams, (*path, "team"))
        if rule.team is None and rule.owner is None:
            yield Problem(
                f"the assignment {rule.name!r} assigns nobody", path, "add team: or owner:"
            )
        if rule.turns and rule.owner is not None:
            yield Problem(
                f"the assignment {rule.name!r} names an owner, so nobody takes turns",
                (*path, "turns"),
                "leave out owner: or turns:",
            )
        members = [each.members for each in process.teams if each.name == rule.team]
        if rule.turns and rule.owner is None and not any(members):
            yield Problem(
                f"the assignment {rule.name!r} has members take turns, and its team has none",
                (*path, "turns"),
                "give the team members:",
            )


def _teams_act(process: Process) -> bool:
    return any(process.acting_in(stage) is Acting.TEAM for stage in process.stages)


FINDERS: tuple[Finder, ...] = (_stages, _buyer, _transitions, _jobs, _handovers, _teams)
