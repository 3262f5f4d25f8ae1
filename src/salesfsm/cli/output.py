"""What commands print: JSON for programs, tables for people."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from salesfsm.engine.codec import event_to_json
from salesfsm.engine.naming import Naming
from salesfsm.engine.results import Blocker, Move
from salesfsm.engine.step import Step
from salesfsm.errors import UNWANTED, Place, Problem, printable
from salesfsm.messages import number
from salesfsm.process.fields import in_language
from salesfsm.rules.explanation import Explanation
from salesfsm.rules.sets import element_of


def print_json(data: object) -> None:
    """``data`` as JSON with indents, on standard output; what steers a terminal is escaped."""
    text = msgspec.json.format(msgspec.json.encode(data, enc_hook=str), indent=2).decode()
    click.echo(UNWANTED.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def say(
    text: str = "",
    *,
    bold: bool = False,
    dim: bool = False,
    fg: str | None = None,
    err: bool = False,
) -> None:
    """``text`` for people, on standard output or error; nothing in it can steer the terminal."""
    click.secho(_safe(text), bold=bold or None, dim=dim or None, fg=fg, err=err)


def _safe(text: str) -> str:
    return printable(text.replace("\r", "\ufffd"))


def console() -> Console:
    """Where people read: colours only on a terminal, and no wrapping of files' lines elsewhere."""
    found = Console(highlight=False, soft_wrap=True)
    return found if found.is_terminal else Console(highlight=False, soft_wrap=True, width=200)


def print_table(
    title: str,
    columns: Iterable[str],
    rows: Iterable[Iterable[object]],
    *,
    numbers: Collection[int] = (),
    language: str = "en",
) -> None:
    """A table, on standard output; ``numbers`` are the columns, from 0, that hold some.

    They are written as people do in ``language``.
    """
    heading = Text(_safe(title), style="bold")
    table = Table(title=heading, title_justify="left", box=None, pad_edge=False)
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(each, language) for each in row))
    out = console()
    with out.capture() as printed:
        out.print(table)
    # Rich fills the last column with blanks, which would stay in files and in what people copy.
    for line in printed.get().splitlines():
        click.echo(line.rstrip())


def named(naming: Naming, kind: str, name: str) -> str:
    """A thing by the name that stands in the file, and its label: ``'defining' (Defining)``."""
    label = naming.label(kind, name)
    return f"'{name}'" if label == name else f"'{name}' ({label})"


def _cell(value: object, language: str) -> Text:
    return Text(_safe(number(value, language) if isinstance(value, int) else str(value)))


def blocker_json(blocker: Blocker) -> dict[str, object]:
    """A blocker as plain data; what English says of a criteria set, and every other text whole."""
    why = blocker.explanation
    element = element_of(blocker.code.partition(".#")[0])
    label, hint = (element.label, element.hint) if element else (None, None)
    data: dict[str, object] = {
        "code": blocker.code,
        "target": blocker.target,
        "level": blocker.level,
        "explanation": explanation_json(why) if why else None,
        "says": in_language(label, "en") if blocker.says == label else blocker.says,
        "owner": blocker.owner,
        "hint": in_language(hint, "en") if blocker.hint == hint else blocker.hint,
        "details": blocker.details,
    }
    return {key: value for key, value in data.items() if value not in (None, "", {})}


def explanation_json(why: Explanation) -> dict[str, object]:
    """An explanation as plain data, in English and with the names that rules use."""
    return {
        "verdict": why.verdict,
        "wanted": why.wanted,
        "actual": why.actual,
        "code": why.code,
        "asks": why.asks,
        "needed": why.needed,
        "negated": why.negated,
        "parts": list(map(explanation_json, why.parts)),
    }


def step_json(step: Step) -> dict[str, object]:
    """A step as plain data."""
    return {
        "command": step.command,
        "accepted": step.accepted,
        "stage": step.opportunity.stage if step.opportunity else None,
        "events": [msgspec.json.decode(event_to_json(event)) for event in step.events],
        "blockers": list(map(blocker_json, step.blockers)),
        "warnings": list(map(blocker_json, step.warnings)),
    }


def move_json(move: Move) -> dict[str, object]:
    """A move as plain data."""
    return {
        "trigger": move.trigger,
        "source": move.source,
        "target": move.target,
        "kind": move.kind,
        "allowed": move.allowed,
        "reasons": list(move.reasons),
        "blockers": list(map(blocker_json, move.blockers)),
        "warnings": list(map(blocker_json, move.warnings)),
    }


def problem_json(problem: Problem) -> dict[str, object]:
    """A problem as plain data."""
    return {
        "message": problem.message,
        "path": list(problem.path),
        "hint": problem.hint,
        **place_json(problem.place),
    }


def place_json(place: Place | None) -> dict[str, object]:
    """A place as plain data; nothing where there is none."""
    return {"file": place.file, "line": place.line, "column": place.column} if place else {}
