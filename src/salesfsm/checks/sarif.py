"""Reports as SARIF 2.1.0, the form that code scanning of many systems reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from salesfsm._version import __version__
from salesfsm.checks.finding import Check, Severity
from salesfsm.checks.reports import Report, finding_text, problem_text
from salesfsm.errors import Place, printable

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
UNUSABLE = "definition"
"""The rule of problems that make a file no process."""

_SCHEME = re.compile("[a-z]{2,}:")


def sarif(
    reports: Iterable[Report], checks: Mapping[str, Check], language: str = "en"
) -> dict[str, object]:
    """One run over all the reports, as plain data; ``checks`` are the rules that it may name."""
    rules = [_rule(UNUSABLE, "The file is a process.", Severity.ERROR)]
    rules += [
        _rule(code, each.sentence_in(language), each.severity) for code, each in checks.items()
    ]
    driver = {"name": "salesfsm", "semanticVersion": __version__, "rules": rules}
    results = [result for report in reports for result in _results(report, language)]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, sentence: str, severity: Severity) -> dict[str, object]:
    return {
        "id": code,
        "shortDescription": {"text": sentence},
        "defaultConfiguration": {"level": str(severity)},
    }


def _results(report: Report, language: str) -> Iterable[dict[str, object]]:
    for problem in report.problems:
        text = problem_text(problem)
        yield _result(UNUSABLE, Severity.ERROR, text, report.file, problem.place)
    for finding, place in report.findings:
        text = finding_text(finding, language)
        yield _result(finding.code, finding.severity, text, report.file, place)


def _result(
    code: str, severity: Severity, text: str, file: str, place: Place | None
) -> dict[str, object]:
    located: dict[str, object] = {"artifactLocation": _artifact(place.file if place else file)}
    if place:
        located["region"] = {"startLine": place.line, "startColumn": place.column}
    return {
        "ruleId": code,
        "level": str(severity),
        "message": {"text": "\n".join(map(printable, text.splitlines()))},
        "locations": [{"physicalLocation": located}],
    }


def _artifact(file: str) -> dict[str, str]:
    """Where a file is: below the working folder, which is the root of what is scanned, or not."""
    if _SCHEME.match(file):  # a process of the library
        return {"uri": file}
    path, root = Path(file).resolve(), Path.cwd()
    if path.is_relative_to(root):
        return {"uri": quote(path.relative_to(root).as_posix()), "uriBaseId": "%SRCROOT%"}
    return {"uri": path.as_uri()}
