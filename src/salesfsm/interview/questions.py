"""The questions of the interview, in their order: one registry, whose texts are in the catalogues.

``interview.ask.NAME`` asks, ``.why`` says why, ``.example`` gives one, ``.more`` explains further.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from salesfsm.errors import UNWANTED, shorten
from salesfsm.interview.answers import DEFINITION, Answers
from salesfsm.interview.reading import currency_in, length_in, listed, parts_of, times_in
from salesfsm.interview.skeleton import no_stage, own_stages
from salesfsm.messages import message
from salesfsm.process.fields import LONGEST_TEXT, in_language

MOST_ITEMS = 40
"""How many things an answer may list."""


class Form(StrEnum):
    """What kind of answer a question takes."""

    TEXT = "text"
    LIST = "list"
    STAGES = "stages"
    SENTENCES = "sentences"
    CURRENCY = "currency"
    LENGTH = "length"
    TIMES = "times"


@dataclass(frozen=True, slots=True)
class Question:
    """A question. ``key`` is its name in the answers; ``about`` is the stage it asks about, if any.

    Questions about stages share the ``name`` that their texts have.
    """

    name: str
    form: Form = Form.TEXT
    key: str = ""
    about: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.key or self.name)

    def asks(self, language: str) -> str:
        """The question itself."""
        asked = message(f"interview.ask.{self.name}", language)
        return f"{self.about}: {asked}" if self.about else asked

    def why(self, language: str) -> str:
        """Why it is asked, in a sentence."""
        return message(f"interview.ask.{self.name}.why", language)

    def example(self, language: str) -> str:
        """An answer that a team could give."""
        return message(f"interview.ask.{self.name}.example", language)

    def more(self, language: str) -> str:
        """What else helps to answer it, and what becomes of the answer."""
        return message(f"interview.ask.{self.name}.more", language)

    def unfit(self, answer: str, language: str) -> str:
        """Why the answer cannot be taken, and what can; nothing if it can."""
        if UNWANTED.search(answer):
            return message("interview.unfit.characters", language)
        if len(answer) > LONGEST_TEXT:
            return message("interview.unfit.long", language, most=LONGEST_TEXT)
        match self.form:
            case Form.CURRENCY if currency_in(answer) is None:
                return message("interview.unfit.currency", language)
            case Form.LENGTH if length_in(answer) is None:
                return message("interview.unfit.length", language)
            case Form.TIMES if times_in(answer) is None:
                return message("interview.unfit.times", language)
            case Form.LIST | Form.STAGES | Form.SENTENCES if len(self._items(answer)) > MOST_ITEMS:
                return message("interview.unfit.many", language, most=MOST_ITEMS)
            case Form.STAGES if found := no_stage(parts_of(answer)):
                why, label = found
                return message(f"interview.unfit.stage.{why}", language, stage=shorten(label))
        return ""

    def _items(self, answer: str) -> tuple[str, ...]:
        return listed(answer, sentences=self.form is Form.SENTENCES)


_STAGES = Question("stages", Form.STAGES)

QUESTIONS = (
    Question("name"),
    Question("offer"),
    Question("currency", Form.CURRENCY),
    _STAGES,
    Question("leads", Form.LIST),
    Question("owners", Form.LIST),
    Question("contact_by"),
    Question("contact_how", Form.LIST),
    Question("contact_within", Form.LENGTH),
    Question("attempts", Form.TIMES),
    Question("cadence", Form.LENGTH),
    Question("opening_questions", Form.SENTENCES),
    Question("records"),
    Question("materials", Form.LIST),
    Question("materials_when"),
    Question("preparation", Form.LIST),
    Question("presentation"),
    Question("proposal"),
    Question("commitment"),
    Question("sticking_points", Form.LIST),
    Question("lost_reasons", Form.LIST),
    Question("after_sale"),
)
"""Every question but those about single stages, which :func:`questions` adds behind the stages."""


def questions(answers: Answers) -> tuple[Question, ...]:
    """Every question in its order; each stage that the team names brings one of its own."""
    about = tuple(
        Question(
            DEFINITION,
            key=f"{DEFINITION}.{stage.name}",
            about=shorten(in_language(stage.label, answers.language)),
        )
        for stage in own_stages(answers)
    )
    behind = QUESTIONS.index(_STAGES) + 1
    return (*QUESTIONS[:behind], *about, *QUESTIONS[behind:])
