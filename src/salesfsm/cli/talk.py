"""The interview at a terminal, or on a pipe: prints questions, reads lines, saves each answer."""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path

import click

from salesfsm.cli.files import write_whole
from salesfsm.cli.folding import folded
from salesfsm.errors import printable, shorten
from salesfsm.interview import Conversation, Heard, write_answers
from salesfsm.messages import message

PROMPT = "> "
SHOWN = 200
"""Characters of an earlier answer that are shown."""


class Talk:
    """Holds an interview whose answers are kept in a file. With ``to_stderr`` it is held there."""

    def __init__(self, kept: Path, *, to_stderr: bool = False) -> None:
        self._kept = kept
        self._err = to_stderr
        self._at_terminal = sys.stdin.isatty()
        if isinstance(sys.stdin, io.TextIOWrapper):  # what is not UTF-8 is told, and no traceback
            sys.stdin.reconfigure(errors="surrogateescape")
        if self._at_terminal:
            with contextlib.suppress(ImportError):  # where there is one, lines can be edited
                import readline  # noqa: F401, PLC0415

    def say(self, text: str = "", *, bold: bool = False, dim: bool = False) -> None:
        """Print a line of the interview, in which nothing can steer the terminal."""
        for line in folded(printable(text.replace("\r", "\ufffd"))):
            click.secho(line, err=self._err, bold=bold or None, dim=dim or None)

    def say_command(self, command: str) -> None:
        """Print a command on a line of its own, which is not folded, so that it can be copied."""
        click.echo(f"  {printable(command)}", err=self._err)

    def complain(self, complaint: str, language: str) -> None:
        """Print why the interview cannot go on; what is said after it stands beside it."""
        self._err = True
        self.say(f"{message('severity.error', language)}: {complaint}")

    def hold(self, talk: Conversation) -> tuple[Conversation, str]:
        """Ask until nothing is open or the interview is left; return how far it came.

        With it comes the complaint about an answer on a pipe that cannot be taken, if that is why
        it stopped: the lines after it would answer the wrong questions.
        """
        if talk.question is None:
            return talk, ""
        self._greet(talk)
        asked: Conversation | None = None
        while talk.question is not None:
            if talk is not asked:
                self._ask(talk)
                asked = talk
            line = self._read()
            if line is None:
                self.say()
                return talk, ""
            talk, heard = talk.hear(line)
            if heard is Heard.LEAVE:
                return talk, ""
            if heard is Heard.UNFIT and not self._at_terminal:
                return talk, _complaint(talk, line)
            if heard is Heard.ANSWER:
                write_whole(self._kept, write_answers(talk.answers))
            elif heard in (Heard.MORE, Heard.NO_WAY_BACK, Heard.UNFIT):
                asked = talk
                self._reply(talk, heard, line)
        return talk, ""

    def _greet(self, talk: Conversation) -> None:
        language, total = talk.answers.language, len(talk.questions)
        back, leave = (message(f"interview.word.{each}", language) for each in ("back", "quit"))
        self.say(message("interview.start", language, total=total, back=back, quit=leave))
        if talk.at:
            self.say(message("interview.resumed", language, answered=talk.at, total=total))

    def _ask(self, talk: Conversation) -> None:
        question, language = talk.question, talk.answers.language
        if question is None:
            return
        self.say()
        number, total = talk.at + 1, len(talk.questions)
        self.say(message("interview.number", language, number=number, total=total), dim=True)
        self.say(question.asks(language), bold=True)
        self.say(message("interview.why", language, why=question.why(language)), dim=True)
        example = question.example(language)
        self.say(message("interview.example", language, example=example), dim=True)
        if talk.present:
            answer = shorten(talk.present, SHOWN)
            self.say(message("interview.present", language, answer=answer))
        elif not talk.answers.is_open(question.key):
            self.say(message("interview.present.skipped", language))

    def _reply(self, talk: Conversation, heard: Heard, line: str) -> None:
        """Say what keeps the conversation at its question."""
        question, language = talk.question, talk.answers.language
        if question is None:
            return
        if heard is Heard.MORE:
            self.say(question.more(language))
        elif heard is Heard.NO_WAY_BACK:
            self.say(message("interview.no_way_back", language))
        else:
            self.say(question.unfit(line.strip(), language))

    def _read(self) -> str | None:
        """A line of the one who answers; None for the end of the input and for Ctrl-C."""
        try:
            if self._at_terminal and not self._err:
                return input(PROMPT)
            click.echo(PROMPT, nl=False, err=self._err)
            line = sys.stdin.readline()
        except (EOFError, KeyboardInterrupt):
            return None
        if line and not self._at_terminal:
            self.say(line.rstrip("\r\n"))  # a pipe does not show what it brings, as a terminal does
        return line.rstrip("\r\n") if line else None


def _complaint(talk: Conversation, line: str) -> str:
    """Why a line is no answer to the question that is asked, with both named."""
    question, language = talk.question, talk.answers.language
    if question is None:
        return ""
    complaint, answer = question.unfit(line.strip(), language), shorten(line)
    return message(
        "interview.refused", language, key=question.key, answer=answer, complaint=complaint
    )
