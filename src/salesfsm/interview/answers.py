"""The answers given so far: texts by the key of their question, without what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from salesfsm.frozen import FrozenDict, frozen
from salesfsm.interview.reading import clean, listed

DEFINITION = "definition"
"""The name of the question that is asked of each stage; its key goes on with the stage's name."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a team has answered, and in which language.

    A question that was skipped is in ``given`` with an empty text; an open one is not in it.
    """

    given: Mapping[str, str] = FrozenDict()
    language: str = "en"

    def with_answer(self, key: str, text: str) -> Answers:
        """The answers with one more, or with another answer to the same question."""
        return replace(self, given=frozen({**self.given, key: text}))

    def is_open(self, key: str) -> bool:
        """Whether the question was neither answered nor skipped."""
        return key not in self.given

    def text(self, key: str) -> str:
        """The answer on one line, as a definition may hold it; empty where there is none."""
        return clean(self.given.get(key, ""))

    def items(self, key: str) -> tuple[str, ...]:
        """The things that the answer lists."""
        return listed(self.given.get(key, ""))
