"""``salesfsm check``: load processes, and tell every problem and finding at its place."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from salesfsm.checks import CHECKS, check, known_codes, unused_ignore
from salesfsm.checks.github import workflow_commands
from salesfsm.checks.reports import Report
from salesfsm.checks.sarif import sarif
from salesfsm.cli.options import EXISTING, json_option, language_option
from salesfsm.cli.output import place_json, print_json, problem_json, say
from salesfsm.errors import CommandError, DefinitionError, MissingExtraError, Problem
from salesfsm.formats.process_file import read_process
from salesfsm.formats.source import read_source
from salesfsm.messages import counted, message

CLEAN, FINDINGS, UNUSABLE = 0, 1, 2


@click.command("check")
@click.argument("process_files", metavar="PROCESS...", nargs=-1, required=True, type=EXISTING)
@click.option("--ignore", multiple=True, metavar="CODE", help="Leave out a check, such as SF104.")
@click.option("--only", multiple=True, metavar="CODE", help="Run this check, and no other.")
@click.option("--notes", is_flag=True, help="Tell notes too: what is a matter of taste.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="How to tell it: github makes annotations, sarif is for code scanning.",
)
@language_option
@json_option
def command(
    process_files: tuple[Path, ...],
    ignore: tuple[str, ...],
    only: tuple[str, ...],
    notes: bool,
    form: str,
    language: str,
    as_json: bool,
) -> None:
    """Load processes and tell every problem and finding.

    Exit codes: 0 clean, notes aside; 1 errors or warnings; 2 a process cannot be used.
    """
    if twice := known_codes(only) & known_codes(ignore):
        raise CommandError(f"{', '.join(sorted(twice))}: asked for with --only, and left out")
    reports = [_checked(path, ignore, only, notes) for path in process_files]
    _FORMS["json" if as_json else form](reports, language)
    if not all(report.is_usable for report in reports):
        sys.exit(UNUSABLE)
    sys.exit(CLEAN if all(report.is_clean for report in reports) else FINDINGS)


def _checked(path: Path, ignore: tuple[str, ...], only: tuple[str, ...], notes: bool) -> Report:
    try:
        read = read_process(path)
    except DefinitionError as error:
        return Report(str(path), _of_scenarios(path) or error.problems)
    except MissingExtraError as error:
        return Report(str(path), (_lacking(path, error),))
    placed = [
        (each, read.place(each.path))
        for each in check(read.process, ignore=ignore, only=only, notes=notes)
    ]
    # What a base ignores is the base's to tell: its variants may need no part of it.
    own = str(path)
    told = [each for each in placed if each[0].code != unused_ignore.CODE or each[1].file == own]
    left = {code: why for code, why in read.process.ignore.items() if code in only}
    return Report(str(path), findings=tuple(told), ignored=left)


def _of_scenarios(path: Path) -> tuple[Problem, ...]:
    """That the file holds scenarios of a process, if it does."""
    try:
        source = read_source(path)
    except DefinitionError:
        return ()
    if not isinstance(source.data, Mapping) or "scenarios" not in source.data:
        return ()
    place = source.place(("scenarios",), key=True)
    hint = f"run it: salesfsm scenarios {path}"
    return (Problem("this is a file of scenarios, not a process", ("scenarios",), hint, place),)


def _lacking(path: Path, error: MissingExtraError) -> Problem:
    """That a package for the calendar of the process is not installed, at its place."""
    steps = ("calendar", "country")
    what, _, hint = str(error).partition(": ")
    return Problem(what, steps, hint, read_source(path).place(steps))


def _json(reports: Sequence[Report], _: str) -> None:
    print_json([_report(each) for each in reports])


def _report(report: Report) -> dict[str, object]:
    return {
        "file": report.file,
        "usable": report.is_usable,
        "problems": list(map(problem_json, report.problems)),
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "message": finding.message,
                "hint": finding.hint,
                **place_json(place),
            }
            for finding, place in report.findings
        ],
        **({"ignored": dict(report.ignored)} if report.ignored else {}),
    }


def _text(reports: Sequence[Report], language: str) -> None:
    for report in reports:
        _tell(report, language)


def _tell(report: Report, language: str) -> None:
    for problem in report.problems:
        say(str(problem))
    for finding, place in report.findings:
        severity = message(f"severity.{finding.severity}", language)
        said = f"{finding.code} {severity}: {finding.message_in(language)}"
        say(str(Problem(said, finding.path, place=place)))
        say(f"  {message('check.hint', language, hint=finding.hint_in(language))}")
    file, problems, found = report.file, len(report.problems), len(report.findings)
    if problems:
        say(counted("check.problems", problems, language, file=file), fg="red")
    elif found:
        say(counted("check.findings", found, language, file=file), fg="yellow")
    else:
        say(message("check.clean", language, file=file), fg="green")
    for code, reason in report.ignored.items():
        say(message("check.ignored", language, code=code, reason=reason))


def _github(reports: Sequence[Report], language: str) -> None:
    for line in workflow_commands(reports, language):
        say(line)


_FORMS: Mapping[str, Callable[[Sequence[Report], str], None]] = {
    "text": _text,
    "json": _json,
    "sarif": lambda reports, language: print_json(sarif(reports, CHECKS, language)),
    "github": _github,
}
