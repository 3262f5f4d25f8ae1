"""Names for what people describe in words: readable in ASCII, each used once, none reserved."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable

from salesfsm.process.definitions import GROUPS
from salesfsm.rules.sets import SETS
from salesfsm.rules.vocabulary import FUNCTIONS, is_reserved

LONGEST = 40
"""Characters of a name, before a number that tells it from another; the label says the rest."""

# Bulgarian as the Transliteration Act writes it, with the letters that its neighbours add. What
# Unicode takes apart by itself (ą, é) needs no entry.
_LETTERS = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхъьэыё", "abvgdeziyklmnoprstufhayeye", strict=True))
    | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sht", "ю": "yu", "я": "ya"}
    | {
        "ł": "l",
        "ß": "ss",
        "ø": "o",
        "đ": "d",
        "æ": "ae",
        "œ": "oe",
        "і": "i",
        "ї": "yi",
        "є": "ye",
    }
)


def slug(text: str) -> str:
    """``text`` as a name, or nothing where it has no letter to begin with: ``Първи контакт`` is
    ``parvi_kontakt``.
    """
    plain = unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)
    ascii_only = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    words = re.findall("[a-z0-9]+", ascii_only.lower())
    name = ""
    for word in words:
        if name and len(name) + 1 + len(word) > LONGEST:
            break
        name = f"{name}_{word}" if name else word.lstrip("0123456789")[:LONGEST]
    return name


def reserved(name: str) -> bool:
    """Whether a name means something else in some place of a process file."""
    taken = is_reserved(name) or name in FUNCTIONS or name in SETS or name in GROUPS
    return taken or keyword.iskeyword(name)


class Namer:
    """Gives each thing a name of its own."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def name(self, text: str, kind: str) -> str:
        """A name for ``text`` that nothing else has; made of ``kind`` where the text gives none."""
        wanted = slug(text) or kind
        if reserved(wanted):
            wanted = f"{wanted}_{kind}"
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        return name
