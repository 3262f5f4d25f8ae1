"""What the names of one version of a process are called in another one, by kind of thing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from salesfsm.frozen import FrozenDict, frozen
from salesfsm.process.migration import MigrationRules
from salesfsm.process.process import Process
from salesfsm.rules.types import Kind

NameKind = Literal["facts", "milestones", "tasks", "activities", "reasons", "teams"]
"""The kinds of names that rules of a migration may change, beside the stages."""

NAME_KINDS: tuple[NameKind, ...] = get_args(NameKind)

Table = Mapping[str, tuple[str, ...]]
"""By name, what it is called on the other side: nothing where it is dropped.

A name that is not there has no place on the other side, and no rule says what becomes of it.
"""


@dataclass(frozen=True, slots=True)
class Names:
    """A table for each kind. Of several names, the first is the one that is closest.

    ``options`` holds, by the name of a choice, what its options are called on the other side.
    """

    tables: Mapping[NameKind, Table]
    options: Mapping[str, Table]
    free_teams: bool = False
    """Whether the other side declares no teams, so that any text may be one."""

    def __getitem__(self, kind: NameKind) -> Table:
        return self.tables[kind]

    def team(self, name: str) -> tuple[str, ...] | None:
        """What a team is called on the other side; None where it has no place there."""
        found = self.tables["teams"].get(name)
        return (name,) if found is None and self.free_teams else found


def declared(process: Process, kind: NameKind) -> Collection[str]:
    """The names of one kind that a process has."""
    match kind:
        case "facts":
            return process.facts
        case "milestones":
            return process.milestone_by_name
        case "tasks":
            return process.task_by_name
        case "activities":
            return process.activities
        case "reasons":
            return process.vocabulary.reasons
        case "teams":
            return process.team_by_name


def names_ahead(rules: MigrationRules, old: Process, new: Process) -> Names:
    """What the names of ``old`` are called in ``new``."""
    tables = {
        kind: _ahead(
            _ruled(rules, kind), declared(old, kind), declared(new, kind), free=is_free(old, kind)
        )
        for kind in NAME_KINDS
    }
    options = dict(_options_ahead(rules, old, new, tables["facts"]))
    return Names(frozen(tables), frozen(options), free_teams=is_free(new, "teams"))


def names_back(ahead: Names, old: Process) -> Names:
    """What the names of the new process are called in ``old``: several where they were merged."""
    tables = {kind: _inverse(ahead[kind]) for kind in NAME_KINDS}
    # No two facts become one, so that each new name is that of one choice.
    options = {ahead["facts"][name][0]: _inverse(table) for name, table in ahead.options.items()}
    return Names(frozen(tables), frozen(options), free_teams=is_free(old, "teams"))


def _options_ahead(
    rules: MigrationRules, old: Process, new: Process, facts: Table
) -> Iterator[tuple[str, Table]]:
    """By the old names of facts, for those that are a choice on both sides."""
    for name, (target, *_) in ((name, found) for name, found in facts.items() if found):
        was, will = old.facts[name], new.facts[target]
        if was.type is will.type is Kind.CHOICE:
            ruled = rules.options.get(name, {})
            yield name, _ahead(ruled, was.options, will.options, free=False)


def _ruled(rules: MigrationRules, kind: NameKind) -> Mapping[str, str | None]:
    found: Mapping[str, str | None] = getattr(rules, kind)
    return found


def is_free(process: Process, kind: NameKind) -> bool:
    """Whether any text may be a name of this kind, for the process declares none."""
    return kind == "teams" and not process.teams


def _ahead(
    ruled: Mapping[str, str | None], old: Collection[str], new: Collection[str], *, free: bool
) -> FrozenDict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    # Where any text may be a name, those that the rules and the new version have are all we know.
    for name in dict.fromkeys((*ruled, *new)) if free else old:
        if name in ruled:
            target = ruled[name]
            table[name] = () if target is None else (target,)
        elif name in new:
            table[name] = (name,)
    return frozen(table)


def _inverse(table: Table) -> FrozenDict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for old, (new, *_) in ((old, news) for old, news in table.items() if news):
        before = found.get(new, ())
        found[new] = (old, *before) if old == new else (*before, old)
    return frozen(found)
