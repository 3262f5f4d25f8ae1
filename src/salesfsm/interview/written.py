"""The file of a draft: the process as YAML, with comments that say what to look at next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import wrap

from salesfsm.errors import shorten
from salesfsm.formats.process_file import dump
from salesfsm.interview.answers import Answers
from salesfsm.interview.draft import draft
from salesfsm.interview.questions import QUESTIONS
from salesfsm.interview.skeleton import skeleton
from salesfsm.messages import message
from salesfsm.process.fields import in_language, spoken

WIDTH = 98
"""Characters of a line of a comment."""

SECTIONS = ("facts", "buyer", "activities", "teams", "assignments", "stages", "transitions")
"""The keys of the file that a comment (``interview.file.KEY``) stands above."""

_SECTION = re.compile(rf"^({'|'.join(SECTIONS)}):", re.MULTILINE)


def write_draft(answers: Answers, *, file: str, answers_file: str) -> str:
    """The commented YAML of the draft; the names of the two files are told in it."""
    language = answers.language
    head = [
        message("interview.file.head", language, answers=shorten(answers_file)),
        message("interview.file.next", language, file=shorten(file)),
    ]
    if missing := gaps(answers):
        head += [message("interview.file.missing", language), *(f"- {each}" for each in missing)]
    # A line of the dump that begins with a key is a key of the process: texts are indented.
    body = _SECTION.sub(
        lambda found: "\n" + _comment(message(f"interview.file.{found[1]}", language)) + found[0],
        dump(draft(answers)),
    )
    return _comment("\n".join(head)) + "\n" + body


def gaps(answers: Answers) -> tuple[str, ...]:
    """What the draft does not have because its question was skipped, in the reader's language."""
    return tuple(_gaps(answers))


def _gaps(answers: Answers) -> Iterator[str]:
    language = answers.language
    for question in QUESTIONS:
        if not answers.text(question.key):
            yield message(f"interview.gap.{question.name}", language)
    for stage in skeleton(answers):
        if stage.is_open and stage.definition is None:
            label = in_language(stage.label, language, spoken(stage.name))
            yield message("interview.no_definition", language, stage=shorten(label))


def _comment(text: str) -> str:
    """Lines of a comment, folded at their width; what belongs to a point is indented."""
    lines: list[str] = []
    for line in text.splitlines():
        indent = "  " if line.startswith(("- ", "1", "2", "3")) else ""
        lines += wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)
