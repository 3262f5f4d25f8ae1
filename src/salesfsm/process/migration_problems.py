"""What keeps rules of a migration from fitting the two processes that they are for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from salesfsm.errors import Problem, RuleError, unknown_name
from salesfsm.process.definitions import Stage
from salesfsm.process.kinds import Outcome
from salesfsm.process.migration import MigrationRules, MigrationTarget
from salesfsm.process.migration_names import (
    NAME_KINDS,
    NameKind,
    declared,
    is_free,
)
from salesfsm.process.process import Process
from salesfsm.rules.resolve import resolve
from salesfsm.rules.types import Kind
from salesfsm.rules.vocabulary import Vocabulary

_Path = tuple[str | int, ...]

_SINGULAR: dict[NameKind, str] = {
    "facts": "fact",
    "milestones": "milestone",
    "tasks": "task",
    "activities": "activity",
    "reasons": "reason",
    "teams": "team",
}


def find_migration_problems(rules: MigrationRules, old: Process, new: Process) -> list[Problem]:
    """Every reason why ``rules`` cannot lead from ``old`` to ``new``, with the path to it."""
    if found := list(_others(rules, old, new)):
        return found
    found = [*_stages(rules, old, new)]
    for kind in NAME_KINDS:
        found += _names(rules, kind, old, new)
    for fact in rules.options:
        found += _options(rules, fact, old, new)
    return found or list(_merged_facts(rules, old, new))


def branch_vocabulary(new: Process) -> Vocabulary:
    """The names that branches may ask: those of the new version, without functions in Python."""
    return replace(new.vocabulary, predicates=())


def _others(rules: MigrationRules, old: Process, new: Process) -> Iterator[Problem]:
    """The processes are not those that the rules are for."""
    if rules.source == rules.target:
        yield Problem(
            f"the migration leads from {old.key} to itself", ("to",), "name another version"
        )
    for name, version, process, keys in (
        (*rules.source, old, ("process", "from")),
        (*rules.target, new, ("into" if rules.into else "process", "to")),
    ):
        for given, there, key in zip(
            (name, version), (process.name, process.version), keys, strict=True
        ):
            if given != there:
                yield Problem(f"the rules are for {name} {version}, not for {process.key}", (key,))


def _stages(rules: MigrationRules, old: Process, new: Process) -> Iterator[Problem]:
    for name, targets in rules.stages.items():
        path: _Path = ("stages", name)
        stage = old.stage_by_name.get(name)
        if stage is None:
            message = unknown_name("stage", name, old.stage_by_name, within=old.key)
            yield Problem(message, path, at_key=True)
            continue
        for index, target in enumerate(targets):
            yield from _target(stage, target, (*path, index), new)
            if target.when is None and index < len(targets) - 1:
                yield Problem(
                    "the branches after this one are never reached, for it has no condition",
                    (*path, index),
                    "give it a 'when', or put it last",
                )
    yield from _reasons_unsaid(rules, old, new)


def _reasons_unsaid(rules: MigrationRules, old: Process, new: Process) -> Iterator[Problem]:
    """Stages without a rule whose opportunities were lost without the reason that is asked now."""
    for was in old.stages:
        same = new.stage_by_name.get(was.name)
        if was.name not in rules.stages and same is not None and was.outcome is same.outcome:
            target = MigrationTarget(to=was.name)
            yield from _reason(was, target, same, ("stages", was.name))


def _target(source: Stage, target: MigrationTarget, path: _Path, new: Process) -> Iterator[Problem]:
    stage = new.stage_by_name.get(target.to)
    if stage is None:
        message = unknown_name("stage", target.to, new.stage_by_name, within=new.key)
        yield Problem(message, (*path, "to"))
        return
    yield from _outcome(source, target, stage, path)
    yield from _reason(source, target, stage, path)
    if target.when is not None:
        try:
            resolve(target.when, branch_vocabulary(new))
        except RuleError as error:
            yield Problem(str(error).replace("\n", "\n  "), (*path, "when"))


def _outcome(
    source: Stage, target: MigrationTarget, stage: Stage, path: _Path
) -> Iterator[Problem]:
    if target.outcome is not None and target.outcome is not stage.outcome:
        yield Problem(
            f"the outcome of {stage.name!r} is {stage.outcome}, not {target.outcome}",
            (*path, "outcome"),
        )
    elif stage.outcome is not source.outcome and target.outcome is None:
        yield Problem(
            f"{source.name!r} is {source.outcome} and {stage.name!r} is {stage.outcome}",
            path,
            f"if that is meant, write {{to: {stage.name}, outcome: {stage.outcome}}}",
        )


def _reason(source: Stage, target: MigrationTarget, stage: Stage, path: _Path) -> Iterator[Problem]:
    known = [each.name for each in stage.reasons]
    # Those that are lost already keep the reason that they were lost for, if it was asked.
    keeps = source.outcome is Outcome.LOST and bool(source.reasons)
    loses = stage.outcome is Outcome.LOST and not keeps
    if target.reason is None:
        if loses and known:
            reasons = ", ".join(known)
            yield Problem(
                f"{stage.name!r} is entered with a reason", path, f"add reason: one of {reasons}"
            )
    elif not loses:
        yield Problem(
            "no opportunity becomes lost here, so there is no reason to give", (*path, "reason")
        )
    elif target.reason not in known:
        message = unknown_name("reason", target.reason, known, within=stage.name)
        yield Problem(message, (*path, "reason"))


def _names(rules: MigrationRules, kind: NameKind, old: Process, new: Process) -> Iterator[Problem]:
    before, now, singular = declared(old, kind), declared(new, kind), _SINGULAR[kind]
    for name, target in getattr(rules, kind).items():
        if name not in before and not is_free(old, kind):
            message = unknown_name(singular, name, before, within=old.key)
            yield Problem(message, (kind, name), at_key=True)
        if target is not None and target not in now and not is_free(new, kind):
            message = unknown_name(singular, target, now, within=new.key)
            yield Problem(message, (kind, name))


def _options(rules: MigrationRules, fact: str, old: Process, new: Process) -> Iterator[Problem]:
    """Options that the choice ``fact``, or what it becomes, does not have."""
    path: _Path = ("options", fact)
    if fact not in old.facts:
        message = unknown_name("fact", fact, old.facts, within=old.key)
        hint = f"options stand under the name that the fact has in {old.key}"
        yield Problem(message, path, hint if fact in new.facts else "", at_key=True)
        return
    target = rules.facts.get(fact, fact)
    if target is None or target not in new.facts:
        if target is None or fact not in rules.facts:  # an unknown target is told where it stands
            hint = f"say in 'facts' what {fact} becomes, or leave this out"
            yield Problem(f"{fact!r} has no place in {new.key}", path, hint, at_key=True)
        return
    for name, process in ((fact, old), (target, new)):
        if (kind := process.facts[name].type) is not Kind.CHOICE:
            told = repr(fact) if name == fact else f"{name!r}, which {fact!r} becomes,"
            message = f"{told} is no choice in {process.key}, its type is {kind}"
            yield Problem(message, path, "leave this out", at_key=True)
            return
    was, will = old.facts[fact].options, new.facts[target].options
    for option, becomes in rules.options[fact].items():
        if option not in was:
            message = unknown_name("option", option, was, within=f"{fact} of {old.key}")
            yield Problem(message, (*path, option), at_key=True)
        if becomes is not None and becomes not in will:
            message = unknown_name("option", becomes, will, within=f"{target} of {new.key}")
            yield Problem(message, (*path, option))


def _merged_facts(rules: MigrationRules, old: Process, new: Process) -> Iterator[Problem]:
    """Two facts that become one, which cannot hold the values of both."""
    taken: dict[str, str] = {}
    ruled_last = sorted(old.facts, key=lambda name: name in rules.facts)
    for name in ruled_last:
        target = rules.facts.get(name, name if name in new.facts else None)
        if target is None:
            continue
        if target in taken:
            yield Problem(
                f"{taken[target]!r} and {name!r} would both become {target!r}, which holds one "
                "value",
                ("facts", name),
                f"drop one of them: write {taken[target]}: null",
            )
        taken[target] = name
