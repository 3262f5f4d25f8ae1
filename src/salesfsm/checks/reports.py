"""What the checks say of one file: what the forms of reports (``sarif``, ``github``) tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from salesfsm.checks.finding import Finding, Severity
from salesfsm.errors import Place, Problem
from salesfsm.frozen import FrozenDict


@dataclass(frozen=True, slots=True)
class Report:
    """A checked file: the problems that make it no process, or else what was found, with places.

    ``ignored`` are checks that were asked for by their codes, and that the file leaves out, with
    its reasons.
    """

    file: str
    problems: tuple[Problem, ...] = ()
    findings: tuple[tuple[Finding, Place], ...] = ()
    ignored: Mapping[str, str] = FrozenDict()

    @property
    def is_usable(self) -> bool:
        """Whether the file is a process at all."""
        return not self.problems

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong; notes, a matter of taste, do not count."""
        told = (finding.severity for finding, _ in self.findings)
        return self.is_usable and all(severity is Severity.NOTE for severity in told)


def problem_text(problem: Problem) -> str:
    """What is wrong, and how to mend it, on lines of their own."""
    return "\n".join(filter(None, (problem.message, problem.hint)))


def finding_text(finding: Finding, language: str) -> str:
    """What was found, and how to mend it, on lines of their own."""
    return f"{finding.message_in(language)}\n{finding.hint_in(language)}"
