"""What a blocked move lacks, as short lines for a map; the long answer is the engine's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from salesfsm.engine.results import Blocker, Move
from salesfsm.maps.criterion_text import CriterionText
from salesfsm.maps.diagram import Item, Section
from salesfsm.maps.lines import stage_title
from salesfsm.maps.overlays.parts import told
from salesfsm.process.mirror import BUYER_IS_ACTIVE, MIRROR, MIRROR_LAG
from salesfsm.process.requirements import Requirement

HELD, SHADOWED = "held", "shadowed"
"""The codes of blockers that ask nothing: the opportunity rests, or another branch is open."""

_MIRRORED = (MIRROR, MIRROR_LAG, BUYER_IS_ACTIVE)


def lacks_something(move: Move) -> bool:
    """Whether a move is blocked, and not only because another branch of its trigger is open."""
    return not move.allowed and any(each.code != SHADOWED for each in move.blockers)


def missing_section(moves: Sequence[Move], text: CriterionText, shown: Iterable[str]) -> Section:
    """What blocks the moves, each thing once; where not all of them need it, with those that do.

    ``shown`` are the ids of items that tell of something missing already.
    """
    blocked = [move for move in moves if lacks_something(move)]
    left_out = set(shown)
    needing: dict[str, dict[str, Blocker]] = {}
    for move in blocked:
        for blocker in move.blockers:
            line = _short(blocker, text)
            if line and left_out.isdisjoint((blocker.code, f"criterion.{blocker.code}")):
                needing.setdefault(line, {})[_way(move, text)] = blocker
    title = text.message("map.overlay.missing")
    if len(blocked) == 1:
        title = text.message("map.overlay.missing_for", way=_way(blocked[0], text))
    items = []
    for line, by_way in needing.items():
        ways = ", ".join(by_way) if len(by_way) < len(blocked) else ""
        owner = text.owner(next(iter(by_way.values())).owner)
        items.append(Item(line, "missing", told(ways, owner)))
    return Section(title, tuple(items))


def _way(move: Move, text: CriterionText) -> str:
    """A move as a line: what is fired, and where it leads."""
    called = text.text(move.label, move.trigger.replace("_", " "))
    return f"{called} → {stage_title(text.process.stage_by_name[move.target], text)}"


def _short(blocker: Blocker, text: CriterionText) -> str:
    """What is missing in as few words as the process has for it; nothing where nothing is asked."""
    why = blocker.explanation
    if why is None:
        return ""
    requirement = Requirement(blocker.code, why.condition, blocker.level, blocker.says)
    if blocker.says is None or blocker.code.startswith(_MIRRORED):
        said = text.asked(requirement)
    else:
        said = text.text(blocker.says)
    return said[:1].upper() + said[1:]
