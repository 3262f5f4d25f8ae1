"""What an opportunity holds, in the words of the other version: nothing vanishes unsaid.

It serves both directions: ahead when an opportunity is migrated, back when that is taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from salesfsm.engine.opportunity import Activity, Evidence
from salesfsm.engine.results import Blocker, blocker
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.migration.conversion import converted
from salesfsm.process.kinds import Level
from salesfsm.process.migration_names import NameKind, Names
from salesfsm.rules.types import Type
from salesfsm.rules.values import FactValue

Types = Mapping[str, Type]
"""The types of facts by their names."""


class Carrier:
    """Carries one opportunity over, and keeps account of what finds no place.

    ``stranded`` holds why it cannot go; ``dropped`` what stays behind because the rules say so.
    What is missing is dropped where ``drop`` is true, and strands otherwise.
    """

    def __init__(self, names: Names, old: Types, new: Types, *, drop: bool) -> None:
        self._names, self._old, self._new, self._drop = names, old, new, drop
        self.stranded: list[Blocker] = []
        self.dropped: list[Blocker] = []

    def leave(self, name: str) -> None:
        """Note that ``name`` (as the rules write it: ``facts.budget``) is dropped."""
        found = replace(blocker("migration.dropped", name=name), level=Level.WARN)
        if found not in self.dropped:
            self.dropped.append(found)

    def lack(self, name: str, found: Blocker | None = None) -> None:
        """Note that there is no place for ``name``."""
        if self._drop:
            self.leave(name)
        else:
            reason = found or blocker("migration.data", name=name)
            if reason not in self.stranded:
                self.stranded.append(reason)

    def named(self, kind: NameKind, name: str) -> tuple[str, ...]:
        """What ``name`` is called on the other side; nothing, which is noted, where it is not."""
        found = self._names.team(name) if kind == "teams" else self._names[kind].get(name)
        if found is None:
            self.lack(f"{kind}.{name}")
        elif not found:
            self.leave(f"{kind}.{name}")
        return found or ()

    def facts(self, facts: Mapping[str, FactValue | None]) -> FrozenDict[str, FactValue | None]:
        """Facts under their new names, in the form of their new types; None stays None."""
        found: dict[str, FactValue | None] = {}
        for name, value in facts.items():
            for target in self.named("facts", name):
                if value is None:
                    found[target] = None
                    continue
                new = converted(value, self._old[name], self._new[target])
                if new is not None:
                    found[target] = new
                    continue
                wanted = str(self._new[target])
                why = blocker("migration.value", name=f"facts.{name}", type=wanted)
                self.lack(f"facts.{name}", why)
        return frozen(found)

    def evidence(
        self, evidence: Mapping[str, tuple[Evidence, ...]]
    ) -> FrozenDict[str, tuple[Evidence, ...]]:
        """Evidence under the new names of its milestones, with its dates and numbers."""
        found: dict[str, list[Evidence]] = {}
        for name, pieces in evidence.items():
            for target in self.named("milestones", name)[:1]:
                found.setdefault(target, []).extend(_for(target, each) for each in pieces)
        return frozen({name: _ordered(pieces) for name, pieces in found.items()})

    def tasks(self, tasks: Iterable[str]) -> frozenset[str]:
        """The tasks under their new names: merged ones are done where one of them was."""
        return frozenset(new for task in sorted(tasks) for new in self.named("tasks", task))

    def attempts(self, attempts: Mapping[str, int]) -> FrozenDict[str, int]:
        """The counts under the new names of their kinds, added up where these were merged."""
        found: dict[str, int] = {}
        for kind, count in attempts.items():
            for target in self.named("activities", kind)[:1]:
                found[target] = found.get(target, 0) + count
        return frozen(found)

    def planned(self, activities: Iterable[Activity]) -> tuple[Activity, ...]:
        """The planned activities under the new names of their kinds."""
        return tuple(
            replace(each, kind=target)
            for each in activities
            for target in self.named("activities", each.kind)[:1]
        )

    def team(self, team: str | None) -> str | None:
        """The team under its new name."""
        return next(iter(self.named("teams", team)), None) if team else team

    def reason(self, reason: str | None) -> str | None:
        """The reason of the last loss under its new name."""
        return next(iter(self.named("reasons", reason)), None) if reason else reason


def _for(milestone: str, piece: Evidence) -> Evidence:
    return piece if piece.milestone == milestone else replace(piece, milestone=milestone)


def _ordered(pieces: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """In the order that opportunities keep: the one in force longest first."""
    return tuple(sorted(pieces, key=lambda piece: (piece.until, piece.number), reverse=True))
