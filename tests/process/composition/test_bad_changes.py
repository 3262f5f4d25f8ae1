"""Changes and steps of a form that composition cannot read are refused, and say what is wanted."""

from __future__ import annotations

import pytest
from planes import sales, winback

import salesfsm as sf
from salesfsm.process.composition.composing import branch, override, remove

LEAVE = {"trigger": "win_back", "source": "lost", "target": "approach"}


def test_an_override_is_a_mapping() -> None:
    with pytest.raises(sf.CommandError, match=r"override takes a mapping such as .*, not 'stages'"):
        override(sales(), "stages")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"facts": ["budget"]}, "must be a mapping (key: value), not ['budget']"),
        ({"transitions": {"win": "closing"}}, "must be a list, not {'win': 'closing'}"),
        (
            {"stages": [{"name": "closing", "exit": [{"rule": "true", "cod": "x"}]}]},
            "unknown key 'cod'",
        ),
    ],
)
def test_what_is_no_definition_is_told(changes: dict[str, object], message: str) -> None:
    with pytest.raises(sf.DefinitionError) as caught:
        override(sales(), changes)
    assert message in caught.value.problems[0].message


def test_a_way_into_a_branch_that_cannot_be_read_is_told_at_its_place() -> None:
    with pytest.raises(sf.DefinitionError) as caught:
        branch(
            sales(), winback(), name="winback", leave=[LEAVE, {**LEAVE, "sorce": "lost"}], rejoin={}
        )
    [problem] = caught.value.problems
    assert problem.path == ("leave", 1, "sorce")
    assert "did you mean 'source'" in problem.message


def test_an_end_that_mirrors_a_phase_asks_it_of_the_way_that_rejoins() -> None:
    part = override(
        winback(),
        {
            "buyer": {"phases": ["unaware", "weighing", "deciding"]},
            "stages": [{"name": "renewed", "mirrors": "deciding"}],
        },
    )
    whole = branch(
        sales(), part, name="winback", leave=[LEAVE], rejoin={"renewed": "qualification"}
    )
    back = next(arc for arc in whole.arcs if arc.key[:2] == ("agree", "winback.talk"))
    assert "proven.signature" in {each.code for each in back.requirements}


def test_a_removed_stage_that_an_invariant_names_is_told_at_the_invariant() -> None:
    named = override(sales(), {"invariants": [{"never": "stage == closing and known(offer)"}]})
    with pytest.raises(sf.DefinitionError) as caught:
        remove(named, "closing", to="won")
    assert ("invariants", 0, "never") in {each.path for each in caught.value.problems}
