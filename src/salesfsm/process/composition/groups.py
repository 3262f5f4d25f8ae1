"""Groups of stages (open, closed, ``*``) written out, so that no other stage is taken in."""

from __future__ import annotations

from salesfsm.process.arcs import sources_among, sources_of
from salesfsm.process.composition.draft import Draft, with_fields
from salesfsm.process.definitions import GROUPS, OPEN


def written_out(draft: Draft) -> Draft:
    """The draft with the stages themselves in the place of groups.

    The single ways stay the same. A transition or hand-over from a group that is empty leads from
    nowhere, and is left out.
    """
    return draft.but(
        transitions=tuple(
            with_fields(each, source=found) if is_grouped(each.source) else each
            for each in draft.transitions
            if (found := sources_of(draft, each))
        ),
        handovers=tuple(
            with_fields(each, source=found) if is_grouped(each.source) else each
            for each in draft.handovers
            if (found := sources_among(draft, each.source))
        ),
        opens_in=draft.starts if OPEN in draft.opens_in else draft.opens_in,
    )


def is_grouped(sources: tuple[str, ...]) -> bool:
    """Whether a group is among the sources."""
    return any(source in GROUPS for source in sources)
