"""What may be known of one opportunity at one time, as variables of the solver with their ranges.

A value that may be missing has two variables: whether it is known, and what it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

import z3

from salesfsm.process.definitions import Fact
from salesfsm.rules.types import Kind, Type
from salesfsm.rules.values import EARLIEST, LARGEST, LATEST, LONGEST_DAYS
from salesfsm.rules.vocabulary import BUYER_ACTIVE, BUYER_STATES, Vocabulary
from salesfsm.verification.encoding import DAY, FIRST_DAY, MICROSECOND, UNIT, Texts

MOST_TEXTS = 1_000_000
TRUE = z3.BoolVal(True)


@dataclass(frozen=True, slots=True)
class Term:
    """A value of a kind that may be unknown; ``value`` means nothing where it is."""

    known: z3.BoolRef
    value: z3.ExprRef
    kind: Kind


@dataclass(frozen=True, slots=True)
class Proof:
    """Evidence for a milestone: whether there is any, and whether some of it is in force."""

    there: z3.BoolRef
    in_force: z3.BoolRef


@dataclass(frozen=True, slots=True)
class Reply:
    """What a Python predicate says: yes, no, or neither."""

    yes: z3.BoolRef
    no: z3.BoolRef


class Knowledge:
    """The variables of one opportunity; ``domain`` holds what is always true of them.

    Beside it stands ``in_calendar``: that its time is one that opportunities may have.
    ``answers`` is what predicates say, and ``then`` what they say once a step is taken: they may
    see where it led. ``label`` keeps the variables of several apart. ``ranges`` are the facts with
    their declared bounds, and ``lasting`` the milestones whose evidence never expires.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        texts: Texts,
        *,
        label: str = "",
        ranges: Mapping[str, Fact] | None = None,
        lasting: Collection[str] = (),
    ) -> None:
        self.vocabulary, self.texts, self._label = vocabulary, texts, label
        self.domain: list[z3.BoolRef] = []
        self.today, self.clock = self._int("today"), self._int("clock")
        self.in_calendar = self.today < LATEST.date().toordinal()
        self.now = (self.today - FIRST_DAY) * DAY + self.clock
        self.days_in_stage = self._int("days_in_stage")
        self.days_since_activity = self._int("days_since_activity")
        self._times()
        self.facts = {
            name: self._maybe(f"fact.{name}", type_) for name, type_ in vocabulary.facts.items()
        }
        for name, fact in (ranges or {}).items():
            self._within(self.facts[name], fact)
        self.reserved = {
            name: self._maybe(name, vocabulary.reserved(name))
            for name in ("lost_reason", "stopped_in", "owner", "team")
        }
        for name in ("owner", "team"):  # neither is ever the empty text: that takes them away
            self.domain.append(self.reserved[name].value != texts.code(""))
        self.stage = self._one_of("stage", vocabulary.stages)
        self.buyer = self._one_of("buyer", BUYER_STATES)
        self._present()
        self.proofs = {name: self._proof(name, name in lasting) for name in vocabulary.milestones}
        self.tasks = {name: self._bool(f"task.{name}") for name in vocabulary.tasks}
        self.attempts = {name: self._int(f"attempts.{name}") for name in vocabulary.activities}
        for count in self.attempts.values():
            self.domain += [count >= 0, count < LARGEST]
        self.answers = {name: self._answer(name) for name in vocabulary.predicates}
        self.then = {name: self._answer(f"then.{name}") for name in vocabulary.predicates}

    @property
    def supplied(self) -> list[z3.ExprRef]:
        """What people can still change of an opportunity, beside facts and tasks."""
        people = [self.reserved[name] for name in ("owner", "team")]
        return [
            self.buyer,
            self.days_since_activity,
            *(each for term in people for each in (term.known, term.value)),
            *(each for proof in self.proofs.values() for each in (proof.there, proof.in_force)),
            *self.attempts.values(),
            *(each for answer in self.answers.values() for each in (answer.yes, answer.no)),
        ]

    @property
    def at_best(self) -> list[z3.BoolRef]:
        """That all of it is there: evidence in force, tasks done, predicates that hold."""
        return [
            self.buyer == self.texts.code(BUYER_ACTIVE),
            self.days_since_activity == 0,
            *(proof.in_force for proof in self.proofs.values()),
            *self.tasks.values(),
            *(count == 0 for count in self.attempts.values()),
            *(answer.yes for answer in self.answers.values()),
        ]

    @property
    def days(self) -> tuple[z3.ArithRef, z3.ArithRef]:
        """What grows by one with each day that passes."""
        return self.today, self.days_in_stage

    def _times(self) -> None:
        self.domain += [self.today >= FIRST_DAY, self.clock >= 0, self.clock < DAY]
        for days in (self.days_in_stage, self.days_since_activity):
            self.domain += [days >= 0, days <= self.today - FIRST_DAY]

    def _present(self) -> None:
        days = {"days_in_stage": self.days_in_stage}
        days["days_since_activity"] = self.days_since_activity
        for name, value in days.items():
            self.reserved[name] = Term(TRUE, value, Kind.INTEGER)
        for name, value in (("stage", self.stage), ("buyer", self.buyer)):
            self.reserved[name] = Term(TRUE, value, Kind.CHOICE)
        self.reserved["today"] = Term(TRUE, self.today, Kind.DATE)
        self.reserved["now"] = Term(TRUE, self.now, Kind.DATETIME)

    def _maybe(self, name: str, type_: Type) -> Term:
        known = self._bool(f"{name}?")
        if type_.kind is Kind.BOOL:
            return Term(known, self._bool(name), type_.kind)
        if type_.kind is Kind.CHOICE:
            if not type_.options:
                self.domain.append(z3.Not(known))
            return Term(known, self._one_of(name, type_.options), type_.kind)
        value = self._int(name)
        low, high = _LIMITS[type_.kind]
        self.domain += [value >= low, value <= high]
        return Term(known, value, type_.kind)

    def _within(self, term: Term, fact: Fact) -> None:
        unit = 1 if term.kind is Kind.INTEGER else UNIT
        for bound, least in ((fact.minimum, True), (fact.maximum, False)):
            if bound is not None:
                units = z3.Q(*(bound * unit).as_integer_ratio())
                value = z3.ToReal(term.value)
                self.domain.append(value >= units if least else value <= units)

    def _proof(self, name: str, lasting: bool) -> Proof:
        there, in_force = self._bool(f"proof.{name}"), self._bool(f"in_force.{name}")
        self.domain.append(there == in_force if lasting else z3.Implies(in_force, there))
        return Proof(there, in_force)

    def _answer(self, name: str) -> Reply:
        answer = Reply(self._bool(f"yes.{name}"), self._bool(f"no.{name}"))
        self.domain.append(z3.Not(z3.And(answer.yes, answer.no)))
        return answer

    def _one_of(self, name: str, texts: Collection[str]) -> z3.ArithRef:
        found = self._int(name)
        if texts:
            self.domain.append(z3.Or([found == self.texts.code(text) for text in texts]))
        return found

    def _int(self, name: str) -> z3.ArithRef:
        return z3.Int(f"{name}{self._label}")

    def _bool(self, name: str) -> z3.BoolRef:
        return z3.Bool(f"{name}{self._label}")


_LONGEST = timedelta(LONGEST_DAYS) // MICROSECOND
_LIMITS: Mapping[Kind, tuple[int, int]] = {
    Kind.INTEGER: (1 - LARGEST, LARGEST - 1),
    Kind.DECIMAL: (1 - LARGEST * UNIT, LARGEST * UNIT - 1),
    Kind.MONEY: (1 - LARGEST * UNIT, LARGEST * UNIT - 1),
    Kind.TEXT: (0, MOST_TEXTS),
    Kind.DATE: (FIRST_DAY, LATEST.date().toordinal() - 1),
    Kind.DATETIME: (0, (LATEST - EARLIEST) // MICROSECOND - 1),
    Kind.DURATION: (-_LONGEST, _LONGEST),
}
"""The least and the greatest number that stands for a value of each kind."""
