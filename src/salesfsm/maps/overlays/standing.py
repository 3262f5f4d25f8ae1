"""One opportunity on a map: where it stands, the way it took, what is done and what blocks it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import Event
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.timing import stalled_at
from salesfsm.maps.criterion_text import CriterionText
from salesfsm.maps.diagram import Diagram, Edge, Item, Node, State
from salesfsm.maps.lines import stage_title
from salesfsm.maps.overlays.missing import lacks_something, missing_section
from salesfsm.maps.overlays.parts import (
    Ways,
    check_map,
    stage_of,
    told,
    with_items,
    with_section,
)
from salesfsm.maps.overlays.path import path_of
from salesfsm.maps.overlays.verdicts import Verdicts
from salesfsm.process.arcs import ArcKey
from salesfsm.process.mirror import phase_order
from salesfsm.rules.values import aware
from salesfsm.rules.verdict import Verdict
from salesfsm.rules.wording import Wording

_DAY = timedelta(days=1)


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
    and criteria are ticked, open, or missing where it stands; the ways from there that lack
    something are ``blocked``, and the stage tells what they lack. The subtitle tells how seller and
    buyer stand to each other, if stages mirror the buyer's phases. Texts are in ``language``, that
    of the map if left out.

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
        self.moves = engine.moves(opportunity, at=at)
        self.alignment = engine.alignment(opportunity, at=at)
        self.path = path_of(opportunity, events)
        self.ways = Ways(diagram, engine.process)
        self.verdicts = Verdicts(engine.process, opportunity, at, self.moves)
        self.lacking = {
            (move.trigger, move.source, move.target) for move in self.moves if lacks_something(move)
        }

    def summary(self) -> str:
        """Who stands where, when, and how the two sides are apart."""
        stage = self.process.stage_by_name[self.opportunity.stage]
        here = self.text.message(
            "alignment.stands", who=self.opportunity.id, stage=stage_title(stage, self.text)
        )
        reading = self.alignment
        if reading.seller is None or reading.distance is None:
            return told(here, f"{self.at.date()}")
        return told(here, f"{self.at.date()}", self._apart(reading.distance))

    def _apart(self, distance: int) -> str:
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
            return replace(node, state=self._phase(name) or node.state)
        return with_items(node, self._milestone_item)

    def _stage(self, node: Node, stage: str) -> Node:
        marked = with_items(node, lambda item: self._item(item, stage))
        if stage != self.opportunity.stage:
            spent = self.path.spent.get(stage)
            if spent is None:
                return marked
            line = self.text.message("map.overlay.spent", length=_length(spent, self._wording))
            return replace(marked, state="passed", lines=(*marked.lines, line))
        shown = [
            item.id
            for section in marked.sections
            for item in section.items
            if item.mark == "missing"
        ]
        lacking = missing_section(self.moves, self.text, shown)
        here = replace(
            marked,
            state="late" if self._is_late else "here",
            badge=told(marked.badge, self._time()),
            lines=(*marked.lines, *self._here()),
        )
        return with_section(here, lacking)

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
        spent = _length(self.at - self.opportunity.entered_at, self._wording)
        if stage.expected is None:
            return spent
        expected = self._wording.value(stage.expected)
        return self.text.message("map.overlay.time", spent=spent, expected=expected)

    @property
    def _is_late(self) -> bool:
        stalls = stalled_at(self.process, self.opportunity)
        return stalls is not None and stalls <= self.at

    def _phase(self, name: str) -> State | None:
        order, buyer = phase_order(self.process), self.alignment.buyer
        if buyer is None or order[name] > order[buyer]:
            return None
        return "here" if name == buyer else "passed"

    # items

    def _item(self, item: Item, stage: str) -> Item:
        kind, _, name = item.id.partition(".")
        if (way := self.ways.of_item(item)) is not None:
            return replace(
                item,
                note=told(item.note, self._numbers([way])),
                state=self._state([way]) or item.state,
            )
        if self._was_handed(item.id):
            return replace(item, state="passed")
        if kind == "task" and name in self.process.task_by_name:
            if name in self.opportunity.tasks:
                return replace(item, mark="done")
            return self._unmet(item, self.verdicts.blocks(item.id))
        if kind == "criterion":
            return self._criterion(item, name, stage)
        if kind == "reason":
            given = stage == self.opportunity.stage and name == self.opportunity.lost_reason
            return replace(item, mark="done" if given else item.mark)
        return self._milestone_item(item)

    def _criterion(self, item: Item, code: str, stage: str) -> Item:
        match self.verdicts.criterion(stage, code):
            case None:
                return replace(item, mark=item.mark or "open")
            case Verdict.MET:
                return replace(item, mark="done")
            case Verdict.STALE:
                return replace(item, mark="missing", state="late")
        return self._unmet(item, stage == self.opportunity.stage and self.verdicts.blocks(code))

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
        """Blocked where every way from here lacks something, else passed where one was taken."""
        from_here = [key for key in keys if key[1] == self.opportunity.stage]
        if from_here and all(key in self.lacking for key in from_here):
            return "blocked"
        return "passed" if any(key in self.path.taken for key in keys) else None

    def _numbers(self, keys: Iterable[ArcKey]) -> str:
        numbers = sorted(number for key in keys for number in self.path.taken.get(key, ()))
        if not numbers:
            return ""
        return self.text.message("map.overlay.moves", numbers=", ".join(map(str, numbers)))

    @property
    def _wording(self) -> Wording:
        return Wording(self.text.language, self.text.label)


_PROOF: dict[Verdict, State] = {Verdict.MET: "passed", Verdict.STALE: "late"}


def _length(spent: timedelta, wording: Wording) -> str:
    """A time that was spent: in whole days, or in hours where it is less than one."""
    whole = timedelta(days=spent.days) if spent >= _DAY else timedelta(hours=spent.seconds // 3600)
    return wording.value(whole)
