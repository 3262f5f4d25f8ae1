"""``salesfsm verify``: prove what can be proven of processes, and keep what shows the rest."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from salesfsm.cli.files import write_whole
from salesfsm.cli.options import EXISTING, json_option, language_option, read_moment
from salesfsm.cli.output import place_json, print_json, problem_json, say
from salesfsm.engine.codec import event_to_json, opportunity_to_json
from salesfsm.errors import CommandError, DefinitionError, MissingExtraError, Place, Problem
from salesfsm.formats.process_file import read_process
from salesfsm.messages import counted, message
from salesfsm.verification import (
    DEPTH,
    TIMEOUT,
    Finding,
    Kind,
    Report,
    Severity,
    Witness,
    verify,
)

CLEAN, FINDINGS, UNUSABLE = 0, 1, 2


@click.command("verify")
@click.argument("process_files", metavar="PROCESS...", nargs=-1, required=True, type=EXISTING)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=TIMEOUT,
    show_default=True,
    metavar="SECONDS",
    help="How long one question may take.",
)
@click.option(
    "--depth",
    type=click.IntRange(1, 100),
    default=DEPTH,
    show_default=True,
    metavar="MOVES",
    help="How many moves the histories have that invariants are held against.",
)
@click.option("--at", "moment", help="The time near which witnesses are; now if left out.")
@click.option(
    "--witnesses",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Keep what shows the findings there; it is made if it is missing.",
)
@click.option("--notes", is_flag=True, help="Tell notes too: overlaps that the order settles.")
@language_option
@json_option
def command(
    process_files: tuple[Path, ...],
    timeout: float,
    depth: int,
    moment: str | None,
    witnesses: Path | None,
    notes: bool,
    language: str,
    as_json: bool,
) -> None:
    """Prove with the solver Z3 what can be proven of processes; each finding has a witness.

    A witness is an opportunity, as JSON that "salesfsm explain --opportunity" accepts.

    Exit codes: 0 clean, notes aside; 1 findings, or questions that were not decided; 2 a process
    cannot be used.
    """
    at = read_moment(moment) if moment else datetime.now(UTC).replace(microsecond=0)
    keeping = _Keeping(_made(witnesses)) if witnesses is not None else None
    worst = CLEAN
    reports = []
    for path in process_files:
        try:
            read = read_process(path)
        except (DefinitionError, MissingExtraError) as error:
            worst = UNUSABLE
            reports.append(_unusable(path, _problems(path, error), language, quiet=as_json))
            continue
        report = verify(read.process, at=at, timeout=timeout, depth=depth)
        if not notes:
            told = (each for each in report.findings if each.severity is not Severity.NOTE)
            report = replace(report, findings=tuple(told))
        worst = max(worst, CLEAN if report.clean else FINDINGS)
        places = [read.place(each.path) for each in report.findings]
        kept = [keeping.keep(path, report, each) if keeping else "" for each in report.findings]
        reports.append(_as_json(path, report, places, kept))
        if not as_json:
            _tell(path, report, places, kept, language)
    if as_json:
        print_json(reports)
    sys.exit(worst)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"cannot write witnesses to {folder}: {error.strerror}") from None
    return folder


def _problems(path: Path, error: DefinitionError | MissingExtraError) -> tuple[Problem, ...]:
    if isinstance(error, DefinitionError):
        return error.problems
    return (Problem(str(error), place=Place(str(path), 1, 1)),)


def _unusable(
    path: Path, problems: tuple[Problem, ...], language: str, *, quiet: bool
) -> dict[str, object]:
    if not quiet:
        for problem in problems:
            say(str(problem))
        say(counted("check.problems", len(problems), language, file=path), fg="red")
    return {"file": str(path), "usable": False, "problems": list(map(problem_json, problems))}


class _Keeping:
    """Keeps witnesses in a folder, each in files of its own, and tells the commands to see them."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0

    def keep(self, path: Path, report: Report, finding: Finding) -> str:
        """The command or the file that shows the finding; empty where nothing does."""
        self._count += 1
        witness = finding.witness
        if witness is None:
            return ""
        target = self._folder / f"{path.stem}-{self._count}-{finding.kind}.json"
        write_whole(target, opportunity_to_json(witness.opportunity) + "\n")
        if witness.events:
            lines = map(event_to_json, witness.events)
            write_whole(target.with_suffix(".jsonl"), "".join(f"{line}\n" for line in lines))
        if report.opaque:  # only Python knows its predicates
            return str(target)
        return shlex.join(["salesfsm", *_shown(path, finding, witness, target)])


def _shown(path: Path, finding: Finding, witness: Witness, kept: Path) -> list[str]:
    """What to ask so as to see it."""
    at = ["--at", witness.at.isoformat()]
    who = ["--by", witness.by] if witness.by else []
    who += ["--role", witness.role] if witness.role else []
    match finding.kind:
        case Kind.BROKEN:
            events, picture = kept.with_suffix(".jsonl"), kept.with_suffix(".svg")
            return ["render", str(path), "--events", str(events), "-o", str(picture), *at]
        case Kind.GAP:
            asked = ["explain", str(path), finding.values["trigger"]]
        case _:
            asked = ["moves", str(path)]
    return [*asked, "--opportunity", str(kept), *who, *at]


def _as_json(
    path: Path, report: Report, places: list[Place], shown: list[str]
) -> dict[str, object]:
    return {
        "file": str(path),
        "usable": True,
        "problems": [],
        "findings": [
            {
                "kind": each.kind,
                "severity": each.severity,
                "decided": each.decided,
                "doubt": each.doubt,
                "message": each.message_in("en"),
                "hint": each.hint_in("en"),
                **place_json(place),
                "witness": _witness_json(each.witness) if each.witness else None,
                "shown_by": by,
            }
            for each, place, by in zip(report.findings, places, shown, strict=True)
        ],
        "asked": {str(kind): count for kind, count in report.asked.items()},
        "opaque": list(report.opaque),
        "bounded": {"depth": report.depth, "invariants": list(report.bounded)},
    }


def _witness_json(witness: Witness) -> dict[str, object]:
    return {
        "opportunity": msgspec.json.decode(opportunity_to_json(witness.opportunity)),
        "at": witness.at.isoformat(),
        "answers": dict(witness.answers),
        "events": [msgspec.json.decode(event_to_json(each)) for each in witness.events],
        "by": witness.by,
        "role": witness.role,
    }


def _where(report: Report, shown: str, language: str) -> str:
    """Where what shows a finding is to be seen: by a command, or in a file alone."""
    if report.opaque:
        return message("verify.kept", language, file=shown)
    return message("verify.shown", language, by=shown)


def _tell(path: Path, report: Report, places: list[Place], shown: list[str], language: str) -> None:
    for finding, place, by in zip(report.findings, places, shown, strict=True):
        severity = message(f"severity.{finding.severity}", language)
        said = f"{finding.kind} {severity}: {finding.message_in(language)}"
        say(str(Problem(said, finding.path, place=place)))
        say(f"  {message('check.hint', language, hint=finding.hint_in(language))}")
        if by:
            say(f"  {_where(report, by, language)}")
    for number in report.bounded:
        say(counted("verify.bounded", report.depth, language, number=number))
    if report.opaque:
        say(message("verify.opaque", language, predicates=", ".join(report.opaque)))
    if report.clean:
        say(message("verify.clean", language, file=path), fg="green")
    else:
        if any(each.witness for each in report.findings) and not any(shown):
            say(message("verify.keep", language))
        count = len(report.findings)
        say(counted("verify.findings", count, language, file=path), fg="yellow")
