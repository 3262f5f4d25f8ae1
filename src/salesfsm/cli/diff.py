"""``salesfsm diff``: what differs between two versions of a process, in what they mean."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import click
import msgspec
from pydantic import BaseModel

from salesfsm.cli.options import EXISTING, json_option
from salesfsm.cli.output import print_json, say
from salesfsm.formats.process_file import load
from salesfsm.process.difference import ORDER, Change, Compared, Difference, difference
from salesfsm.process.fields import percent
from salesfsm.process.process import Process
from salesfsm.rules import core, syntax
from salesfsm.rules.printer import print_rule
from salesfsm.rules.values import Duration
from salesfsm.rules.wording import Wording, own_name

SAME, DIFFERENT = 0, 1

AnyKey = str | tuple[str, ...]
AnyPart = Compared[str] | Compared[tuple[str, ...]]


@click.command("diff")
@click.argument("old_file", metavar="OLD", type=EXISTING)
@click.argument("new_file", metavar="NEW", type=EXISTING)
@json_option
def command(old_file: Path, new_file: Path, as_json: bool) -> None:
    """Tell what differs between the processes OLD and NEW, however their files are written.

    Names are those of the files: what has another name is another thing.

    Exit codes: 0 they are the same but for name and version, 1 they differ, 2 one cannot be used.
    """
    old, new = load(old_file), load(new_file)
    found = difference(old, new)
    if as_json:
        print_json(_json(old, new, found))
    else:
        _tell(old, new, found)
    sys.exit(DIFFERENT if found else SAME)


def _json(old: Process, new: Process, found: Difference) -> dict[str, object]:
    data: dict[str, object] = {
        "old": {"process": old.name, "version": old.version},
        "new": {"process": new.name, "version": new.version},
        "process": list(map(_change_json, found.process)),
    }
    for kind, part in found.parts.items():
        data[kind] = {
            "added": list(part.added),
            "removed": list(part.removed),
            "changed": [
                {"name": key, "changes": list(map(_change_json, changes))}
                for key, changes in _changed(part).items()
            ],
        }
    return data


def _change_json(change: Change) -> dict[str, object]:
    return {
        "field": change.field,
        "old": plain(change.field, change.old),
        "new": plain(change.field, change.new),
    }


def _tell(old: Process, new: Process, found: Difference) -> None:
    if not found:
        say(f"{old.key} and {new.key} mean the same", fg="green")
        return
    say(f"{old.key} → {new.key}", bold=True)
    if found.process:
        say("process")
        for change in found.process:
            say(f"  ~ {_change(change)}", fg="yellow")
    for kind, part in found.parts.items():
        if part:
            say(kind)
            _tell_part(kind, part)


def _tell_part(kind: str, part: AnyPart) -> None:
    for key in part.removed:
        say(f"  - {_named(kind, key)}", fg="red")
    for key in part.added:
        say(f"  + {_named(kind, key)}", fg="green")
    for key, changes in _changed(part).items():
        say(f"  ~ {_named(kind, key)}", fg="yellow")
        for change in changes:
            say(f"      {_change(change)}")


def _changed(part: AnyPart) -> Mapping[AnyKey, tuple[Change, ...]]:
    return dict(part.changed.items())


def _named(kind: str, key: AnyKey) -> str:
    """A thing as its file names it, with the stage that it belongs to."""
    if isinstance(key, str):
        return key
    if kind == "arcs":
        trigger, source, target = key
        return f"{trigger}: {source} -> {target}"
    *where, name = key
    return f"{' '.join(where)}: {name}"


def _change(change: Change) -> str:
    one, other = plain(change.field, change.old), plain(change.field, change.new)
    if change.field == ORDER:
        return f"{ORDER}: {_place(one)} → {_place(other)}"
    return f"{change.field}: {_shown(one)} → {_shown(other)}"


def _place(before: object) -> str:
    return "first" if before is None else f"after {_shown(before)}"


def _shown(value: object) -> str:
    """A plain value on one line."""
    if value is None or value in ([], {}, ""):
        return "nothing"
    return value if isinstance(value, str) else msgspec.json.encode(value, enc_hook=str).decode()


def plain(field: str, value: object) -> object:
    """A value of a definition as process files and JSON have it; a rule as its text."""
    match value:
        case core.Condition():
            return Wording("en", own_name).condition(value)
        case syntax.Node():
            return print_rule(value)
        case BaseModel():
            return value.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        case Duration():
            return str(value)
        case Decimal():
            return percent(value) if field == "probability" else f"{value:f}"
        case tuple():
            return [plain(field, each) for each in value]
        case Mapping():
            return {str(name): plain(field, each) for name, each in value.items()}
        case str():
            return str(value)
    return value
