"""What an opportunity holds, in the words of the other version: nothing vanishes unsaid.

It serves both directions: ahead when an opportunity is migrated, back when that is taken back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import yaml
from msgspec.structs import replace

from salesfsm.engine.commands import accept_facts
from salesfsm.engine.opportunity import Activity, Evidence
from salesfsm.engine.results import Blocker, blocker
from salesfsm.errors import ValueTypeError, nearest, shorten
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.migration.conversion import converted, written
from salesfsm.process.kinds import Level
from salesfsm.process.migration import OnMissing
from salesfsm.process.migration_names import NameKind, Names
from salesfsm.process.process import Process
from salesfsm.rules.types import LONGEST_TEXT
from salesfsm.rules.values import FactValue

LONGEST_SHOWN = 60
"""How many characters of a value its message shows."""

NOTHING: Mapping[str, FactValue] = frozen({})


class Carrier:
    """Carries one opportunity over, and keeps account of what finds no place.

    ``stranded`` holds why it cannot go; ``dropped`` what stays behind because the rules say so.
    What is missing is dropped where ``drop`` is true, and strands otherwise. On the way ``back``
    the rules name nothing of the version that is left, and only ``drop`` helps.
    """

    def __init__(
        self, names: Names, old: Process, new: Process, *, drop: bool, back: bool = False
    ) -> None:
        self._names, self._old, self._new = names, old, new
        self._drop, self._back = drop, back
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

    def nearest(self, kind: NameKind, name: str, held: Collection[str]) -> tuple[str, ...]:
        """What ``name`` is called on the other side, if anything.

        Of several names that were merged, one of those ``held`` by the opportunity.
        """
        found = self.named(kind, name)
        return tuple(sorted(found, key=lambda each: each not in held))[:1]

    def facts(
        self, facts: Mapping[str, FactValue | None], held: Mapping[str, FactValue] = NOTHING
    ) -> FrozenDict[str, FactValue | None]:
        """Facts under their new names, in the form of their new types; None stays None.

        Of several options that were merged, the one ``held`` so far.
        """
        found: dict[str, FactValue | None] = {}
        for name, value in facts.items():
            for target in self.named("facts", name):
                if value is None:
                    found[target] = None
                elif (new := self._value(value, name, target, held.get(target))) is not None:
                    found[target] = new
        return frozen(found)

    def _value(
        self, value: FactValue, name: str, target: str, held: FactValue | None
    ) -> FactValue | None:
        """A value of the fact ``name`` as one of ``target``; None, which is noted, if it is not."""
        if name in self._names.options:
            return self._option(str(value), name, target, held)
        wanted = self._new.vocabulary.facts[target]
        new = converted(value, self._old.vocabulary.facts[name], wanted)
        if new is not None and self._allows(target, new):
            return new
        told = " ".join([str(wanted), *self._limits(target)])
        given = shorten(written(value), LONGEST_SHOWN)
        why = blocker("migration.value", name=f"facts.{name}", value=given, type=told)
        self.lack(f"facts.{name}", why)
        return None

    def _option(self, option: str, name: str, target: str, held: FactValue | None) -> str | None:
        """An option of the fact ``name`` as one of ``target``; None, which is noted, if none is."""
        found = self._names.options[name].get(option)
        if found:
            return min(found, key=lambda each: each != held)
        if found is not None:
            self.leave(f"options.{name}.{option}")
            return None
        options = self._new.facts[target].options
        why = blocker(
            "migration.option",
            name=f"facts.{name}",
            value=option,
            options=", ".join(options),
            line=self._line(name, option, options),
        )
        self.lack(f"facts.{name}", why)
        return None

    def _line(self, fact: str, option: str, options: Collection[str]) -> str:
        """The line of the rules that says what becomes of an option, as far as it can be told."""
        if self._back:
            return f"on_missing: {OnMissing.DROP}"
        line = {"options": {fact: {option: nearest(option, options) or "…"}}}
        flow = yaml.safe_dump(line, default_flow_style=True, allow_unicode=True, width=LONGEST_TEXT)
        return flow.strip()[1:-1]

    def _allows(self, fact: str, value: FactValue) -> bool:
        try:
            accept_facts(self._new, {fact: value})
        except ValueTypeError:
            return False
        return True

    def _limits(self, fact: str) -> Iterator[str]:
        declared = self._new.facts[fact]
        if declared.minimum is not None:
            yield f"≥ {declared.minimum}"
        if declared.maximum is not None:
            yield f"≤ {declared.maximum}"

    def evidence(
        self, evidence: Mapping[str, tuple[Evidence, ...]]
    ) -> FrozenDict[str, tuple[Evidence, ...]]:
        """Evidence under the new names of its milestones, with its dates and numbers."""
        found: dict[str, list[Evidence]] = {}
        for name, pieces in evidence.items():
            for target in self.named("milestones", name)[:1]:
                proving = [_for(target, each) for each in pieces if self.proves(each, target)]
                if proving:
                    found.setdefault(target, []).extend(proving)
        return frozen({name: _ordered(pieces) for name, pieces in found.items()})

    def proves(self, piece: Evidence, target: str) -> bool:
        """Whether the milestone ``target`` takes such evidence; where not, that is noted."""
        milestone = self._new.milestone_by_name[target]
        if milestone.accepts and piece.kind not in milestone.accepts:
            kinds, kind = ", ".join(milestone.accepts), piece.kind or "none"
            why = blocker("evidence.kind", milestone=target, kind=kind, accepts=kinds)
        elif piece.made_by not in milestone.made_by:
            makers = ", ".join(milestone.made_by)
            why = blocker("evidence.maker", milestone=target, maker=piece.made_by, accepts=makers)
        else:
            return True
        self.lack(f"milestones.{piece.milestone}", why)
        return False

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

    def team(self, team: str | None, held: str | None = None) -> str | None:
        """The team under its new name; of several that were merged, the one ``held`` so far."""
        return next(iter(self.nearest("teams", team, (held or "",))), None) if team else team

    def reason(self, reason: str | None) -> str | None:
        """The reason of the last loss under its new name."""
        return next(iter(self.named("reasons", reason)), None) if reason else reason


def _for(milestone: str, piece: Evidence) -> Evidence:
    return piece if piece.milestone == milestone else replace(piece, milestone=milestone)


def _ordered(pieces: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """In the order that opportunities keep: the one in force longest first."""
    return tuple(sorted(pieces, key=lambda piece: (piece.until, piece.number), reverse=True))
