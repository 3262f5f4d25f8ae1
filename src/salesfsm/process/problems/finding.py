"""What the finders of problems share: how they are called, and what they say of an unknown name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from salesfsm.errors import Problem, unknown_name
from salesfsm.process.definitions import Criterion

if TYPE_CHECKING:
    from salesfsm.process.process import Process

Path = tuple[str | int, ...]
Finder = Callable[["Process"], Iterator[Problem]]


def unknown(kind: str, name: str, known: Iterable[str], path: Path) -> Iterator[Problem]:
    """The problem that a name is not known, if it is not."""
    names = tuple(dict.fromkeys(known))  # a name that is defined twice is told by itself
    if name not in names:
        yield Problem(unknown_name(kind, name, names), path)


def criteria_lists(process: Process) -> Iterator[tuple[Path, tuple[Criterion, ...]]]:
    """Every list of criteria of the process with the path to it."""
    for i, stage in enumerate(process.stages):
        yield ("stages", i, "entry"), stage.entry
        yield ("stages", i, "exit"), stage.exit
        for j, reason in enumerate(stage.reasons):
            yield ("stages", i, "reasons", j, "when"), reason.when
    for i, transition in enumerate(process.transitions):
        yield ("transitions", i, "when"), transition.when
