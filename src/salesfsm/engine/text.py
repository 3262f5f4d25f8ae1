"""Answers of the engine as text for people: what is missing, who can supply it, and how.

Structure goes in, text comes out; nothing else in the library makes sentences of a refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from salesfsm.engine.results import Blocker, Move, Route
from salesfsm.process.definitions import Fact
from salesfsm.process.fields import Text, in_language
from salesfsm.process.journey import Milestone
from salesfsm.process.process import Process
from salesfsm.rules.explanation import Explanation
from salesfsm.rules.sets import element_of
from salesfsm.rules.verdict import Verdict

MARKS = {
    Verdict.MET: "✓",
    Verdict.UNMET: "✗",
    Verdict.UNKNOWN: "?",
    Verdict.STALE: "⌛",
}

_SENTENCES = {
    "trigger.unavailable": "'{trigger}' does not lead on from {stage}; from here: {here}. "
    "It leads on from: {sources}.",
    "reason.required": "A reason is needed, one of: {reasons}.",
    "held": "It is on hold ({reason}, until {until}): resume it first.",
    "closed": "It is closed, in {stage}.",
    "shadowed": "An earlier transition of the same trigger, to {taken}, is open and is taken.",
    "override.role": "The role {role!r} may not override; these may: {roles}.",
    "open.stage": "Opportunities do not begin in {stage}; they begin in: {starts}.",
    "evidence.kind": "{milestone} takes evidence of the kinds {accepts}, and this is {kind}.",
    "evidence.maker": "{milestone} is proven by evidence made by: {accepts}; this is made by the "
    "{maker}.",
    "evidence.expired": "This evidence for {milestone} was in force until {until} only.",
}


def move_text(process: Process, move: Move, language: str) -> str:
    """A move in a line, and a line or more for each of its blockers and warnings."""
    writer = Writer(process, language)
    state = "open" if move.allowed else "blocked"
    lines = [f"{move.trigger}: {writer.stage(move.source)} → {writer.stage(move.target)}, {state}"]
    for each in (*move.blockers, *move.warnings):
        lines += writer.blocker(each)
    return "\n".join(lines)


def route_text(process: Process, route: Route, language: str) -> str:
    """The moves of a route, each with what it needs."""
    target = Writer(process, language).stage(route.target)
    if not route.reachable:
        return f"no way leads to {target}"
    if not route.moves:
        return f"already in {target}"
    return "\n".join(move_text(process, move, language) for move in route.moves)


class Writer:
    """Writes for one process in one language."""

    def __init__(self, process: Process, language: str) -> None:
        self.process, self.language = process, language

    def text(self, text: Text | None, default: str = "") -> str:
        """A text of the process in the language."""
        return in_language(text, self.language, default)

    def stage(self, name: str) -> str:
        """The label of a stage."""
        return self.text(self.process.stage_by_name[name].label, name)

    def blockers(self, blockers: Iterable[Blocker]) -> Iterator[str]:
        """What is in the way; where several ways fork, what all of them need, then each way."""
        every = list(blockers)
        targets = list(dict.fromkeys(each.target for each in every if each.target))
        if len(targets) < 2:
            for each in every:
                yield from self.blocker(each)
            return
        needed: dict[_Told, dict[str, Blocker]] = {}
        for each in every:
            needed.setdefault(_told(each), {})[each.target] = each
        common = {told for told, by_way in needed.items() if by_way.keys() >= set(targets)}
        for told, by_way in needed.items():
            if told in common or "" in by_way:
                yield from self.blocker(next(iter(by_way.values())))
        for way in targets:
            yield f"  to {self.stage(way)}:"
            own = [
                by_way[way]
                for told, by_way in needed.items()
                if way in by_way and told not in common
            ]
            for each in own:
                yield from (f"  {line}" for line in self.blocker(each))
            if not own:
                yield "    nothing else"

    def blocker(self, blocker: Blocker) -> Iterator[str]:
        """One line that says what is missing, and indented ones on what was found, who and how."""
        why = blocker.explanation
        if why is None:
            yield f"  ✗ {blocker.code}: {self._sentence(blocker)}"
            return
        says = self.text(blocker.says)
        level = "" if blocker.level == "block" else f" ({blocker.level})"
        wanted = f"{says} — {why.wanted}" if says else why.wanted
        yield f"  {MARKS[why.verdict]} {blocker.code}{level}: {wanted}"
        yield from self._found(why)
        for part in _missing(why):
            element = element_of(part.code)
            label = f"{element.label} — " if element else ""
            yield f"      {MARKS[part.verdict]} {part.code or 'part'}: {label}{part.wanted}"
        if blocker.owner:
            yield f"      who: {blocker.owner}"
        if hints := self._hints(blocker, why):
            yield f"      how: {' '.join(hints)}"

    def _sentence(self, blocker: Blocker) -> str:
        named = dict(blocker.details)
        for key in ("stage", "taken"):
            if key in named:
                named[key] = self.stage(named[key])
        return _SENTENCES[blocker.code].format(**named)

    def _found(self, why: Explanation) -> Iterator[str]:
        if why.actual is not None:
            yield f"      found: {why.actual}"
        elif why.verdict is Verdict.UNKNOWN and not why.parts:
            yield "      found: nothing is known yet"

    def _hints(self, blocker: Blocker, why: Explanation) -> list[str]:
        """How to meet it: what the process says, then what to record, complete or take back."""
        hints = [self.text(blocker.hint)] if blocker.hint else []
        hints += [element.hint for element in map(element_of, _codes(why)) if element]
        for leaf, wanted in _lacking(why):
            for kind, name in leaf.asks:
                if kind == "fact" and leaf.actual is None:
                    hints.append(self._fact(name, self.process.facts[name]))
                elif kind == "milestone":
                    hints.append(self._milestone(self.process.milestone_by_name[name], wanted))
                elif kind == "task" and wanted:
                    label = self.text(self.process.task_by_name[name].label)
                    hints.append(f"Complete the task {name!r}{f' ({label})' if label else ''}.")
                elif kind == "predicate" and not blocker.says:
                    hints.append(f"{name} asks: {self.text(self.process.predicates[name])}")
        return list(dict.fromkeys(hints))

    def _fact(self, name: str, fact: Fact) -> str:
        label = self.text(fact.label)
        return f"Record the fact {name!r}{f' ({label})' if label else ''}."

    def _milestone(self, milestone: Milestone, wanted: bool) -> str:
        if not wanted:
            return f"Withdraw the evidence for {milestone.name!r}, if it does not hold."
        kinds = f" ({' or '.join(milestone.accepts)})" if milestone.accepts else ""
        makers = " or ".join(maker.replace("_", " ") for maker in milestone.made_by)
        act = self.text(milestone.definition)
        proves = f" It proves: {act}" if act else ""
        return f"Record evidence{kinds} made by the {makers} for {milestone.name!r}.{proves}"


_Told = tuple[str, str, str]


def _told(blocker: Blocker) -> _Told:
    """What makes two blockers the same to a reader: code, level and what is wanted."""
    wanted = blocker.explanation.wanted if blocker.explanation else str(dict(blocker.details))
    return blocker.code, blocker.level, wanted


def _missing(why: Explanation) -> list[Explanation]:
    """The parts worth a line of their own: those that are not met, where they tell more."""
    missing = [part for part in why.parts if part.verdict is not Verdict.MET]
    tells_more = len(missing) < len(why.parts) or any(part.code for part in missing)
    return missing if tells_more else []


def _codes(why: Explanation) -> list[str]:
    """The codes of the named parts that are not met."""
    return [part.code for part in why.parts if part.verdict is not Verdict.MET and part.code]


def _lacking(why: Explanation, wanted: bool = True) -> Iterator[tuple[Explanation, bool]]:
    """The leaves that stand in the way, and whether each would have to be met or unmet."""
    if why.verdict is (Verdict.MET if wanted else Verdict.UNMET):
        return
    inner = wanted != why.negated
    if not why.parts:
        yield why, inner
    for part in why.parts:
        yield from _lacking(part, inner)
