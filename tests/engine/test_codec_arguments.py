"""What is no text, event or opportunity is refused by the functions that read and write JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

import salesfsm as sf

NOW = datetime(2026, 11, 21, tzinfo=UTC)
STEP = sf.Engine(sf.loads("salesfsm: 1\nprocess: x\nstages: [a]\n")).open("A", at=NOW)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sf.event_to_json(STEP.unwrap()), "takes an event, not Opportunity"),
        (lambda: sf.opportunity_to_json(STEP.events[0]), "takes an Opportunity, not Opened"),
        (lambda: sf.event_from_json(5), "is a text, not int"),
        (lambda: sf.load(5), "takes the path of a file"),
        (lambda: sf.loads(b"salesfsm: 1"), "decode bytes first"),
        (lambda: sf.replay(STEP.process, [1]), "a history holds events, not 1"),
    ],
)
def test_the_wrong_thing_is_named(call: Callable[[], object], words: str) -> None:
    with pytest.raises(sf.SalesFsmError) as refused:
        call()
    assert words in str(refused.value)


def test_money_fits_into_columns() -> None:
    assert f"{sf.Money(5, 'EUR'):>8}" == "   5 EUR"
