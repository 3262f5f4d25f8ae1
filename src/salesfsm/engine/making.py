"""A process made ready to answer: compiled once, immutable, with what every command begins by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from inspect import signature

from salesfsm.engine.assigning import assignments_of
from salesfsm.engine.commands import Decision
from salesfsm.engine.evolve import evolve
from salesfsm.engine.opportunity import Opportunity, check_texts
from salesfsm.engine.plans import Guard, plans_of
from salesfsm.engine.refusals import (
    refuse_opportunity,
    refuse_process,
    refuse_stage,
    refuse_time,
)
from salesfsm.engine.step import Step
from salesfsm.errors import CommandError, UnknownNameError, ValueTypeError, shorten
from salesfsm.frozen import frozen
from salesfsm.process.process import Process
from salesfsm.process.requirements import contract_requirements, entry_requirements
from salesfsm.rules.subject import PredicateFunction
from salesfsm.rules.values import aware

Clock = Callable[[], datetime]
"""Gives the present time, aware."""


def system_clock() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)


def _check_predicate(name: str, function: object) -> None:
    """Refuse what cannot be asked; what has no signature, as some built-ins, shows when asked."""
    wanted = "give a function of two arguments, the opportunity and the time"
    if not callable(function):
        raise ValueTypeError(f"the predicate {name} is {shorten(repr(function))}: {wanted}")
    try:
        parameters = signature(function)
    except (TypeError, ValueError):
        return
    try:
        parameters.bind(None, None)
    except TypeError as error:
        raise ValueTypeError(
            f"the predicate {name} cannot be asked, for its function takes {parameters} "
            f"({error}): {wanted}"
        ) from None


class Compiled:
    """A process with its guards compiled. What it can be asked, its heirs say."""

    def __init__(
        self,
        process: Process,
        *,
        predicates: Mapping[str, PredicateFunction] | None = None,
        clock: Clock = system_clock,
    ) -> None:
        if not isinstance(process, Process):
            raise ValueTypeError(
                f"an Engine takes a Process, not {shorten(repr(process))}: load(file) gives one"
            )
        given = dict(predicates or {})
        for name, function in given.items():
            if name not in process.predicates:
                raise UnknownNameError("predicate", name, process.predicates, within=process.name)
            _check_predicate(name, function)
        if missing := [name for name in process.predicates if name not in given]:
            raise CommandError(
                f"{process.key} asks Python: give Engine(predicates={{...}}) with a function for "
                + ", ".join(missing)
            )
        self._process = process
        self._predicates = frozen(given)
        self._name, self._version = process.name, process.version
        self._clock = clock
        self._plans = plans_of(process, given)
        self._entries = {
            name: Guard(entry_requirements(process, process.stage_by_name[name]), name, given)
            for name in process.begins
        }
        self._contracts = {
            each.name: Guard(contract_requirements(process, each.needs), each.target, given)
            for each in process.handovers
        }
        self._assignments = assignments_of(process, given)

    @property
    def process(self) -> Process:
        """The process that this engine decides by."""
        return self._process

    @property
    def predicates(self) -> Mapping[str, PredicateFunction]:
        """The Python functions that the process names, by those names."""
        return self._predicates

    @property
    def clock(self) -> Clock:
        """What it asks for the time where a command does not give one."""
        return self._clock

    def _moment(
        self, opportunity: Opportunity, at: datetime | None, by: str | None = None
    ) -> datetime:
        self._own(opportunity)
        check_texts(by=by)
        now = aware(self._clock() if at is None else at)
        if now < opportunity.at:
            refuse_time(opportunity, now)
        return now

    def _own(self, opportunity: Opportunity) -> None:
        if not isinstance(opportunity, Opportunity):
            refuse_opportunity(opportunity)
        if opportunity.process != self._name or opportunity.version != self._version:
            refuse_process(self._process, opportunity)
        if opportunity.stage not in self._plans:
            refuse_stage(self._process, opportunity)

    def _answered(self, opportunity: Opportunity, command: str, decision: Decision) -> Step:
        if isinstance(decision, list):
            return Step(False, opportunity, (), tuple(decision), (), command, self._process)
        new = opportunity
        for event in decision:
            new = evolve(new, event)
        return Step(True, new, decision, (), (), command, self._process)
