"""A ready rule-based state machine of hypothesis: one opportunity, and all that can happen to it.

It holds every step against what the engine promises, and against what the designer says must never
be.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from salesfsm.engine.codec import opportunity_from_json, opportunity_to_json
from salesfsm.engine.engine import Engine
from salesfsm.engine.events import Event, Moved, Opened
from salesfsm.engine.evolve import replay
from salesfsm.engine.opportunity import Opportunity
from salesfsm.errors import MissingExtraError
from salesfsm.rules.closure import VerdictFunction, compile_verdict
from salesfsm.rules.parser import parse
from salesfsm.rules.printer import print_rule
from salesfsm.rules.resolve import resolve
from salesfsm.rules.verdict import Verdict
from salesfsm.testing.engines import MOMENT, SELLER, Decider, engine_of
from salesfsm.testing.paths import beginnings
from salesfsm.testing.strategies import later
from salesfsm.testing.walking import Spot, Walker

try:
    from hypothesis import strategies as st
    from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
except ModuleNotFoundError as error:
    if error.name != "hypothesis":
        raise
    raise MissingExtraError("the state machine of hypothesis", "testing") from None


class ProcessMachine(RuleBasedStateMachine):
    """One opportunity of a process from its opening on. :func:`process_machine` makes one's own.

    Subclasses may add rules and invariants; ``deal`` is the opportunity, ``events`` its history.
    """

    engine: Engine
    never: tuple[tuple[str, VerdictFunction], ...] = ()
    """What no opening and no move may lead into, as rules with the functions that judge them."""

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Open it in one of the stages where opportunities begin."""
        self.walker = Walker(self.engine, None)
        start = data.draw(st.sampled_from(beginnings(self.engine.process)))
        self.spot = self.walker.open(MOMENT, start)

    @property
    def deal(self) -> Opportunity:
        """The opportunity as it stands."""
        return self.spot.deal

    @property
    def events(self) -> list[Event]:
        """All that has happened to it."""
        return [event for step in self.spot.steps for event in step.events]

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        """Any command, or a move with all that it lacks."""
        self.spot = data.draw(later(self.engine, self.walker, self.spot))

    @rule(days=st.integers(1, 400))
    def time_passes(self, days: int) -> None:
        """Nothing else happens meanwhile."""
        self.spot = Spot(self.deal, self.spot.at + timedelta(days=days), self.spot.steps)

    @invariant()
    def it_is_the_fold_of_its_events(self) -> None:
        """Nothing changes an opportunity but its events."""
        _hold(replay(self.engine.process, self.events) == self.deal, "its events fold to another")
        _hold(self.deal.sequence == len(self.events), "its events are not counted")

    @invariant()
    def it_survives_being_stored(self) -> None:
        """JSON keeps all of it."""
        read = opportunity_from_json(opportunity_to_json(self.deal))
        _hold(read == self.deal, "JSON does not keep all of it")

    @invariant()
    def asking_and_doing_agree(self) -> None:
        """What ``moves`` calls allowed is accepted and leads where it says; all else is refused."""
        at = self.spot.at
        moves = self.engine.moves(self.deal, at=at, by=SELLER)
        for trigger in dict.fromkeys(move.trigger for move in moves):
            open_ = next((m for m in moves if m.trigger == trigger and m.allowed), None)
            reason = open_.reasons[0] if open_ and open_.reasons else None
            step = self.engine.fire(self.deal, trigger, at=at, by=SELLER, reason=reason)
            agree = step.unwrap().stage == open_.target if open_ and step else not (open_ or step)
            _hold(agree, f"moves() and fire() do not agree: {step.explain()}")
            _hold(bool(step) != bool(step.blockers), f"a refusal without a blocker: {step!r}")

    @invariant()
    def what_must_never_be_is_not(self) -> None:
        """No opening and no move led into what must never be."""
        last = self.spot.steps[-1]
        if not any(isinstance(event, Opened | Moved) for event in last.events):
            return
        for text, verdict in self.never:
            met = verdict(self.deal, last.events[-1].at) is Verdict.MET
            _hold(not met, f"this must never be, and is, in {self.deal.stage!r}: {text}")


def process_machine(decider: Decider, *, never: Iterable[str] = ()) -> type[ProcessMachine]:
    """A machine for the process, ready for pytest: ``TestDeals = process_machine(p).TestCase``.

    No opening and no move may lead into what its ``invariants`` say must never be, nor into what
    the rules of ``never`` say. Raises :class:`~salesfsm.errors.RuleError` for one that is no rule
    of the process.
    """
    engine = engine_of(decider)
    process = engine.process
    rules = (*(each.never for each in process.invariants), *map(parse, never))
    judged = tuple(
        (print_rule(each), compile_verdict(resolve(each, process.vocabulary))) for each in rules
    )
    name = "".join(part.title() for part in process.name.replace(".", "_").split("_"))
    return type(f"{name}Machine", (ProcessMachine,), {"engine": engine, "never": judged})


def _hold(holds: bool, otherwise: str) -> None:
    """What ``assert`` does, also where Python leaves assertions out."""
    if not holds:
        raise AssertionError(otherwise)
