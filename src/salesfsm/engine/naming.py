"""What things are called in one language: those of a process by their labels, others by message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from salesfsm.messages import counted, message
from salesfsm.process.arcs import MoveKind
from salesfsm.process.base import NamedDefinition
from salesfsm.process.definitions import Fact
from salesfsm.process.fields import Text, in_language
from salesfsm.process.kinds import Level
from salesfsm.process.process import ACTIVITIES, Process


class Naming:
    """Calls things as the readers of one process in one language do."""

    def __init__(self, process: Process, language: str) -> None:
        self.process, self.language = process, language

    def message(self, code: str, /, **values: object) -> str:
        """A message of the catalogues in the language."""
        return message(code, self.language, **values)

    def counted(self, code: str, count: int, /, **values: object) -> str:
        """A message of the catalogues in the language, in the plural form for ``count``."""
        return counted(code, count, self.language, **values)

    def text(self, text: Text | None, default: str = "") -> str:
        """A text of the process in the language."""
        return in_language(text, self.language, default)

    def stage(self, name: str) -> str:
        """The label of a stage."""
        return self.label("stage", name)

    def kind(self, kind: MoveKind) -> str:
        """What a kind of moves is called."""
        return self.message(f"move_kind.{kind}")

    def level(self, level: Level) -> str:
        """What a level of criteria is called."""
        return self.message(f"level.{level}")

    def any_of(self, items: Iterable[str]) -> str:
        """A choice of items: ``email, document or recording``."""
        *before, last = items
        either = ", ".join(before)
        return f"{either} {self.message('word.or')} {last}" if either else last

    def label(self, kind: str, name: str) -> str:
        """What readers call a thing that rules name: a :data:`~salesfsm.rules.wording.Label`."""
        if kind == "reserved":
            return self.message(f"reserved.{name}")
        if kind == "buyer_state":
            return self.message(f"buyer_state.{name}")
        if kind == "activity" and name in ACTIVITIES:
            return self.message(f"activity.{name}")
        return self.text(self.own_label(kind, name), name)

    def own_label(self, kind: str, name: str) -> Text | None:
        """The label that the process gives to a thing; None where it gives none."""
        process = self.process
        if kind == "predicate":
            return process.predicates.get(name)
        known: Mapping[str, Mapping[str, Fact | NamedDefinition]] = {
            "fact": process.facts,
            "stage": process.stage_by_name,
            "task": process.task_by_name,
            "milestone": process.milestone_by_name,
        }
        if kind in known:
            found = known[kind].get(name)
        else:
            found = next((each for each in self._others(kind) if each.name == name), None)
        return found.label if found else None

    def _others(self, kind: str) -> Iterable[NamedDefinition]:
        """The things of the kinds that are looked up seldom."""
        match kind:
            case "phase":
                return self.process.buyer.phases
            case "team":
                return self.process.teams
            case "reason":
                return (reason for stage in self.process.stages for reason in stage.reasons)
        return ()
