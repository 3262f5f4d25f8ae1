"""Arguments of the wrong type are refused at the command, before they can reach a stored event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

import salesfsm as sf

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
PROCESS = sf.loads("""
salesfsm: 1
process: small
facts: {need: text, seats: integer}
buyer: {milestones: [signature]}
overrides: [director]
stages: [talking, {name: won, outcome: won}]
transitions:
  - {trigger: win, source: talking, target: won, when: proven(signature)}
""")
ENGINE = sf.Engine(PROCESS)
DEAL = ENGINE.open("A", at=NOW).unwrap()

WRONG: dict[str, Callable[[], object]] = {
    "by is a text": lambda: ENGINE.fire(DEAL, "win", at=NOW, by=5),
    "by is a text, not 5": lambda: ENGINE.update(DEAL, {"need": "x"}, at=NOW, by=5),
    "by is a text, not 7": lambda: ENGINE.open("B", at=NOW, by=7),
    "owner is a text": lambda: ENGINE.open("B", at=NOW, owner=5),
    "team is a text": lambda: ENGINE.assign(DEAL, team=5, at=NOW),
    "ref is a text": lambda: sf.Evidence("signature", ref=8812),
    "note is a text": lambda: sf.Activity("call", note=3),
    "role is a text": lambda: sf.Override(3, "because"),
    "reason is a text": lambda: ENGINE.hold(DEAL, reason=4, at=NOW),
    "note is a text, not 3": lambda: ENGINE.place(DEAL, "won", note=3, at=NOW),
    "note is a text, not 4": lambda: ENGINE.adopt("B", "won", note=4, at=NOW),
    "takes an Opportunity, not 'A'": lambda: ENGINE.fire("A", "win", at=NOW),
    "takes an Opportunity, not <Step": lambda: ENGINE.moves(ENGINE.open("B", at=NOW), at=NOW),
    "record takes Evidence": lambda: ENGINE.record(DEAL, "signature", at=NOW),
    "log takes an Activity": lambda: ENGINE.log(DEAL, 5, at=NOW),
    "facts are a mapping": lambda: ENGINE.update(DEAL, [("seats", 1)], at=NOW),
    "override takes Override": lambda: ENGINE.fire(DEAL, "win", at=NOW, override="director"),
    "an Engine takes a Process": lambda: sf.Engine("small.yaml"),
}


@pytest.mark.parametrize("words", list(WRONG))
def test_an_argument_of_the_wrong_type_is_an_error_that_names_it(words: str) -> None:
    with pytest.raises(sf.ValueTypeError) as refused:
        WRONG[words]()
    assert words in str(refused.value)


HALF = "a \ud83d z"
HALVES: dict[str, Callable[[], object]] = {
    "id": lambda: ENGINE.open(HALF, at=NOW),
    "by": lambda: ENGINE.fire(DEAL, "win", at=NOW, by=HALF),
    "owner": lambda: ENGINE.open("B", at=NOW, owner=HALF),
    "ref": lambda: sf.Evidence("signature", ref=HALF),
    "note": lambda: sf.Activity("call", note=HALF),
    "reason": lambda: ENGINE.hold(DEAL, reason=HALF, at=NOW),
}


@pytest.mark.parametrize("what", list(HALVES))
def test_half_of_a_character_is_refused_for_no_event_could_be_written_with_it(what: str) -> None:
    with pytest.raises(sf.ValueTypeError) as refused:
        HALVES[what]()
    assert str(refused.value).startswith(f"{what} holds '\\ud83d' at 2, half of a character")


def test_whole_characters_of_every_language_are_texts() -> None:
    (event,) = ENGINE.log(DEAL, sf.Activity("call", note="Łódź 😀"), at=NOW, by="Żaneta").events
    assert sf.event_from_json(sf.event_to_json(event)) == event


def test_a_command_that_changes_nothing_makes_no_event() -> None:
    deal = ENGINE.update(DEAL, {"need": "speed"}, at=NOW).unwrap()
    assert ENGINE.update(deal, {"need": "speed"}, at=NOW).events == ()
    (event,) = ENGINE.update(deal, {"need": "speed", "seats": 3}, at=NOW).events
    assert dict(event.facts) == {"seats": 3}
    deal = ENGINE.assign(deal, owner="anna", at=NOW).unwrap()
    assert ENGINE.assign(deal, owner="anna", at=NOW).events == ()


def test_only_the_sellers_activities_count_as_attempts() -> None:
    for maker, attempts in (("seller", {"call": 1}), ("third_party", {}), ("buyer", {})):
        deal = ENGINE.log(DEAL, sf.Activity("call", made_by=maker), at=NOW).unwrap()
        assert dict(deal.attempts) == attempts


def test_an_opening_cannot_be_applied_to_an_opportunity() -> None:
    (opened,) = ENGINE.open("B", at=NOW).events
    with pytest.raises(sf.EventError, match="Opened does not change A"):
        sf.evolve(DEAL, opened)
