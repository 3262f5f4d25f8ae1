"""The file of answers, as people change it: what is taken, and where it is broken."""

from __future__ import annotations

import pytest

import salesfsm as sf
from salesfsm.formats.source import parse_source
from salesfsm.interview import Answers, answers_of, write_answers

HEAD = "salesfsm_interview: 1\nlanguage: pl\nanswers:\n"


def read(text: str) -> Answers:
    return answers_of(parse_source(text, file="our.answers.yaml"))


def test_answers_may_be_texts_lists_numbers_and_nothing() -> None:
    given = "name: Sprzedaż\n  attempts: 5\n  offer:\n  leads: [targi; Brno, '7', 8]"
    answers = read(f"{HEAD}  {given}\n  materials: [one; and only]\n")
    assert answers.language == "pl"
    assert answers.given == {
        "name": "Sprzedaż",
        "attempts": "5",
        "offer": "",
        "leads": "targi; Brno\n7\n8",
        "materials": "one; and only\n",
    }
    assert answers.items("leads") == ("targi; Brno", "7", "8")
    assert answers.items("materials") == ("one; and only",)
    assert read(write_answers(answers)) == answers


def test_a_file_without_answers_is_an_interview_that_has_not_begun() -> None:
    assert read("salesfsm_interview: 1\n") == Answers()
    assert read(write_answers(Answers())) == Answers()


def test_answers_about_stages_that_are_gone_stay_in_the_file() -> None:
    answers = read(HEAD + "  stages: A\n  definition.b: gone\n")
    assert "definition.b" in write_answers(answers)


@pytest.mark.parametrize(
    ("text", "place", "complaint"),
    [
        ("[]", "1:1", "is a mapping"),
        ("answers: {}", "1:1", "'salesfsm_interview' is missing"),
        ("salesfsm_interview: 2", "1:21", "must be 1"),
        ("salesfsm_interview: 1\nlanguage: Polish", "2:11", "not the code of a language"),
        ("salesfsm_interview: 1\nanswer: {}", "2:1", "did you mean 'answers'?"),
        ("salesfsm_interview: 1\nanswers: [a]", "2:10", "must be a mapping"),
        (HEAD + "  nam: x", "4:3", "did you mean 'name'?"),
        (HEAD + "  definition.: x", "4:3", "unknown question"),
        (HEAD + "  name: true", "4:9", "an answer is a text"),
        (HEAD + "  name: {a: b}", "4:9", "an answer is a text"),
        (HEAD + "  leads: [a, [b]]", "4:10", "an answer is a text"),
        (HEAD + "  currency: shells", "4:13", "three letters"),
        (HEAD + "  cadence: often", "4:12", "a number and a unit"),
        (HEAD + "  contact_within: -3 days", "4:19", "a number and a unit"),
        (HEAD + "  attempts: -3", "4:13", "one number from 1 to 99"),
        (HEAD + "  attempts: [1, 2]", "4:13", "one number from 1 to 99"),
        (HEAD + "  stages: [Inquiry, INQUIRY]", "4:11", "'INQUIRY' is named twice"),
        ("salesfsm_interview: 1\nlanguage: de", "2:11", "does not speak 'de': write one of en, pl"),
        (HEAD + "  name: a\n  name: b", "5:3", "twice"),
        (HEAD + "  name: 'a", "4:9", "quot"),
    ],
)
def test_a_broken_file_says_where_and_what(text: str, place: str, complaint: str) -> None:
    with pytest.raises(sf.DefinitionError) as raised:
        read(text)
    told = str(raised.value)
    assert told.startswith(f"our.answers.yaml:{place}: ")
    assert complaint in told


def test_the_head_of_the_file_says_that_comments_are_lost() -> None:
    for language, word in (("en", "comments"), ("pl", "komentarze"), ("bg", "коментари")):
        head = write_answers(Answers(language=language)).partition("salesfsm_interview")[0]
        assert word in head
        assert all(line.startswith("# ") for line in head.splitlines())


def test_every_problem_of_the_file_is_told_at_once() -> None:
    with pytest.raises(sf.DefinitionError) as raised:
        read(HEAD + "  nam: x\n  currency: shells\n  attempts: many\n")
    assert [each.place.line for each in raised.value.problems if each.place] == [4, 5, 6]
