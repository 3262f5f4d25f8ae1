"""Replays a CRM export through the engine: what happened, against what the process allows.

A move that the process does not allow is reported, and the opportunity is then placed where the
export says it is, for the past cannot be refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import msgspec

from salesfsm.engine.commands import accept_facts
from salesfsm.engine.engine import Engine
from salesfsm.engine.events import Event
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.step import Step
from salesfsm.engine.text import Writer
from salesfsm.errors import (
    CommandError,
    HistoryError,
    TimeError,
    UnknownNameError,
    ValueTypeError,
    unknown_name,
)
from salesfsm.formats.history import Change, History, UnusableRow
from salesfsm.process.arcs import ArcKey
from salesfsm.process.process import Process
from salesfsm.rules.types import read
from salesfsm.rules.values import aware

PROGRESS_STEP = 200
"""How many changes pass between two calls of the progress function."""


NOTE = "the history says so; the process does not allow it"
"""What the events say of opportunities that are placed or adopted by a replay."""


class Deviation(msgspec.Struct, frozen=True):
    """Something that happened although the process does not allow it.

    ``source`` is None where the opportunity began in a stage that none may begin in. ``step`` is
    the step that says why, refused or leading to another stage; it is None where no transition
    joins the two stages.
    """

    process: Process
    opportunity: str
    at: datetime
    row: int
    source: str | None
    target: str
    step: Step | None = None

    def explain(self, language: str = "en") -> str:
        """Why it is not allowed, in ``language`` (English for unknown ones)."""
        step = self.step
        writer = Writer(self.process, language)
        stage = writer.stage
        if step is None:
            source, target = stage(self.source or ""), stage(self.target)
            return writer.message("deviation.no_transition", source=source, target=target)
        if step.accepted and step.opportunity is not None:
            led, wanted = stage(step.opportunity.stage), stage(self.target)
            named = {"trigger": step.command, "led": led, "target": wanted}
            return writer.message("deviation.elsewhere", **named)
        return step.explain(language)


class Replay(msgspec.Struct, frozen=True):
    """What came of a replay.

    ``moves`` counts the moves that were allowed, by arc, in the order of the definitions.
    ``unusable`` holds the rows that could not be used, or not wholly: a row of which only one fact
    is unreadable still counts as used.
    ``opportunities`` are as they stand at the end, ``events`` everything that happened to them.
    """

    process: Process
    history: History
    moves: Mapping[ArcKey, int]
    deviations: tuple[Deviation, ...]
    unusable: tuple[UnusableRow, ...]
    assumed: Mapping[str, int]
    opportunities: Mapping[str, Opportunity]
    events: Mapping[str, tuple[Event, ...]]

    @property
    def standing(self) -> Mapping[str, int]:
        """How many opportunities stand in each stage at the end, in the order of the stages."""
        counts = Counter(each.stage for each in self.opportunities.values())
        return {stage: counts[stage] for stage in self.process.stage_by_name}


def replay_history(
    process: Process,
    history: History,
    *,
    engine: Engine | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Replay:
    """Open and move every opportunity of ``history`` through the engine of ``process``.

    ``engine`` is given where the process needs Python predicates. ``progress`` is called with the
    number of changes done since the last call. Raises :class:`~salesfsm.errors.HistoryError`
    where the history names stages, reasons or facts that the process does not have.
    """
    _known_names(process, history.changes)
    run = _Run(process, engine or Engine(process))
    for number, change in enumerate(history.changes, 1):
        run.apply(change)
        if number % PROGRESS_STEP == 0:
            progress(PROGRESS_STEP)
    progress(len(history.changes) % PROGRESS_STEP)
    return Replay(
        process,
        history,
        run.moves_in_order(),
        tuple(run.deviations),
        tuple(sorted((*history.unusable, *run.unusable), key=lambda row: row.row)),
        dict(run.assumed),
        run.opportunities,
        {name: tuple(events) for name, events in run.events.items()},
    )


def _known_names(process: Process, changes: Iterable[Change]) -> None:
    """Refuse a history whose names are not the process's: the mapping, not a row, is wrong then."""
    stages: set[str] = set()
    facts: set[str] = set()
    reasons: set[str] = set()
    for change in changes:
        facts.update(change.facts)
        if change.stage is not None:
            stages.add(change.stage)
        if change.reason is not None:
            reasons.add(change.reason)
    problems = [
        unknown_name("stage", name, process.stage_by_name)
        for name in sorted(stages)
        if name not in process.stage_by_name
    ]
    problems += [
        unknown_name("fact", name, process.facts)
        for name in sorted(facts)
        if name not in process.facts
    ]
    known = sorted({each.name for stage in process.stages for each in stage.reasons})
    problems += [
        unknown_name("reason", name, known) for name in sorted(reasons) if name not in known
    ]
    if problems:
        raise HistoryError(
            f"the mapping of the history does not fit the process {process.key}:\n  "
            + "\n  ".join(problems)
        )


class _Run:
    """One replay under way."""

    def __init__(self, process: Process, engine: Engine) -> None:
        self.process, self.engine = process, engine
        self.opportunities: dict[str, Opportunity] = {}
        self.events: dict[str, list[Event]] = {}
        self.moves: Counter[ArcKey] = Counter()
        self.assumed: Counter[str] = Counter()
        self.deviations: list[Deviation] = []
        self.unusable: list[UnusableRow] = []
        self._triggers: dict[tuple[str, str], list[str]] = {}
        for arc in process.arcs:
            self._triggers.setdefault((arc.source, arc.target), []).append(arc.trigger)

    def moves_in_order(self) -> dict[ArcKey, int]:
        """The moves that took place, in the order of the definitions."""
        keys = (arc.key for arc in self.process.arcs)
        return {key: self.moves[key] for key in keys if key in self.moves}

    def apply(self, change: Change) -> None:
        try:
            aware(change.at)
        except TimeError as error:
            self.unusable.append(UnusableRow(change.row, change.opportunity, str(error)))
            return
        if change.assumed:
            self.assumed[change.assumed] += 1
        facts = self._facts(change)
        change = self._fitting(change)
        opportunity = self.opportunities.get(change.opportunity)
        if opportunity is None:
            opportunity = self._open(change, facts)
        else:
            if facts:
                opportunity = self._keep(
                    self.engine.update(opportunity, facts, at=change.at, by=change.by)
                )
            if change.owner and change.owner != opportunity.owner:
                opportunity = self._keep(
                    self.engine.assign(opportunity, owner=change.owner, at=change.at, by=change.by)
                )
        if change.stage is not None and change.stage != opportunity.stage:
            self._move(opportunity, change, change.stage)
        elif change.reason is not None and change.reason != opportunity.lost_reason:
            why = f"the reason {change.reason!r} was left out: it comes with no change of the stage"
            self.unusable.append(UnusableRow(change.row, change.opportunity, why))

    def _facts(self, change: Change) -> dict[str, object]:
        """The facts that can be read; those that cannot are reported with their row."""
        found: dict[str, object] = {}
        for name, text in change.facts.items():
            try:
                kind = self.process.vocabulary.facts[name]
                value = None if text is None else read(kind, text)
                found.update(accept_facts(self.process, {name: value}))
            except ValueTypeError as error:
                why = str(error).removeprefix(f"the fact {name!r}: ")
                reason = f"the fact {name!r} was left out: {why}"
                self.unusable.append(UnusableRow(change.row_of(name), change.opportunity, reason))
        return found

    def _fitting(self, change: Change) -> Change:
        """The change without a reason that the stage it enters does not take, which is reported."""
        if change.stage is None or change.reason is None:
            return change
        reasons = [each.name for each in self.process.stage_by_name[change.stage].reasons]
        if change.reason in reasons:
            return change
        why = (
            f"the reason {change.reason!r} was left out: {change.stage} does not take it; the "
            "mapping may say which stages do (reason: {stages: [...]})"
        )
        self.unusable.append(UnusableRow(change.row, change.opportunity, why))
        return msgspec.structs.replace(change, reason=None)

    def _keep(self, step: Step) -> Opportunity:
        opportunity = step.unwrap()
        self.opportunities[opportunity.id] = opportunity
        self.events.setdefault(opportunity.id, []).extend(step.events)
        return opportunity

    def _open(self, change: Change, facts: Mapping[str, object]) -> Opportunity:
        """Begin where the history says, whether or not the process allows it."""
        stage = change.stage or self.process.starts[0]
        step = self.engine.open(
            change.opportunity,
            at=change.at,
            by=change.by,
            facts=facts,
            stage=stage,
            owner=change.owner,
        )
        if not step.accepted:
            self._deviates(change, None, stage, step)
            step = self.engine.adopt(
                change.opportunity,
                stage,
                at=change.at,
                by=change.by,
                facts=facts,
                owner=change.owner,
                reason=change.reason,
                note=NOTE,
            )
        return self._keep(step)

    def _move(self, opportunity: Opportunity, change: Change, target: str) -> None:
        source = opportunity.stage
        first: Step | None = None
        for trigger in self._triggers.get((source, target), ()):
            step = self._fired(opportunity, trigger, change)
            entered = step.opportunity
            if step.accepted and entered is not None and entered.stage == target:
                self._keep(step)
                self.moves[trigger, source, target] += 1
                return
            first = step if first is None else first  # a refused step is false
        self._deviates(change, source, target, first)
        self._keep(
            self.engine.place(
                opportunity, target, at=change.at, by=change.by, reason=change.reason, note=NOTE
            )
        )

    def _fired(self, opportunity: Opportunity, trigger: str, change: Change) -> Step:
        """The step of a trigger; its reason is left out where another branch, without it, opens."""
        at, by = change.at, change.by
        try:
            return self.engine.fire(opportunity, trigger, at=at, by=by, reason=change.reason)
        except (CommandError, UnknownNameError):
            return self.engine.fire(opportunity, trigger, at=at, by=by)

    def _deviates(self, change: Change, source: str | None, target: str, step: Step | None) -> None:
        self.deviations.append(
            Deviation(self.process, change.opportunity, change.at, change.row, source, target, step)
        )
