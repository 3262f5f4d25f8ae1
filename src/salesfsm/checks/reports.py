"""What the checks say of one file: what the forms of reports (``sarif``, ``github``) tell."""

from __future__ import annotations

from dataclasses import dataclass

from salesfsm.checks.finding import Finding, Severity
from salesfsm.errors import Place, Problem


@dataclass(frozen=True, slots=True)
class Report:
    """A checked file: the problems that make it no process, or else what was found, with places."""

    file: str
    problems: tuple[Problem, ...] = ()
    findings: tuple[tuple[Finding, Place], ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether the file is a process at all."""
        return not self.problems

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong; notes, a matter of taste, do not count."""
        told = (finding.severity for finding, _ in self.findings)
        return self.is_usable and all(severity is Severity.NOTE for severity in told)
