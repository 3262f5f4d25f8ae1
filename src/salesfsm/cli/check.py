"""``salesfsm check``: load processes, and tell every problem and finding at its place."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from salesfsm.checks import Finding, check
from salesfsm.cli.options import EXISTING, json_option, language_option
from salesfsm.cli.output import place_json, print_json, problem_json, say
from salesfsm.errors import DefinitionError, Place, Problem
from salesfsm.formats.process_file import read_process
from salesfsm.messages import counted, message

CLEAN, FINDINGS, UNUSABLE = 0, 1, 2


@click.command("check")
@click.argument("process_files", metavar="PROCESS...", nargs=-1, required=True, type=EXISTING)
@click.option("--ignore", multiple=True, metavar="CODE", help="Leave out a check, such as SF104.")
@language_option
@json_option
def command(
    process_files: tuple[Path, ...], ignore: tuple[str, ...], language: str, as_json: bool
) -> None:
    """Load processes and tell every problem and finding.

    Exit codes: 0 clean, 1 findings, 2 a process cannot be used.
    """
    worst = CLEAN
    reports = []
    for path in process_files:
        problems, found = _checked(path, ignore)
        state = UNUSABLE if problems else FINDINGS if found else CLEAN
        worst = max(worst, state)
        reports.append(_report(path, problems, found))
        if not as_json:
            _tell(path, problems, found, language)
    if as_json:
        print_json(reports)
    sys.exit(worst)


Found = tuple[Finding, Place]


def _checked(path: Path, ignore: tuple[str, ...]) -> tuple[tuple[Problem, ...], list[Found]]:
    try:
        read = read_process(path)
    except DefinitionError as error:
        return error.problems, []
    return (), [(each, read.place(each.path)) for each in check(read.process, ignore=ignore)]


def _report(path: Path, problems: tuple[Problem, ...], found: list[Found]) -> dict[str, object]:
    return {
        "file": str(path),
        "usable": not problems,
        "problems": list(map(problem_json, problems)),
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "message": finding.message,
                "hint": finding.hint,
                **place_json(place),
            }
            for finding, place in found
        ],
    }


def _tell(path: Path, problems: tuple[Problem, ...], found: list[Found], language: str) -> None:
    for problem in problems:
        say(str(problem))
    for finding, place in found:
        severity = message(f"severity.{finding.severity}", language)
        said = f"{finding.code} {severity}: {finding.message_in(language)}"
        say(str(Problem(said, finding.path, place=place)))
        say(f"  {message('check.hint', language, hint=finding.hint_in(language))}")
    if problems:
        say(counted("check.problems", len(problems), language, file=path), fg="red")
    elif found:
        say(counted("check.findings", len(found), language, file=path), fg="yellow")
    else:
        say(message("check.clean", language, file=path), fg="green")
