"""Reports as workflow commands of GitHub, which it shows as annotations beside the lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from salesfsm.checks.finding import Severity
from salesfsm.checks.reports import Report, finding_text, problem_text
from salesfsm.errors import Place, printable

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def workflow_commands(reports: Iterable[Report], language: str = "en") -> Iterator[str]:
    """One command for each problem and finding, without line ends."""
    for report in reports:
        for problem in report.problems:
            text = problem_text(problem)
            yield _command("error", "salesfsm", report.file, problem.place, text)
        for finding, place in report.findings:
            command, text = _COMMANDS[finding.severity], finding_text(finding, language)
            yield _command(command, finding.code, report.file, place, text)


def _command(command: str, title: str, file: str, place: Place | None, text: str) -> str:
    where = {"file": place.file if place else file}
    if place:
        where |= {"line": str(place.line), "col": str(place.column)}
    told = ",".join(
        f"{key}={_property(value)}" for key, value in (where | {"title": title}).items()
    )
    return f"::{command} {told}::{_text(text)}"


def _text(value: str) -> str:
    lines = value.splitlines()
    return "%0A".join(printable(line).replace("%", "%25") for line in lines)


def _property(value: str) -> str:
    return _text(value).replace(":", "%3A").replace(",", "%2C")
