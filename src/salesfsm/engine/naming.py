"""What things are called in one language: those of a process by their labels, others by message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from salesfsm.messages import counted, message
from salesfsm.process.arcs import MoveKind
from salesfsm.process.base import NamedDefinition
from salesfsm.process.definitions import Fact
from salesfsm.process.fields import Text, in_language, spoken
from salesfsm.process.kinds import Level, Plane
from salesfsm.process.labels import ACTIVITIES, line_of
from salesfsm.process.process import Process


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

    def word(self, word: str) -> str:
        """What readers call a word that is defined nowhere: an owner, a role, a kind of evidence.

        Where the process does not tell, as it is written, with spaces for underscores.
        """
        return self.text(self.process.labels.get(word), word.replace("_", " "))

    def owner(self, owner: str | None) -> str:
        """What readers call who can do something; nothing where nobody is named."""
        return self.word(owner) if owner else ""

    def path(self, path: str) -> str:
        """What readers call a path of stages that is a line of its own."""
        line = line_of(path)
        if line in list(Plane):
            return self.message(f"plane.{line}")
        return self.text(self.process.labels.get(line), spoken(line))

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
        if kind in ("activity", "option", "word"):
            return process.labels.get(name)
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
