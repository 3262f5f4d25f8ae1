"""The stages of the draft before anything stands in them: the team's own, or the usual six."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from salesfsm.formats.process_file import loads
from salesfsm.interview.answers import DEFINITION, Answers
from salesfsm.interview.names import Namer, slug
from salesfsm.library import text
from salesfsm.messages import in_every_language
from salesfsm.process.definitions import Reason, Stage
from salesfsm.process.kinds import Outcome
from salesfsm.process.process import Process

USUAL = "six_stage"
"""The process of the library whose stages a team gets that names none."""

MOST_STAGES = 40
"""As many stages are taken from an answer."""


def skeleton(answers: Answers) -> list[Stage]:
    """Every stage in its order, with its definition: at least an open one, a won and a lost one."""
    own = own_stages(answers)
    if not own:
        return list(_usual())
    won = Stage(name="won", label=in_every_language("interview.stage.won"), outcome=Outcome.WON)
    lost = next(stage for stage in _usual() if stage.outcome is Outcome.LOST)
    return [*own, won, lost]


def own_stages(answers: Answers) -> list[Stage]:
    """The open stages that the team names, with the definitions that it gives of them."""
    namer = Namer((Outcome.WON, Outcome.LOST))
    found = []
    for label in answers.items("stages")[:MOST_STAGES]:
        name = namer.name(label, "stage")
        definition = answers.text(f"{DEFINITION}.{name}") or None
        found.append(Stage(name=name, label=label, definition=definition))
    return found


def no_stage(labels: Iterable[str]) -> tuple[str, str] | None:
    """The first of the labels that names no open stage of its own, and why.

    Why is ``unnamed``, ``end`` (the ends are added by themselves) or ``twice``.
    """
    seen = set()
    for label in labels:
        called = slug(label) or label.casefold()
        if not any(each.isalpha() for each in label):
            return "unnamed", label
        if called in _ends():
            return "end", label
        if called in seen:
            return "twice", label
        seen.add(called)
    return None


@cache
def _ends() -> frozenset[str]:
    """What people call the stages in which a sale ends, as slugs."""
    lost = next(stage.label for stage in _usual() if stage.outcome is Outcome.LOST)
    labels = [*in_every_language("interview.stage.won").values()]
    labels += lost.values() if isinstance(lost, Mapping) else [str(lost)]
    named = {slug(label) for label in labels} | {Outcome.WON, Outcome.LOST}
    return frozenset(named | {f"closed_{outcome}" for outcome in (Outcome.WON, Outcome.LOST)})


def usual_reasons() -> tuple[Reason, ...]:
    """The reasons for losses that a team gets that names none."""
    return next(stage.reasons for stage in _shelf().stages if stage.outcome is Outcome.LOST)


@cache
def _usual() -> tuple[Stage, ...]:
    """The stages of the six-stage process: what they are called, and what tells them."""
    return tuple(
        Stage(
            name=stage.name, label=stage.label, definition=stage.definition, outcome=stage.outcome
        )
        for stage in _shelf().stages
        if stage.path is None
    )


@cache
def _shelf() -> Process:
    return loads(text(USUAL), file=f"library:{USUAL}")
