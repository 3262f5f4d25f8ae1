"""A migration: rules and the two processes that they fit, ready to carry opportunities over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace

from salesfsm.engine.events import Event, Migrated
from salesfsm.engine.evolve import evolve
from salesfsm.engine.opportunity import Opportunity, Stop, check_texts
from salesfsm.engine.refusals import refuse_process, refuse_time
from salesfsm.engine.results import Blocker, blocker
from salesfsm.engine.step import Step
from salesfsm.errors import MigrationError, ValueTypeError, shorten
from salesfsm.migration.carrying import Carrier
from salesfsm.migration.comparing import between
from salesfsm.migration.reverting import Past, past_of
from salesfsm.process.kinds import Outcome
from salesfsm.process.migration import MigrationRules, MigrationTarget, OnMissing
from salesfsm.process.migration_names import Names, names_ahead, names_back
from salesfsm.process.migration_problems import branch_vocabulary, find_migration_problems
from salesfsm.process.process import Process
from salesfsm.rules.closure import VerdictFunction, compile_verdict
from salesfsm.rules.resolve import resolve
from salesfsm.rules.values import aware
from salesfsm.rules.verdict import MET

_Branch = tuple[MigrationTarget, VerdictFunction | None]


class Migration:
    """Carries opportunities from one version of a process to another one, and back.

    Immutable, and shared by threads. Raises :class:`~salesfsm.errors.MigrationError` with every
    reason why the rules do not fit the two processes.
    """

    def __init__(self, rules: MigrationRules, old: Process, new: Process) -> None:
        if not isinstance(rules, MigrationRules):
            given = shorten(repr(rules))
            raise ValueTypeError(
                f"a Migration takes MigrationRules, not {given}: load_migration(file) gives them"
            )
        if problems := find_migration_problems(rules, old, new):
            raise MigrationError("\n".join(map(str, problems)))
        self.rules, self.old, self.new = rules, old, new
        self._ahead = names_ahead(rules, old, new)
        self._back = names_back(self._ahead, old)
        self._drop = rules.on_missing is OnMissing.DROP
        words = branch_vocabulary(new)
        self._stages: Mapping[str, tuple[_Branch, ...]] = {
            name: tuple(
                (each, compile_verdict(resolve(each.when, words)) if each.when else None)
                for each in targets
            )
            for name, targets in rules.stages.items()
        }

    @property
    def names(self) -> Names:
        """What the names of the old version are called in the new one."""
        return self._ahead

    def migrated(
        self, opportunity: Opportunity, *, at: datetime, by: str | None = None, note: str = ""
    ) -> Step:
        """The opportunity in the new version, or why it is stranded in the old one.

        The step is accepted with one ``Migrated`` event, and its warnings say what is dropped: it
        stays in the history. Raises :class:`~salesfsm.errors.ProcessMismatchError` for an
        opportunity of another version, and :class:`~salesfsm.errors.TimeError`.
        """
        at = self._moment(opportunity, self.old, at, by, note)
        carrier = Carrier(self._ahead, self.old, self.new, drop=self._drop)
        held = replace(
            opportunity,
            facts=carrier.facts(opportunity.facts),
            evidence=carrier.evidence(opportunity.evidence),
            tasks=carrier.tasks(opportunity.tasks),
            attempts=carrier.attempts(opportunity.attempts),
            planned=carrier.planned(opportunity.planned),
            team=carrier.team(opportunity.team),
        )
        held = replace(held, stopped=self._stopped(held, carrier, at))
        target = self._target(opportunity.stage, held, at)
        if isinstance(target, Blocker):
            carrier.stranded.insert(0, target)
        else:
            held = self._entered(held, target, carrier)
        if carrier.stranded:
            return _refused(opportunity, "migrate", carrier.stranded, self.old)
        event = between(opportunity, held, self.new, at, by, note=note)
        return _accepted(opportunity, event, "migrate", carrier, self.new)

    def reverted(
        self, history: Iterable[Event], *, at: datetime, by: str | None = None, note: str = ""
    ) -> Step:
        """The opportunity back in the old version, as if it had never been migrated.

        ``history`` is the whole of it. What was dropped comes back; what was recorded since stays,
        under its old names. Refused where it has moved since, or did not come by this migration.
        """
        carrier = Carrier(self._back, self.new, self.old, drop=self._drop, back=True)
        past = past_of(history, self.rules, carrier)
        if not isinstance(past, Past):
            opportunity, reasons = past
            return _refused(opportunity, "revert", reasons, self.new)
        at = self._moment(past.now, self.new, at, by, note)
        event = between(past.now, past.instead, self.old, at, by, note=note, reverts=past.migration)
        return _accepted(past.now, event, "revert", carrier, self.old)

    def _moment(
        self, opportunity: Opportunity, process: Process, at: datetime, by: str | None, note: str
    ) -> datetime:
        check_texts(by=by, note=note)
        if (opportunity.process, opportunity.version) != (process.name, process.version):
            refuse_process(process, opportunity)
        moment = aware(at)
        if moment < opportunity.at:
            refuse_time(opportunity, moment)
        return moment

    # stages

    def _target(self, stage: str, held: Opportunity, at: datetime) -> MigrationTarget | Blocker:
        """Where opportunities of ``stage`` go, or why this one goes nowhere."""
        if stage in self._stages:
            for target, asks in self._stages[stage]:
                if asks is None or asks(held, at) is MET:
                    return target
            return blocker("migration.branch", stage=stage)
        was, same = self.old.stage_by_name.get(stage), self.new.stage_by_name.get(stage)
        if was is None or same is None:
            return blocker("migration.stage", stage=stage)
        if same.outcome is not was.outcome:
            return blocker("migration.outcome", stage=stage)
        return MigrationTarget(to=stage)

    def _entered(self, held: Opportunity, target: MigrationTarget, carrier: Carrier) -> Opportunity:
        source, stage = self.old.stage_by_name[held.stage], self.new.stage_by_name[target.to]
        if held.hold is not None and not stage.is_open:
            carrier.stranded.append(blocker("migration.hold", stage=target.to))
        if stage.is_open or (not source.is_open and target.reason is None):
            return replace(held, stage=target.to)
        if not source.is_open:
            return replace(held, stage=target.to, stopped=Stop(held.stopped_in, target.reason))
        # The stage that it was closed in is one of the old version: no name is left for it.
        reason = target.reason if stage.outcome is Outcome.LOST else held.lost_reason
        return replace(held, stage=target.to, stopped=Stop(None, reason))

    def _stopped(self, held: Opportunity, carrier: Carrier, at: datetime) -> Stop | None:
        """Where and why work on it last stopped, in the words of the new version."""
        was = held.stopped
        if was is None:
            return None
        reason = carrier.reason(was.reason)
        stage = self._stopped_in(was.stage, held, carrier, at) if was.stage else None
        return Stop(stage, reason)

    def _stopped_in(
        self, name: str, held: Opportunity, carrier: Carrier, at: datetime
    ) -> str | None:
        target = self._target(name, held, at)
        if isinstance(target, Blocker):
            carrier.lack(f"stages.{name}")
            return None
        if not self.new.stage_by_name[target.to].is_open:
            carrier.leave(f"stages.{name}")
            return None
        return target.to


def _accepted(
    was: Opportunity, event: Migrated, command: str, carrier: Carrier, process: Process
) -> Step:
    return Step(True, evolve(was, event), (event,), (), tuple(carrier.dropped), command, process)


def _refused(was: Opportunity, command: str, reasons: list[Blocker], process: Process) -> Step:
    return Step(False, was, (), tuple(reasons), (), command, process)
