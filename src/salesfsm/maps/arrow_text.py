"""What stands on the arrows of a flowchart: triggers, conditions and delays, in one language."""

from __future__ import annotations

from collections.abc import Sequence

from salesfsm.engine.naming import Naming
from salesfsm.process.arcs import Arc
from salesfsm.process.definitions import Criterion
from salesfsm.process.kinds import Level
from salesfsm.process.requirements import Requirement, needed_by, requirements
from salesfsm.rules.sets import element_of
from salesfsm.rules.wording import Wording


class ArrowText(Naming):
    """Writes on the arrows of one process in one language."""

    def trigger(self, arc: Arc) -> str:
        """The label of the arc, else its trigger."""
        return self.text(arc.label, _plain(arc))

    def way(self, arc: Arc) -> str:
        """What leads this way where its trigger leads nowhere else."""
        return _lines(self.trigger(arc), self._condition(arc), self._delay(arc))

    def question(self, branches: Sequence[Arc]) -> str:
        """The trigger of a fork, by the label that all of its branches share, if they do."""
        return self.trigger(branches[0]) if _share_label(branches) else _plain(branches[0])

    def branch(self, arc: Arc, branches: Sequence[Arc]) -> str:
        """What leads to this one of the branches: the first whose criteria are met is taken."""
        earlier = [each for each in branches if each.transition < arc.transition]
        label = "" if _share_label(branches) else self.text(arc.label)
        condition, delay = self._condition(arc), self._delay(arc)
        if any(needed_by(each.requirements) <= needed_by(arc.requirements) for each in earlier):
            return _lines(label, condition, delay, self.message("map.never"))
        return _lines(label, condition or (self.message("map.else") if earlier else ""), delay)

    def _condition(self, arc: Arc) -> str:
        """The criteria of the transition itself that block; those of its stages are not told."""
        when = self.process.transitions[arc.transition].when
        asked = [self._asked(each) for each in when if each.level is Level.BLOCK]
        lines = f"\n{self.message('word.and')} ".join(asked)
        return self.message("map.if", conditions=lines) if lines else ""

    def _asked(self, criterion: Criterion) -> str:
        if criterion.says:
            return self.text(criterion.says)
        parts = map(self._part, requirements(self.process, (criterion,)))
        return f" {self.message('word.and')} ".join(parts)

    def _part(self, part: Requirement) -> str:
        element = element_of(part.code)
        return self.text(element.label) if element else self._wording.condition(part.condition)

    def _delay(self, arc: Arc) -> str:
        return self.message("map.after", length=self._wording.value(arc.after)) if arc.after else ""

    @property
    def _wording(self) -> Wording:
        return Wording(self.language, self.label)


def _plain(arc: Arc) -> str:
    return arc.trigger.replace("_", " ")


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _share_label(branches: Sequence[Arc]) -> bool:
    return all(each.label == branches[0].label for each in branches)
