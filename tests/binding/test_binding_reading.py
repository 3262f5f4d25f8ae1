"""How models are read as opportunities: where things are, what is missing, what does not fit."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import salesfsm as sf
from binding.deals import Deal, bound
from sales.b2b import BANT, DAY, NOW, b2b

PROOF = sf.Evidence("reason_to_act", kind="email", made_at=NOW)


def model(**known: object) -> SimpleNamespace:
    """A model in the first stage of which only this is known."""
    return SimpleNamespace(stage=None, **known)


def opportunity(deal: object, process: sf.Process | None = None, **options: object) -> object:
    """The deal as the engine sees it through a machine with these options."""
    return sf.bind(process or b2b(), clock=lambda: NOW, **options).opportunity(deal)


def test_facts_may_be_elsewhere_or_computed() -> None:
    deal = model(account=SimpleNamespace(money=500), whom="user", need=None)
    where = {"budget": "account.money", "authority": lambda model: model.whom}
    assert dict(opportunity(deal, facts=where).facts) == {
        "budget": sf.Money(500, "EUR"),
        "authority": "user",
    }
    assert dict(opportunity(deal, facts=lambda _: {"budget": 500}).facts) == {
        "budget": sf.Money(500, "EUR")
    }


def test_a_fact_that_a_model_does_not_have_is_unknown() -> None:
    assert dict(opportunity(model()).facts) == {}


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"facts": {"budgt": "money"}}, sf.UnknownNameError, "did you mean 'budget'"),
        ({"facts": {"budget": "money"}}, sf.CommandError, "no attribute 'money'"),
        ({"facts": lambda _: {"budgt": 5}}, sf.UnknownNameError, "did you mean 'budget'"),
        ({"facts": lambda _: {"budget": "much"}}, sf.ValueTypeError, "the fact 'budget'"),
        ({"facts": lambda _: {"budget": [5]}}, sf.ValueTypeError, "the fact 'budget'"),
        ({"facts": lambda _: {"need": 5}}, sf.ValueTypeError, "the fact 'need'"),
        ({"facts": lambda _: {"budget": -5}}, sf.ValueTypeError, "below its minimum"),
        ({"evidence": lambda _: [5]}, sf.ValueTypeError, "it holds 5"),
        ({"evidence": lambda _: "mail"}, sf.ValueTypeError, "a list of Evidence"),
        ({"evidence": "proofs"}, sf.CommandError, "no attribute 'proofs'"),
        ({"tasks": lambda _: ["call"]}, sf.UnknownNameError, "unknown task 'call'"),
        ({"tasks": lambda _: "discovery_call"}, sf.ValueTypeError, "tasks of a model"),
        ({"details": {"ownr": "x"}}, sf.UnknownNameError, "did you mean 'owner'"),
        ({"details": {"owner": lambda _: 5}}, sf.ValueTypeError, "owner of a model"),
        ({"details": {"hold": lambda _: True}}, sf.ValueTypeError, "hold of a model"),
        ({"details": {"sequence": lambda _: "5"}}, sf.ValueTypeError, "sequence of a model"),
        ({"details": {"entered_at": lambda _: NOW.replace(tzinfo=None)}}, sf.TimeError, "naive"),
    ],
)
def test_what_cannot_be_read_says_where_it_was_looked_for(
    options: dict[str, object], error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        opportunity(model(), **options)


def test_evidence_proves_as_if_it_had_been_recorded_when_it_was_made() -> None:
    deal = model(evidence=[PROOF, sf.Evidence("signature")])
    proven = opportunity(deal).evidence
    assert proven["reason_to_act"][0].until == NOW + 180 * DAY
    assert set(proven) == {"reason_to_act", "signature"}
    deal.evidence = {"reason_to_act": [PROOF]}
    assert set(opportunity(deal).evidence) == {"reason_to_act"}


@pytest.mark.parametrize(
    "piece",
    [
        sf.Evidence("reason_to_act", kind="call", made_at=NOW),
        sf.Evidence("reason_to_act", kind="email", made_by="seller", made_at=NOW),
    ],
)
def test_evidence_that_the_milestone_does_not_accept_proves_nothing(piece: sf.Evidence) -> None:
    assert dict(opportunity(model(evidence=[piece])).evidence) == {}


@pytest.mark.parametrize(
    ("piece", "error", "match"),
    [
        (sf.Evidence("reason_to_act", kind="email"), sf.CommandError, "no made_at"),
        (sf.Evidence("reason", made_at=NOW), sf.UnknownNameError, "unknown milestone"),
        (
            sf.Evidence("reason_to_act", kind="email", made_at=NOW + DAY),
            sf.TimeError,
            "cannot be recorded",
        ),
    ],
)
def test_evidence_that_nobody_can_judge_is_refused(
    piece: sf.Evidence, error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        opportunity(model(evidence=[piece]))


def test_what_an_engine_has_recorded_is_taken_as_it_is() -> None:
    engine = sf.Engine(b2b())
    deal = engine.open("1", at=NOW, facts=BANT).unwrap()
    deal = engine.record(deal, PROOF, at=NOW).unwrap()
    assert opportunity(model(evidence=deal.evidence)).evidence == deal.evidence


@pytest.mark.parametrize(
    ("rule", "detail"),
    [
        ("days_in_stage >= 2", "entered_at"),
        ("days_since_activity < 3", "active_at"),
        ("attempts(call) < 3", "attempts"),
    ],
)
def test_what_rules_ask_of_time_must_be_there(rule: str, detail: str) -> None:
    """Where a model did not tell it, the rule would be met for ever, or never."""
    process = sf.Process(
        process="p",
        stages=["a", "b"],
        transitions=[sf.Transition(trigger="go", source="a", target="b", when=rule)],
    )
    with pytest.raises(sf.CommandError, match=f"no attribute '{detail}', and the process asks"):
        opportunity(model(), process)
    told = {"entered_at": NOW, "active_at": NOW, "attempts": {}}
    assert opportunity(model(), process, details={detail: lambda _: told[detail]})


def test_details_are_written_back_where_they_are_read() -> None:
    machine = sf.bind(
        b2b(),
        clock=lambda: NOW + DAY,
        details={"lost_reason": "why", "entered_at": "since", "id": lambda model: model.number},
    )
    deal = SimpleNamespace(number=7, stage="closing", why=None, since=NOW)
    assert machine.fire(deal, "lose", reason="price")
    assert vars(deal) == {"number": 7, "stage": "lost", "why": "price", "since": NOW + DAY}
    assert machine.opportunity(deal).id == "7"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("attempts", {"call": "3"}, "each of attempts"),
        ("attempts", {"cal": 3}, "did you mean 'call'"),
        ("planned", 5, "planned of a model"),
        ("tasks", [["discovery_call"]], "each of tasks"),
        ("evidence", {"signature": 5}, "a list of Evidence"),
        ("buyer", "onhold", "did you mean 'on_hold'"),
    ],
)
def test_what_a_model_tells_wrongly_is_an_error_that_names_it(
    name: str, value: object, told: str
) -> None:
    deal = Deal()
    setattr(deal, name, value)
    with pytest.raises(sf.SalesFsmError, match=told):
        bound().fire(deal, "qualify")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"facts": ["budget"]}, "a mapping by the names of facts"),
        ({"facts": lambda _: None}, "a mapping by the names of facts"),
        ({"evidence": 5}, "read from an attribute or by a function"),
        ({"details": 5}, "of the type Mapping"),
        ({"nonsense": 1}, "unknown option 'nonsense'"),
    ],
)
def test_what_bind_cannot_use_is_an_error_that_names_it(
    options: dict[str, object], told: str
) -> None:
    with pytest.raises(sf.SalesFsmError, match=told):
        bound(**options).fire(Deal(), "qualify")
