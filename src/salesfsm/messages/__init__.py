"""Text for people, looked up by its code in the catalogues of each language (gettext).

The catalogues are the ``.po`` files under ``locale``, kept by people; ``tools/messages.py`` makes
of them the ``.mo`` files that are read here. What the messages are about is not known here, and
texts that a process brings along (labels, definitions) are not in the catalogues.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from gettext import GNUTranslations
from pathlib import Path

LANGUAGES = ("en", "pl", "bg")
"""The languages of the catalogues; English is complete and stands in for the others."""

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "salesfsm"

_CHOOSING = ("SALESFSM_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def message(code: str, language: str = "en", /, **values: object) -> str:
    """The message ``code`` in ``language`` (a tag such as ``pl`` or ``pl-PL``), with ``values`` in
    its places; in English where the language, or its translation, is missing.

    Raises ``KeyError`` for a code that no catalogue has: a slip of the program, never of its user.
    """
    return _known(code, _catalogue(language_of(language)).gettext(code)).format(**values)


def counted(code: str, count: int, language: str = "en", /, **values: object) -> str:
    """As :func:`message`, in the plural form that ``count`` asks for in the language.

    The number has the place ``{count}``, written as by :func:`number`.
    """
    found = _catalogue(language_of(language)).ngettext(code, code, count)
    return _known(code, found).format(count=number(count, language), **values)


def number(value: int, language: str = "en", /) -> str:
    """A whole number as people write it in the language: ``12,345``, or with a no-break space."""
    written = f"{value:,}"
    return written if language_of(language) == "en" else written.replace(",", "\N{NO-BREAK SPACE}")


def in_every_language(code: str) -> dict[str, str]:
    """The message ``code``, which has no places, by language: for what is shown later on."""
    return {language: message(code, language) for language in LANGUAGES}


@lru_cache(maxsize=64)  # every message asks it
def language_of(tag: str) -> str:
    """The language of the catalogues for a tag such as ``pl-PL`` or ``pl_PL.UTF-8``, or ``en``."""
    primary = re.split("[-_.@]", tag, maxsplit=1)[0].lower()
    return primary if primary in LANGUAGES else "en"


def environment_language(environ: Mapping[str, str]) -> str:
    """The language that the environment asks for: the first variable that is set decides.

    The variables are ``SALESFSM_LANG``, ``LC_ALL``, ``LC_MESSAGES`` and ``LANG``, in this order.
    """
    return language_of(next(filter(None, map(environ.get, _CHOOSING)), "en"))


@cache
def _catalogue(language: str) -> GNUTranslations:
    """The catalogue of one of the languages, read when it is first asked."""
    with (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as stream:
        found = GNUTranslations(stream)
    if language != "en":
        found.add_fallback(_catalogue("en"))
    return found


def _known(code: str, found: str) -> str:
    # gettext answers with the code itself where there is no message
    if found == code:
        raise KeyError(f"no catalogue has the message {code!r}")
    return found
