"""One opportunity on a map: where it stands, the way it took, what is done and what blocks it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import Event
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.timing import stalled_at
from salesfsm.maps.criterion_text import CriterionText
from salesfsm.maps.diagram import Diagram, Edge, Item, Node, State
from salesfsm.maps.lines import stage_title
from salesfsm.maps.overlays.missing import (
    Forks,
    key_of,
    missing_section,
    not_taken_section,
)
from salesfsm.maps.overlays.parts import (
    Ways,
    check_map,
    stage_of,
    told,
    with_items,
    with_section,
)
from salesfsm.maps.overlays.path import path_of
from salesfsm.maps.overlays.times import length, length_like
from salesfsm.maps.overlays.verdicts import Verdicts
from salesfsm.process.arcs import ArcKey, MoveKind
from salesfsm.process.mirror import phase_order
from salesfsm.rules.values import aware
from salesfsm.rules.verdict import Verdict
from salesfsm.rules.wording import Wording

_HERE = "➤"
"""What still tells where it is on a stage that has the sign of being late."""
_ON = (MoveKind.ADVANCE, MoveKind.WIN, MoveKind.ASIDE, MoveKind.REOPEN)
"""The moves whose way is shown where it is open; those back and those to a loss mostly are."""


def with_opportunity(
    diagram: Diagram,
    engine: Engine,
    opportunity: Opportunity,
    *,
    at: datetime,
    events: Iterable[Event] = (),
    language: str | None = None,
) -> Diagram:
    """The map with ``opportunity`` on it, as it stands at ``at`` (aware).

    Its stage is ``here``, or ``late`` where it has stalled (``engine.timing.stalled_at``). With its
    ``events`` the stages that it left and the ways that it took are ``passed``, and numbered. Tasks
    and criteria are ticked, open, or missing where it stands; the ways on from there are ``open``,
    or ``blocked`` where they lack something, and the stage tells what. A branch of a decision that
    is not taken as things stand lacks nothing: the stage tells its conditions. The subtitle tells
    how seller and buyer stand to each other, if stages mirror the buyer's phases. Texts are in
    ``language``, that of the map if left out.

    Raises what the engine raises for an opportunity of another process and for a time that runs
    back, and :class:`~salesfsm.errors.MapError` for a map of another process and for events of
    another opportunity.
    """
    check_map(diagram, engine.process)
    overlay = _Overlay(diagram, engine, opportunity, aware(at), events, language)
    return replace(
        diagram,
        nodes=tuple(map(overlay.node, diagram.nodes)),
        edges=tuple(map(overlay.edge, diagram.edges, overlay.ways.of_edges)),
        subtitle=told(diagram.subtitle, overlay.summary()),
    )


class _Overlay:
    """Lays one opportunity over one map."""

    def __init__(
        self,
        diagram: Diagram,
        engine: Engine,
        opportunity: Opportunity,
        at: datetime,
        events: Iterable[Event],
        language: str | None,
    ) -> None:
        self.process, self.opportunity, self.at = engine.process, opportunity, at
        self.text = CriterionText(engine.process, language or diagram.language)
        moves = engine.moves(opportunity, at=at)
        self.forks = Forks(engine.process, moves)
        self.alignment = engine.alignment(opportunity, at=at)
        self.path = path_of(opportunity, events)
        self.ways = Ways(diagram, engine.process)
        self.verdicts = Verdicts(engine.process, opportunity, at, moves, self.forks.lacking)
        self.lacking = frozenset(map(key_of, self.forks.lacking))
        self.open = {key_of(move) for move in moves if move.allowed and move.kind in _ON}

    def summary(self) -> str:
        """Who stands where, when, and how the two sides are apart."""
        stage = self.process.stage_by_name[self.opportunity.stage]
        here = self.text.message(
            "alignment.stands", who=self.opportunity.id, stage=stage_title(stage, self.text)
        )
        return told(here, f"{self.at.date()}", self._apart())

    def _apart(self) -> str:
        """How far the two sides are from each other; nothing where that cannot be told."""
        distance = self.alignment.distance
        if self.alignment.seller is None or distance is None:
            return ""
        if distance > 0:
            return self.text.counted("alignment.ahead", distance)
        if distance < 0:
            return self.text.counted("alignment.behind", -distance)
        return self.text.message("alignment.together")

    # nodes

    def node(self, node: Node) -> Node:
        stage = stage_of(node)
        if stage is not None and stage in self.process.stage_by_name:
            return self._stage(node, stage)
        kind, _, name = node.id.partition(".")
        if kind == "milestone" and name in self.process.milestone_by_name:
            state = _PROOF.get(self.verdicts.proof(name))
            return replace(with_items(node, self._milestone_item), state=state or node.state)
        if kind == "phase" and name in phase_order(self.process):
            flaw = self._flaw if name in self._gap[:1] else ()
            state = self._phase(name) or node.state
            return replace(node, state=state, lines=(*node.lines, *flaw))
        return with_items(node, self._milestone_item)

    def _stage(self, node: Node, stage: str) -> Node:
        marked = with_items(node, lambda item: self._item(item, stage))
        if stage != self.opportunity.stage:
            spent = self.path.spent.get(stage)
            if spent is None:
                return marked
            line = self.text.message("map.overlay.spent", length=length(spent, self._wording))
            return replace(marked, state="passed", lines=(*marked.lines, line))
        items = [item for section in marked.sections for item in section.items]
        missing = (item.id for item in items if item.mark == "missing")
        codes = (id_.removeprefix("criterion.").partition(":")[0] for id_ in missing)
        lacking = missing_section(self.forks.lacking, self.text, codes)
        not_taken = not_taken_section(self.forks, self.text, (item.id for item in items))
        here = replace(
            marked,
            title=f"{_HERE}\u00a0{node.title}" if self._is_late else node.title,
            state="late" if self._is_late else "here",
            badge=told(marked.badge, self._time()),
            lines=(*marked.lines, *self._here(), *self._flaw),
        )
        return with_section(with_section(here, lacking), not_taken)

    def _here(self) -> Sequence[str]:
        """Since when it is here, and whether it rests."""
        since = self.text.message("map.overlay.since", date=self.opportunity.entered_at.date())
        hold = self.opportunity.hold
        if hold is None:
            return (since,)
        if hold.until is None:
            return since, self.text.message("map.overlay.held")
        return since, self.text.message("map.overlay.held_until", date=hold.until.date())

    def _time(self) -> str:
        """The time in the stage, against what is expected; nothing in a closed stage."""
        stage = self.process.stage_by_name[self.opportunity.stage]
        if not stage.is_open:
            return ""
        since, wording = self.opportunity.entered_at, self._wording
        if stage.expected is None:
            return length(self.at - since, wording)
        calendar = self.process.calendar
        spent = length_like(stage.expected, since, self.at, calendar, wording)
        expected = wording.value(stage.expected)
        return self.text.message("map.overlay.time", spent=spent, expected=expected)

    @property
    def _is_late(self) -> bool:
        stalls = stalled_at(self.process, self.opportunity)
        return stalls is not None and stalls <= self.at

    @property
    def _flaw(self) -> tuple[str, ...]:
        """That the two sides do not face each other, to stand on the cards of both."""
        return (f"⚠\u00a0{self._apart()}",) if self.alignment.distance else ()

    @property
    def _gap(self) -> list[str]:
        """The phases that the seller has gone on to, and the buyer is not proven to have."""
        order, reading = phase_order(self.process), self.alignment
        if reading.buyer is None or reading.seller is None:
            return []
        first, last = order[reading.buyer], order[reading.seller]
        return [name for name, place in order.items() if first < place <= last]

    def _phase(self, name: str) -> State | None:
        order, buyer = phase_order(self.process), self.alignment.buyer
        if name in self._gap:
            return "blocked"
        if buyer is None or order[name] > order[buyer]:
            return None
        return "here" if name == buyer else "passed"

    # items

    def _item(self, item: Item, stage: str) -> Item:
        kind, _, name = item.id.partition(".")
        if (way := self.ways.of_item(item)) is not None:
            return replace(
                item,
                note=told(item.note, self._numbers([way]), self._aside(way)),
                state=self._state([way]) or item.state,
            )
        if self._was_handed(item.id):
            return replace(item, state="passed")
        if kind == "task" and name in self.process.task_by_name:
            if name in self.opportunity.tasks:
                return replace(item, mark="done")
            return self._unmet(item, self.verdicts.task_blocks(name))
        if kind == "criterion":
            return self._criterion(item, name, stage)
        if kind == "reason":
            given = stage == self.opportunity.stage and name == self.opportunity.lost_reason
            return replace(item, mark="done" if given else item.mark)
        return self._milestone_item(item)

    def _criterion(self, item: Item, name: str, stage: str) -> Item:
        match self.verdicts.criterion(stage, name):
            case None:
                return replace(item, mark=item.mark or "open")
            case Verdict.MET:
                return replace(item, mark="done")
            case Verdict.STALE:
                return replace(item, mark="missing", state="late")
        return self._unmet(item, self.verdicts.blocks(stage, name))

    def _unmet(self, item: Item, blocks: bool) -> Item:
        return replace(item, mark="missing" if blocks else "open")

    def _milestone_item(self, item: Item) -> Item:
        kind, _, name = item.id.partition(".")
        if kind != "milestone" or name not in self.process.milestone_by_name:
            return item
        match self.verdicts.proof(name):
            case Verdict.MET:
                return replace(item, mark="done")
            case Verdict.STALE:
                return replace(item, mark="missing", state="late")
        return replace(item, mark="open")

    # ways

    def edge(self, edge: Edge, ways: Iterable[ArcKey]) -> Edge:
        if self._was_handed(edge.id):
            return replace(edge, state="passed")
        keys = list(ways)
        numbers = "" if edge.target.startswith("decision.") else self._numbers(keys)
        state = self._state(keys) or edge.state
        return replace(edge, state=state, count=told(edge.count, numbers))

    def _was_handed(self, id_: str) -> bool:
        """Whether the id is of a hand-over, ``handover.NAME:STAGE,…``, that took place."""
        name, _, stages = id_.removeprefix("handover.").partition(":")
        return any((name, stage) in self.path.handed for stage in stages.split(","))

    def _state(self, keys: Sequence[ArcKey]) -> State | None:
        """Blocked where every way on from here lacks something, open where one of them is open,
        else passed where one was taken."""
        from_here = {key for key in keys if key[1] == self.opportunity.stage}
        if from_here and from_here <= self.lacking:
            return "blocked"
        if not from_here.isdisjoint(self.open):
            return "open"
        return "passed" if any(key in self.path.taken for key in keys) else None

    def _aside(self, key: ArcKey) -> str:
        """That a branch is not taken as things stand."""
        aside = key in map(key_of, self.forks.not_taken)
        return self.text.message("map.overlay.not_taken").lower() if aside else ""

    def _numbers(self, keys: Iterable[ArcKey]) -> str:
        numbers = sorted(number for key in keys for number in self.path.taken.get(key, ()))
        if not numbers:
            return ""
        return self.text.message("map.overlay.moves", numbers=", ".join(map(str, numbers)))

    @property
    def _wording(self) -> Wording:
        return Wording(self.text.language, self.text.label)


_PROOF: dict[Verdict, State] = {Verdict.MET: "passed", Verdict.STALE: "late"}
