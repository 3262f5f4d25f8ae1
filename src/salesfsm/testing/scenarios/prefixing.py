"""Scenarios of a process that another one includes, in the names that it has there."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from salesfsm.process.process import Process
from salesfsm.testing.scenarios.definitions import Scenario

_TASK = "task."
"""What the code begins with that asks for a task."""


def prefixed(
    scenarios: Iterable[Scenario], below: Process, prefix: str, process: Process
) -> Iterator[Scenario]:
    """Scenarios of ``below`` as ones of ``process``, which includes it under ``prefix``.

    Groups of stages stay those of ``below``. Stages and tasks alone have other names there; facts,
    milestones and triggers are shared.
    """
    stages, tasks = process.stage_by_name, process.task_by_name

    def renamed(name: str, known: Container[str]) -> str:
        longer = f"{prefix}.{name}"
        return longer if longer in known else name

    def code(name: str) -> str:
        task = name.removeprefix(_TASK)
        return name if task == name else _TASK + renamed(task, tasks)

    for each in scenarios:
        given, then = each.given, each.then
        yield each.model_copy(
            update={
                "name": f"{prefix}: {each.name}",
                "given": given.model_copy(
                    update={
                        "stage": tuple(renamed(name, stages) for name in each.stages_in(below)),
                        "stopped_in": given.stopped_in and renamed(given.stopped_in, stages),
                        "tasks": tuple(renamed(name, tasks) for name in given.tasks),
                    }
                ),
                "then": then.model_copy(
                    update={
                        "allowed": then.allowed and renamed(then.allowed, stages),
                        "warns": then.warns and tuple(map(code, then.warns)),
                        "refused": tuple(map(code, then.refused)),
                        "needs": tuple(renamed(name, tasks) for name in then.needs),
                    }
                ),
            }
        )
