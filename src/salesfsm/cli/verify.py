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
from salesfsm.errors import CommandError, DefinitionError, Place, Problem
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
@click.option("--witnesses", type=EXISTING, metavar="FOLDER", help="Keep what shows the findings.")
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
    if witnesses is not None and not witnesses.is_dir():
        raise CommandError(f"cannot write witnesses: there is no folder {witnesses}")
    worst = CLEAN
    reports = []
    for path in process_files:
        try:
            read = read_process(path)
        except DefinitionError as error:
            worst = UNUSABLE
            reports.append(_unusable(path, error.problems, language, quiet=as_json))
            continue
        report = verify(read.process, at=at, timeout=timeout, depth=depth)
        if not notes:
            told = (each for each in report.findings if each.severity is not Severity.NOTE)
            report = replace(report, findings=tuple(told))
        worst = max(worst, CLEAN if report.clean else FINDINGS)
        places = [read.place(each.path) for each in report.findings]
        kept = _kept(path, read.process.name, report, witnesses)
        reports.append(_as_json(path, report, places, kept))
        if not as_json:
            _tell(path, report, places, kept, language)
    if as_json:
        print_json(reports)
    sys.exit(worst)


def _unusable(
    path: Path, problems: tuple[Problem, ...], language: str, *, quiet: bool
) -> dict[str, object]:
    if not quiet:
        for problem in problems:
            say(str(problem))
        say(counted("check.problems", len(problems), language, file=path), fg="red")
    return {"file": str(path), "usable": False, "problems": list(map(problem_json, problems))}


def _kept(path: Path, name: str, report: Report, folder: Path | None) -> list[str]:
    """For each finding, the command or the file that shows it; empty where there is none."""
    shown = []
    for number, finding in enumerate(report.findings, 1):
        if folder is None or finding.witness is None:
            shown.append("")
            continue
        target = folder / f"{name}-{number}-{finding.kind}.json"
        write_whole(target, opportunity_to_json(finding.witness.opportunity) + "\n")
        if finding.witness.events:
            target = target.with_suffix(".jsonl")
            lines = map(event_to_json, finding.witness.events)
            write_whole(target, "".join(f"{line}\n" for line in lines))
        shown.append(_shown(path, finding, finding.witness, target, opaque=bool(report.opaque)))
    return shown


def _shown(path: Path, finding: Finding, witness: Witness, kept: Path, *, opaque: bool) -> str:
    if opaque or finding.kind is Kind.BROKEN:  # only Python knows its predicates
        return str(kept)
    stuck = finding.kind is Kind.STUCK
    asked = ["moves", str(path)] if stuck else ["explain", str(path), finding.values["trigger"]]
    at = witness.at.isoformat()
    return shlex.join(["salesfsm", *asked, "--opportunity", str(kept), "--at", at])


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
        "bounded": {"depth": report.depth, "invariants": [i + 1 for i in report.bounded]},
    }


def _witness_json(witness: Witness) -> dict[str, object]:
    return {
        "opportunity": msgspec.json.decode(opportunity_to_json(witness.opportunity)),
        "at": witness.at.isoformat(),
        "answers": dict(witness.answers),
        "events": [msgspec.json.decode(event_to_json(each)) for each in witness.events],
    }


def _tell(path: Path, report: Report, places: list[Place], shown: list[str], language: str) -> None:
    for finding, place, by in zip(report.findings, places, shown, strict=True):
        severity = message(f"severity.{finding.severity}", language)
        said = f"{finding.kind} {severity}: {finding.message_in(language)}"
        say(str(Problem(said, finding.path, place=place)))
        say(f"  {message('check.hint', language, hint=finding.hint_in(language))}")
        if by:
            say(f"  {message('verify.shown', language, by=by)}")
    for index in report.bounded:
        say(counted("verify.bounded", report.depth, language, number=index + 1))
    if report.opaque:
        say(message("verify.opaque", language, predicates=", ".join(report.opaque)))
    if any(each.witness for each in report.findings) and not any(shown):
        say(message("verify.keep", language))
    if report.clean:
        say(message("verify.clean", language, file=path), fg="green")
    else:
        count = len(report.findings)
        say(counted("verify.findings", count, language, file=path), fg="yellow")
