"""Processes side by side in one: the planes of selling, with the hand-overs between them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from salesfsm.errors import DefinitionError, Problem, nearest
from salesfsm.process.arcs import sources_among
from salesfsm.process.composition.draft import Draft, with_fields, with_ways_of
from salesfsm.process.composition.groups import written_out
from salesfsm.process.composition.naming import confined, under, with_prefix
from salesfsm.process.composition.sharing import WHOLE, shared
from salesfsm.process.definitions import Stage
from salesfsm.process.handover import Handover


def beside(host: Draft, parts: Mapping[str, Draft], *, settled: Collection[str] = ()) -> Draft:
    """``host`` with ``parts`` beside it, each on a path of its own that is named like its prefix.

    ``host`` may be blank. Opportunities begin where they do in it, or in any part. ``settled`` are
    the fields that ``host`` decides for all. Hand-overs are not looked at: see :func:`contracted`.
    """
    pieces = placed(host, parts)
    every = (host := written_out(host), *pieces.values()) if host.stages else pieces.values()
    return host.but(
        stages=tuple(stage for each in every for stage in each.stages),
        transitions=tuple(way for each in every for way in each.transitions),
        handovers=tuple(handover for each in every for handover in each.handovers),
        opens_in=tuple(start for each in every for start in each.starts),
        **shared({WHOLE: host, **pieces}, settled=settled),
    )


def placed(host: Draft, parts: Mapping[str, Draft]) -> dict[str, Draft]:
    """The parts with their names prefixed, groups written out, and stages on paths of their own."""
    facts = {name for each in (host, *parts.values()) for name in each.facts}
    found = {}
    for prefix, part in parts.items():
        draft = with_prefix(written_out(part), prefix, facts=facts)
        stages = tuple(_on_path(stage, prefix, draft) for stage in draft.stages)
        found[prefix] = confined(draft, prefix).but(stages=stages)
    return found


def _on_path(stage: Stage, prefix: str, part: Draft) -> Stage:
    path = under(prefix, stage.path) if stage.path else prefix
    kept = with_ways_of(stage, part)
    return with_fields(kept, path=path, plane=stage.plane or part.plane)


def contracted(draft: Draft, parts: Mapping[str, Draft]) -> Draft:
    """The draft, whose hand-overs to one of ``parts`` need what that part receives.

    ``parts`` are those that stand in it, with the names that they have by themselves. Raises
    DefinitionError for hand-overs from or to no stage, or to a closed one, and for contracts that
    the giving part cannot meet, as it does not declare what is needed.
    """
    homes = {f"{key}.{stage.name}": key for key, part in parts.items() for stage in part.stages}
    bound = tuple(_with_needs(each, homes, parts) for each in draft.handovers)
    draft = draft.but(handovers=bound)
    problems = [p for each in bound for p in _problems(draft, each, homes, parts)]
    if problems:
        raise DefinitionError(problems)
    return draft


def _with_needs(
    handover: Handover, homes: Mapping[str, str], parts: Mapping[str, Draft]
) -> Handover:
    if handover.target not in homes:
        return handover
    needs = handover.needs.with_all(parts[homes[handover.target]].receives)
    return handover if needs == handover.needs else handover.model_copy(update={"needs": needs})


def _problems(
    draft: Draft, handover: Handover, homes: Mapping[str, str], parts: Mapping[str, Draft]
) -> Iterator[Problem]:
    path, stages = ("handovers", handover.name), draft.stage_by_name
    sources = sources_among(draft, handover.source)
    for name, key in (*((each, "source") for each in sources), (handover.target, "target")):
        if name not in stages:
            meant = nearest(name, stages)
            yield Problem(
                f"the hand-over {handover.name!r} has the unknown stage {name!r} as its {key}"
                + (f"; did you mean {meant!r}?" if meant else ""),
                (*path, key),
                "stages of parts are named with the prefix of their part",
            )
    target = stages.get(handover.target)
    if target is not None and not target.is_open:
        begins = [each for each, home in homes.items() if home == homes.get(target.name)]
        opens = [each for each in begins if stages[each].is_open]
        yield Problem(
            f"the hand-over {handover.name!r} leads to {target.name!r}, which is closed: nothing "
            "could begin there",
            (*path, "target"),
            f"name an open stage, such as {opens[0]}" if opens else "name an open stage",
        )
    for key in dict.fromkeys(homes[name] for name in sources if name in homes):
        yield from _unmet(draft, handover, key, parts)


def _unmet(
    draft: Draft, handover: Handover, key: str, parts: Mapping[str, Draft]
) -> Iterator[Problem]:
    """What the hand-over needs and the part ``key``, which gives, does not declare."""
    giving = parts[key]
    wanted: tuple[tuple[str, tuple[str, ...], Collection[str]], ...] = (
        ("fact", handover.needs.facts, _declared_for(key, parts, draft, "facts")),
        (
            "milestone",
            handover.needs.milestones,
            _declared_for(key, parts, draft, "milestone_by_name"),
        ),
    )
    for kind, needed, declared in wanted:
        for name in needed:
            if name not in declared:
                yield Problem(
                    f"the hand-over {handover.name!r} from {key} ({giving.plane}) to "
                    f"{handover.target} needs the {kind} {name!r}, which {key} does not declare",
                    ("handovers", handover.name, "needs"),
                    f"declare the {kind} {name!r} in {key}, where it must be there before; of a "
                    "process of the library, include a file of your own that extends it",
                )


def _declared_for(key: str, parts: Mapping[str, Draft], draft: Draft, kind: str) -> Collection[str]:
    """What a part declares, and what the whole declares that no part does."""
    elsewhere = {name for part in parts.values() for name in getattr(part, kind)}
    return {*getattr(parts[key], kind), *(set(getattr(draft, kind)) - elsewhere)}
