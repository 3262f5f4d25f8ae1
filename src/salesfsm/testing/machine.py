"""A ready rule-based state machine of hypothesis: one opportunity, and all that can happen to it.

It holds every answer of the engine against what was foretold by other code than the engine's
(``oracle``, ``foretelling``), and every step against what the designer says must never be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import timedelta

from msgspec.structs import replace

from salesfsm.engine.events import Assigned, CameDue, DueKind, Moved
from salesfsm.errors import MissingExtraError
from salesfsm.rules.closure import compile_verdict
from salesfsm.rules.parser import parse
from salesfsm.rules.printer import print_rule
from salesfsm.rules.resolve import resolve
from salesfsm.rules.values import LATEST
from salesfsm.testing.engines import MOMENT, SELLER, Decider, engine_of, items_of
from salesfsm.testing.foretelling import (
    Changes,
    Command,
    hold,
    opened,
    placed,
    recorded,
)
from salesfsm.testing.happenings import (
    CIRCUMSTANCES,
    HOURS,
    KNOWLEDGE,
    Happening,
    attempts,
    commands,
    people,
    whose,
)
from salesfsm.testing.knowledge import facts
from salesfsm.testing.oracle import Attempt, Oracle
from salesfsm.testing.paths import beginnings
from salesfsm.testing.promises import Promises
from salesfsm.testing.supplying import Spot
from salesfsm.testing.walking import PATIENCE, StuckError, Walker

try:
    from hypothesis import Phase, settings, strategies as st
    from hypothesis.stateful import initialize, precondition, rule
except ModuleNotFoundError as error:
    if error.name != "hypothesis":
        raise
    raise MissingExtraError("the state machine of hypothesis", "testing") from None

AS_THE_WORLD_HAS_IT = st.booleans()
"""Whether rules may be overridden in a run, and the world outside may place the opportunity."""


class ProcessMachine(Promises):
    """One opportunity of a process from its opening on. :func:`process_machine` makes one's own.

    Subclasses may add rules and invariants; ``deal`` is the opportunity, ``events`` its history.
    The settings of a ``TestCase`` are those of hypothesis without the phase ``explain``; give one's
    own as ``settings(TestCase.settings, max_examples=10)``.
    """

    known: st.SearchStrategy[dict[str, object]]
    """The facts with which it may be opened."""
    learns: bool
    """Whether anything can be known, proven or done."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # It would repeat a run that fails hundreds of times for each of the many things drawn in
        # it, and has no more to tell of them than the steps that are printed.
        phases = [each for each in settings().phases if each is not Phase.explain]
        cls.TestCase.settings = settings(cls.TestCase.settings, phases=phases)

    @initialize(data=st.data(), astray=AS_THE_WORLD_HAS_IT)
    def begin(self, data: st.DataObject, astray: bool) -> None:
        """Open it in one of the stages where opportunities begin."""
        self.astray = astray
        self.walker = Walker(self.engine, patience=PATIENCE)
        start = data.draw(st.sampled_from(beginnings(self.engine.process)))
        known, its = data.draw(self.known), data.draw(whose(self.engine.process))
        step = self.engine.open("T-1", at=MOMENT, by=SELLER, stage=start, facts=known, **its)
        expected = opened(self.engine.process, "T-1", start, known, MOMENT, its)
        agree = bool(step) == self.oracle.begins(expected)
        hold(agree, f"open() and what {start!r} asks on entry do not agree: {step!r}")
        hold(not step or step.opportunity == expected, f"it begins as another: {step.opportunity}")
        first = Spot(expected, MOMENT, (step,)) if step else None
        self.spot = first or self.walker.open(MOMENT, start)

    @precondition(lambda self: self.deal.hold is None)
    @rule(data=st.data())
    def it_goes_on(self, data: st.DataObject) -> None:
        """A move, with all that it lacks."""
        moves = self.engine.moves(self.deal, at=self.spot.at)
        if not moves:
            return
        ways = {f"{move.trigger} to {move.target}": move for move in moves}
        try:
            spot = self.walker.take(self.spot, ways[data.draw(st.sampled_from(list(ways)))])
        except StuckError:
            return
        *before, last = spot.steps
        event = next(each for each in last.events if isinstance(each, Moved))
        self.spot = Spot(before[-1].unwrap(), spot.at, tuple(before))
        self._fires(Attempt(event.trigger, event.by, event.role, event.reason))

    @precondition(lambda self: self.learns)
    @rule(data=st.data(), hours=HOURS)
    def something_is_learned(self, data: st.DataObject, hours: int) -> None:
        """What is known, proven or done, or is so no more."""
        self._later(hours)
        self._records(data, KNOWLEDGE)

    @rule(data=st.data(), hours=HOURS)
    def circumstances_change(self, data: st.DataObject, hours: int) -> None:
        """Contacts, done and planned, whose it is, and how the buyer stands to it."""
        self._later(hours)
        self._records(data, CIRCUMSTANCES)

    @rule(data=st.data(), days=st.none() | st.integers(1, 60))
    def it_rests_or_goes_on(self, data: st.DataObject, days: int | None) -> None:
        """It is put on hold, or resumed."""
        until = None if days is None else self.spot.at + timedelta(days=days)
        command = Command("resume") if self.deal.hold else Command("hold", {"until": until})
        self._does(command, recorded(self.oracle, self.deal, command, self.spot.at))

    @precondition(lambda self: self.engine.process.triggers)
    @rule(data=st.data(), hours=HOURS)
    def somebody_fires(self, data: st.DataObject, hours: int) -> None:
        """A trigger, by anybody in any role, with a reason or without."""
        self._later(hours)
        self._fires(data.draw(attempts(self.oracle, self.deal, self.spot.at)))

    @rule(days=st.integers(1, 400))
    def time_passes(self, days: int) -> None:
        """Nothing else happens meanwhile."""
        self._later(24 * days)

    @rule(data=st.data())
    def a_timer_rings(self, data: st.DataObject) -> None:
        """One of those that run, when it is due or later."""
        running = [each for each in self.engine.due(self.deal) if each.at < LATEST]
        if not running:
            return
        due = data.draw(st.sampled_from(running))
        deal, at = self.deal, max(self.spot.at, due.at)
        self.spot = Spot(deal, at, self.spot.steps)
        foretold: Changes | None = {"at": at}
        if due.kind is DueKind.TRANSITION:
            arc = self.oracle.taken(deal, Attempt(due.name, SELLER, due=True), at)
            foretold = self._moved(arc, None)
        elif due.kind is DueKind.HOLD and deal.hold is not None:
            foretold = {"rest": replace(deal.hold, ended=at)}
        step = self._does(Command("elapse", {"due": due}), foretold)
        told = [
            (each.kind, each.name, each.due)
            for each in step.events[:1]
            if isinstance(each, CameDue)
        ]
        hold(not step or told == [(due.kind, due.name, due.at)], f"{due.key} rings as {told}")

    @precondition(lambda self: self.engine.process.handovers)
    @rule(data=st.data())
    def it_is_handed_over(self, data: st.DataObject) -> None:
        """A new opportunity begins out of it, if all is met that is asked; one of them goes on."""
        process = self.engine.process
        ways = self.engine.handovers(self.deal, at=self.spot.at)
        here = {way.trigger: way for way in ways}
        name = data.draw(st.sampled_from([*here, *here, *process.handover_by_name]))
        if name in here and data.draw(st.booleans()):
            with suppress(StuckError):
                self.spot = self.walker.opening(self.spot, here[name])
        by = data.draw(st.sampled_from([self.deal.owner or SELLER, *people(process)]))
        handover, its = process.handover_by_name[name], data.draw(whose(process))
        begun = self._hands_over(handover, by, its)
        if begun:
            self.spot = begun if data.draw(st.booleans()) else begun.of_giver()

    @precondition(lambda self: self.astray and self.engine.process.triggers)
    @rule(data=st.data())
    def somebody_overrides(self, data: st.DataObject) -> None:
        """A trigger is fired in spite of what is in the way, by a role that may or may not."""
        at = self.spot.at
        self._fires(data.draw(attempts(self.oracle, self.deal, at, overriding=True)))

    @precondition(lambda self: self.astray)
    @rule(data=st.data())
    def the_world_places_it(self, data: st.DataObject) -> None:
        """Another system has it in some stage, whatever is allowed."""
        stages = self.engine.process.stage_by_name
        stage = stages[data.draw(st.sampled_from(list(stages)))]
        reason = data.draw(st.sampled_from([None, *(each.name for each in stage.reasons)]))
        foretold = placed(self.engine.process, self.deal, stage.name, reason, self.spot.at)
        self._does(Command("place", {"stage": stage.name, "reason": reason}), foretold)

    @rule(data=st.data())
    def somebody_asks(self, data: st.DataObject) -> None:
        """The way to a stage, how the two sides are aligned, and why a trigger may not fire."""
        process, at = self.engine.process, self.spot.at
        stage = data.draw(st.sampled_from(list(process.stage_by_name)))
        for trigger in process.triggers:
            told = self.engine.explain(self.deal, trigger, at=at, by=SELLER)
            hold(trigger in told, f"{trigger} is not explained: {told}")
        self.engine.alignment(self.deal, at=at)
        route = self.engine.route(self.deal, stage, at=at)
        passed = [self.deal.stage, *(move.target for move in route.moves)]
        hold([move.source for move in route.moves] == passed[:-1], f"a broken way: {route}")
        hold(not route.reachable or passed[-1] == stage, f"the way leads elsewhere: {route}")
        here = [(each.trigger, each.target) for each in self.engine.moves(self.deal, at=at)]
        ways = [(each.trigger, each.target) for each in route.moves[:1]]
        hold(set(ways) <= set(here), f"the way begins with what is no move: {route}")

    def _records(self, data: st.DataObject, about: Sequence[Happening]) -> None:
        deal, at = self.deal, self.spot.at
        command = data.draw(commands(self.engine, deal, at, about))
        step = self._does(command, recorded(self.oracle, deal, command, at))
        rule = self.oracle.assigning(deal, at) if "turn" in command.arguments else None
        for event in step.events:
            if isinstance(event, Assigned):
                hold(event.rule == (rule and rule.name), f"{command} is said to be by {event.rule}")


def process_machine(decider: Decider, *, never: Iterable[str] = ()) -> type[ProcessMachine]:
    """A machine for the process, ready for pytest: ``TestDeals = process_machine(p).TestCase``.

    No opening and no move may lead into what its ``invariants`` say must never be, nor into what
    the rules of ``never``, a list, say. Raises :class:`~salesfsm.errors.RuleError` for one that is
    no rule of the process.
    """
    engine = engine_of(decider)
    process = engine.process
    texts = items_of(never, str, "never takes a list of rules, such as never=['stage == won']")
    rules = (*(each.never for each in process.invariants), *map(parse, texts))
    judged = tuple(
        (print_rule(each), compile_verdict(resolve(each, process.vocabulary))) for each in rules
    )
    name = "".join(part.title() for part in process.name.replace(".", "_").split("_"))
    own = {
        "engine": engine,
        "oracle": Oracle(process, engine.predicates),
        "known": facts(engine),
        "learns": bool(process.facts or process.buyer.milestones or process.task_by_name),
        "never": judged,
    }
    return type(f"{name}Machine", (ProcessMachine,), own)
