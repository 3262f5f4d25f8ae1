"""What keeps well-formed definitions from being a process: names, types and rules that do not fit.

Not here: what makes a process a poor one (``salesfsm.checks``).
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from salesfsm.errors import Problem, RuleError, unknown_name
from salesfsm.process.definitions import GROUPS, Criterion, Fact
from salesfsm.process.words import vocabulary_of
from salesfsm.rules.resolve import resolve
from salesfsm.rules.sets import SETS
from salesfsm.rules.types import NUMERIC, Kind
from salesfsm.rules.vocabulary import FUNCTIONS, RESERVED, is_reserved

if TYPE_CHECKING:
    from salesfsm.process.process import Process

Path = tuple[str | int, ...]
Finder = Callable[["Process"], Iterator[Problem]]

MOST_STAGES = 500
MOST_TRANSITIONS = 5_000
MOST_ARCS = 20_000
MOST_CRITERIA = 200
MOST_GUARDS = 20_000
"""A process has fewer by far; the bounds keep a hostile one from exhausting time or memory."""

MOST_PROBLEMS = 100
"""How many problems are told at once."""


def find_problems(process: Process) -> list[Problem]:
    """Every reason why the definitions are no process. Rules are read once the names are right."""
    for finders in (_SIZES, _NAMES, _RULES):
        every = (problem for finder in finders for problem in finder(process))
        if found := list(islice(every, MOST_PROBLEMS)):
            return found
    return []


def _size(process: Process) -> Iterator[Problem]:
    if len(process.stages) > MOST_STAGES:
        yield Problem(f"a process may have {MOST_STAGES} stages", ("stages",))
    if len(process.transitions) > MOST_TRANSITIONS:
        yield Problem(f"a process may have {MOST_TRANSITIONS} transitions", ("transitions",))
    groups = sum(source in GROUPS for each in process.transitions for source in each.source)
    sources = sum(len(each.source) for each in process.transitions)
    if sources + groups * len(process.stages) > MOST_ARCS:
        yield Problem(
            f"the transitions stand for more than {MOST_ARCS} single ways between stages",
            ("transitions",),
            "name the sources where open, closed or * takes in too many",
        )
    for path, criteria in _criteria(process):
        if len(criteria) > MOST_CRITERIA:
            yield Problem(f"a list may have {MOST_CRITERIA} criteria", path)
    if _guards(process) > MOST_GUARDS:
        yield Problem(
            f"the ways between stages ask more than {MOST_GUARDS} criteria in all",
            ("transitions",),
            "name fewer sources, or put criteria that many ways share into one rule",
        )


def _guards(process: Process) -> int:
    """How many criteria all single ways ask together: each has those of its two stages too."""
    leaving = {each.name: len(each.exit) + len(each.tasks) for each in process.stages}
    entering = {each.name: len(each.entry) for each in process.stages}
    total = 0
    for each in process.transitions:
        grouped = any(source in GROUPS for source in each.source)
        sources = tuple(leaving) if grouped else each.source
        own = len(each.when) + entering.get(each.target, 0)
        total += sum(leaving.get(source, 0) + own for source in sources)
    return total


def _twice(kind: str, names: Iterable[tuple[str, Path]]) -> Iterator[Problem]:
    seen: dict[str, Path] = {}
    for name, path in names:
        if name in seen:
            yield Problem(f"the {kind} {name!r} is defined twice", path, "names are used once")
        seen[name] = path


def _duplicates(process: Process) -> Iterator[Problem]:
    yield from _twice("stage", ((s.name, ("stages", i)) for i, s in enumerate(process.stages)))
    yield from _twice(
        "task",
        (
            (task.name, ("stages", i, "tasks", j))
            for i, stage in enumerate(process.stages)
            for j, task in enumerate(stage.tasks)
        ),
    )
    for i, stage in enumerate(process.stages):
        reasons = ((r.name, ("stages", i, "reasons", j)) for j, r in enumerate(stage.reasons))
        yield from _twice("reason", reasons)
    for part, kind in (("phases", "phase"), ("milestones", "milestone")):
        names = enumerate(getattr(process.buyer, part))
        yield from _twice(kind, ((each.name, ("buyer", part, i)) for i, each in names))
    activities = enumerate(process.activities)
    yield from _twice("activity", ((name, ("activities", i)) for i, name in activities))


def _reserved(process: Process) -> Iterator[Problem]:
    for i, stage in enumerate(process.stages):
        if stage.name in GROUPS:
            yield Problem(
                f"a stage cannot be named {stage.name!r}: as a source it stands for many stages",
                ("stages", i, "name"),
                "rename it; 'label' says what people read",
            )
    taken = (*FUNCTIONS, *SETS)
    for part in ("facts", "predicates"):
        for name in getattr(process, part):
            if is_reserved(name) or name in taken:
                yield Problem(
                    f"{name!r} has a meaning in rules and cannot name one of the {part}",
                    (part, name),
                    f"taken are: {', '.join((*RESERVED, *taken))} and Python's keywords",
                    at_key=True,
                )
    for path, name in _asked(process):
        if any(map(keyword.iskeyword, name.split("."))):
            yield Problem(
                f"{name!r} cannot be asked for in rules: they are read as Python's expressions, "
                "and it is a keyword there",
                path,
                "choose another name; 'label' says what people read",
                at_key=path[0] in ("facts", "predicates"),
            )


def _asked(process: Process) -> Iterator[tuple[Path, str]]:
    """The names that rules ask for by themselves, not as texts, with the paths to them."""
    for part in ("facts", "predicates"):
        names = getattr(process, part)
        yield from (((part, name), name) for name in names if not is_reserved(name))
    yield from ((("activities", i), name) for i, name in enumerate(process.activities))
    for i, phase in enumerate(process.buyer.phases):
        yield ("buyer", "phases", i, "name"), phase.name
    for i, milestone in enumerate(process.buyer.milestones):
        yield ("buyer", "milestones", i, "name"), milestone.name
    for i, stage in enumerate(process.stages):
        for j, task in enumerate(stage.tasks):
            yield ("stages", i, "tasks", j, "name"), task.name


def _facts(process: Process) -> Iterator[Problem]:
    for name, fact in process.facts.items():
        path = ("facts", name)
        if fact.type is Kind.CHOICE and not fact.options:
            yield Problem(f"the choice {name!r} has no options", path, "add options: [a, b]")
        if fact.type is not Kind.CHOICE and fact.options:
            yield Problem(f"{name!r} has options but is no choice", path, "write type: choice")
        if len(set(fact.options)) < len(fact.options):
            yield Problem(f"{name!r} has an option twice", (*path, "options"), "remove one")
        if fact.type is Kind.MONEY and not (fact.currency or process.currency):
            yield Problem(
                f"{name!r} is money in no currency",
                path,
                "add currency: EUR here or to the process",
            )
        if fact.type is not Kind.MONEY and fact.currency:
            yield Problem(
                f"{name!r} has a currency but is not money",
                (*path, "currency"),
                "write type: money",
            )
        yield from _range(name, fact)


def _range(name: str, fact: Fact) -> Iterator[Problem]:
    low, high = fact.minimum, fact.maximum
    if fact.type not in (*NUMERIC, Kind.MONEY) and (low is not None or high is not None):
        yield Problem(
            f"{name!r} has a range but is no number and no money",
            ("facts", name),
            "leave out minimum and maximum, or change its type",
        )
    if low is not None and high is not None and low > high:
        yield Problem(
            f"the minimum of {name!r} is above its maximum", ("facts", name, "minimum"), "swap them"
        )


def _unknown(kind: str, name: str, known: Iterable[str], path: Path) -> Iterator[Problem]:
    names = tuple(dict.fromkeys(known))  # a name that is defined twice is told by itself
    if name not in names:
        yield Problem(unknown_name(kind, name, names), path)


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
            yield from _unknown("stage", name, names, ("opens_in", i))
    phases = [phase.name for phase in process.buyer.phases]
    for i, stage in enumerate(process.stages):
        if stage.mirrors is not None:
            yield from _unknown(
                "phase of the buyer", stage.mirrors, phases, ("stages", i, "mirrors")
            )


def _buyer(process: Process) -> Iterator[Problem]:
    phases = [phase.name for phase in process.buyer.phases]
    if process.buyer.start is not None:
        yield from _unknown("phase of the buyer", process.buyer.start, phases, ("buyer", "start"))
    for i, milestone in enumerate(process.buyer.milestones):
        path = ("buyer", "milestones", i, "moves")
        for phase in milestone.moves or ():
            yield from _unknown("phase of the buyer", phase, phases, path)
        if milestone.moves and milestone.moves[0] == milestone.moves[1]:
            yield Problem(f"{milestone.name!r} moves the buyer nowhere", path, "name two phases")


def _transitions(process: Process) -> Iterator[Problem]:
    names = [stage.name for stage in process.stages]
    for i, transition in enumerate(process.transitions):
        path = ("transitions", i)
        yield from _unknown("stage", transition.target, names, (*path, "target"))
        for j, source in enumerate(transition.source):
            where = (*path, "source", j) if len(transition.source) > 1 else (*path, "source")
            yield from _unknown("source", source, (*names, *GROUPS), where)


def _rules(process: Process) -> Iterator[Problem]:
    vocabulary = vocabulary_of(process)
    for path, criterion in criteria_of(process):
        try:
            resolve(criterion.rule, vocabulary)
        except RuleError as error:
            shown = str(error).replace("\n", "\n  ")
            yield Problem(shown, path)


def criteria_of(process: Process) -> Iterator[tuple[Path, Criterion]]:
    """Every criterion of the process with the path to it."""
    for path, criteria in _criteria(process):
        for j, criterion in enumerate(criteria):
            yield (*path, j), criterion


def _criteria(process: Process) -> Iterator[tuple[Path, tuple[Criterion, ...]]]:
    """Every list of criteria of the process with the path to it."""
    for i, stage in enumerate(process.stages):
        yield ("stages", i, "entry"), stage.entry
        yield ("stages", i, "exit"), stage.exit
    for i, transition in enumerate(process.transitions):
        yield ("transitions", i, "when"), transition.when


_SIZES: tuple[Finder, ...] = (_size,)
_NAMES: tuple[Finder, ...] = (
    _duplicates,
    _reserved,
    _facts,
    _stages,
    _buyer,
    _transitions,
)
_RULES: tuple[Finder, ...] = (_rules,)
