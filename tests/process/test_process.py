"""Definitions: built in Python or read from a file they are the same, frozen, and checked."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

import salesfsm as sf
from sales.b2b import b2b
from salesfsm.process.fields import in_language
from salesfsm.process.requirements import requirements


def built() -> sf.Process:
    """The process of ``sales.b2b``, as a developer writes it."""
    budget, decide_by = sf.fact("budget"), {"within": sf.days(90)}
    return sf.Process(
        process="b2b",
        version="2026.1",
        label={"en": "B2B sale", "pl": "Sprzedaż B2B", "bg": "B2B продажба"},
        currency="EUR",
        facts={
            "budget": sf.Fact(type="money", label={"en": "Budget", "pl": "Budżet"}, minimum=0),
            "authority": sf.Fact(type="choice", options=["user", "influencer", "decision_maker"]),
            "need": "text",
            "decide_by": "date",
        },
        buyer=sf.Buyer(
            phases=[
                "unconcerned",
                "investigating",
                "defining",
                "selecting",
                "negotiating",
                "approving",
            ],
            start="investigating",
            milestones=[
                sf.Milestone(
                    name="reason_to_act",
                    moves=("investigating", "defining"),
                    definition="The buyer acknowledges a reason to act.",
                    accepts=["email", "document"],
                    valid_for="180d",
                    owner="the champion",
                ),
                sf.Milestone(
                    name="signature",
                    moves="negotiating -> approving",
                    made_by=["buyer", "third_party"],
                ),
            ],
        ),
        overrides=["sales director"],
        opens_in=["qualification", "presenting"],
        stages=[
            sf.Stage(
                name="qualification",
                label={"en": "Qualification", "pl": "Kwalifikacja", "bg": "Квалификация"},
                definition="The first direct talk has been held.",
                mirrors="investigating",
                probability=Decimal("0.2"),
                expected="P10D",
                tasks=[
                    sf.Task(
                        name="discovery_call",
                        label={"en": "Hold the discovery call", "pl": "Odbądź rozmowę"},
                    ),
                    sf.Task(name="stakeholder_map", optional=True),
                    sf.Task(name="summary", level=sf.Level.ADVISE),
                ],
                exit=[
                    sf.criteria("bant", min_budget=10_000, **decide_by),
                    sf.proven("reason_to_act"),
                    sf.Criterion(
                        rule=budget < 500_000,
                        code="second_eyes",
                        level="warn",
                        says={"pl": "Druga para oczu"},
                    ),
                ],
            ),
            sf.Stage(
                name="presenting",
                label={"pl": "Prezentowanie"},
                probability=0.4,
                entry=sf.known("budget"),
            ),
            sf.Stage(name="closing", probability="80%"),
            sf.Stage(name="won", outcome="won"),
            sf.Stage(
                name="lost",
                outcome=sf.Outcome.LOST,
                reasons=["price", "competitor", sf.Reason(name="other", label="Other")],
            ),
            sf.Stage(name="winback", path="winback", expected="90d"),
        ],
        transitions=[
            sf.Transition(trigger=trigger, source=source, target=target, **options)
            for trigger, source, target, options in (
                ("qualify", "qualification", "presenting", {}),
                ("offer", "presenting", "closing", {"when": budget < 100_000}),
                ("offer", "presenting", "won", {"when": sf.proven("signature")}),
                ("step_back", "presenting", "qualification", {}),
                ("again", "presenting", "presenting", {}),
                ("win", "closing", "won", {"when": [sf.proven("signature")]}),
                ("reopen", "closed", "qualification", {}),
                ("lose", ["open"], "lost", {}),
                (
                    "win_back",
                    "lost",
                    "winback",
                    {"when": sf.fact("lost_reason") != "other", "after": "90d"},
                ),
                ("requalify", "winback", "qualification", {}),
            )
        ],
    )


def test_built_in_python_it_equals_what_the_file_says() -> None:
    assert built() == b2b()
    assert sf.loads(sf.dump(built())) == built()


def test_what_is_worked_out_plays_no_part_in_equality() -> None:
    process = b2b()
    assert process.arcs
    assert process.vocabulary
    assert process == b2b()


def test_values_of_the_rule_language_are_taken_as_they_are() -> None:
    length = sf.Duration(business_days=10)
    assert sf.Stage(name="a", expected=length) == sf.Stage(name="a", expected="10 business days")
    node = sf.known("budget").node
    assert sf.Criterion(rule=node) == sf.Criterion(rule="known(budget)")


class TestFrozen:
    """A definition is never changed; a copy with changes is checked as a new one is."""

    def test_nothing_in_it_can_be_changed(self) -> None:
        process = b2b()
        with pytest.raises(ValidationError, match="frozen"):
            process.version = "2"
        with pytest.raises(ValidationError, match="frozen"):
            process.stages[0].name = "x"  # type: ignore[misc]
        for mapping in (process.facts, process.predicates, process.label):
            with pytest.raises(TypeError, match="cannot be changed"):
                mapping["x"] = "y"  # type: ignore[index]
        assert isinstance(process.stages, tuple)
        assert isinstance(process.stages[0].exit, tuple)

    def test_a_copy_with_changes_is_worked_out_anew(self) -> None:
        process = b2b()
        before = process.arcs
        fewer = process.model_copy(update={"transitions": process.transitions[:1]})
        assert len(fewer.arcs) == 1
        assert process.arcs is before

    def test_a_copy_with_changes_is_checked(self) -> None:
        with pytest.raises(sf.DefinitionError, match="unknown stage 'closing'"):
            b2b().model_copy(update={"stages": b2b().stages[:2]})
        with pytest.raises(ValidationError):
            b2b().stages[0].model_copy(update={"probability": 7})

    def test_copies_are_equal(self) -> None:
        process = b2b()
        assert process.arcs
        assert copy.copy(process) == process
        assert copy.deepcopy(process) == process


class TestProblems:
    """In Python too every problem is told, with the path to it."""

    def test_the_path_leads_to_it(self) -> None:
        with pytest.raises(sf.DefinitionError) as caught:
            sf.Process(
                process="p",
                stages=["a", "a"],
                transitions=[sf.Transition(trigger="t", source="a", target="b")],
            )
        assert [str(problem) for problem in caught.value.problems] == [
            "stages[1]: the stage 'a' is defined twice\n  hint: names are used once",
            "transitions[0].target: unknown stage 'b' (known: a)",
        ]

    def test_a_malformed_part_is_pydantics_error(self) -> None:
        with pytest.raises(ValidationError, match="is not a name"):
            sf.Stage(name="two words")
        with pytest.raises(ValidationError, match="a rule is a text"):
            sf.Criterion(rule=5)  # type: ignore[arg-type]
        with pytest.raises(ValidationError, match=r"U\+0007"):
            sf.Stage(name="a", definition="a\x07b")


class TestCodes:
    """The codes of criteria are stable, and tell them apart."""

    def codes(self, *criteria: object) -> list[str]:
        process = b2b()
        found = tuple(sf.Criterion.model_validate(each) for each in criteria)
        return [each.code for each in requirements(process, found, "exit")]

    def test_they_follow_from_what_the_rule_asks(self) -> None:
        assert self.codes(
            "known(budget)",
            "proven(signature)",
            "not done(summary)",
            "attempts(call) > 2",
            "attempts() > 2",
            'budget > 5 and need == "x" or known(owner) and authority == "user"',
            "decide_by > today",
            "true",
        ) == [
            "budget",
            "proven.signature",
            "task.summary",
            "attempts.call",
            "attempts",
            "budget+need+owner",
            "decide_by",
            "always",
        ]

    def test_a_whole_set_is_one_criterion_for_each_element(self) -> None:
        assert self.codes("bant()") == [
            f"bant.{e}" for e in ("budget", "authority", "need", "timeline")
        ]
        assert self.codes("bant(of=3)") == ["bant"]
        assert self.codes({"rule": "bant()", "code": "fit"}) == ["fit"]

    def test_what_is_asked_twice_is_numbered(self) -> None:
        assert self.codes("known(budget)", "budget > 5", "budget > 7") == [
            "budget",
            "budget.#2",
            "budget.#3",
        ]

    def test_an_element_brings_its_label_and_hint_unless_told_otherwise(self) -> None:
        process = b2b()
        rule = {"rule": "bant()", "says": "Fit", "since": "2026-04-01"}
        for each in requirements(process, (sf.Criterion.model_validate(rule),), "exit"):
            assert each.says == "Fit"
            assert each.hint
            assert each.since == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("language", "shown"), [("pl", "Wygrana"), ("pl-PL", "Wygrana"), ("de", "Won"), ("en", "Won")]
)
def test_a_text_is_shown_in_the_language_or_in_english(language: str, shown: str) -> None:
    assert in_language({"en": "Won", "pl": "Wygrana"}, language) == shown


def test_a_text_in_one_language_is_shown_in_all() -> None:
    assert in_language("Won", "pl") == "Won"
    assert in_language({"bg": "Спечелена"}, "pl") == "Спечелена"
    assert in_language(None, "pl", "won") == "won"


def test_what_a_process_is_called_and_offers() -> None:
    process = b2b()
    assert process.key == "b2b 2026.1"
    assert process.starts == ("qualification", "presenting")
    assert process.triggers[:3] == ("qualify", "offer", "step_back")
    assert list(process.task_by_name) == ["discovery_call", "stakeholder_map", "summary"]
