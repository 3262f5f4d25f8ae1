"""What teams answer: as the examples say, and as hostile as text can be."""

from __future__ import annotations

from hypothesis import strategies as st

from salesfsm.interview import QUESTIONS, Answers, questions
from salesfsm.process.definitions import GROUPS
from salesfsm.rules.vocabulary import FUNCTIONS, RESERVED

KEYS = [question.key for question in QUESTIONS]

HOSTILE = [
    "",
    " ",
    "; ; ;",
    "'\"`",
    'say "no": {x: [y]} # & * ! | > % @',
    "- a\n- b\n\t- c",
    "true",
    "null",
    "~",
    "0o14",
    "1e3",
    "2026-11-22",
    "<<: *all",
    "...",
    "---",
    "🦄; 🦄🦄; 🏴‍☠️",
    "\x00\x07\x1b[2J\x85\u2028\ud800\ufeff",
    "\u200b; \u00a0; \u3000",
    "x" * 4_000,
    "x" * 90_000,
    "; ".join(f"item {n}" for n in range(300)),
    "; ".join([*RESERVED, *FUNCTIONS, *GROUPS, "bant", "lambda", "None", "won", "lost", "class"]),
    "Won; won; WON; lost; Lost",
    "999999 weeks; 99 times",
    "99 attempts every 36500 days",
    "{0} {name} {} %s",
]

WORDS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=60),
    st.lists(st.text(max_size=12), max_size=6).map("; ".join),
)


@st.composite
def any_answers(draw: st.DrawFn) -> Answers:
    """Some questions answered by anything at all, in one of the languages; also about stages."""
    given = draw(st.dictionaries(st.sampled_from(KEYS), WORDS))
    answers = Answers(given, draw(st.sampled_from(["en", "pl", "bg", "de"])))
    for question in questions(answers):
        if question.about and draw(st.booleans()):
            answers = answers.with_answer(question.key, draw(WORDS))
    return answers


def examples(language: str) -> Answers:
    """Every question answered by its own example."""
    answers = Answers(language=language)
    while missing := [each for each in questions(answers) if answers.is_open(each.key)]:
        answers = answers.with_answer(missing[0].key, missing[0].example(language))
    return answers
