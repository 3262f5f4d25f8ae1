"""What a criterion asks, as lines of a map: in words, with who can meet it, how, and by what proof.

Refusals of an engine are told elsewhere (``engine.text``): they know what was found, maps do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from salesfsm.engine.naming import Naming
from salesfsm.maps.diagram import Item
from salesfsm.process.journey import Milestone
from salesfsm.process.kinds import Level
from salesfsm.process.mirror import BUYER_IS_ACTIVE, MIRROR, MIRROR_LAG
from salesfsm.process.requirements import Requirement
from salesfsm.rules import core, syntax
from salesfsm.rules.explanation import asked
from salesfsm.rules.resolve import resolve
from salesfsm.rules.sets import SETS, element_of
from salesfsm.rules.values import Duration
from salesfsm.rules.wording import Wording


class CriterionText(Naming):
    """Writes the criteria of one process in one language."""

    def items(self, requirement: Requirement, where: str = "") -> Iterator[Item]:
        """The criterion as boxes to tick: its own, and one for each element of a set under it.

        ``where`` is what asks it, as in :func:`criterion_id`.
        """
        note = "\n".join(filter(None, self._notes(requirement)))
        code = criterion_id(requirement.code, where)
        condition = requirement.condition
        if not isinstance(condition, core.AtLeast) or not _is_set(condition):
            yield Item(_capital(self.asked(requirement)), "open", note, id=code)
            return
        yield Item(self._heading(requirement, condition), "open", note, id=code)
        for each in condition.items:
            if isinstance(each, core.Named):
                element = element_of(each.code)
                hint = self.text(element.hint) if element else ""
                text = _capital(self._element(each.code, each.item))
                yield Item(text, "open", hint, id=criterion_id(each.code, where), depth=1)

    def asked(self, requirement: Requirement) -> str:
        """What it asks, in the words of the process where it has any."""
        kind, _, phase = requirement.code.partition(".")
        if requirement.code == BUYER_IS_ACTIVE:
            return self.message("mirrored.active")
        if kind == MIRROR_LAG:
            return self.message("mirrored.lag", phase=self.label("phase", phase))
        if at := phase if kind == MIRROR else self._phases.get(requirement.condition):
            return self.message("mirrored.at", phase=self.label("phase", at))
        element = element_of(requirement.code)
        if element and requirement.says in (None, element.label):
            return self._element(requirement.code, requirement.condition)
        says = self.text(requirement.says)
        wanted = self._wording.condition(requirement.condition)
        return wanted if says in wanted else says

    def needs(self, every: Iterable[Requirement]) -> str:
        """What must be met, in one line; nothing where nothing is asked that refuses a move."""
        told = [self.asked(each) for each in every if each.level is Level.BLOCK]
        return self.message("map.checklist.needs", criteria="; ".join(told)) if told else ""

    def softly(self, level: Level) -> str:
        """What a criterion does that refuses no move; nothing for one that does."""
        if level is Level.BLOCK:
            return ""
        return self.message(f"map.checklist.{level}")

    def delay(self, after: Duration | None) -> str:
        """After how long a move is due by itself."""
        return self.message("map.after", length=self.value(after)) if after else ""

    def value(self, value: object) -> str:
        """A value as people write it."""
        return self._wording.value(value)

    @cached_property
    def _phases(self) -> dict[core.Condition, str]:
        """By what ``buyer_at(phase)`` comes down to, the phase; not where it is one milestone."""
        rules = {
            phase.name: syntax.Call("buyer_at", (syntax.Name(phase.name),))
            for phase in self.process.buyer.phases
        }
        found = {
            resolve(rule, self.process.vocabulary): name for name, rule in reversed(rules.items())
        }
        return {what: name for what, name in found.items() if isinstance(what, core.AtLeast)}

    @property
    def _wording(self) -> Wording:
        return Wording(self.language, self.label)

    def _heading(self, requirement: Requirement, condition: core.AtLeast) -> str:
        """What is asked of a whole set: how many of its elements."""
        found = SETS.get(requirement.code)
        return self.message(
            "map.checklist.at_least",
            criteria=self.text(requirement.says) or (found.label if found else requirement.code),
            count=condition.needed,
            all=len(condition.items),
        )

    def _element(self, code: str, condition: core.Condition) -> str:
        """An element of a criteria set, by its own label and by what it comes down to here."""
        element, wanted = element_of(code), self._wording.condition(condition)
        label = self.text(element.label) if element else ""
        return wanted if label.casefold() in wanted.casefold() else f"{label}: {wanted}"

    def _notes(self, requirement: Requirement) -> Iterator[str]:
        """For each milestone the act and its evidence; then how strict, since when, who and how."""
        for milestone in self._milestones(requirement):
            act = self.text(milestone.definition)
            label = self.label("milestone", milestone.name)
            told = label.casefold() in self.asked(requirement).casefold()
            yield act if told else f"{label}: {act}" if act else label
            yield self.evidence(milestone)
        since = requirement.since
        parts = (
            self.softly(requirement.level),
            self.message("map.checklist.since", date=since) if since else "",
            self.owner(requirement.owner),
            self.text(requirement.hint),
        )
        yield " · ".join(filter(None, parts))

    def _milestones(self, requirement: Requirement) -> list[Milestone]:
        """The milestones that it asks; of those that would prove a phase, the one leading there."""
        known = self.process.milestone_by_name
        names = [name for kind, name in asked(requirement.condition) if kind == "milestone"]
        found = [known[name] for name in dict.fromkeys(names)]
        kind, _, phase = requirement.code.partition(".")
        if kind == MIRROR_LAG:
            return []
        if kind == MIRROR:
            return [each for each in found if each.moves and each.moves[1] == phase][:1]
        return found

    def evidence(self, milestone: Milestone) -> str:
        """Which evidence proves a milestone, whose it must be, and how long it stays in force."""
        makers = self.any_of(self.message(f"maker.{maker}") for maker in milestone.made_by)
        told = self.message("map.checklist.evidence_any", makers=makers)
        if milestone.accepts:
            kinds = self.any_of(map(self.word, milestone.accepts))
            told = self.message("map.checklist.evidence", kinds=kinds, makers=makers)
        if not milestone.valid_for:
            return told
        valid = self.message("map.checklist.valid", length=self.value(milestone.valid_for))
        return f"{told} · {valid}"


def criterion_id(code: str, where: str = "") -> str:
    """The id of the box of a criterion: two that a stage asks under one code have different ones.

    ``where`` is the stage whose entry asks it, or the number of the transition whose ``when`` does;
    empty for the exit of the stage itself.
    """
    return f"criterion.{code}:{where}" if where else f"criterion.{code}"


def _is_set(condition: core.AtLeast) -> bool:
    """Whether elements with codes of their own are told apart, as in ``bant(of=3)``."""
    return all(isinstance(each, core.Named) for each in condition.items)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
