"""What the engine answers questions with: moves, routes, and the blockers that explain."""

from __future__ import annotations

import msgspec

from salesfsm.frozen import FrozenDict, frozen
from salesfsm.process.arcs import MoveKind
from salesfsm.process.fields import Text
from salesfsm.process.kinds import Level
from salesfsm.rules.explanation import Explanation


class Blocker(msgspec.Struct, frozen=True):
    """One thing that stands in the way, or that is warned of.

    ``code`` is stable: the code of the criterion, or one of ``trigger.unavailable``,
    ``reason.required``, ``held``, ``closed``, ``shadowed``, ``override.role``, ``open.stage``,
    ``evidence.kind``, ``evidence.maker``, ``evidence.expired``, ``role.required``, ``actor.team``,
    ``actor.owner``, ``handover.source``, ``assignment.none``. A criterion has an ``explanation``;
    the others have ``details`` for their sentence, the message ``blocker.CODE``. ``target`` is the
    stage that the move would have entered, empty where there is none.
    """

    code: str
    target: str = ""
    level: Level = Level.BLOCK
    explanation: Explanation | None = None
    says: Text | None = None
    owner: str | None = None
    hint: Text | None = None
    details: FrozenDict[str, str] = frozen({})


class Move(msgspec.Struct, frozen=True):
    """A way on from where an opportunity stands, and whether it is open.

    It is ``allowed`` where firing ``trigger`` now, with one of ``reasons`` if there are any, leads
    to ``target``. These are the reasons that may be given now.
    """

    trigger: str
    source: str
    target: str
    kind: MoveKind
    allowed: bool
    blockers: tuple[Blocker, ...] = ()
    warnings: tuple[Blocker, ...] = ()
    reasons: tuple[str, ...] = ()
    label: Text | None = None


class Route(msgspec.Struct, frozen=True):
    """The shortest legal way to a stage, and what each move on it still needs today.

    ``reachable`` is False where the process has no way there.
    """

    target: str
    reachable: bool
    moves: tuple[Move, ...] = ()


def blocker(code: str, target: str = "", **details: str) -> Blocker:
    """A blocker that is not a criterion."""
    return Blocker(code, target, details=frozen(details))
