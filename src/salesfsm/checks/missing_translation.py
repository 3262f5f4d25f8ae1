"""SF107: a text, or a word without a label, that lacks a language of its process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from salesfsm.checks.finding import PLAIN, Check, Found, Path, Severity, found
from salesfsm.process.base import Definition
from salesfsm.process.labels import words_of
from salesfsm.process.process import Process

_TEXTS = ("label", "definition", "description", "says", "hint", "commitments", "decisions")
"""The keys of definitions that hold texts for people; a text alone is one for all languages."""

WORD = "word"
"""The case of an owner, a role and the like that is written in one language alone."""


def _find(process: Process) -> Iterator[Found]:
    texts = list(_translated(process))
    spoken = dict.fromkeys(language for _, text in texts for language in text)
    for path, text in texts:
        if missing := [language for language in spoken if language not in text]:
            yield found(*path, missing=", ".join(missing))
    if len(spoken) > 1 and _is_translated(process):
        for word, path in words_of(process).items():
            if word not in process.labels:
                yield found(*path, case=WORD, word=word, missing=", ".join(spoken))


def _is_translated(process: Process) -> bool:
    """Whether it is meant for readers of several languages, not in some of its texts alone."""
    return all(isinstance(stage.label, Mapping) for stage in process.stages)


def _translated(thing: object, path: Path = ()) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """Every text that is written in several languages, with the path to it."""
    if isinstance(thing, Definition):
        for name in type(thing).model_fields:
            value = getattr(thing, name)
            if name in _TEXTS and isinstance(value, Mapping):
                yield (*path, name), value
            elif name in ("predicates", "labels"):
                yield from (((*path, name, key), text) for key, text in _several(value))
            else:
                yield from _translated(value, (*path, name))
    elif isinstance(thing, tuple):
        for index, item in enumerate(thing):
            if isinstance(item, Mapping) and path[-1] in _TEXTS:
                yield (*path, index), item
            else:
                yield from _translated(item, (*path, index))
    elif isinstance(thing, Mapping):
        for key, item in thing.items():
            yield from _translated(item, (*path, key))


def _several(texts: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, str]]]:
    for name, text in texts.items():
        if isinstance(text, Mapping):
            yield name, text


CHECK = Check("SF107", Severity.WARNING, _find, cases=(PLAIN, WORD))
