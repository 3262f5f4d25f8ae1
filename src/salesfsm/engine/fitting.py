"""Whether what comes from outside fits a process: its stages, facts, milestones and tasks.

The engine makes nothing that does not fit; events and opportunities that were stored or sent may
be of another process, or touched by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from salesfsm.engine.opportunity import Opportunity
from salesfsm.errors import EventError, ProcessMismatchError, ValueTypeError, unknown_name
from salesfsm.process.process import Process
from salesfsm.rules.types import Type, accept
from salesfsm.rules.values import FactValue


def check_opportunity(process: Process, opportunity: Opportunity) -> None:
    """Raise what keeps a stored opportunity from being one of ``process``.

    :class:`~salesfsm.errors.ProcessMismatchError` for another process or version,
    :class:`~salesfsm.errors.EventError` for names and values that it does not have.
    """
    if (opportunity.process, opportunity.version) != (process.name, process.version):
        raise ProcessMismatchError(
            f"{opportunity.id} belongs to {opportunity.process} {opportunity.version}, "
            f"not to {process.key}"
        )
    known_stage(process, opportunity.id, opportunity.stage)
    fitting_facts(process, opportunity.id, opportunity.facts)
    for kind, names, known in (
        ("milestone", opportunity.evidence, process.milestone_by_name),
        ("task", opportunity.tasks, process.task_by_name),
        ("activity", opportunity.attempts, process.activities),
    ):
        _known_names(opportunity.id, kind, names, known)


def known_stage(process: Process, where: str, stage: str) -> None:
    """Raise ``EventError`` for a stage that is not known; ``where`` says whose it is."""
    _known_names(where, "stage", (stage,), process.stage_by_name)


def _known_names(where: str, kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    every = tuple(known)
    for name in names:
        if name not in every:
            raise EventError(f"{where}: {unknown_name(kind, name, every)}")


def fitting_facts(process: Process, where: str, facts: Mapping[str, FactValue | None]) -> None:
    """Raise ``EventError`` for facts not in the declared form, which rules count on."""
    _known_names(where, "fact", facts, process.vocabulary.facts)
    for name, value in facts.items():
        declared = process.vocabulary.facts[name]
        if value is not None and not _kept(declared, value):
            raise EventError(
                f"{where} gives the fact {name!r}, which is {declared}, the value {value!r}"
            )


def _kept(declared: Type, value: FactValue) -> bool:
    try:
        kept = accept(declared, value)
    except ValueTypeError:
        return False
    return type(kept) is type(value) and kept == value
