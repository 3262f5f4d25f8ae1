"""The words that a process uses and defines nowhere: owners, options, triggers without a label.

What readers call them stands under the key ``labels``; see ``engine.naming`` for how it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from salesfsm.process.definitions import Criterion, Fact, Stage, Transition
from salesfsm.process.fields import Text
from salesfsm.process.journey import Buyer, Milestone
from salesfsm.process.kinds import Plane

if TYPE_CHECKING:
    from salesfsm.process.process import Process

ACTIVITIES = ("call", "email", "meeting", "message", "visit")
"""The kinds of activities of a process that names none."""

Word = tuple[tuple[str | int, ...], str]
"""A word with the path to where it stands."""


def words_of(process: Process) -> dict[str, tuple[str | int, ...]]:
    """Every word that ``labels`` may call something, with the path to its first use.

    Owners, roles, kinds of evidence, options of choices, kinds of activities that the catalogues of
    messages do not know, the paths that are lines of their own beside those of the planes, and the
    triggers by whose names maps call a move or a fork.
    """
    found: dict[str, tuple[str | int, ...]] = {}
    for path, word in (*_every_word(process), *_lines(process), *_triggers(process)):
        found.setdefault(word, path)
    return found


def labels_still_used(
    before: Process, now: Process, *, keeping: Iterable[str] = ()
) -> dict[str, Text]:
    """The labels of ``now`` without those of words that ``before`` used and it does not.

    Those of ``keeping`` stay. Both may be in the making: their names need not fit together yet.
    """
    gone = _named_in(before) - _named_in(now) - set(keeping)
    return {word: text for word, text in now.labels.items() if word not in gone}


def _named_in(process: Process) -> set[str]:
    """The words of a process in the making, all of its paths and triggers among them."""
    lines = {line_of(stage.path) for stage in process.stages if stage.path}
    triggers = {transition.trigger for transition in process.transitions}
    return lines | triggers | {word for _, word in _every_word(process)}


def words_of_stage(stage: Stage) -> Iterator[Word]:
    """The words of a stage, with paths that begin at it."""
    for side, criteria in (("entry", stage.entry), ("exit", stage.exit)):
        yield from _of_criteria(criteria, (side,))
    for i, task in enumerate(stage.tasks):
        if task.owner is not None:
            yield ("tasks", i, "owner"), task.owner
    for i, reason in enumerate(stage.reasons):
        yield from _of_criteria(reason.when, ("reasons", i, "when"))
    yield from _listed(stage.overrides or (), ("overrides",))


def words_of_journey(buyer: Buyer) -> Iterator[Word]:
    """The words of the milestones of a journey, with paths that begin at it."""
    for i, milestone in enumerate(buyer.milestones):
        yield from _under(("milestones", i), _of_milestone(milestone))


def words_of_fact(fact: Fact) -> Iterator[Word]:
    """The words of a fact, with paths that begin at it."""
    return _listed(fact.options, ("options",))


def own_activities(activities: Iterable[str]) -> Iterator[Word]:
    """The kinds of activities that only this process knows, with their places in the list."""
    return (((i,), name) for i, name in enumerate(activities) if name not in ACTIVITIES)


def labels_of(labels: Mapping[str, Text], words: Iterable[Word]) -> dict[str, Text]:
    """Those of ``labels`` that are about one of the words."""
    return {word: labels[word] for _, word in words if word in labels}


def line_of(path: str) -> str:
    """The word for a path: its last part, without the prefixes of a composition."""
    return path.rpartition(".")[2]


def _every_word(process: Process) -> Iterator[Word]:
    for name, fact in process.facts.items():
        yield from _under(("facts", name), words_of_fact(fact))
    yield from _under(("buyer",), words_of_journey(process.buyer))
    yield from _under(("activities",), own_activities(process.activities))
    yield from _listed(process.overrides, ("overrides",))
    for i, stage in enumerate(process.stages):
        yield from _under(("stages", i), words_of_stage(stage))
    for i, transition in enumerate(process.transitions):
        yield from _under(("transitions", i), _of_transition(transition))


def _lines(process: Process) -> Iterator[Word]:
    """The paths on which opportunities begin and that are not named like a plane."""
    for i, stage in enumerate(process.stages):
        if stage.path and stage.path in process.homes and line_of(stage.path) not in list(Plane):
            yield ("stages", i, "path"), line_of(stage.path)


def _triggers(process: Process) -> Iterator[Word]:
    """The triggers of moves without a label, and of forks whose branches have different ones."""
    first: dict[tuple[str, str], Text | None] = {}
    for arc in process.arcs:
        shared = first.setdefault((arc.source, arc.trigger), arc.label)
        if arc.label is None or arc.label != shared:
            yield ("transitions", arc.transition, "trigger"), arc.trigger


def _of_transition(transition: Transition) -> Iterator[Word]:
    yield from _of_criteria(transition.when, ("when",))
    yield from _listed(transition.roles, ("roles",))


def _of_milestone(milestone: Milestone) -> Iterator[Word]:
    yield from _listed(milestone.accepts, ("accepts",))
    if milestone.owner is not None:
        yield ("owner",), milestone.owner


def _of_criteria(criteria: Iterable[Criterion], path: tuple[str | int, ...]) -> Iterator[Word]:
    for i, criterion in enumerate(criteria):
        if criterion.owner is not None:
            yield (*path, i, "owner"), criterion.owner


def _listed(words: Iterable[str], path: tuple[str | int, ...]) -> Iterator[Word]:
    return (((*path, i), word) for i, word in enumerate(words))


def _under(path: tuple[str | int, ...], words: Iterable[Word]) -> Iterator[Word]:
    return (((*path, *inner), word) for inner, word in words)
