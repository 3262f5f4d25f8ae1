"""Groups of stages (open, closed, ``*``) written out, so that they take in no stage that is added."""

from __future__ import annotations

from salesfsm.process.arcs import sources_of
from salesfsm.process.composition.draft import Draft
from salesfsm.process.definitions import ANY, GROUPS, OPEN, Stage


def written_out(draft: Draft) -> Draft:
    """The draft with the stages themselves in the place of groups.

    The single ways stay the same. A transition or hand-over from a group that is empty leads from
    nowhere, and is left out.
    """
    sources = [(each, sources_of(draft, each)) for each in draft.transitions]
    standing = [(each, _standing(draft, each.source)) for each in draft.handovers]
    return draft.but(
        transitions=tuple(
            each.model_copy(update={"source": found}) if _grouped(each.source) else each
            for each, found in sources
            if found
        ),
        handovers=tuple(
            each.model_copy(update={"source": found}) if _grouped(each.source) else each
            for each, found in standing
            if found
        ),
        opens_in=draft.starts if OPEN in draft.opens_in else draft.opens_in,
    )


def _grouped(sources: tuple[str, ...]) -> bool:
    return any(source in GROUPS for source in sources)


def _standing(draft: Draft, sources: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            name
            for source in sources
            for name in (_members(draft, source) if source in GROUPS else [source])
        )
    )


def _members(draft: Draft, group: str) -> list[str]:
    def belongs(stage: Stage) -> bool:
        return group == ANY or stage.is_open == (group == OPEN)

    return [stage.name for stage in draft.stages if belongs(stage)]
