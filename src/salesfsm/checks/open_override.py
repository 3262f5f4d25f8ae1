"""SF127: an override for everybody, or for the very ones whom all criteria ask."""

from __future__ import annotations

import re
from collections.abc import Iterator

from salesfsm.checks.finding import PLAIN, Check, Found, Path, Severity, found
from salesfsm.process.kinds import Level
from salesfsm.process.process import Process

OWN = "own"
"""The case of a role that may override in a stage, and owns all that keeps people there."""

_EVERYBODY = re.compile(
    r"(\*|users?|(all|any)( (staff|users?|people|sellers?|employees?))?)$"
    r"|.*\b(anybody|anyone|everybody|everyone|wszyscy|każdy|dowolna osoba|всички|всеки|кой да е)\b",
    re.IGNORECASE,
)


def _find(process: Process) -> Iterator[Found]:
    owners = _owners(process)
    for path, role, stages in _overriding(process):
        own = [name for name in stages if owners.get(name) == {role.casefold()}]
        if _EVERYBODY.match(role):
            yield found(*path, role=role)
        elif own:
            yield found(*path, case=OWN, role=role, stages=", ".join(own))


def _overriding(process: Process) -> Iterator[tuple[Path, str, list[str]]]:
    """The roles that may override, each at its place, and the stages in which it may."""
    everywhere = [each.name for each in process.stages if each.overrides is None]
    for index, role in enumerate(process.overrides):
        yield ("overrides", index), role, everywhere
    for at, stage in enumerate(process.stages):
        for index, role in enumerate(stage.overrides or ()):
            yield ("stages", at, "overrides", index), role, [stage.name]


def _owners(process: Process) -> dict[str, set[str | None]]:
    """By stage, who must do what the ways out of it wait for; None where nobody is named."""
    found: dict[str, set[str | None]] = {}
    for arc in process.arcs:
        for each in arc.requirements:
            if each.level is Level.BLOCK:
                owner = each.owner.casefold() if each.owner else None
                found.setdefault(arc.source, set()).add(owner)
    return found


CHECK = Check("SF127", Severity.WARNING, _find, cases=(PLAIN, OWN))
