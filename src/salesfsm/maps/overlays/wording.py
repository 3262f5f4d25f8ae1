"""A change of a process as a short line of text: which field, and from what to what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from salesfsm.maps.criterion_text import CriterionText
from salesfsm.process.arcs import MoveKind
from salesfsm.process.difference import ORDER, Change
from salesfsm.process.fields import in_language, percent, spoken
from salesfsm.process.kinds import Level, Maker, Plane
from salesfsm.process.process import Process
from salesfsm.rules import core
from salesfsm.rules.values import Duration
from salesfsm.rules.wording import Wording

LONGEST = 60
"""How long, in characters, the two values of a change may be together to be told."""

_NAMED = {"mirrors": "phase", "stage": "stage", "team": "team"}
"""The fields whose values are names, with the kind of thing that they name."""

_WORDS = ("owner", "roles", "accepts", "overrides")
"""The fields that hold words, whose labels the process tells."""


class ChangeText:
    """Writes what changed between two processes, in one language."""

    def __init__(self, old: Process, new: Process, language: str) -> None:
        self.old, self.new = CriterionText(old, language), CriterionText(new, language)

    def changes(self, changes: Iterable[Change], kind: str) -> str:
        """All that changed about a thing of this kind, such as ``stage``, in one line."""
        return "; ".join(self._change(each, kind) for each in changes)

    def _change(self, change: Change, kind: str) -> str:
        """The field and its two values, or the field alone where these are long."""
        if change.field == ORDER:
            if change.new is None:
                return self.new.message("map.overlay.now_first")
            before = _called(self.new, kind, str(change.new))
            return self.new.message("map.overlay.now_after", thing=before)
        field = self.new.message(f"map.field.{change.field}")
        one = _value(self.old, change.field, change.old)
        other = _value(self.new, change.field, change.new)
        if one is None or other is None or one == other or len(one + other) > LONGEST:
            return field
        return f"{field}: {one} → {other}"


def _called(text: CriterionText, kind: str, name: str) -> str:
    return text.text(text.own_label(kind, name), spoken(name))


def _value(text: CriterionText, field: str, value: object) -> str | None:
    """A value as readers know it; None for what is no matter of a line."""
    wording = Wording(text.language, text.label)
    match value:
        case None | () | "":
            return "–"
        case core.Condition():
            return wording.condition(value)
        case bool() | Duration() | date():
            return wording.value(value)
        case Decimal():
            return percent(value)
        case Level():
            return text.level(value)
        case MoveKind():
            return text.kind(value)
        case Plane():
            return text.message(f"plane.{value}")
        case Maker():
            return text.message(f"maker.{value}")
        case str() if field in _NAMED:
            return _called(text, _NAMED[field], value)
        case str() if field in _WORDS:
            return text.word(value)
        case str():
            return value
        case Mapping():
            return in_language(value, text.language)
        case tuple():
            parts = [_value(text, field, each) for each in value]
            return None if None in parts else ", ".join(map(str, parts))
    return None
