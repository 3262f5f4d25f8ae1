"""What stands on the arrows of a flowchart: triggers, conditions and delays, in one language."""

from __future__ import annotations

from collections.abc import Sequence

from salesfsm.process.arcs import Arc, Requirement, needed_by, requirements
from salesfsm.process.definitions import Criterion
from salesfsm.process.fields import in_language
from salesfsm.process.kinds import Level
from salesfsm.process.process import Process
from salesfsm.rules.sets import element_of
from salesfsm.rules.wording import condition_text


class ArrowText:
    """Writes on the arrows of one process in one language."""

    def __init__(self, process: Process, language: str) -> None:
        self.process, self.language = process, language

    def trigger(self, arc: Arc) -> str:
        """The label of the arc, else its trigger."""
        return in_language(arc.label, self.language, _plain(arc))

    def way(self, arc: Arc) -> str:
        """What leads this way where its trigger leads nowhere else."""
        return _lines(self.trigger(arc), self._condition(arc), _delay(arc))

    def question(self, branches: Sequence[Arc]) -> str:
        """The trigger of a fork, by the label that all of its branches share, if they do."""
        return self.trigger(branches[0]) if _share_label(branches) else _plain(branches[0])

    def branch(self, arc: Arc, branches: Sequence[Arc]) -> str:
        """What leads to this one of the branches: the first whose criteria are met is taken."""
        earlier = [each for each in branches if each.transition < arc.transition]
        label = "" if _share_label(branches) else in_language(arc.label, self.language)
        if any(needed_by(each.requirements) <= needed_by(arc.requirements) for each in earlier):
            never = "never taken: an earlier branch is open"
            return _lines(label, self._condition(arc), _delay(arc), never)
        return _lines(label, self._condition(arc) or ("else" if earlier else ""), _delay(arc))

    def _condition(self, arc: Arc) -> str:
        """The criteria of the transition itself that block; those of its stages are not told."""
        when = self.process.transitions[arc.transition].when
        asked = [self._asked(each) for each in when if each.level is Level.BLOCK]
        return "if " + "\nand ".join(asked) if asked else ""

    def _asked(self, criterion: Criterion) -> str:
        parts = requirements(self.process, (criterion,))
        return in_language(criterion.says, self.language, " and ".join(map(self._part, parts)))

    def _part(self, part: Requirement) -> str:
        element = element_of(part.code)
        text = condition_text(part.condition, self._label)
        return in_language(element.label, self.language, text) if element else text

    def _label(self, kind: str, name: str) -> str:
        """What the process calls a thing that its rules name."""
        process = self.process
        match kind:
            case "fact":
                return in_language(process.facts[name].label, self.language, name)
            case "milestone":
                return in_language(process.milestone_by_name[name].label, self.language, name)
            case "task":
                return in_language(process.task_by_name[name].label, self.language, name)
            case "predicate":
                return in_language(process.predicates[name], self.language, name)
        return name


def _plain(arc: Arc) -> str:
    return arc.trigger.replace("_", " ")


def _delay(arc: Arc) -> str:
    return f"after {arc.after}" if arc.after else ""


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _share_label(branches: Sequence[Arc]) -> bool:
    return all(each.label == branches[0].label for each in branches)
