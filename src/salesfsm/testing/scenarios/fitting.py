"""What of scenarios does not fit their process: names that it does not have, values, slips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from salesfsm.engine.commands import accept_facts
from salesfsm.errors import Problem, SalesFsmError, unknown_name
from salesfsm.process.definitions import GROUPS
from salesfsm.process.process import Process
from salesfsm.testing.scenarios.definitions import Given, Scenario, Scenarios

Steps = tuple[str | int, ...]
"""A path into a file."""

Named = tuple[str, Steps]
"""A name, and the path to it."""


def own_problems(read: Scenarios, own: Sequence[Scenario], process: Process) -> Iterator[Problem]:
    """What is wrong with the scenarios that stand in a file; ``own`` are they with all given."""
    yield from _given(read.given, process, ("given",))
    names = [each.name for each in read.scenarios]
    for index, each in enumerate(read.scenarios):
        path: Steps = ("scenarios", index)
        if each.name in names[:index]:
            hint = "Say what sets it apart: tests are picked by their names."
            yield Problem(f"the name {each.name!r} is taken", (*path, "name"), hint)
        yield from _of_scenario(each, own[index].given, process, path)


def problems_taken_in(each: Scenario, process: Process, path: Steps) -> Iterator[Problem]:
    """What of a scenario taken in the process does not have, told where that is written."""
    for problem in _of_scenario(each, each.given, process, ()):
        hint = "Name it under leave_out, or say it anew under the same name."
        yield Problem(f"{each.name!r}, which is taken in: {problem.message}", path, hint)


def _of_scenario(each: Scenario, given: Given, process: Process, path: Steps) -> Iterator[Problem]:
    yield from _given(each.given, process, (*path, "given"))
    when = (*path, "when")
    yield from unknown_names("trigger", [(each.when.trigger, when)], process.triggers)
    allowed = [(each.then.allowed, (*path, "then", "allowed"))] if each.then.allowed else []
    yield from unknown_names("stage", allowed, process.stage_by_name)
    for index, name in enumerate(each.then.needs):
        if not given.lacking(name):
            hint = "What is needed is a fact, a task or a milestone of the evidence given."
            yield Problem(f"{name!r} is not given", (*path, "then", "needs", index), hint)


def _given(given: Given, process: Process, path: Steps) -> Iterator[Problem]:
    stages = [(name, (*path, "stage")) for name in given.stage or () if name not in GROUPS]
    if given.stopped_in is not None:
        stages.append((given.stopped_in, (*path, "stopped_in")))
    yield from unknown_names("stage", stages, process.stage_by_name)
    proofs = [(each.milestone, (*path, "evidence", i)) for i, each in enumerate(given.evidence)]
    yield from unknown_names("milestone", proofs, process.milestone_by_name)
    tasks = [(name, (*path, "tasks", i)) for i, name in enumerate(given.tasks)]
    yield from unknown_names("task", tasks, process.task_by_name)
    if given.team is not None and process.teams:
        yield from unknown_names("team", [(given.team, (*path, "team"))], process.team_by_name)
    kinds = [(name, (*path, "activities", i)) for i, name in enumerate(given.activities)]
    yield from unknown_names("activity", kinds, process.activities)
    for name, value in given.facts.items():
        try:
            accept_facts(process, {name: value})
        except SalesFsmError as error:
            unknown = name not in process.facts
            yield Problem(str(error), (*path, "facts", name), at_key=unknown)


def unknown_names(kind: str, named: Iterable[Named], known: Iterable[str]) -> Iterator[Problem]:
    """The names that are not known, each at its path."""
    every = tuple(known)
    for name, path in named:
        if name not in every:
            yield Problem(unknown_name(kind, name, every), path)
