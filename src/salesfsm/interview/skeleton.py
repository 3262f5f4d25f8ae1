"""The stages of the draft before anything stands in them: the team's own, or the usual six."""

from __future__ import annotations

from functools import cache

from salesfsm.formats.process_file import loads
from salesfsm.interview.answers import DEFINITION, Answers
from salesfsm.interview.names import Namer
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
