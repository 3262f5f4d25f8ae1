"""The fourth compiler: Z3 gives each rule the verdict that the closure and the explanation give."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import rule_strategies as told
import z3
from hypothesis import given, strategies as st

from salesfsm.rules import types
from salesfsm.rules.closure import compile_verdict
from salesfsm.rules.explanation import explain
from salesfsm.rules.parser import parse
from salesfsm.rules.resolve import resolve
from salesfsm.rules.subject import whole_days
from salesfsm.rules.types import Kind
from salesfsm.rules.values import EARLIEST
from salesfsm.rules.verdict import Verdict
from salesfsm.verification.conditions import Conditions
from salesfsm.verification.encoding import DAY, MICROSECOND, Texts, number, value
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


@given(told.rules, told.opportunities, told.times)
def test_z3_gives_the_verdict_of_the_closure_and_of_the_explanation(rule, opportunity, at):
    condition = resolve(rule, told.VOCABULARY)
    found = z3_verdict(condition, opportunity, at)
    assert found == compile_verdict(condition, told.PREDICATES)(opportunity, at)
    assert found == explain(condition, opportunity, at, told.PREDICATES).verdict


@pytest.mark.parametrize(
    ("rule", "facts", "wanted"),
    [
        ("ratio / 3 == 0.333333333333", {"ratio": Decimal(1)}, Verdict.MET),
        ("ratio * 0.5 == 0.000000000002", {"ratio": Decimal("0.000000000003")}, Verdict.MET),
        ("ratio * 0.5 == 0.000000000002", {"ratio": Decimal("0.000000000005")}, Verdict.MET),
        ("ratio / count > 1", {"ratio": Decimal(1), "count": 0}, Verdict.UNKNOWN),
        ("count * count > 0", {"count": 10**9}, Verdict.UNKNOWN),
        ("known(decide_by + effort)", {}, Verdict.UNMET),
        ("count > 0 or flag", {"count": 1}, Verdict.MET),
        ("count > 0 and flag", {"count": 1}, Verdict.UNKNOWN),
        ("need == owner", {"need": "anna"}, Verdict.UNKNOWN),
    ],
)
def test_z3_computes_as_rules_do_at_the_edges(rule, facts, wanted):
    condition = resolve(parse(rule), told.VOCABULARY)
    at = datetime.fromisoformat("2026-06-01T12:00:00+00:00")
    assert z3_verdict(condition, told.Opportunity(facts=facts), at) == wanted
    assert compile_verdict(condition, told.PREDICATES)(told.Opportunity(facts=facts), at) == wanted


@given(st.data())
def test_a_value_that_became_a_number_comes_back_the_same(data):
    texts = Texts()
    type_ = data.draw(st.sampled_from([*told.FACTS.values(), types.DURATION]))
    fact = data.draw(told.values(type_))
    back = value(number(fact, type_.kind, texts), type_, texts)
    assert back == fact
    assert type(back) is type(fact)


def test_texts_that_no_rule_names_are_told_apart_from_those_that_are():
    texts = Texts()
    code = texts.code("text 7")
    assert texts.text(code) == "text 7"
    assert texts.text(7) != texts.text(code)
    assert texts.text(8) == "text 8"
    assert timedelta(days=1) // MICROSECOND == DAY
