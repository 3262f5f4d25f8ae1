"""The interview as a conversation: what a line of the one who answers does. It prints nothing.

A line is an answer, or one of the words that ask for more, go back, skip, or leave.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Self

from salesfsm.errors import CommandError
from salesfsm.interview.answers import Answers
from salesfsm.interview.questions import Question, questions
from salesfsm.messages import message

MORE, SKIP = "?", "-"
"""What asks to explain more, and what takes an answer away."""


class Heard(Enum):
    """What a line was taken for."""

    ANSWER = auto()
    """An answer, or a skip: there is something to save."""
    KEPT = auto()
    """An empty line at a question that is answered already: nothing changes."""
    MORE = auto()
    BACK = auto()
    NO_WAY_BACK = auto()
    LEAVE = auto()
    UNFIT = auto()
    """It is no answer to this question, which is asked again."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where the interview stands: the answers so far, and the number of the question (from 0)."""

    answers: Answers
    at: int

    @classmethod
    def resumed(cls, answers: Answers) -> Self:
        """The interview at the first question that is open."""
        every = questions(answers)
        is_open = (i for i, question in enumerate(every) if answers.is_open(question.key))
        return cls(answers, next(is_open, len(every)))

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question in its order; those about stages change with the answers."""
        return questions(self.answers)

    @property
    def question(self) -> Question | None:
        """The question that is asked now; None when there is no more."""
        every = self.questions
        return every[self.at] if self.at < len(every) else None

    @property
    def present(self) -> str:
        """The answer that the question has already, such as after going back."""
        return self.answers.given.get(self.question.key, "") if self.question else ""

    def hear(self, line: str) -> tuple[Conversation, Heard]:
        """What a line does: an empty one skips an open question, and keeps the answer of another.

        Raises :class:`~salesfsm.errors.CommandError` where there is no question.
        """
        question = self.question
        if question is None:
            raise CommandError("the interview is over: every question is answered")
        said, language = line.strip(), self.answers.language
        word = said.casefold()
        if said == MORE:
            return self, Heard.MORE
        if word in ("back", message("interview.word.back", language)):
            back = replace(self, at=max(self.at - 1, 0))
            return back, Heard.BACK if self.at else Heard.NO_WAY_BACK
        if word in ("quit", message("interview.word.quit", language)):
            return self, Heard.LEAVE
        if not said and not self.answers.is_open(question.key):
            return replace(self, at=self.at + 1), Heard.KEPT
        answer = "" if said == SKIP else said
        if answer and question.unfit(answer, language):
            return self, Heard.UNFIT
        return Conversation(
            self.answers.with_answer(question.key, answer), self.at + 1
        ), Heard.ANSWER
