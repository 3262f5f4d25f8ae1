"""Rules that the names and types of their process do not bear out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from salesfsm.errors import Problem, RuleError
from salesfsm.process.mirror import BUYER_IS_ACTIVE, MIRROR, MIRROR_LAG
from salesfsm.process.problems.finding import Finder, Path, criteria_lists
from salesfsm.process.words import vocabulary_of
from salesfsm.rules import syntax
from salesfsm.rules.resolve import resolve

if TYPE_CHECKING:
    from salesfsm.process.process import Process


def _rules(process: Process) -> Iterator[Problem]:
    vocabulary = vocabulary_of(process)
    for path, rule in _every_rule(process):
        try:
            resolve(rule, vocabulary)
        except RuleError as error:
            shown = str(error).replace("\n", "\n  ")
            yield Problem(shown, path)


def _every_rule(process: Process) -> Iterator[tuple[Path, syntax.Node]]:
    """Every rule of the process with the path to it."""
    for path, criteria in criteria_lists(process):
        for i, criterion in enumerate(criteria):
            yield (*path, i), criterion.rule
    for i, assignment in enumerate(process.assignments):
        if assignment.when is not None:
            yield ("assignments", i, "when"), assignment.when
    for i, invariant in enumerate(process.invariants):
        yield ("invariants", i, "never"), invariant.never


def _codes(process: Process) -> Iterator[Problem]:
    """Codes that the process gives itself, and that would be taken for what they mean there."""
    for path, criteria in criteria_lists(process):
        for i, criterion in enumerate(criteria):
            code = criterion.code or ""
            if code == BUYER_IS_ACTIVE or code.partition(".")[0] in _GIVEN:
                yield Problem(
                    f"the code {code!r} is one that the process itself gives",
                    (*path, i, "code"),
                    "choose another code",
                )


_GIVEN = (MIRROR, MIRROR_LAG, "handover")

FINDERS: tuple[Finder, ...] = (_rules, _codes)
