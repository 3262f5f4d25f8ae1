"""One stage more or less in a process, or its stages in another order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from salesfsm.errors import CommandError, DefinitionError, Problem
from salesfsm.process.arcs import MoveKind, move_kind, sources_of
from salesfsm.process.composition.draft import Draft, known_stage, with_fields
from salesfsm.process.composition.paths import Path, by_names, transition_name
from salesfsm.process.definitions import Stage, Transition
from salesfsm.process.handover import Handover
from salesfsm.process.labels import labels_still_used
from salesfsm.process.problems.finding import criteria_lists
from salesfsm.rules import syntax
from salesfsm.rules.printer import print_rule
from salesfsm.rules.renaming import mentions

Sourced = TypeVar("Sourced", Transition, Handover)

_AHEAD = (MoveKind.ADVANCE, MoveKind.WIN)


def inserted(
    draft: Draft, stage: Stage, *, before: str | None, after: str | None, trigger: str
) -> Draft:
    """The draft with ``stage`` in between: see ``composing.insert``."""
    follower = _follower(draft, before, after)
    if stage.name in draft.stage_by_name:
        raise CommandError(f"{draft.name} has a stage {stage.name!r} already")
    if not stage.is_open:
        raise CommandError(f"{stage.name!r} is closed: only an open stage can be inserted")
    place = list(draft.stage_by_name).index(follower)
    stages = (*draft.stages[:place], stage, *draft.stages[place:])
    larger = draft.but(stages=stages)
    led = [_led_through(larger, draft, each, stage, follower) for each in draft.transitions]
    if all(new is old for new, old in zip(led, draft.transitions, strict=True)):
        raise CommandError(
            f"no way leads ahead into {follower!r} that could lead through {stage.name!r}: name "
            "another stage in before= or after=, or give the stage the path of those around it"
        )
    onward = Transition(trigger=trigger, source=(stage.name,), target=follower)
    return larger.but(transitions=(*led, onward))


def _follower(draft: Draft, before: str | None, after: str | None) -> str:
    """The stage that will follow the new one."""
    if (before is None) == (after is None):
        raise CommandError("say where the stage goes: either before= or after=, and not both")
    if before is not None:
        return known_stage(draft, before)
    names = list(draft.stage_by_name)
    following = names[names.index(known_stage(draft, str(after))) + 1 :]
    if not following:
        raise CommandError(f"nothing follows {after!r}: name a stage that does, in before=")
    return following[0]


def _led_through(
    larger: Draft, draft: Draft, way: Transition, stage: Stage, follower: str
) -> Transition:
    """The transition, led to ``stage`` first if it leads ahead into ``follower``."""
    if way.target != follower:
        return way
    sources = sources_of(draft, way)
    through = way.model_copy(update={"target": stage.name})
    end = larger.stage_by_name[follower]
    ahead = [
        source
        for source in sources
        if move_kind(larger, larger.stage_by_name[source], stage) is MoveKind.ADVANCE
        and move_kind(larger, larger.stage_by_name[source], end) in _AHEAD
    ]
    if not ahead:
        return way
    if ahead != list(sources) or sources_of(larger, through) != sources:
        others = [source for source in sources if source not in ahead]
        told = f", and from {', '.join(others)} otherwise" if others else ""
        raise CommandError(
            f"the transition {transition_name(way)!r} leads ahead into {follower!r} from "
            f"{', '.join(ahead)}{told}: write it as two transitions, the one that leads ahead with "
            f"its stages by name, so that it can lead through {stage.name!r}"
        )
    return through


def removed(draft: Draft, name: str, *, to: str | None) -> Draft:
    """The draft without the stage ``name``: see ``composing.remove``."""
    stage = draft.stage_by_name[known_stage(draft, name)]
    if to is not None and known_stage(draft, to) == name:
        raise CommandError(f"the ways into {name!r} cannot lead to itself: name another stage")
    if [each.name for each in draft.stages if each.is_open] == [name]:
        raise CommandError(f"{name!r} is the last open stage: a process needs one")
    smaller = draft.but(stages=tuple(each for each in draft.stages if each.name != name))
    ways, handovers = _all_but(draft.transitions, name), _all_but(draft.handovers, name)
    # A way in that asks for the stage, as stopped_in does, can be taken no more.
    ways = [way for way in ways if not (way.target == name and _asks_for(way, name))]
    targets = [way.target for way in ways] + [each.target for each in handovers]
    begins = tuple(each for each in draft.opens_in if each != name)
    if draft.opens_in and not begins:  # else opportunities would begin in the first stage
        targets.append(name)
    if name in targets:
        onto = to or _only_way_ahead(draft, stage)
        ways = _led_on([_still_back(draft, way, name, onto) for way in ways], name, onto)
        begins = begins or ((onto,) if draft.opens_in else ())
        handovers = [_onto(each, onto) if each.target == name else each for each in handovers]
    smaller = smaller.but(opens_in=begins, transitions=tuple(ways), handovers=tuple(handovers))
    if problems := list(_still_naming(smaller, stage)):
        raise DefinitionError(problems)
    return smaller.but(labels=labels_still_used(draft, smaller))


def _asks_for(way: Transition, stage: str) -> bool:
    """Whether the way is open only to what stopped in ``stage``."""
    here = [
        syntax.Comparison(syntax.Name("stopped_in"), (("==", wanted),))
        for wanted in (syntax.Name(stage), syntax.Literal(stage))
    ]
    rules = [criterion.rule for criterion in way.when]
    parts = [part for rule in rules if isinstance(rule, syntax.And) for part in rule.items]
    return any(each in here for each in (*rules, *parts))


def _still_back(draft: Draft, way: Transition, name: str, onto: str) -> Transition:
    """The way without the sources from which it led back, and would lead ahead to ``onto``."""
    if way.target != name:
        return way
    there, then = draft.stage_by_name[name], draft.stage_by_name[onto]
    turned = {
        source
        for source in way.source
        if source in draft.stage_by_name
        and move_kind(draft, draft.stage_by_name[source], there) is MoveKind.REGRESS
        and move_kind(draft, draft.stage_by_name[source], then) in _AHEAD
    }
    if not turned:
        return way
    return with_fields(way, source=tuple(each for each in way.source if each not in turned))


def _leaving_out(each: Sourced, name: str) -> Sourced | None:
    """The transition or hand-over without ``name`` as a source; None if that was the only one."""
    kept = tuple(source for source in each.source if source != name)
    if kept == each.source:
        return each
    return each.model_copy(update={"source": kept}) if kept else None


def _all_but(items: Iterable[Sourced], name: str) -> list[Sourced]:
    return [kept for each in items if (kept := _leaving_out(each, name))]


def _onto(each: Sourced, target: str) -> Sourced:
    return each.model_copy(update={"target": target})


def _only_way_ahead(draft: Draft, stage: Stage) -> str:
    """Where the stage leads ahead: by ways that name it if there are any, else by all of them."""

    def targets(ways: Iterable[Transition]) -> list[str]:
        return list(
            dict.fromkeys(
                way.target
                for way in ways
                if move_kind(draft, stage, draft.stage_by_name[way.target]) in _AHEAD
            )
        )

    own = targets(way for way in draft.transitions if stage.name in way.source)
    every = targets(way for way in draft.transitions if stage.name in sources_of(draft, way))
    found = own or every
    if len(found) == 1:
        return found[0]
    leads = f"leads ahead to {', '.join(found)}" if found else "leads ahead nowhere"
    raise CommandError(
        f"{stage.name!r} {leads}: say with to= where the ways into it shall lead instead"
    )


def _led_on(ways: list[Transition], name: str, onto: str) -> list[Transition]:
    """The ways, those into ``name`` led on; none leads to itself or stands twice for that."""
    staying = [way for way in ways if way.target != name]
    found: list[Transition] = []
    for way in ways:
        if way.target != name:
            found.append(way)
        elif way.source and (kept := _leaving_out(way, onto)) and _onto(kept, onto) not in staying:
            found.append(_onto(kept, onto))
    return found


def _still_naming(draft: Draft, stage: Stage) -> Iterator[Problem]:
    """Rules that name the stage, or a task of it, which are gone."""
    tasks = [task.name for task in stage.tasks]
    for path, rule in _rules(draft):
        if mentions(rule, stage=stage.name, tasks=tasks):
            gone = f"the stage {stage.name!r}" + (" or one of its tasks" if tasks else "")
            yield Problem(
                f"this rule names {gone}, which is removed: {print_rule(rule)}",
                path,
                "take the rule out, or let it ask something else; of a process of the library, "
                "make a file of your own first (salesfsm init)",
            )


def _rules(draft: Draft) -> Iterator[tuple[Path, syntax.Node]]:
    """Every rule of the draft, with the path to it by names."""

    for path, criteria in criteria_lists(draft):
        for index, criterion in enumerate(criteria):
            yield (*by_names(path, draft), index), criterion.rule
    for each in draft.assignments:
        if each.when is not None:
            yield ("assignments", each.name, "when"), each.when
    for index, invariant in enumerate(draft.invariants):
        yield ("invariants", index, "never"), invariant.never


def reordered(draft: Draft, names: Iterable[str]) -> Draft:
    """The draft with the stages ``names`` in this order, in the places that they have together."""
    order = tuple(names)
    for name in order:
        known_stage(draft, name)
    if len(set(order)) < len(order):
        raise CommandError("a stage is named twice in the new order")
    waiting = iter(order)
    return draft.but(
        stages=tuple(
            draft.stage_by_name[next(waiting)] if stage.name in order else stage
            for stage in draft.stages
        )
    )
