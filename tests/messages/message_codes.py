"""Which messages the program asks for: found in its source, or computed where codes are made.

A text of the source is taken for a code where it looks like one: small letters and dots, of which
the first part begins a code of the catalogues (``"step.new"``). Of a code that is made,
``f"level.{level}"``, the families below say what it can be: **a new f-string needs one line here**,
keyed by its text with ``{}`` in the places.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

import salesfsm
from salesfsm.checks import CHECKS, Severity
from salesfsm.engine.events import DueKind
from salesfsm.engine.text import _NOTHING
from salesfsm.interview.answers import DEFINITION
from salesfsm.interview.questions import QUESTIONS
from salesfsm.interview.written import SECTIONS
from salesfsm.maps.diagram import Mark, NodeRole, State
from salesfsm.process.arcs import MoveKind
from salesfsm.process.definitions import Reason, Stage, Task
from salesfsm.process.difference import Difference
from salesfsm.process.handover import Handover
from salesfsm.process.journey import Job, Milestone, Phase
from salesfsm.process.kinds import Level, Maker, Outcome, Plane
from salesfsm.process.labels import ACTIVITIES
from salesfsm.rules.sets import SETS
from salesfsm.rules.types import Kind
from salesfsm.rules.values import Duration
from salesfsm.rules.vocabulary import BUYER_STATES, RESERVED
from salesfsm.verification.report import Doubt, Kind as Question

SOURCE = Path(salesfsm.__file__).parent


def _elements() -> set[str]:
    return {element.name for each in SETS.values() for element in each.elements}


def _questions() -> set[str]:
    return {question.name for question in QUESTIONS} | {DEFINITION}


def _blockers() -> set[str]:
    """The codes of blockers that are no criteria: what ``blocker("…")`` is called with."""
    return {
        call.args[0].value
        for path, tree in _trees().items()
        if path.parent.name in ("engine", "migration")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        if isinstance(call.func, ast.Name) and call.func.id == "blocker"
        if isinstance(call.args[0], ast.Constant)
    }


def _findings() -> set[str]:
    return {text for each in CHECKS.values() for text in each.texts}


def _fields() -> set[str]:
    """The fields whose changes a map tells, but for the order, which has a sentence of its own."""
    told = (Stage, Task, Reason, Milestone, Phase, Job, Handover)
    found = {field for each in told for field in each.model_fields}
    apart = {"name", "tasks", "entry", "exit", "reasons"}
    return found - apart | {"condition", "kind", "says", "since", "roles", "after", "when", "stage"}


_DRAWN = (Question.UNREACHABLE, Question.NO_WAY_TO_WON)
"""What follows from the answers to other questions, so that it is never left undecided."""

_PARTS = tuple(name for name in Difference.__slots__ if name != "process")

FAMILIES: Mapping[str, Callable[[], Iterable[str]]] = {
    "activity.{}": lambda: ACTIVITIES,
    "blocker.{}": _blockers,
    "buyer_state.{}": lambda: BUYER_STATES,
    "check.{}.hint": _findings,
    "check.{}.message": _findings,
    "check.{}.sentence": lambda: CHECKS,
    "criteria.{}.hint": _elements,
    "criteria.{}.label": _elements,
    "due.{}": lambda: DueKind,
    "interview.ask.{}": _questions,
    "interview.ask.{}.example": _questions,
    "interview.ask.{}.more": _questions,
    "interview.ask.{}.why": _questions,
    "interview.file.{}": lambda: SECTIONS,
    "interview.gap.{}": lambda: _questions() - {DEFINITION},
    "interview.unfit.stage.{}": lambda: ("end", "twice", "unnamed"),
    "interview.way.{}": lambda: ("back", "give_up", "lose", "reopen", "win"),
    "interview.word.{}": lambda: ("back", "quit"),
    "level.{}": lambda: Level,
    "library.stage.{}": lambda: (Outcome.WON, Outcome.LOST),
    "library.type.{}": lambda: Kind,
    "maker.{}": lambda: Maker,
    "map.checklist.{}": lambda: (Level.WARN, Level.ADVISE),
    "map.page.kind.{}": lambda: get_args(NodeRole),
    "map.page.mark.{}": lambda: filter(None, get_args(Mark)),
    "map.page.state.{}": lambda: get_args(State),
    "map.field.{}": _fields,
    "map.kind.{}": lambda: ("process", *_PARTS),
    "map.part.{}": lambda: ("task", "entry", "exit", "reason"),
    "move_kind.{}": lambda: MoveKind,
    "nothing.{}": lambda: _NOTHING,
    "plane.{}": lambda: Plane,
    "reserved.{}": lambda: RESERVED,
    "severity.{}": lambda: Severity,
    "value.{}": lambda: Duration().parts,
    "verify.{}.hint": lambda: Question,
    "verify.{}.message": lambda: Question,
    "verify.{}.question": lambda: set(Question) - set(_DRAWN),
    "verify.doubt.{}": lambda: Doubt,
}
"""By the text of an f-string, the values that its place can take."""


@dataclass(frozen=True)
class Asked:
    """One code that a line of the source asks for."""

    code: str
    where: str


def asked(spaces: Collection[str]) -> Iterator[Asked]:
    """Every code of the source; ``spaces`` are the first parts of the codes of the catalogues."""
    return (each for each in _codes() if each.code.partition(".")[0] in spaces)


@cache
def _codes() -> tuple[Asked, ...]:
    """Whatever looks like a code."""
    return tuple(
        Asked(code, f"{path.relative_to(SOURCE)}:{getattr(node, 'lineno', 0)}")
        for path, tree in _trees().items()
        for node in ast.walk(tree)
        for code in _meant(node)
    )


def unknown_families(spaces: Collection[str]) -> Iterator[Asked]:
    """The f-strings that make codes, and of which no family says what they can be."""
    for path, tree in _trees().items():
        for node in ast.walk(tree):
            made = _pattern(node) if isinstance(node, ast.JoinedStr) else ""
            looks_so = re.fullmatch(r"[a-z_]+\.[a-z_.{}]+", made) is not None
            if looks_so and made not in FAMILIES and made.partition(".")[0] in spaces:
                yield Asked(made, f"{path.relative_to(SOURCE)}:{getattr(node, 'lineno', 0)}")


def given() -> Iterator[tuple[Asked, frozenset[str]]]:
    """The calls that name their message, with the names of the values that they give it.

    Left out are those that give ``**values``.
    """
    for path, tree in _trees().items():
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or not call.args:
                continue
            function = getattr(call.func, "attr", getattr(call.func, "id", ""))
            names = [keyword.arg for keyword in call.keywords]
            if function not in ("message", "counted", "in_every_language") or None in names:
                continue
            values = {*filter(None, names), *(["count"] if function == "counted" else [])}
            for code in _named(call.args[0]):
                where = f"{path.relative_to(SOURCE)}:{call.lineno}"
                yield Asked(code, where), frozenset(values)


@cache
def _trees() -> dict[Path, ast.Module]:
    paths = sorted(SOURCE.rglob("*.py"))
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def _meant(node: ast.AST) -> Iterator[str]:
    """The codes that a node of the source may be."""
    match node:
        case ast.Constant(str() as text) if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", text):
            yield text
        case ast.JoinedStr() if (family := FAMILIES.get(_pattern(node))) is not None:
            for value in family():
                yield _pattern(node).format(value)


def _named(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _named(node.body)
        yield from _named(node.orelse)
    yield from _meant(node)


def _pattern(node: ast.JoinedStr) -> str:
    """The text of an f-string, with ``{}`` in its places."""
    return "".join(
        str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values
    )
