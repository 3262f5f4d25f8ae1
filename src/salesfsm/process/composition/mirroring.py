"""The buyer's journey beside the seller's stages: which mirrors which phase, and how strictly."""

from __future__ import annotations

from collections.abc import Mapping

from salesfsm.errors import UnknownNameError
from salesfsm.process.composition.draft import Draft, known_stage
from salesfsm.process.composition.sharing import WHOLE, shared
from salesfsm.process.kinds import Level
from salesfsm.process.labels import labels_of, words_of_journey
from salesfsm.process.process import Process


def mirrored(
    draft: Draft,
    whose: Process | None,
    *,
    stages: Mapping[str, str],
    level: Level | None = None,
    lead: int | None = None,
    lag: int | None = None,
) -> Draft:
    """The draft with the buyer's journey: see ``composing.mirror``.

    ``whose`` is a process with the journey, of which nothing else is taken but the labels of its
    words. Without one the stages mirror the phases that the draft has.
    """
    if whose is not None:
        labels = labels_of(whose.labels, words_of_journey(whose.buyer))
        journey = Draft.blank("buyer").but(buyer=whose.buyer, labels=labels)
        both = shared({WHOLE: draft, "the buyer's journey": journey})
        draft = draft.but(buyer=both["buyer"], labels=both["labels"])
    phases = [phase.name for phase in draft.buyer.phases]
    for stage, phase in stages.items():
        known_stage(draft, stage)
        if phase not in phases:
            raise UnknownNameError("phase of the buyer", phase, phases, within=draft.name)
    given = {"level": level, "lead": lead, "lag": lag}
    said = {key: value for key, value in given.items() if value is not None}
    return draft.but(
        stages=tuple(
            stage.model_copy(update={"mirrors": stages[stage.name]})
            if stage.name in stages
            else stage
            for stage in draft.stages
        ),
        mirror=draft.mirror.model_copy(update=said) if said else draft.mirror,
    )
