"""SF106: branches of a trigger that an earlier branch always shadows."""

from __future__ import annotations

from typing import Any

import pytest

import salesfsm as sf
from salesfsm.checks import check


def branches(*whens: list[str], extra: dict[str, Any] | None = None) -> sf.Process:
    """A stage that forks under one trigger, into as many stages as there are lists of criteria."""
    ends = [f"end{i}" for i in range(len(whens))]
    return sf.Process.model_validate(
        {
            "process": "forks",
            "facts": {"n": "integer", "m": "integer"},
            "stages": ["start", *ends, {"name": "won", "outcome": "won"}],
            "transitions": [
                {"trigger": "go", "source": "start", "target": end, "when": when}
                for end, when in zip(ends, whens, strict=True)
            ]
            + [{"trigger": "win", "source": ends, "target": "won"}],
        }
        | (extra or {})
    )


@pytest.mark.parametrize(
    ("whens", "never"),
    [
        (([], ["n > 3"]), [1]),
        ((["n > 3"], []), []),
        ((["n > 3"], ["n > 3"]), [1]),
        ((["n > 3"], ["m > 1", "n > 3"]), [1]),
        ((["n > 3", "m > 1"], ["n > 3"]), []),
        ((["true"], ["n > 3"], ["m > 3"]), [1, 2]),
        ((["n > 3"], ["n <= 3"]), []),
        ((["n > 3"], ["m > 1 and n > 3"]), [1]),
        ((["n > 3 and m > 1"], ["m > 1", "n > 3"]), [1]),
        ((["n > 3"], ["m > 1 or n > 3"]), []),
        ((["n > 3"], ["false"]), [1]),
    ],
)
def test_a_branch_that_needs_all_that_an_earlier_one_needs_is_never_taken(
    whens: tuple[list[str], ...], never: list[int]
) -> None:
    found = [each for each in check(branches(*whens)) if each.code == "SF106"]
    assert [each.path for each in found] == [("transitions", index) for index in never]
    assert all(each.hint for each in found)


def test_a_criterion_that_only_warns_keeps_nothing_from_being_taken() -> None:
    warned = {"rule": "n > 3", "level": "warn"}
    process = branches([warned], ["m > 1"])  # type: ignore[list-item]
    assert [each.path for each in check(process) if each.code == "SF106"] == [("transitions", 1)]


def test_a_route_does_not_lead_through_a_branch_that_is_never_taken() -> None:
    process = branches([], ["n > 3"])
    engine = sf.Engine(process)
    deal = engine.adopt("A", "start").unwrap()
    assert not engine.route(deal, "end1").reachable
    assert [move.target for move in engine.route(deal, "won").moves] == ["end0", "won"]
