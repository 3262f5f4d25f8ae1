"""What stands on the arrows of a flowchart: triggers, conditions and delays, in one language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from salesfsm.engine.naming import Naming
from salesfsm.maps.ways import Way
from salesfsm.process.arcs import Arc
from salesfsm.process.definitions import Criterion, Stage
from salesfsm.process.fields import spoken
from salesfsm.process.kinds import Level, Plane
from salesfsm.process.mirror import MIRROR
from salesfsm.process.requirements import Needed, Requirement, needed_by, requirements
from salesfsm.rules import syntax
from salesfsm.rules.sets import element_of
from salesfsm.rules.wording import Wording

CLOCK = "⏱"
"""The sign of what is due by itself."""
_RUN = 3
"""So many stages in a row are told by the first and the last of them."""


class ArrowText(Naming):
    """Writes on the arrows of one process in one language."""

    def trigger(self, arc: Arc) -> str:
        """The label of the arc, else what readers call its trigger."""
        return self.text(arc.label, self.word(arc.trigger))

    def way(self, way: Way) -> str:
        """What leads this way where its trigger leads nowhere else."""
        return _lines(self.trigger(way.first), *self.demands(way))

    def demands(self, way: Way) -> list[str]:
        """The conditions of a way, and after how long it is due by itself."""
        return [each for each in (self._if(self._when(way.first)), self._delay(way.first)) if each]

    def question(self, branches: Sequence[Way]) -> str:
        """The trigger of a fork, by the label that all of its branches share, if they do."""
        first = branches[0].first
        return self.trigger(first) if _share_label(branches) else self.word(first.trigger)

    def common(self, branches: Sequence[Way]) -> str:
        """The conditions that all branches of a fork share."""
        return self._if(self._shared(branches))

    def branch(self, way: Way, branches: Sequence[Way], sources: Collection[str]) -> str:
        """What leads to this one of the branches: the first whose criteria are met is taken.

        ``sources`` are the stages at which the fork stands.
        """
        label = "" if _share_label(branches) else self.text(way.first.label)
        shared = self._shared(branches)
        own = [each for each in self._when(way.first) if each not in shared]
        condition = self._told(
            [*map(self._asked, own), *self._mirrored(way, branches)],
        )
        only = "" if set(way.sources) == set(sources) else self.sources(way.sources)
        earlier = [(arc, self._before(arc)) for arc in way.arcs]
        delay = self._delay(way.first)
        if all(any(_shadows(each, arc) for each in found) for arc, found in earlier):
            return _lines(label, condition, delay, self.message("map.never"), only)
        otherwise = self.message("map.else") if any(found for _, found in earlier) else ""
        return _lines(label, condition or otherwise, delay, only)

    def sources(self, names: Collection[str], targets: Collection[str] = ()) -> str:
        """Where an arrow leaves that stands for many ways: ``from Discovery to Closing``.

        A stage of ``targets`` is not missed where a group of stages is told.
        """
        stages = [stage for stage in self.process.stages if stage.name in names]
        if len(stages) < _RUN:
            return self.from_each(names)
        plane = self._plane(stages[0])
        near = [stage for stage in self.process.stages if self._plane(stage) is plane]
        for code, group in (
            ("map.from_any", near),
            ("map.from_open", [stage for stage in near if stage.is_open]),
            ("map.from_closed", [stage for stage in near if not stage.is_open]),
        ):
            if (
                {each.name for each in stages}
                <= {each.name for each in group}
                <= {*names, *targets}
            ):
                return self.message(code)
        line = [each for each in near if each.is_open and each.path == stages[0].path]
        start = line.index(stages[0]) if stages[0] in line else 0
        if line[start : start + len(stages)] == stages:
            first, last = self.called(stages[0]), self.called(stages[-1])
            return self.message("map.from_run", first=first, last=last)
        return self.from_each(names)

    def from_each(self, names: Collection[str]) -> str:
        """All the stages by their names that an arrow leaves, in the order of the process."""
        stages = [stage for stage in self.process.stages if stage.name in names]
        *others, last = map(self.called, stages)
        listed = f"{', '.join(others)} {self.message('word.or')} {last}" if others else last
        return self.message("map.from_each", stages=listed)

    def called(self, stage: Stage) -> str:
        """What readers call a stage."""
        return self.text(stage.label, spoken(stage.name))

    def _plane(self, stage: Stage) -> Plane:
        return stage.plane or self.process.plane

    def _before(self, arc: Arc) -> list[Arc]:
        """The branches that are tried before this one where it leaves."""
        return [
            each
            for each in self.process.arcs
            if (each.source, each.trigger) == (arc.source, arc.trigger)
            and each.transition < arc.transition
        ]

    def _when(self, arc: Arc) -> list[Criterion]:
        """The criteria of the transition itself that block; those of its stages are not told."""
        when = self.process.transitions[arc.transition].when
        return [each for each in when if each.level is Level.BLOCK]

    def _shared(self, branches: Sequence[Way]) -> list[Criterion]:
        first, *others = (self._when(way.first) for way in branches)
        return [each for each in first if all(each in other for other in others)]

    def _mirrored(self, way: Way, branches: Sequence[Way]) -> list[str]:
        """The phases of the buyer by which a branch is told from others that ask nothing else."""
        if any(self._when(each.first) for each in branches):
            return []
        phases = [_phases(each.first) for each in branches]
        return [
            self.message("map.buyer_at", phase=self.label("phase", phase))
            for phase in _phases(way.first)
            if any(phase not in others for others in phases)
        ]

    def _if(self, criteria: Iterable[Criterion]) -> str:
        return self._told(map(self._asked, criteria))

    def _told(self, conditions: Iterable[str]) -> str:
        lines = f"\n{self.message('word.and')} ".join(conditions)
        return self.message("map.if", conditions=lines) if lines else ""

    def _asked(self, criterion: Criterion) -> str:
        if criterion.says:
            return _within(self.text(criterion.says))
        match criterion.rule:
            # What it comes down to, a list of milestones of which one is proven, says less.
            case syntax.Call("buyer_at", (syntax.Name(phase),)):
                return self.message("map.buyer_at", phase=self.label("phase", phase))
        parts = map(self._part, requirements(self.process, (criterion,), "when"))
        return f" {self.message('word.and')} ".join(parts)

    def _part(self, part: Requirement) -> str:
        element = element_of(part.code)
        return self.text(element.label) if element else self._wording.condition(part.condition)

    def _delay(self, arc: Arc) -> str:
        if not arc.after:
            return ""
        return f"{CLOCK} {self.message('map.after', length=self._wording.value(arc.after))}"

    @property
    def _wording(self) -> Wording:
        return Wording(self.language, self.label)


def _phases(arc: Arc) -> list[str]:
    """The phases of the buyer that a way asks for, since its target mirrors one."""
    codes = (each.code.partition(".") for each in arc.requirements if each.level is Level.BLOCK)
    return [phase for kind, _, phase in codes if kind == MIRROR]


def _within(sentence: str) -> str:
    """A sentence as it stands within another: with a small letter, unless it begins a name."""
    ordinary = sentence[1:2].islower() or (sentence[1:2].isspace() and sentence[0] != "I")
    return sentence[:1].lower() + sentence[1:] if ordinary else sentence


def _shadows(earlier: Arc, later: Arc) -> bool:
    return _needs(earlier) <= _needs(later) and earlier.open_to_all_of(later)


def _needs(arc: Arc) -> frozenset[Needed]:
    return needed_by(arc.requirements)


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _share_label(branches: Sequence[Way]) -> bool:
    return all(each.first.label == branches[0].first.label for each in branches)
