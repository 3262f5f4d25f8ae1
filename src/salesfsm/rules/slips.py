"""What a text that is no rule was most likely meant to be: habits of other languages, as hints.

Nothing is mended here: a guess at what a rule means would be worse than a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise, starmap

QUOTES = 'put a text in quotes: "..."'
SHARE = "write a share of one for per cent, such as 0.2 for 20%"
_CUT_SHORT = {
    "was never closed": "close it; between { } or [ ] of YAML, a rule with a ',' goes in quotes",
    "unterminated string": "close it; YAML takes ' #' for a comment: a rule with it goes in quotes",
}
"""By what Python's parser says of a text that ends too early, perhaps where YAML cut it."""

_SIGNS = {
    "=": "compare with ==",
    "&": "write 'and' between conditions",
    "|": "write 'or' between conditions",
    "!": "write 'not' for the opposite",
    "%": SHARE,
    "<>": "write != for what differs",
    **dict.fromkeys("„“”‚‘’«»", 'put a text in straight quotes: "..."'),
}
_JOINTS = ("and", "or", "not", "in")
_TOKEN = re.compile(r"\w+|[<>=!]=|<>|\S")


def meant_at(text: str, column: int, reason: str) -> str:
    """How to mend ``text``, in which Python's parser got lost, or ``""``.

    ``column`` counts from 1, and ``reason`` is what the parser says.
    """
    found = list(_TOKEN.finditer(text))
    before = [token[0] for token in found if token.end() < column]
    rest = [token[0] for token in found[len(before) :]]  # it begins with the token at the column
    near = [*before[-1:], *rest[:2]]
    hints = [
        *(hint for said, hint in _CUT_SHORT.items() if said in reason),
        meant_joint(near),
        *(_SIGNS.get(token, "") for token in [*rest[:1], *before[-1:]]),
        *starmap(_side_by_side, pairwise(near)),
    ]
    return next(filter(None, hints), "")


def meant_joint(words: Iterable[str]) -> str:
    """The hint for an ``AND``, ``OR`` or ``NOT`` among ``words``, or ``""``."""
    for word in words:
        if word != word.lower() and word.lower() in _JOINTS:
            return f"write '{word.lower()}' in small letters"
    return ""


def _side_by_side(left: str, right: str) -> str:
    """The hint for two words with nothing between them, or ``""``."""
    if not (left + right).replace("_", "").isalnum() or {left, right} & set(_JOINTS):
        return ""
    if left.isdecimal():
        if right.isdecimal():
            return f"write a number without blanks: {left}_{right}"
        return f"write money({left}, {right})" if re.fullmatch("[A-Z]{3}", right) else ""
    return f"{QUOTES}; join conditions with 'and' or 'or'"
