"""Tells at its place, in the file where it stands, what went wrong with a step of composition.

The steps know names and no files: what they complain about is looked up in the layers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

from salesfsm.errors import CommandError, DefinitionError, Problem, RuleError, UnknownNameError
from salesfsm.formats.composed.layers import SHARED, Layer
from salesfsm.process.composition.paths import Path
from salesfsm.process.problems import MOST_PROBLEMS

_ARGUMENT = re.compile(r"\b(before|after|to)=")
"""How functions call what is a key in a file."""


@contextmanager
def placed_at(layer: Layer, *step: str | int) -> Iterator[None]:
    """Raise what goes wrong as a DefinitionError with places; ``step`` leads to what was asked."""
    try:
        yield
    except UnknownNameError as error:
        path, at_key = _where(layer.file.data, step, error.name)
        problem = Problem(str(error), path, at_key=at_key)
        raise DefinitionError([layer.file.placed(problem)]) from None
    except (CommandError, RuleError) as error:
        message = _ARGUMENT.sub(r"\1:", str(error)).replace("\n", "\n  ")
        raise DefinitionError([layer.file.placed(Problem(message, step))]) from None
    except DefinitionError as error:
        told = _told_once(layer, islice(error.problems, MOST_PROBLEMS))
        problems = [each if each.place else _placed(layer, step, each) for each in told]
        raise DefinitionError(sorted(problems, key=_Order(layer))) from None


def _told_once(layer: Layer, problems: Iterable[Problem]) -> list[Problem]:
    """The problems without those of copies: a branch asks on its way back what an exit asked."""
    every = [(each, bool(each.place) or layer.has(each.path)) for each in problems]
    told = {each.message for each, is_there in every if is_there}
    return [each for each, is_there in every if is_there or each.message not in told]


class _Order:
    """Problems of the outermost file first, and those of a file as they stand in it."""

    def __init__(self, layer: Layer) -> None:
        self.first = layer.file.source.file

    def __call__(self, problem: Problem) -> tuple[bool, str, tuple[int, int]]:
        file = problem.place.file if problem.place else self.first
        return file != self.first, file, problem.position


def _placed(layer: Layer, step: Path, problem: Problem) -> Problem:
    if step and problem.path[:1] == step[-1:]:  # it is about the step itself
        return layer.file.placed(replace(problem, path=(*step[:-1], *problem.path)))
    if step and problem.path and problem.path[0] in SHARED:
        places = " and ".join(map(str, layer.places(problem.path)))
        problem = replace(problem, hint=f"{problem.hint} (see {places})")
    return layer.placed(problem)


def _where(data: object, step: Path, name: object) -> tuple[Path, bool]:
    """The path, within what a step says, to a value or a key that is ``name``; whether a key."""
    for part in step:
        data = data[part]  # type: ignore[index]  # the step was read from there
    return next(_named(data, step, name), (step, False))


def _named(data: object, path: Path, name: object) -> Iterator[tuple[Path, bool]]:
    if data == name:
        yield path, False
    if isinstance(data, dict):
        for key, value in data.items():
            if key == name:
                yield (*path, key), True
            yield from _named(value, (*path, key), name)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _named(value, (*path, index), name)
