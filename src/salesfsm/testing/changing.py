"""The single changes of a process that its mutants are made of: what each does, where, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from salesfsm.messages import message
from salesfsm.process.arcs import sources_of
from salesfsm.process.definitions import Criterion, Stage, Transition
from salesfsm.process.handover import Handover
from salesfsm.process.journey import Milestone
from salesfsm.process.kinds import Maker
from salesfsm.process.process import Process
from salesfsm.rules import syntax
from salesfsm.rules.build import Rule
from salesfsm.rules.printer import print_rule
from salesfsm.rules.sets import SETS

Path = tuple[str | int, ...]
"""A path to a part of a process."""

Item = TypeVar("Item")

_BOUNDARY = {">": ">=", ">=": ">", "<": "<=", "<=": "<"}
"""Each comparison, and the one that differs from it where both sides are equal."""


@dataclass(frozen=True, slots=True)
class Words:
    """A message by its code; its values may be messages themselves."""

    code: str
    values: Mapping[str, str | Words]

    def told(self, language: str = "en") -> str:
        """The message in a language."""
        values = {
            name: value.told(language) if isinstance(value, Words) else value
            for name, value in self.values.items()
        }
        return message(self.code, language, **values)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the path to what it changes, what it does, and the fields that it gives."""

    path: Path
    words: Words
    update: Mapping[str, object]


def changes(process: Process) -> Iterator[Change]:
    """Every change, in the order of the definitions; not each of them leaves a process."""
    milestones = process.buyer.milestones
    for index, milestone in enumerate(milestones):
        for key, words, other in _of_milestone(milestone):
            weaker = {"milestones": _with(milestones, index, other)}
            update = {"buyer": process.buyer.model_copy(update=weaker)}
            yield Change(("buyer", "milestones", index, key), words, update)
    for index, stage in enumerate(process.stages):
        for path, words, other_stage in _of_stage(stage):
            stages = _with(process.stages, index, other_stage)
            yield Change(("stages", index, *path), words, {"stages": stages})
    for index, transition in enumerate(process.transitions):
        place: Path = ("transitions", index)
        where = _where(transition)
        without = (*process.transitions[:index], *process.transitions[index + 1 :])
        yield Change(place, _words("mutant.dropped", where), {"transitions": without})
        for words, other_way in _of_transition(process, transition, where):
            transitions = _with(process.transitions, index, other_way)
            yield Change(place, words, {"transitions": transitions})
    for index, handover in enumerate(process.handovers):
        for path, words, weaker_one in _of_handover(handover):
            handovers = _with(process.handovers, index, weaker_one)
            yield Change(("handovers", index, *path), words, {"handovers": handovers})


def _of_milestone(milestone: Milestone) -> Iterator[tuple[str, Words, Milestone]]:
    """What proves a milestone, taken from anybody, of any kind, or for ever."""
    for key, code, any_of_it, asked in (
        ("accepts", "mutant.any_kind", (), milestone.accepts),
        ("made_by", "mutant.any_maker", tuple(Maker), set(Maker).difference(milestone.made_by)),
        ("valid_for", "mutant.lasting", None, milestone.valid_for),
    ):
        if asked:
            other = milestone.model_copy(update={key: any_of_it})
            yield key, _words(code, milestone.name), other


def _of_stage(stage: Stage) -> Iterator[tuple[Path, Words, Stage]]:
    for key, criteria in (("entry", stage.entry), ("exit", stage.exit)):
        for index, words, fewer in _of_criteria(criteria, stage.name, key):
            yield (key, index), words, stage.model_copy(update={key: fewer})
    for index, task in enumerate(stage.tasks):
        if not task.optional:
            tasks = _with(stage.tasks, index, task.model_copy(update={"optional": True}))
            words = _words("mutant.task_optional", stage.name, task=task.name)
            yield ("tasks", index), words, stage.model_copy(update={"tasks": tasks})
    for index, reason in enumerate(stage.reasons):
        named = Words("mutant.reason", {"reason": reason.name})
        for at, words, fewer in _of_criteria(reason.when, stage.name, named):
            reasons = _with(stage.reasons, index, reason.model_copy(update={"when": fewer}))
            path: Path = ("reasons", index, "when", at)
            yield path, words, stage.model_copy(update={"reasons": reasons})


def _of_transition(
    process: Process, transition: Transition, where: Words
) -> Iterator[tuple[Words, Transition]]:
    sources = sources_of(process, transition)
    for source in sources if len(sources) > 1 else ():
        others = tuple(each for each in sources if each != source)
        words = _words("mutant.source_dropped", where, source=source)
        yield words, transition.model_copy(update={"source": others})
    stages = list(process.stage_by_name)
    other = stages[(stages.index(transition.target) + 1) % len(stages)]
    if other != transition.target:
        words = _words("mutant.redirected", where, target=other)
        yield words, transition.model_copy(update={"target": other})
    for _, words, fewer in _of_criteria(transition.when, where, "when"):
        yield words, transition.model_copy(update={"when": fewer})
    if transition.roles:
        words = _words("mutant.roles_opened", where)
        yield words, transition.model_copy(update={"roles": ()})


def _of_handover(handover: Handover) -> Iterator[tuple[Path, Words, Handover]]:
    """A contract that asks for one thing less."""
    needs = handover.needs
    for key, names in (("facts", needs.facts), ("milestones", needs.milestones)):
        for index, name in enumerate(names):
            fewer = needs.model_copy(update={key: (*names[:index], *names[index + 1 :])})
            words = _words("mutant.contract", handover.name, name=name)
            yield ("needs", key, index), words, handover.model_copy(update={"needs": fewer})


def _where(transition: Transition) -> Words:
    sources = ", ".join(transition.source)
    values = {"trigger": transition.trigger, "sources": sources, "target": transition.target}
    return Words("mutant.transition", values)


def _of_criteria(
    criteria: tuple[Criterion, ...], where: str | Words, key: str | Words
) -> Iterator[tuple[int, Words, tuple[Criterion, ...]]]:
    """Criteria with one of them left out, asked from the first day on, or asking another thing."""
    for index, each in enumerate(criteria):
        rule = print_rule(each.rule)
        words = _words("mutant.criterion_dropped", where, key=key, rule=rule)
        yield index, words, (*criteria[:index], *criteria[index + 1 :])
        if each.since is not None:
            words = _words("mutant.since", where, key=key, rule=rule, since=each.since.isoformat())
            yield index, words, _with(criteria, index, each.model_copy(update={"since": None}))
        for other in variants(each.rule):
            changed = each.model_copy(update={"rule": Rule(other)})
            words = _words(
                "mutant.criterion_changed", where, key=key, rule=rule, other=print_rule(other)
            )
            yield index, words, _with(criteria, index, changed)


def variants(rule: syntax.Node) -> Iterator[syntax.Node]:
    """Rules that differ from ``rule`` in one part.

    One item of ``and`` or ``or`` less, at any depth of these and of ``not``; one fewer of
    ``at_least`` or of the elements of a criteria set; a comparison that decides otherwise where
    both sides are equal.
    """
    match rule:
        case syntax.Not(item):
            yield from map(syntax.Not, variants(item))
        case syntax.And(items) | syntax.Or(items):
            for index, item in enumerate(items):
                left = (*items[:index], *items[index + 1 :])
                yield left[0] if len(left) == 1 else type(rule)(left)
                for other in variants(item):
                    yield type(rule)(_with(items, index, other))
        case syntax.Comparison(first, rest):
            for index, (operator, right) in enumerate(rest):
                if operator in _BOUNDARY:
                    pair = (_BOUNDARY[operator], right)
                    yield syntax.Comparison(first, _with(rest, index, pair))
        case syntax.Call("at_least", (needed, *items)):
            if (fewer := _one_fewer(needed)) is not None:
                yield syntax.Call("at_least", (fewer, *items))
        case syntax.Call(function, arguments, keywords) if function in SETS:
            every = syntax.Literal(len(SETS[function].elements))
            if (fewer := _one_fewer(dict(keywords).get("of", every))) is not None:
                others = tuple(pair for pair in keywords if pair[0] != "of")
                yield syntax.Call(function, arguments, (*others, ("of", fewer)))


def _one_fewer(needed: syntax.Node) -> syntax.Literal | None:
    """The number less one, where that is still something to ask."""
    match needed:
        case syntax.Literal(int(number)) if number > 1:
            return syntax.Literal(number - 1)
    return None


def _words(code: str, where: str | Words, **values: str | Words) -> Words:
    return Words(code, {"where": where, **values})


def _with(items: tuple[Item, ...], index: int, item: Item) -> tuple[Item, ...]:
    return (*items[:index], item, *items[index + 1 :])
