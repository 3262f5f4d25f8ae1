"""SF127: an override for everybody, or for the very ones whom all criteria ask."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.asking import criteria_of
from salesfsm.checks.finding import Check, Found, Path, Severity, found
from salesfsm.process.kinds import Level
from salesfsm.process.process import Process

OWN = "own"
"""The case of a role that may override, and owns whatever anybody owns."""

_EVERYBODY = (
    "*", "all", "any", "anybody", "anyone", "everybody", "everyone", "user", "users",
    "wszyscy", "każdy", "dowolna osoba", "всички", "всеки",
)  # fmt: skip


def _find(process: Process) -> Iterator[Found]:
    owners = set(_owners(process))
    for path, role in _overriding(process):
        if role.casefold() in _EVERYBODY:
            yield found(*path, role=role)
        elif owners == {role.casefold()}:
            yield found(*path, case=OWN, role=role)


def _overriding(process: Process) -> Iterator[tuple[Path, str]]:
    """The roles that may override, each at its place."""
    for index, role in enumerate(process.overrides):
        yield ("overrides", index), role
    for at, stage in enumerate(process.stages):
        for index, role in enumerate(stage.overrides or ()):
            yield ("stages", at, "overrides", index), role


def _owners(process: Process) -> Iterator[str]:
    """Who must do what moves depend on."""
    criteria = [each.owner for _, each in criteria_of(process) if each.level is Level.BLOCK]
    tasks = [each.owner for each in process.task_by_name.values() if each.level is Level.BLOCK]
    milestones = [each.owner for each in process.buyer.milestones]
    return (owner.casefold() for owner in (*criteria, *tasks, *milestones) if owner is not None)


CHECK = Check("SF127", Severity.WARNING, _find, cases=("", OWN))
