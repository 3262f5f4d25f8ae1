"""A stored opportunity fits its process, or is refused with what does not."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

import salesfsm as sf
from salesfsm.engine.fitting import check_opportunity

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
PROCESS = sf.loads("""
salesfsm: 1
process: small
facts: {seats: integer}
buyer: {milestones: [signature]}
stages: [{name: talking, tasks: [demo]}, {name: won, outcome: won}]
""")


def stored(**changes: object) -> sf.Opportunity:
    """An opportunity as JSON brings it back, with some of its parts replaced."""
    engine = sf.Engine(PROCESS)
    deal = engine.open("A", at=NOW, facts={"seats": 3}).unwrap()
    deal = engine.record(deal, sf.Evidence("signature"), at=NOW).unwrap()
    data = json.loads(sf.opportunity_to_json(engine.complete(deal, "demo", at=NOW).unwrap()))
    return sf.opportunity_from_json(json.dumps(data | changes))


def test_what_the_engine_made_fits() -> None:
    check_opportunity(PROCESS, stored())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stage": "moon"}, "A: unknown stage 'moon'"),
        ({"facts": {"seat": 3}}, "unknown fact 'seat'; did you mean 'seats'"),
        (
            {"facts": {"seats": "many"}},
            "gives the fact 'seats', which is integer, the value 'many'",
        ),
        ({"tasks": ["demmo"]}, "unknown task 'demmo'; did you mean 'demo'"),
        ({"attempts": {"fax": 1}}, "unknown activity 'fax'"),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, object], words: str) -> None:
    with pytest.raises(sf.EventError) as refused:
        check_opportunity(PROCESS, stored(**changes))
    assert words in str(refused.value)


def test_an_opportunity_of_another_version_is_not_of_this_process() -> None:
    with pytest.raises(sf.ProcessMismatchError, match="belongs to small 2"):
        check_opportunity(PROCESS, stored(version="2"))


def test_times_inside_are_in_utc_too() -> None:
    data = json.loads(sf.opportunity_to_json(stored()))
    data["evidence"]["signature"][0]["until"] = "2027-01-01T01:00:00+02:00"
    back = sf.opportunity_from_json(json.dumps(data))
    assert back.evidence["signature"][0].until.tzinfo is UTC
