"""The file of answers: YAML that people may change between two sittings of the interview."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field, ValidationError

from salesfsm.errors import DefinitionError, Problem, unknown_name
from salesfsm.formats.source import Source
from salesfsm.formats.validation import problems_of
from salesfsm.frozen import frozen
from salesfsm.interview.answers import DEFINITION, Answers
from salesfsm.interview.questions import QUESTIONS, Question
from salesfsm.messages import LANGUAGES, message
from salesfsm.process.base import Definition
from salesfsm.process.fields import Language

_BY_NAME = {question.name: question for question in QUESTIONS}


class _File(Definition):
    """The keys of the file; what an answer may be depends on its question."""

    salesfsm_interview: Literal[1] = Field(description="Version of the format of this file.")
    language: Language = Field("en", description="The language of the answers.")
    answers: Mapping[str, object] = Field({}, description="Answers by their questions.")


def answers_of(source: Source) -> Answers:
    """The answers in a file.

    Raises :class:`~salesfsm.errors.DefinitionError` with every problem at its place.
    """
    if not isinstance(source.data, dict):
        problem = Problem("a file of answers is a mapping (key: value)", place=source.place(()))
        raise DefinitionError([problem])
    try:
        file = _File.model_validate(source.data)
    except ValidationError as error:
        raise DefinitionError(problems_of(error, source, _File)) from None
    problems = list(_problems(source, file.answers))
    if file.language.partition("-")[0] not in LANGUAGES:
        path, spoken = ("language",), ", ".join(LANGUAGES)
        unspoken = f"the interview does not speak {file.language!r}: write one of {spoken}"
        problems.insert(0, Problem(unspoken, path, place=source.place(path)))
    if problems:
        raise DefinitionError(problems)
    return Answers(frozen({key: _text(each) for key, each in file.answers.items()}), file.language)


def write_answers(answers: Answers) -> str:
    """The file of the answers, which :func:`answers_of` reads back."""
    head = message("interview.answers.head", answers.language).splitlines()
    lines = [f"# {line}" for line in head]
    lines += ["salesfsm_interview: 1", f"language: {answers.language}"]
    given = [f"  {key}: {_quoted(text)}" for key, text in answers.given.items()]
    lines += ["answers:", *given] if given else ["answers: {}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """The answer in YAML: a list where it has several lines. JSON's quotes are YAML's too."""
    lines: str | list[str] | None = text.split("\n") if "\n" in text else text or None
    return json.dumps(lines, ensure_ascii=False)


def _text(written: object) -> str:
    """The answer as it is kept: a list has its items on lines, of which even one is a whole one."""
    if isinstance(written, list):
        lines = "\n".join(map(_text, written))
        return f"{lines}\n" if len(written) == 1 else lines
    return "" if written is None else str(written)


def _problems(source: Source, answers: Mapping[str, object]) -> Iterator[Problem]:
    for key, written in answers.items():
        path = ("answers", key)
        question = _question(key)
        if question is None:
            known = (*_BY_NAME, f"{DEFINITION}.STAGE")
            message = unknown_name("question", key, known)
            yield Problem(message, path, place=source.place(path, key=True))
        elif complaint := _complaint(question, written):
            yield Problem(complaint, path, place=source.place(path))


def _question(key: str) -> Question | None:
    """The question that a key of the file answers; stages that are gone may still have one."""
    name, _, stage = key.partition(".")
    if name == DEFINITION and re.fullmatch("[a-z][a-z0-9_]*", stage):
        return Question(DEFINITION, key=key)
    return _BY_NAME.get(key)


def _complaint(question: Question, written: object) -> str:
    """Why what stands in the file is no answer to the question, or nothing."""
    items = written if isinstance(written, list) else [written]
    if not all(each is None or type(each) in (str, int) for each in items):
        return "an answer is a text, a list of texts, or nothing where the question is skipped"
    text = _text(written)
    return question.unfit(text, "en") if text else ""
