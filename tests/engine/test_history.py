"""Histories from outside: replay refuses what is none, and JSON gives nothing but EventError."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, strategies as st

import salesfsm as sf
from sales.b2b import BANT, DAY, NOW, b2b, ready
from salesfsm.engine.events import FactsUpdated, Moved, Opened
from salesfsm.frozen import frozen

ENGINE = sf.Engine(b2b())


def history() -> list[sf.Event]:
    """Opened, a fact, a task, proof, a planned call, a move."""
    steps = [ENGINE.open("A", at=NOW, facts=BANT, by="anna")]

    def then(ask: Callable[[sf.Opportunity], sf.Step]) -> None:
        steps.append(ask(steps[-1].unwrap()))

    then(lambda deal: ENGINE.update(deal, {"need": None}, at=NOW))
    then(lambda deal: ENGINE.update(deal, {"need": "x"}, at=NOW))
    then(lambda deal: ENGINE.complete(deal, "discovery_call", at=NOW + DAY))
    then(lambda deal: ENGINE.record(deal, sf.Evidence("reason_to_act", "email"), at=NOW + DAY))
    then(lambda deal: ENGINE.log(deal, sf.Activity("call", due=NOW + 9 * DAY), at=NOW + DAY))
    then(lambda deal: ENGINE.fire(deal, "qualify", at=NOW + 2 * DAY))
    then(lambda deal: ENGINE.hold(deal, at=NOW + 2 * DAY, until=NOW + 9 * DAY))
    return [event for step in steps for event in step.events]


def changed(number: int, **changes: object) -> list[sf.Event]:
    """The history with one event (by its number) changed."""
    events = history()
    events[number - 1] = msgspec.structs.replace(events[number - 1], **changes)
    return events


class TestReplay:
    """What is not one whole history of this process is refused."""

    def test_a_history_leads_to_where_its_events_led(self) -> None:
        deal = sf.replay(ENGINE.process, history())
        assert (deal.stage, deal.sequence, deal.at) == ("presenting", 8, NOW + 2 * DAY)
        assert deal.hold is not None

    def test_a_part_of_a_history_is_the_past(self) -> None:
        assert sf.replay(ENGINE.process, history()[:3]).stage == "qualification"

    @pytest.mark.parametrize(
        ("events", "message"),
        [
            ([], "there are no events"),
            (history()[1:], "begins with event 2"),
            ([*history()[:2], *history()[3:]], "events are missing"),
            ([*history()[:3], history()[2]], "there twice"),
            ([history()[0], history()[2], history()[1]], "out of order"),
            (changed(2, opportunity_id="B"), "of another opportunity, B"),
            (changed(7, at=NOW), "earlier than the one before it"),
            (changed(2, at=NOW.replace(tzinfo=None)), "naive"),
            (changed(1, at=NOW.replace(tzinfo=None)), "naive"),
            (changed(1, sequence=2), "must be 'opened' with number 1"),
            (changed(1, stage="moon"), "unknown stage 'moon'"),
            (changed(7, target="moon"), "unknown stage 'moon'"),
            (changed(7, source="closing"), "leaves closing, but it stands in qualification"),
            ([history()[0], changed(1, sequence=2)[0]], "opens the opportunity again"),
            (changed(2, facts={"moon": 1}), "unknown fact 'moon'"),
            (changed(2, facts={"budget": 5}), "'budget', which is money in EUR, the value 5"),
            (changed(1, facts={"decide_by": "2026-04-01"}), "'decide_by', which is date"),
            (changed(1, facts={"authority": "boss"}), "'authority', which is choice"),
        ],
    )
    def test_what_is_no_history_is_refused(self, events: list[sf.Event], message: str) -> None:
        with pytest.raises(sf.EventError, match=message):
            sf.replay(ENGINE.process, events)

    @pytest.mark.parametrize("changes", [{"process": "c2c"}, {"version": "1"}])
    def test_a_history_of_another_process_is_refused(self, changes: dict[str, str]) -> None:
        with pytest.raises(sf.ProcessMismatchError, match=r"not to b2b 2026\.1"):
            sf.replay(ENGINE.process, changed(1, **changes))


class TestJson:
    """Events and opportunities as JSON, and back without loss."""

    def test_it_carries_the_version_of_its_schema(self) -> None:
        for event in history():
            data = json.loads(sf.event_to_json(event))
            assert data["schema"] == 1
        assert json.loads(sf.opportunity_to_json(ready(ENGINE)))["schema"] == 1

    def test_the_values_of_facts_tell_their_types(self) -> None:
        written = json.loads(sf.event_to_json(history()[0]))["facts"]
        assert written == {
            "budget": {"money": "50000 EUR"},
            "authority": "decision_maker",
            "need": "fewer stockouts",
            "decide_by": {"date": "2026-04-01"},
        }

    @pytest.mark.parametrize(
        "value",
        [
            True,
            7,
            Decimal("0.000000000001"),
            sf.Money(Decimal("-0.50"), "PLN"),
            "null",
            NOW.date(),
            NOW,
            timedelta(days=-3, microseconds=1),
            None,
        ],
    )
    def test_each_type_of_fact_comes_back(self, value: object) -> None:
        event = FactsUpdated("A", 2, NOW, None, frozen({"x": value}))  # type: ignore[arg-type]
        back = sf.event_from_json(sf.event_to_json(event))
        assert isinstance(back, FactsUpdated)
        assert back.facts == {"x": value}
        assert type(back.facts["x"]) is type(value)

    def test_other_zones_come_back_as_utc(self) -> None:
        text = sf.event_to_json(history()[0]).replace("09:00:00Z", "11:00:00+02:00")
        assert sf.event_from_json(text) == history()[0]

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ('"schema":1', '"schema":2', "the schema 2"),
            ('"schema":1', '"schema":true', "the schema True"),
            ('"schema":1,', "", "the schema None"),
            ('"type":"opened"', '"type":"closed"', "closed"),
            ('"type":"opened",', "", "type"),
            ('"sequence":1', '"sequence":"1"', "int"),
            ('"sequence":1', '"sequence":1,"sequel":2', "sequel"),
            ("09:00:00Z", "09:00:00", "timezone"),
            ("2026-03-02", "0026-03-02", "1900"),
            ("50000 EUR", "NaN EUR", "is no money"),
            ("50000 EUR", "1e99999 EUR", "is no money"),
            ("50000 EUR", "50000 eur", "is no money"),
            ('{"money":', '{"cash":', "no value of a fact"),
            ("2026-04-01", "2026-13-01", "is no date"),
            ('"facts":{', '"facts":{"x":null,', "left out"),
            ('"facts":{', '"facts":{"x":0.5,', "no value of a fact"),
            ('"facts":{', '"facts":[{', "no JSON"),
        ],
    )
    def test_what_is_no_event_is_refused(self, old: str, new: str, message: str) -> None:
        text = sf.event_to_json(history()[0])
        assert old in text
        with pytest.raises(sf.EventError, match=message):
            sf.event_from_json(text.replace(old, new, 1))

    @pytest.mark.parametrize("text", ["", "[]", "null", "1", b"\xff", "[" * 100_000, "{"])
    def test_what_is_no_object_is_refused(self, text: str | bytes) -> None:
        for read in (sf.event_from_json, sf.opportunity_from_json):
            with pytest.raises(sf.EventError):
                read(text)

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ('"until":"2026-08-29T09:00:00Z"', '"until":"2026-08-29T09:00:00"'),
            ('"tasks":[', '"tasks":[1,'),
            ('"evidence":{', '"evidence":{"signature":[],'),
            ('"note":""', '"noted":""'),
        ],
    )
    def test_what_is_no_opportunity_is_refused(self, old: str, new: str) -> None:
        text = sf.opportunity_to_json(ready(ENGINE))
        assert old in text
        with pytest.raises(sf.EventError):
            sf.opportunity_from_json(text.replace(old, new, 1))

    @given(st.data())
    def test_a_damaged_text_is_an_event_error_or_still_an_event(self, data: st.DataObject) -> None:
        kept: sf.Event | sf.Opportunity = data.draw(st.sampled_from([*history(), ready(ENGINE)]))
        is_event = isinstance(kept, sf.Event)
        text = sf.event_to_json(kept) if is_event else sf.opportunity_to_json(kept)
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(start + 12, len(text))))
        piece = data.draw(
            st.sampled_from(["", '"', "{", "}", "[]", "null", "-1", "1e999", "\\u0000", "0", "é"])
            | st.text(max_size=4)
        )
        read = sf.event_from_json if is_event else sf.opportunity_from_json
        try:
            found = read(text[:start] + piece + text[end:])
        except sf.EventError:
            return
        assert type(found) is type(kept) or isinstance(found, sf.Event)

    @given(st.data())
    def test_a_value_put_in_the_place_of_another_is_refused_or_read(
        self, data: st.DataObject
    ) -> None:
        """Well-formed JSON of a wrong shape; what is read can be replayed or refused."""
        events = history()
        index = data.draw(st.integers(0, len(events) - 1))
        tree = json.loads(sf.event_to_json(events[index]))
        holder, key = data.draw(st.sampled_from(_places(tree)))
        holder[key] = data.draw(
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text(max_size=5)
            | st.sampled_from(
                ["2026-01-01T00:00:00", "2026-01-01T00:00:00Z", [], {}, {"money": "1"}]
            )
        )
        try:
            events[index] = sf.event_from_json(json.dumps(tree))
            deal = sf.replay(ENGINE.process, events)
        except (sf.EventError, sf.ProcessMismatchError):
            return
        assert ENGINE.moves(deal, at=NOW + 1_000 * DAY)


def _places(tree: dict[str, object]) -> list[tuple[dict[str, object], str]]:
    """Every key of the tree, with the object that holds it."""
    found = [(tree, key) for key in tree]
    for value in tree.values():
        if isinstance(value, dict):
            found += _places(value)
    return found


def test_an_event_says_what_it_is() -> None:
    kinds = [json.loads(sf.event_to_json(event))["type"] for event in history()]
    assert kinds == [
        "opened",
        "facts_updated",
        "facts_updated",
        "task_completed",
        "evidence_recorded",
        "activity_planned",
        "moved",
        "held",
    ]
    assert isinstance(history()[0], Opened)
    assert isinstance(history()[6], Moved)
