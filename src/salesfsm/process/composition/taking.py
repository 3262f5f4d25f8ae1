"""What a stage needs of the process that it comes from, taken along into another one."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.errors import DefinitionError, Problem
from salesfsm.process.composition.days import days_of
from salesfsm.process.composition.draft import Draft
from salesfsm.process.composition.sharing import ONE_CALENDAR, WHOLE, shared
from salesfsm.process.definitions import Stage
from salesfsm.process.journey import Buyer
from salesfsm.process.labels import (
    Word,
    labels_of,
    own_activities,
    words_of_fact,
    words_of_journey,
    words_of_stage,
)
from salesfsm.process.process import Process
from salesfsm.rules import syntax
from salesfsm.rules.explanation import asked
from salesfsm.rules.resolve import resolve


def with_needs_of(draft: Draft, stage: Stage, source: Process) -> Draft:
    """The draft with what the rules of ``stage`` ask in ``source``, its own process.

    Facts, predicates, activities and milestones that they ask, the team of the stage, the phases of
    the buyer if any of these is about one, and the labels of all words therein. Raises
    DefinitionError where the draft means something else by such a name or by a day, and where a
    rule asks a task of another stage.
    """
    names = {kind: set[str]() for kind in ("fact", "predicate", "activity", "milestone", "task")}
    for rule in _rules(stage):
        for kind, name in asked(resolve(rule, source.vocabulary)):
            names.setdefault(kind, set()).add(name)
    elsewhere = names["task"] - {task.name for task in stage.tasks}
    if elsewhere:
        raise DefinitionError(
            [
                Problem(
                    f"{stage.name!r} of {source.name} asks tasks of other stages there: "
                    + ", ".join(sorted(elsewhere)),
                    ("stages", stage.name),
                    "insert those stages too, with their tasks, or leave the rule out",
                )
            ]
        )
    taken = Draft.blank(source.name).but(
        currency=source.currency,
        facts={name: fact for name, fact in source.facts.items() if name in names["fact"]},
        predicates={
            name: text for name, text in source.predicates.items() if name in names["predicate"]
        },
        activities=tuple(each for each in source.activities if each in names["activity"]),
        buyer=_journey(draft, stage, source, names["milestone"]),
        teams=tuple(each for each in source.teams if each.name == stage.team),
    )
    taken = taken.but(labels=labels_of(source.labels, _words(stage, taken)))
    if draft.calendar != source.calendar and days_of([stage], taken.buyer.milestones):
        raise DefinitionError(
            [
                Problem(
                    f"{stage.name!r} counts days by the calendar of {source.name}, which is not "
                    f"that of {draft.name}",
                    ("calendar",),
                    ONE_CALENDAR,
                )
            ]
        )
    settled = ("currency", "calendar")
    return draft.but(**shared({WHOLE: draft, source.name: taken}, settled=settled))


def _words(stage: Stage, taken: Draft) -> Iterator[Word]:
    """The words that the stage and what is taken along with it use."""
    yield from words_of_stage(stage)
    yield from own_activities(taken.activities)
    for fact in taken.facts.values():
        yield from words_of_fact(fact)
    yield from words_of_journey(taken.buyer)


def _rules(stage: Stage) -> Iterator[syntax.Node]:
    every = (stage.entry, stage.exit, *(reason.when for reason in stage.reasons))
    return (criterion.rule for criteria in every for criterion in criteria)


def _journey(draft: Draft, stage: Stage, source: Process, milestones: set[str]) -> Buyer:
    """The milestones that are asked, and the phases unless the draft has those that they name."""
    taken = tuple(each for each in source.buyer.milestones if each.name in milestones)
    named = {phase for each in taken for phase in each.moves or ()}
    named |= {stage.mirrors} if stage.mirrors else set()
    if any(_asks_phase(rule) for rule in _rules(stage)):
        named |= {phase.name for phase in source.buyer.phases}
    ours = {phase.name: phase for phase in draft.buyer.phases}
    theirs = {phase.name: phase for phase in source.buyer.phases}
    if all(ours.get(name) == theirs[name] for name in named):
        return Buyer(milestones=taken)
    return Buyer(phases=source.buyer.phases, start=source.buyer.start, milestones=taken)


def _asks_phase(rule: syntax.Node) -> bool:
    if isinstance(rule, syntax.Call) and rule.function == "buyer_at":
        return True
    return any(map(_asks_phase, syntax.children(rule)))
