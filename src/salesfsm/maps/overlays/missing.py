"""What a blocked move lacks, as short lines for a map; the long answer is the engine's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from salesfsm.engine.results import Blocker, Move
from salesfsm.maps.criterion_text import CriterionText
from salesfsm.maps.diagram import Item, Section
from salesfsm.maps.lines import stage_title
from salesfsm.maps.overlays.parts import told
from salesfsm.process.arcs import ArcKey
from salesfsm.process.mirror import BUYER_IS_ACTIVE, MIRROR, MIRROR_LAG
from salesfsm.process.process import Process
from salesfsm.process.requirements import Requirement, requirements
from salesfsm.rules import core
from salesfsm.rules.sets import element_of

SHADOWED = "shadowed"
"""The code of a blocker that asks nothing: another branch is open."""

_MIRRORED = (MIRROR, MIRROR_LAG, BUYER_IS_ACTIVE)
_FULLY_NAMED = core.Done | core.Proven | core.Predicate | core.Known | core.Truth
"""What is told by the label of the one thing that it asks; of others that says too little."""


def key_of(move: Move) -> ArcKey:
    """Trigger, source and target."""
    return move.trigger, move.source, move.target


class Forks:
    """Which of the moves from one stage wait for something, and which are branches not taken.

    A branch is not taken as things stand where its own conditions are not met while those of
    another branch of its trigger are: nothing is missing there, the opportunity goes the other way.
    """

    def __init__(self, process: Process, moves: Sequence[Move]) -> None:
        self._own: dict[ArcKey, list[Requirement]] = {}
        if moves:
            for arc in process.arcs:
                if arc.source == moves[0].source:
                    when = process.transitions[arc.transition].when
                    self._own.setdefault(arc.key, []).extend(requirements(process, when, "when"))
        decided = {move.trigger for move in moves if self._fits(move)}
        blocked = [move for move in moves if not move.allowed]
        self.not_taken = tuple(
            move for move in blocked if move.trigger in decided and not self._fits(move)
        )
        self.lacking = tuple(move for move in blocked if move not in self.not_taken)

    def conditions(self, move: Move) -> Sequence[Requirement]:
        """The conditions of a branch itself, beside what every way out of its stage asks."""
        return self._own[key_of(move)]

    def _fits(self, move: Move) -> bool:
        """Whether a move is the branch to take, by its own conditions."""
        own = {(each.code, each.condition) for each in self._own[key_of(move)]}
        return not any(
            each.code == SHADOWED
            or (each.explanation is not None and (each.code, each.explanation.condition) in own)
            for each in move.blockers
        )


def missing_section(moves: Sequence[Move], text: CriterionText, shown: Iterable[str]) -> Section:
    """What blocks the moves, each thing once; where not all of them need it, with those that do.

    ``shown`` are the codes of what is told as missing already.
    """
    left_out = set(shown)
    needing: dict[str, dict[str, Blocker]] = {}
    for move in moves:
        for blocker in move.blockers:
            line = _short(blocker, text)
            if line and blocker.code not in left_out:
                needing.setdefault(line, {})[_way(move, text)] = blocker
    title = text.message("map.overlay.missing")
    if len(moves) == 1:
        title = text.message("map.overlay.missing_for", way=_way(moves[0], text))
    items = []
    for line, by_way in needing.items():
        ways = ", ".join(by_way) if len(by_way) < len(moves) else ""
        owner = text.owner(next(iter(by_way.values())).owner)
        items.append(Item(line, "missing", told(ways, owner)))
    return Section(title, tuple(items))


def not_taken_section(forks: Forks, text: CriterionText, shown: Iterable[str]) -> Section:
    """The branches that are not taken as things stand, with their conditions.

    ``shown`` are the ids of items: ways among them have that told there.
    """
    left_out = set(shown)
    return Section(
        text.message("map.overlay.not_taken"),
        tuple(
            Item(_way(move, text), note=text.needs(forks.conditions(move)))
            for move in forks.not_taken
            if ":".join(key_of(move)) not in left_out
        ),
    )


def _way(move: Move, text: CriterionText) -> str:
    """A move as a line: what is fired, and where it leads."""
    called = text.text(move.label, text.word(move.trigger))
    return f"{called} → {stage_title(text.process.stage_by_name[move.target], text)}"


def _short(blocker: Blocker, text: CriterionText) -> str:
    """What is missing in as few words as the process has for it; nothing where nothing is asked."""
    why = blocker.explanation
    if why is None:
        return ""
    fully = isinstance(why.condition, _FULLY_NAMED) or element_of(blocker.code) is not None
    if blocker.says is None or blocker.code.startswith(_MIRRORED) or not fully:
        asked = Requirement(blocker.code, why.condition, blocker.level, blocker.says, place="")
        said = text.asked(asked)  # in which nothing is said of its place
    else:
        said = text.text(blocker.says)
    return said[:1].upper() + said[1:]
