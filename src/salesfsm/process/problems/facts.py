"""Facts whose declaration does not fit together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from salesfsm.errors import Problem
from salesfsm.process.definitions import Fact
from salesfsm.process.problems.finding import Finder
from salesfsm.rules.types import NUMERIC, Kind

if TYPE_CHECKING:
    from salesfsm.process.process import Process


def _facts(process: Process) -> Iterator[Problem]:
    for name, fact in process.facts.items():
        path = ("facts", name)
        if fact.type is Kind.CHOICE and not fact.options:
            yield Problem(f"the choice {name!r} has no options", path, "add options: [a, b]")
        if fact.type is not Kind.CHOICE and fact.options:
            yield Problem(f"{name!r} has options but is no choice", path, "write type: choice")
        if len(set(fact.options)) < len(fact.options):
            yield Problem(f"{name!r} has an option twice", (*path, "options"), "remove one")
        if fact.type is Kind.MONEY and not (fact.currency or process.currency):
            yield Problem(
                f"{name!r} is money in no currency",
                path,
                "add currency: EUR here or to the process",
            )
        if fact.type is not Kind.MONEY and fact.currency:
            yield Problem(
                f"{name!r} has a currency but is not money",
                (*path, "currency"),
                "write type: money",
            )
        yield from _range(name, fact)


def _range(name: str, fact: Fact) -> Iterator[Problem]:
    low, high = fact.minimum, fact.maximum
    if fact.type not in (*NUMERIC, Kind.MONEY) and (low is not None or high is not None):
        yield Problem(
            f"{name!r} has a range but is no number and no money",
            ("facts", name),
            "leave out minimum and maximum, or change its type",
        )
    if low is not None and high is not None and low > high:
        yield Problem(
            f"the minimum of {name!r} is above its maximum", ("facts", name, "minimum"), "swap them"
        )


FINDERS: tuple[Finder, ...] = (_facts,)
