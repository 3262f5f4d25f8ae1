"""Scenarios of a process that another one includes, in the names that it has there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from salesfsm.process.process import Process
from salesfsm.testing.scenarios.definitions import Given, Scenario


def prefixed(scenarios: Iterable[Scenario], below: Process, prefix: str) -> Iterator[Scenario]:
    """Scenarios of ``below`` as ones of a process that includes it under ``prefix``.

    Groups of stages stay those of ``below``. Stages and tasks alone have other names there; facts,
    milestones and triggers are shared.
    """

    def there(name: str) -> str:
        return f"{prefix}.{name}"

    def part(code: str) -> str:
        kind, _, task = code.partition(".")
        return f"task.{there(task)}" if kind == "task" and task in below.task_by_name else code

    def code(name: str) -> str:
        return "+".join(map(part, name.split("+")))

    def needed(given: Given, name: str) -> Iterable[str]:
        return {there(name) if key == "tasks" else name: None for key in given.lacking(name)}

    for each in scenarios:
        given, then = each.given, each.then
        yield each.model_copy(
            update={
                "name": f"{prefix}: {each.name}",
                "given": given.model_copy(
                    update={
                        "stage": tuple(map(there, each.stages_in(below))),
                        "stopped_in": given.stopped_in and there(given.stopped_in),
                        "tasks": tuple(map(there, given.tasks)),
                    }
                ),
                "then": then.model_copy(
                    update={
                        "allowed": then.allowed and there(then.allowed),
                        "warns": then.warns and tuple(map(code, then.warns)),
                        "needs": tuple(name for need in then.needs for name in needed(given, need)),
                        "refused": tuple(map(code, then.refused)),
                    }
                ),
            }
        )
