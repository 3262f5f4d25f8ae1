"""Files that commands write: whole or not at all, and over another one only when told to."""

from __future__ import annotations

import shlex
from pathlib import Path
from uuid import uuid4

from salesfsm.errors import CommandError

YAML = (".yaml", ".yml")


def check_target(target: Path, *, force: bool) -> None:
    """Refuse, with :class:`~salesfsm.errors.CommandError`, a path where no YAML can be put."""
    if target.suffix.lower() not in YAML:
        raise CommandError(f"{target} is no YAML file by its name: end it with .yaml")
    if not target.parent.is_dir():
        raise CommandError(f"cannot write {target}: there is no folder {target.parent}")
    if target.is_dir():
        raise CommandError(f"cannot write {target}: it is a folder")
    if target.exists() and not force:
        raise CommandError(f"{target} is there already: name another file, or add --force")


def write_whole(target: Path, text: str) -> None:
    """Write beside the target and take its place then, so that nobody sees half a file."""
    beside = target.with_name(f".salesfsm-{uuid4().hex}")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(target)
    except OSError as error:
        raise CommandError(f"cannot write {target}: {error.strerror or error}") from None
    finally:
        beside.unlink(missing_ok=True)


def next_steps(process_file: Path) -> list[str]:
    """The commands that make sense after a process file was written."""
    picture = shlex.quote(str(process_file.with_suffix(".svg")))
    file = shlex.quote(str(process_file))
    return [f"salesfsm check {file}", f"salesfsm render {file} -o {picture}"]
