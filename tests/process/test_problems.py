"""What the definitions of a process may not say, each problem told at its path."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

import salesfsm as sf
from salesfsm.errors import dotted

MANY = [f"s{number}" for number in range(150)]

Case = tuple[dict[str, object], str, str]

PROBLEMS: list[Case] = [
    ({"facts": {"role": "choice"}}, "facts.role", "the choice 'role' has no options"),
    (
        {"facts": {"role": {"type": "text", "options": ["a"]}}},
        "facts.role",
        "'role' has options but is no choice",
    ),
    (
        {"facts": {"role": {"type": "choice", "options": ["a", "b", "a"]}}},
        "facts.role.options",
        "'role' has an option twice",
    ),
    ({"facts": {"budget": "money"}}, "facts.budget", "'budget' is money in no currency"),
    (
        {"facts": {"seats": {"type": "integer", "currency": "EUR"}}},
        "facts.seats.currency",
        "'seats' has a currency but is not money",
    ),
    (
        {"facts": {"seats": {"type": "integer", "minimum": 5, "maximum": 4}}},
        "facts.seats.minimum",
        "the minimum of 'seats' is above its maximum",
    ),
    (
        {"stages": [{"name": "stage"}, "last"]},
        "stages[0].name",
        "a stage cannot be named 'stage': rules could not tell it from what the name means there",
    ),
    (
        {"facts": {"sign.if": "text"}},
        "facts.sign.if",
        "'sign.if' cannot be asked for in rules: they are read as Python's expressions, "
        "and it is a keyword there",
    ),
    (
        {"stages": ["first", {"name": "won", "outcome": "won"}], "opens_in": ["won"]},
        "opens_in[0]",
        "opportunities cannot begin in 'won': it is closed",
    ),
    (
        {
            "buyer": {
                "phases": ["looking", "choosing"],
                "milestones": [{"name": "interest", "moves": "looking -> looking"}],
            }
        },
        "buyer.milestones[0].moves",
        "'interest' moves the buyer nowhere",
    ),
    (
        {"teams": ["north"], "acting": "team"},
        "teams[0]",
        "only the members of a team may act, and 'north' has none",
    ),
    (
        {"invariants": [{"never": "known(budgt)"}], "facts": {"budget": "text"}},
        "invariants[0].never",
        "unknown fact 'budgt'",
    ),
    (
        {"stages": [{"name": "first", "exit": [{"rule": "true", "code": "handover.x"}]}, "last"]},
        "stages[0].exit[0].code",
        "the code 'handover.x' is one that the process itself gives",
    ),
    (
        {"stages": [{"name": "first", "exit": ["true"] * 201}, "last"]},
        "stages[0].exit",
        "a list may have 200 criteria",
    ),
    (
        {
            "stages": MANY,
            "transitions": [
                {"trigger": f"to_{each}", "source": "*", "target": each} for each in MANY
            ],
        },
        "transitions",
        "the transitions stand for more than 20000 single ways between stages",
    ),
]


MALFORMED: list[Case] = [
    (
        {"facts": {"seats": {"type": "integer", "minimum": "few"}}},
        "facts.seats.minimum",
        "'few' is not a decimal; give a number below 10**18 with at most 12 decimal places",
    ),
    ({"currency": "euro"}, "currency", "'euro' is not a currency"),
    (
        {"label": {"english": "Sale"}},
        "label.translations.english.[key]",
        "'english' is not the code of a language",
    ),
    (
        {"stages": [{"name": "first", "probability": "likely"}, "last"]},
        "stages.0.probability",
        "'likely' is not a probability",
    ),
    (
        {"buyer": {"milestones": [{"name": "interest", "moves": "->"}]}},
        "buyer.milestones.0.moves",
        "'->' is not a crossing",
    ),
]


@pytest.mark.parametrize(("changes", "path", "message"), PROBLEMS)
def test_a_problem_of_a_definition_is_told_at_its_path(
    changes: dict[str, object], path: str, message: str
) -> None:

    with pytest.raises(sf.DefinitionError) as caught:
        sf.Process(**{"process": "p", "stages": ["first", "last"], **changes})
    [problem] = caught.value.problems
    assert dotted(problem.path) == path
    assert problem.message.startswith(message)


@pytest.mark.parametrize(("changes", "path", "message"), MALFORMED)
def test_a_value_of_the_wrong_form_is_told_where_it_stands(
    changes: dict[str, object], path: str, message: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        sf.Process(**{"process": "p", "stages": ["first", "last"], **changes})
    [problem] = caught.value.errors()
    assert (".".join(map(str, problem["loc"])), problem["msg"]) == (path, message)


def test_a_fact_that_is_called_like_a_reason_is_told_apart_by_quotes() -> None:
    text = """
salesfsm: 1
process: named
currency: EUR
facts: {price: money}
stages: [talks, {name: lost, outcome: lost, reasons: [price, other]}]
transitions:
  - {trigger: lose, source: talks, target: lost}
  - {trigger: back, source: lost, target: talks, when: 'lost_reason == %s'}
"""
    assert sf.loads(text % '"price"')
    with pytest.raises(sf.DefinitionError) as raised:
        sf.loads(text % "price")
    assert 'hint: write "price" for the option' in str(raised.value)
