"""Answers of the engine as text for people: what is missing, who can supply it, and how.

Structure goes in, text comes out; nothing else in the library makes sentences of a refusal.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from salesfsm.engine.naming import Naming
from salesfsm.engine.results import Blocker, Move, Route
from salesfsm.messages import language_of
from salesfsm.process.journey import Milestone
from salesfsm.process.kinds import Level
from salesfsm.process.mirror import BUYER_IS_ACTIVE, MIRROR, MIRROR_LAG
from salesfsm.process.process import Process
from salesfsm.rules.explanation import Explanation
from salesfsm.rules.sets import element_of
from salesfsm.rules.verdict import Verdict
from salesfsm.rules.wording import Wording

MARKS = {
    Verdict.MET: "✓",
    Verdict.UNMET: "✗",
    Verdict.UNKNOWN: "?",
    Verdict.STALE: "⌛",
}

_NOTHING = {
    "here": "none",
    "kind": "none",
    "members": "-",
    "reason": "no reason given",
    "roles": "nobody",
    "sources": "nowhere",
    "until": "resumed",
}
"""By the key of a blocker's detail, what it holds where there is nothing to tell."""


def move_text(process: Process, move: Move, language: str) -> str:
    """A move in a line, and a line or more for each of its blockers and warnings."""
    writer = Writer(process, language)
    source, target = writer.stage(move.source), writer.stage(move.target)
    named = {"trigger": move.trigger, "source": source, "target": target}
    lines = [writer.message("move.open" if move.allowed else "move.blocked", **named)]
    for each in (*move.blockers, *move.warnings):
        lines += writer.blocker(each)
    return "\n".join(lines)


def route_text(process: Process, route: Route, language: str) -> str:
    """The moves of a route, each with what it needs."""
    writer = Writer(process, language)
    if not route.reachable:
        return writer.message("route.none", stage=writer.stage(route.target))
    if not route.moves:
        return writer.message("route.already", stage=writer.stage(route.target))
    return "\n".join(move_text(process, move, language) for move in route.moves)


class Writer(Naming):
    """Writes for one process in one language.

    English calls what rules are about by the names that stand in the rules, options of choices
    among them; the other languages call it by its label, and give the name where the reader has to
    type it. Words that no rule asks, such as owners, roles and kinds of evidence, go by their
    labels in every language.
    """

    def __init__(self, process: Process, language: str) -> None:
        super().__init__(process, language)
        self._call = self._as_in_rules if language_of(language) == "en" else self.label
        self._wording = Wording(language, self._call)

    def blockers(self, blockers: Iterable[Blocker]) -> Iterator[str]:
        """What is in the way; where several ways fork, what all of them need, then each way."""
        every = list(blockers)
        targets = list(dict.fromkeys(each.target for each in every if each.target))
        if len(targets) < 2:
            for each in every:
                yield from self.blocker(each)
            return
        needed: dict[Hashable, dict[str, Blocker]] = {}
        for each in every:
            needed.setdefault(_told(each), {})[each.target] = each
        common = {told for told, by_way in needed.items() if by_way.keys() >= set(targets)}
        for told, by_way in needed.items():
            if told in common or "" in by_way:
                yield from self.blocker(next(iter(by_way.values())))
        for way in targets:
            yield f"  {self.message('explain.way', stage=self.stage(way))}"
            own = [
                by_way[way]
                for told, by_way in needed.items()
                if way in by_way and told not in common
            ]
            for each in own:
                yield from (f"  {line}" for line in self.blocker(each))
            if not own:
                yield f"    {self.message('explain.nothing_else')}"

    def blocker(self, blocker: Blocker) -> Iterator[str]:
        """One line that says what is missing, and indented ones on what was found, who and how."""
        why = blocker.explanation
        if why is None:
            yield f"  ✗ {blocker.code}: {self._sentence(blocker)}"
            return
        level = "" if blocker.level is Level.BLOCK else f" ({self.level(blocker.level)})"
        asked = self._mirrored(blocker) or self._asked(self.text(blocker.says), why)
        yield f"  {MARKS[why.verdict]} {blocker.code}{level}: {asked}"
        yield from self._found(why)
        for part in _missing(why):
            element = element_of(part.code)
            asked = self._asked(self.text(element.label) if element else "", part)
            code = part.code or self.message("explain.part")
            yield f"      {MARKS[part.verdict]} {code}: {asked}"
        if blocker.owner:
            yield f"      {self.message('explain.who', owner=self.owner(blocker.owner))}"
        if hints := self._hints(blocker, why):
            yield f"      {self.message('explain.how', hints=' '.join(map(_ended, hints)))}"

    def _sentence(self, blocker: Blocker) -> str:
        details = blocker.details.items()
        told = {key: self._detail(blocker.code, key, value) for key, value in details}
        return self.message(f"blocker.{blocker.code}", **told)

    def _detail(self, code: str, key: str, value: str) -> str:
        """A detail of a blocker as its reader calls it."""
        if value == _NOTHING.get(key):
            return self.message(f"nothing.{key}")
        items = value.split(", ")
        match key:
            case "stage" | "taken":
                return self.stage(value)
            case "sources":
                return ", ".join(self._call("stage", each) for each in items)
            case "starts":
                return ", ".join(self._typed("stage", each) for each in items)
            case "reasons":
                return ", ".join(self._typed("reason", each) for each in items)
            case "milestone" | "team":
                return self._call(key, value)
            case "roles" | "accepts" if code != "evidence.maker":
                return ", ".join(self._typed("word", each) for each in items)
            case "kind":
                return self._call("word", value)
            case "maker":
                return self._maker(value)
            case "accepts" if code == "evidence.maker":
                return ", ".join(map(self._maker, items))
        return value

    def _as_in_rules(self, kind: str, name: str) -> str:
        return self.label(kind, name) if kind == "word" else name

    def _maker(self, maker: str) -> str:
        return self.message(f"maker.{maker}")

    def _asked(self, says: str, why: Explanation) -> str:
        """What is asked, in words and as the rule has it, unless this says the words too."""
        wanted = self._wording.condition(why.condition)
        return f"{says} — {wanted}" if says and says not in wanted else wanted

    def _mirrored(self, blocker: Blocker) -> str:
        """What a stage that mirrors a phase asks of the buyer; nothing for other criteria."""
        if blocker.code == BUYER_IS_ACTIVE:
            return self.message("mirrored.active")
        mirror, _, phase = blocker.code.partition(".")
        if mirror not in _MIRRORS:
            return ""
        return self.message(_MIRRORS[mirror], phase=self.label("phase", phase))

    def _found(self, why: Explanation) -> Iterator[str]:
        found = self._wording.found(why.condition, why.found)
        if found is not None:
            yield f"      {self.message('explain.found', found=found)}"
        elif why.verdict is Verdict.UNKNOWN and not why.parts:
            yield f"      {self.message('explain.unknown')}"

    def _hints(self, blocker: Blocker, why: Explanation) -> list[str]:
        """How to meet it: what the process says, then what to record, complete or take back."""
        hints = [self.text(blocker.hint)] if blocker.hint else []
        elements = map(element_of, _codes(why))
        hints += [self.text(element.hint) for element in elements if element]
        for leaf, wanted in self._nearest(blocker, list(_lacking(why))):
            for kind, name in leaf.asks:
                if kind == "fact" and leaf.found is None:
                    hints.append(self.message("hint.fact", thing=self._thing(kind, name)))
                elif kind == "milestone":
                    hints.append(self._milestone(self.process.milestone_by_name[name], wanted))
                elif kind == "task" and wanted:
                    hints.append(self.message("hint.task", thing=self._thing(kind, name)))
                elif kind == "predicate" and not blocker.says:
                    asks = self.text(self.process.predicates[name])
                    hints.append(self.message("hint.predicate", name=name, text=asks))
        return list(dict.fromkeys(hints))

    def _nearest(self, blocker: Blocker, lacking: list[_Lacking]) -> list[_Lacking]:
        """Of what would prove a phase, the milestone that leads there: the others lie beyond.

        Whoever lags behind the buyer has nothing to record or withdraw, but to move on.
        """
        mirror, _, phase = blocker.code.partition(".")
        if mirror == MIRROR_LAG:
            return []
        if mirror != MIRROR:
            return lacking
        leading = {each.name for each in self.process.buyer.milestones if _leads_to(each, phase)}
        nearest = [each for each in lacking if any(name in leading for _, name in each[0].asks)]
        return nearest or lacking

    def _milestone(self, milestone: Milestone, wanted: bool) -> str:
        thing = self._thing("milestone", milestone.name)
        if not wanted:
            return self.message("hint.withdraw", thing=thing)
        makers = self.any_of(map(self._maker, milestone.made_by))
        if milestone.accepts:
            kinds = self.any_of(self._typed("word", each) for each in milestone.accepts)
            told = self.message("hint.evidence_of_kinds", kinds=kinds, makers=makers, thing=thing)
        else:
            told = self.message("hint.evidence", makers=makers, thing=thing)
        act = self.text(milestone.definition)
        return f"{told} {self.message('hint.proves', act=act)}" if act else told

    def _thing(self, kind: str, name: str) -> str:
        """A thing by the name that has to be typed, and its label."""
        label = self.text(self.own_label(kind, name))
        return f"'{name}' ({label})" if label else f"'{name}'"

    def _typed(self, kind: str, name: str) -> str:
        """A name that has to be typed, and the label by which its reader knows it."""
        called = self._call(kind, name)
        return name if called == name else f"{name} ({called})"


def _ended(sentence: str) -> str:
    """A sentence with its full stop, so that the next one does not run into it."""
    return f"{sentence}." if sentence[-1:].isalnum() else sentence


def _leads_to(milestone: Milestone, phase: str) -> bool:
    return milestone.moves is not None and milestone.moves[1] == phase


_Lacking = tuple[Explanation, bool]
"""A leaf of an explanation that stands in the way, and whether it would have to be met."""

_MIRRORS = {MIRROR: "mirrored.at", MIRROR_LAG: "mirrored.lag"}
"""The first part of the codes of what mirroring a phase asks, with its message."""


def _told(blocker: Blocker) -> Hashable:
    """What makes two blockers the same to a reader: code, level and what is wanted."""
    why = blocker.explanation
    return blocker.code, blocker.level, why.condition if why else blocker.details


def _missing(why: Explanation) -> list[Explanation]:
    """The parts worth a line of their own: those that are not met, where they tell more."""
    missing = [part for part in why.parts if part.verdict is not Verdict.MET]
    tells_more = len(missing) < len(why.parts) or any(part.code for part in missing)
    return missing if tells_more else []


def _codes(why: Explanation) -> list[str]:
    """The codes of the named parts that are not met."""
    return [part.code for part in why.parts if part.verdict is not Verdict.MET and part.code]


def _lacking(why: Explanation, wanted: bool = True) -> Iterator[_Lacking]:
    """The leaves that stand in the way, and whether each would have to be met or unmet."""
    if why.verdict is (Verdict.MET if wanted else Verdict.UNMET):
        return
    inner = wanted != why.negated
    if not why.parts:
        yield why, inner
    for part in why.parts:
        yield from _lacking(part, inner)
