"""What changed about each stage, as lines to stand on its card: its own fields, and its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from salesfsm.maps.criterion_text import CriterionText, criterion_id
from salesfsm.maps.diagram import Item, State
from salesfsm.maps.lines import stage_title
from salesfsm.maps.overlays.wording import ChangeText
from salesfsm.process.arcs import ArcKey
from salesfsm.process.difference import Compared, CriterionKey, Difference, Key, ReasonKey
from salesfsm.process.fields import spoken
from salesfsm.process.requirements import requirements


class StageChanges:
    """The lines of every stage. Each has the id of the line of a card that tells the same thing."""

    def __init__(self, found: Difference, text: ChangeText) -> None:
        self._found, self._text = found, text
        self._lines: dict[str, list[Item]] = {}
        for stage, line in (*self._stages(), *self._tasks(), *self._criteria(), *self._reasons()):
            self._lines.setdefault(stage, []).append(line)
        self._ways: dict[str, dict[ArcKey, Item]] = {}
        for key, line in self._arcs():
            self._ways.setdefault(key[1], {})[key] = line

    def of(self, stage: str) -> list[Item]:
        """What changed about the stage and what belongs to it."""
        return self._lines.get(stage, [])

    def ways_of(self, stage: str) -> Mapping[ArcKey, Item]:
        """What changed about the ways out of it, between stages that both processes have."""
        return self._ways.get(stage, {})

    def _stages(self) -> Iterator[tuple[str, Item]]:
        for name, changes in self._found.stages.changed.items():
            yield name, Item(self._text.changes(changes, "stage"), state="changed")

    def _tasks(self) -> Iterator[tuple[str, Item]]:
        old, new = _tasks(self._text.old), _tasks(self._text.new)
        homes = {name: stage for name, (stage, _) in (old | new).items()}
        before, now = ({name: label for name, (_, label) in each.items()} for each in (old, new))
        for name, line in self._told(self._found.tasks, "task", before, now, str):
            yield homes[name], line

    def _criteria(self) -> Iterator[tuple[str, Item]]:
        old, new = _criteria(self._text.old), _criteria(self._text.new)
        part = self._found.criteria
        for key, line in self._told(part, "criterion", old, new, _criterion_id):
            yield key[0], line

    def _reasons(self) -> Iterator[tuple[str, Item]]:
        old, new = _reasons(self._text.old), _reasons(self._text.new)
        for key, line in self._told(self._found.reasons, "reason", old, new, lambda key: key[1]):
            yield key[0], line

    def _arcs(self) -> Iterator[tuple[ArcKey, Item]]:
        part, stages = self._found.arcs, self._found.stages
        other = {*stages.added, *stages.removed}
        old, new = _ways(self._text.old), _ways(self._text.new)
        for key, line in self._told(part, "way", old, new, ":".join):
            if other.isdisjoint(key[1:]):
                yield key, line

    def _told(
        self,
        part: Compared[Key],
        kind: str,
        old: Mapping[Key, str],
        new: Mapping[Key, str],
        name: Callable[[Key], str],
    ) -> Iterator[tuple[Key, Item]]:
        """A line for each thing of a kind that differs, by the labels of the two processes."""

        def line(key: Key, text: str, state: State) -> Item:
            said = f"{self._part(kind, key)}: {text}" if kind != "way" else text
            return Item(said, state=state, id=f"{kind}.{name(key)}")

        for key in part.added:
            yield key, line(key, new[key], "added")
        for key, changes in part.changed.items():
            yield key, line(key, f"{new[key]} ({self._text.changes(changes, kind)})", "changed")
        for key in part.removed:
            yield key, line(key, old[key], "removed")

    def _part(self, kind: str, key: str | tuple[str, ...]) -> str:
        """What a kind of things is called; of criteria, the side of the stage that they guard."""
        part = key[1] if kind == "criterion" else kind
        return self._text.new.message(f"map.part.{part}")


def _criterion_id(key: CriterionKey) -> str:
    stage, side, code = key
    return criterion_id(code, stage if side == "entry" else "").removeprefix("criterion.")


def _tasks(text: CriterionText) -> dict[str, tuple[str, str]]:
    """By name, the stage of a task and its label."""
    return {
        task.name: (stage.name, text.text(task.label, spoken(task.name)))
        for stage in text.process.stages
        for task in stage.tasks
    }


def _criteria(text: CriterionText) -> dict[CriterionKey, str]:
    return {
        (stage.name, side, each.code): text.asked(each)
        for stage in text.process.stages
        for side, criteria in (("entry", stage.entry), ("exit", stage.exit))
        for each in requirements(text.process, criteria, side)
    }


def _reasons(text: CriterionText) -> dict[ReasonKey, str]:
    return {
        (stage.name, each.name): text.text(each.label, spoken(each.name))
        for stage in text.process.stages
        for each in stage.reasons
    }


def _ways(text: CriterionText) -> dict[ArcKey, str]:
    found = {}
    for arc in text.process.arcs:
        target = stage_title(text.process.stage_by_name[arc.target], text)
        called = text.text(arc.label, text.word(arc.trigger))
        found[arc.key] = f"{called} → {target}"
    return found
