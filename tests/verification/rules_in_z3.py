"""What Z3 finds of a rule about one opportunity."""

from __future__ import annotations

from datetime import datetime

import rule_strategies as told
import z3

from salesfsm.rules.subject import whole_days
from salesfsm.rules.types import Kind
from salesfsm.rules.values import EARLIEST
from salesfsm.rules.verdict import Verdict
from salesfsm.verification.conditions import Conditions
from salesfsm.verification.encoding import DAY, MICROSECOND, Texts, number
from salesfsm.verification.knowledge import Knowledge, Term


def pinned(knowledge: Knowledge, subject, at: datetime):
    """Every variable with its value for this opportunity at this time."""
    words, texts = knowledge.vocabulary, knowledge.texts

    def whole(variable, found):
        return variable, z3.IntVal(found)

    def truth(variable, found):
        return variable, z3.BoolVal(found)

    def maybe(term: Term, kind: Kind, found):
        yield truth(term.known, found is not None)
        if found is not None:
            shown = number(found, kind, texts)
            yield (truth if kind is Kind.BOOL else whole)(term.value, shown)

    clock = (at - EARLIEST) // MICROSECOND % DAY
    yield whole(knowledge.today, at.date().toordinal())
    yield whole(knowledge.clock, clock)
    yield whole(knowledge.days_in_stage, whole_days(subject.entered_at, at))
    yield whole(knowledge.days_since_activity, whole_days(subject.active_at, at))
    yield whole(knowledge.stage, texts.code(subject.stage))
    yield whole(knowledge.buyer, texts.code(subject.buyer))
    for name, type_ in words.facts.items():
        yield from maybe(knowledge.facts[name], type_.kind, subject.facts.get(name))
    for name in ("lost_reason", "stopped_in", "owner", "team"):
        yield from maybe(knowledge.reserved[name], Kind.TEXT, getattr(subject, name))
    for name, proof in knowledge.proofs.items():
        pieces = subject.evidence.get(name, ())
        yield truth(proof.there, bool(pieces))
        yield truth(proof.in_force, any(piece.until > at for piece in pieces))
    for name, done in knowledge.tasks.items():
        yield truth(done, name in subject.tasks)
    for name, count in knowledge.attempts.items():
        yield whole(count, subject.attempts.get(name, 0))
    for answer in knowledge.answers.values():
        yield truth(answer.yes, subject.friendly is True)
        yield truth(answer.no, subject.friendly is False)


def z3_verdict(condition, subject, at) -> Verdict:
    """The one verdict whose formula is true of this opportunity."""
    knowledge = Knowledge(told.VOCABULARY, Texts())
    found = Conditions(knowledge).verdicts(condition)
    values = list(pinned(knowledge, subject, at))
    holding = []
    for verdict in Verdict:
        shown = z3.simplify(z3.substitute(getattr(found, verdict), *values))
        if not (z3.is_true(shown) or z3.is_false(shown)):  # a value that is unknown plays no part
            solver = z3.Solver()
            solver.add(shown)
            shown = z3.BoolVal(solver.check() == z3.sat)
        if z3.is_true(shown):
            holding.append(verdict)
    (one,) = holding
    return one
