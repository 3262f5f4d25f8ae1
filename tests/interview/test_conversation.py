"""The conversation: what each line does to it, and that leaving it changes nothing of its end."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from interviewed import any_answers, examples

import salesfsm as sf
from salesfsm.formats.source import parse_source
from salesfsm.interview import (
    Answers,
    Conversation,
    Heard,
    answers_of,
    questions,
    write_answers,
    write_draft,
)
from salesfsm.messages import LANGUAGES, message


def said(talk: Conversation, *lines: str) -> tuple[Conversation, list[Heard]]:
    heard = []
    for line in lines:
        talk, what = talk.hear(line)
        heard.append(what)
    return talk, heard


def key(talk: Conversation) -> str:
    return talk.question.key if talk.question else ""


def begun(language: str = "en") -> Conversation:
    return Conversation.resumed(Answers(language=language))


def test_an_answer_is_kept_and_an_empty_line_skips() -> None:
    talk, _ = said(begun(), "B2B", "")
    assert talk.answers.given == {"name": "B2B", "offer": ""}
    assert key(talk) == "currency"


def test_back_shows_the_answer_which_an_empty_line_keeps_and_a_dash_removes() -> None:
    talk, heard = said(begun(), "B2B", "back")
    assert (key(talk), talk.present, heard[-1]) == ("name", "B2B", Heard.BACK)
    kept, heard = said(talk, "")
    assert (kept.answers.given["name"], heard) == ("B2B", [Heard.KEPT])
    removed, _ = said(talk, "-")
    assert removed.answers.given["name"] == ""
    assert said(begun(), "back") == (begun(), [Heard.NO_WAY_BACK])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_that_steer_are_known_in_the_language_and_in_english(language: str) -> None:
    talk, _ = said(begun(language), "x")
    for word in ("back", "BACK", message("interview.word.back", language)):
        assert said(talk, word)[1] == [Heard.BACK]
    for word in ("quit", message("interview.word.quit", language).upper()):
        assert said(talk, word) == (talk, [Heard.LEAVE])
    assert said(talk, " ? ") == (talk, [Heard.MORE])


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("currency", "shells"),
        ("contact_within", "soon"),
        ("contact_within", "2-3 days"),
        ("attempts", "many"),
        ("attempts", "-3"),
        ("stages", "inquiry; INQUIRY"),
        ("stages", "Inquiry; Inquiry"),
        ("stages", "Inquiry; Won"),
        ("stages", "Wygrana; Inquiry"),
        ("stages", "Inquiry; !!!"),
        ("stages", "*"),
        ("lost_reasons", "; ".join(map(str, range(41)))),
        ("name", "x" * 4_001),
        ("name", "a\x1b[2Jb"),
        ("name", "\udcff"),
    ],
)
def test_what_cannot_be_an_answer_is_asked_again_with_the_reason(question: str, line: str) -> None:
    talk = begun()
    while key(talk) != question:
        talk, _ = talk.hear("")
    assert said(talk, line) == (talk, [Heard.UNFIT])
    assert talk.question is not None
    assert talk.question.unfit(line, "en")


def test_each_stage_that_is_named_brings_a_question_about_it() -> None:
    talk, _ = said(begun("pl"), "", "", "", "Nowa; Żółć")
    asked = [each.key for each in talk.questions if each.about]
    assert asked == ["definition.nowa", "definition.zolc"]
    assert key(talk) == "definition.nowa"
    assert talk.question is not None
    assert talk.question.asks("pl").startswith("Nowa: ")
    fewer, _ = said(talk, "back", "Nowa")
    assert [each.key for each in fewer.questions if each.about] == ["definition.nowa"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_left_after_each_question_and_resumed_the_draft_is_the_same(language: str) -> None:
    answers = examples(language)
    in_one_go = begun(language)
    often_left = begun(language)
    while in_one_go.question is not None:
        line = answers.given[in_one_go.question.key]
        in_one_go, _ = in_one_go.hear(line)
        often_left, _ = often_left.hear(line)
        saved = parse_source(write_answers(often_left.answers))
        often_left = Conversation.resumed(answers_of(saved))
        assert often_left == in_one_go
    assert in_one_go.answers == answers
    with pytest.raises(sf.CommandError, match="over"):
        in_one_go.hear("more")
    files = [
        write_draft(each.answers, file="my.yaml", answers_file="a.yaml")
        for each in (in_one_go, often_left)
    ]
    assert files[0] == files[1]


@given(st.lists(st.text(max_size=30), max_size=40))
def test_whatever_is_said_the_answers_can_be_saved_and_read_again(lines: list[str]) -> None:
    talk = begun()
    for line in lines:
        if talk.question is None:
            break
        talk, _ = talk.hear(line)
    text = write_answers(talk.answers)
    assert answers_of(parse_source(text)) == talk.answers
    assert Conversation.resumed(talk.answers).at >= 0


@given(any_answers())
def test_every_question_has_its_texts_in_every_language(answers: Answers) -> None:
    for question in questions(answers):
        for language in LANGUAGES:
            texts = [question.asks(language), question.why(language), question.more(language)]
            assert all(texts)
            assert not question.unfit(question.example(language), language)
