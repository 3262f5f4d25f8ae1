"""Why JSON of an event or an opportunity is refused, word for word."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

import salesfsm as sf
from salesfsm.rules.values import LATEST

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ENGINE = sf.Engine(sf.loads("salesfsm: 1\nprocess: kept\nbuyer: {milestones: [nod]}\nstages: [a]"))
DEAL = ENGINE.open("A", at=NOW).unwrap()
OPENED = sf.event_to_json(ENGINE.open("A", at=NOW).events[0])


@pytest.mark.parametrize(
    ("text", "holds"), [("[]", "list"), ("null", "NoneType"), ("5", "int"), ('"a"', "str")]
)
def test_what_is_no_object_is_told_by_what_it_is(text: str, holds: str) -> None:
    with pytest.raises(sf.EventError) as refused:
        sf.opportunity_from_json(text)
    assert str(refused.value) == f"this JSON is no opportunity: it holds a {holds}, not an object"


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ([], "unexpected list"),
        ({"x": None}, "a fact that is not known is left out"),
        ({"x": 0.5}, "0.5 is no value of a fact"),
        ({"x": {"cash": "5 EUR"}}, "{'cash': '5 EUR'} is no value of a fact"),
        ({"x": {"money": "5 eur"}}, "'5 eur' is no money"),
        ({"x": {"money": "5  EUR"}}, "'5 EUR' is no money"),
        ({"x": {"date": "2026-13-01"}}, "'2026-13-01' is no date"),
    ],
)
def test_facts_that_cannot_be_read_are_told_at_their_place(facts: object, why: str) -> None:
    with pytest.raises(sf.EventError) as refused:
        sf.event_from_json(OPENED.replace('"facts":{}', f'"facts":{json.dumps(facts)}'))
    assert str(refused.value) == f"this JSON is no event: {why} - at `$.facts`"


def test_evidence_that_never_expires_is_read_in_every_zone() -> None:
    step = ENGINE.record(DEAL, sf.Evidence("nod"), at=NOW)
    event, deal = step.events[0], step.unwrap()
    told, elsewhere = "2200-01-01T00:00:00Z", "2200-01-01T02:00:00+02:00"
    assert deal.evidence["nod"][0].until == LATEST
    assert told in sf.event_to_json(event)
    assert sf.event_from_json(sf.event_to_json(event).replace(told, elsewhere)) == event
    assert sf.opportunity_from_json(sf.opportunity_to_json(deal).replace(told, elsewhere)) == deal
