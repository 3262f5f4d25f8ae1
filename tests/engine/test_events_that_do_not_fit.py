"""A history with a name or value that its process does not have says in which event it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

import salesfsm as sf
from salesfsm.frozen import frozen

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ENGINE = sf.Engine(
    sf.loads("""
salesfsm: 1
process: small
facts: {need: text}
stages: [talking, offered]
transitions: [{trigger: offer, source: talking, target: offered}]
""")
)
OPENED = ENGINE.open("A", at=NOW, facts={"need": "speed"})
UPDATED = ENGINE.update(OPENED.unwrap(), {"need": "price"}, at=NOW)
MOVED = ENGINE.fire(OPENED.unwrap(), "offer", at=NOW)

WRONG: dict[str, list[sf.Event]] = {
    "event 1 of A: unknown stage 'x'": [replace(OPENED.events[0], stage="x")],
    "event 1 of A: unknown fact 'x'": [replace(OPENED.events[0], facts=frozen({"x": "1"}))],
    "event 1 of A gives the fact 'need'": [replace(OPENED.events[0], facts=frozen({"need": 1}))],
    "event 2 of A: unknown stage 'x'": [*OPENED.events, replace(MOVED.events[0], target="x")],
    "event 2 of A: unknown fact 'x'": [
        *OPENED.events,
        replace(UPDATED.events[0], facts=frozen({"x": "1"})),
    ],
    "there are no events: a history begins with 'opened'": [],
}


@pytest.mark.parametrize("words", list(WRONG))
def test_what_does_not_fit_is_told_with_its_event(words: str) -> None:
    with pytest.raises(sf.EventError) as refused:
        sf.replay(ENGINE.process, WRONG[words])
    assert str(refused.value).startswith(words)
