"""Mutants: a process with one thing weakened, dropped or swapped, to see whether tests notice.

A mutant that no scenario tells from the process is a hole in the scenarios, or a criterion, task or
transition that changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from salesfsm.errors import CommandError, DefinitionError
from salesfsm.process.definitions import Criterion, Stage, Transition
from salesfsm.process.process import Process
from salesfsm.rules import syntax
from salesfsm.rules.build import Rule
from salesfsm.rules.printer import print_rule
from salesfsm.rules.sets import SETS
from salesfsm.testing.scenarios.reading import ScenarioFile
from salesfsm.testing.scenarios.running import run_scenarios

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A process with one change: what it is in words, and the path to what was changed."""

    process: Process
    change: str
    path: Path


@dataclass(frozen=True, slots=True)
class MutationReport:
    """The mutants that scenarios noticed, and those that survived all of them."""

    noticed: tuple[Mutant, ...]
    survived: tuple[Mutant, ...]

    @property
    def total(self) -> int:
        """How many mutants were tried."""
        return len(self.noticed) + len(self.survived)


def mutate(process: Process, files: Iterable[ScenarioFile]) -> MutationReport:
    """Try every mutant of ``process`` against scenarios, each of which must hold for the process.

    Raises :class:`~salesfsm.errors.CommandError` for scenarios of another process, for ones that
    do not hold, and where there is none.
    """
    every = tuple(files)
    if not every:
        raise CommandError("no scenarios are given: name the files that should notice a mutant")
    for file in every:
        if file.process != process:
            raise CommandError(f"these scenarios are about {file.process.key}, not {process.key}")
        for outcome in run_scenarios(file):
            if not outcome:
                raise CommandError(
                    f"{outcome.place}: this scenario does not hold for the process itself: "
                    f"{outcome.scenario.name}\n{outcome.failure}"
                )
    noticed: list[Mutant] = []
    survived: list[Mutant] = []
    for mutant in mutants(process):
        held = all(map(bool, (o for file in every for o in run_scenarios(file, mutant.process))))
        (survived if held else noticed).append(mutant)
    return MutationReport(tuple(noticed), tuple(survived))


def mutants(process: Process) -> Iterator[Mutant]:
    """Every mutant of ``process`` that is a process itself, in the order of its definitions."""
    for path, change, update in (*_in_stages(process), *_in_transitions(process)):
        try:
            yield Mutant(process.model_copy(update=update), change, path)
        except DefinitionError:
            continue  # what is left does not fit together, so nobody could ship it


_Change = tuple[Path, str, dict[str, object]]
"""The path to what changes, the change in words, and the fields of the process that it gives."""


def _in_stages(process: Process) -> Iterator[_Change]:
    for index, stage in enumerate(process.stages):
        for path, change, mutated in _of_stage(stage):
            stages = (*process.stages[:index], mutated, *process.stages[index + 1 :])
            yield ("stages", index, *path), f"{stage.name}: {change}", {"stages": stages}


def _of_stage(stage: Stage) -> Iterator[tuple[Path, str, Stage]]:
    for key, criteria in (("entry", stage.entry), ("exit", stage.exit)):
        for index, change, weaker in _weakened(criteria):
            yield (key, index), f"{key} {change}", stage.model_copy(update={key: weaker})
    for index, task in enumerate(stage.tasks):
        if not task.optional:
            optional = task.model_copy(update={"optional": True})
            tasks = (*stage.tasks[:index], optional, *stage.tasks[index + 1 :])
            change = f"task {task.name} made optional"
            yield ("tasks", index), change, stage.model_copy(update={"tasks": tasks})
    for index, reason in enumerate(stage.reasons):
        for at, change, weaker in _weakened(reason.when):
            free = reason.model_copy(update={"when": weaker})
            reasons = (*stage.reasons[:index], free, *stage.reasons[index + 1 :])
            path: Path = ("reasons", index, "when", at)
            yield (
                path,
                f"reason {reason.name} {change}",
                stage.model_copy(update={"reasons": reasons}),
            )


def _in_transitions(process: Process) -> Iterator[_Change]:
    every = process.transitions
    names = list(process.stage_by_name)
    for index, each in enumerate(every):
        said = f"{each.trigger} from {', '.join(each.source)} to {each.target}"
        path: Path = ("transitions", index)
        without = (*every[:index], *every[index + 1 :])
        yield path, f"{said}: dropped", {"transitions": without}
        other = names[(names.index(each.target) + 1) % len(names)]
        for change, changed in _of_transition(each, other):
            swapped = (*every[:index], changed, *every[index + 1 :])
            yield path, f"{said}: {change}", {"transitions": swapped}


def _of_transition(transition: Transition, other: str) -> Iterator[tuple[str, Transition]]:
    if transition.target != other:
        yield f"led to {other} instead", transition.model_copy(update={"target": other})
    for _, change, weaker in _weakened(transition.when):
        yield f"when {change}", transition.model_copy(update={"when": weaker})
    if transition.roles:
        yield "open to every role", transition.model_copy(update={"roles": ()})


def _weakened(
    criteria: tuple[Criterion, ...],
) -> Iterator[tuple[int, str, tuple[Criterion, ...]]]:
    """Criteria with one of them left out, or asking less."""
    for index, each in enumerate(criteria):
        before, after = criteria[:index], criteria[index + 1 :]
        written = print_rule(each.rule)
        yield index, f"without {written}", (*before, *after)
        for weaker in _asking_less(each.rule):
            loose = each.model_copy(update={"rule": Rule(weaker)})
            change = f"{written} weakened to {print_rule(weaker)}"
            yield index, change, (*before, loose, *after)


def _asking_less(rule: syntax.Node) -> Iterator[syntax.Node]:
    """Rules that ask a part less: one of all the items, or one element of a set fewer."""
    match rule:
        case syntax.And(items):
            for index in range(len(items)):
                left = (*items[:index], *items[index + 1 :])
                yield left[0] if len(left) == 1 else syntax.And(left)
        case syntax.Call(function, arguments, keywords) if function in SETS:
            needed = dict(keywords).get("of", syntax.Literal(len(SETS[function].elements)))
            if (
                isinstance(needed, syntax.Literal)
                and type(needed.value) is int
                and needed.value > 1
            ):
                others = tuple(pair for pair in keywords if pair[0] != "of")
                fewer = ("of", syntax.Literal(needed.value - 1))
                yield syntax.Call(function, arguments, (*others, fewer))
