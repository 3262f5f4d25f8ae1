"""Ways of one trigger out of one stage: which are open at once, and where none is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import z3

from salesfsm.process.requirements import needed_by
from salesfsm.verification.model import Model
from salesfsm.verification.report import Finding, Kind, Path, Severity, found, undecided
from salesfsm.verification.stuck import shut_for_good
from salesfsm.verification.ways import GuardedWay, Taking, branches_of
from salesfsm.verification.witness import Reading

_BAD = (Severity.NOTE, Severity.WARNING, Severity.ERROR)


def overlaps(model: Model, takings: Sequence[Taking]) -> list[Finding]:
    """The pairs that are open at once; or the ways that are never taken, for earlier ones are.

    Where the later one is open whenever the earlier is, it is meant for all else: order settles it.
    Of one pair in several sources the worst is told.
    """
    worst: dict[tuple[Path, ...], Finding] = {}
    taken = {id(taking.way) for taking in takings}  # ways that are equal are two all the same
    ways = [way for way in model.ways if id(way) in taken]
    for group in branches_of(ways):
        for index, later in enumerate(group):
            own = [taking for taking in takings if taking.way is later]
            for paths, finding in _over(model, group[:index], later, own):
                told = worst.setdefault(paths, finding)
                if _BAD.index(finding.severity) > _BAD.index(told.severity):
                    worst[paths] = finding
    return list(worst.values())


def _over(
    model: Model, before: Sequence[GuardedWay], later: GuardedWay, own: Sequence[Taking]
) -> list[tuple[tuple[Path, ...], Finding]]:
    """What there is to tell of ``later`` and the ways before it, by the paths that it is about."""
    here, open_ = model.stands_in(later.arc.source), model.open(later)
    before = [earlier for earlier in before if _roles_for_both(earlier, later)]
    model.asked[Kind.OVERLAP] += len(before)
    if model.solver.ask(here, open_, z3.Or(list(map(model.met, before)))).possible is False:
        return []
    rivals = [
        earlier
        for earlier in before
        if model.solver.ask(here, open_, model.met(earlier)).possible is not False
    ]
    if rivals:
        model.asked[Kind.SHADOWED] += 1
        for shadowed in _shadowed(model, later, own):
            return [((later.path,), shadowed)]
    return [
        ((earlier.path, later.path), finding)
        for earlier in rivals
        for finding in _overlap(model, earlier, later)
    ]


def _shadowed(model: Model, later: GuardedWay, own: Sequence[Taking]) -> Iterator[Finding]:
    """That nobody ever takes it, and no timer: whenever it is open, an earlier way comes first."""
    here, open_ = model.stands_in(later.arc.source), model.open(later)
    first: dict[GuardedWay, None] = {}
    possible: set[bool | None] = set()
    for taking in own:
        shut = [z3.Not(model.met(rival)) for rival in taking.rivals]
        answer = model.solver.ask(here, open_, *shut)
        if answer.possible:
            return
        possible.add(answer.possible)
        first |= {taking.rivals[i - 2]: None for i in answer.core if i > 1}
    values = {"trigger": later.arc.trigger, "source": later.arc.source}
    values["second"] = later.arc.target
    if None in possible:
        yield undecided(Kind.SHADOWED, later.path, **values)
        return
    values["first"] = ", ".join(dict.fromkeys(way.arc.target for way in first))
    shown = model.solver.ask(here, open_, hoping=model.hopes).model
    witness = None
    if shown is not None:
        witness = Reading(model.process, model.knowledge, shown).witness(later.arc.roles)
    yield found(Kind.SHADOWED, Severity.ERROR, later.path, witness, **values)


def _overlap(model: Model, earlier: GuardedWay, later: GuardedWay) -> Iterator[Finding]:
    here = model.stands_in(later.arc.source)
    first, second = model.open(earlier), model.open(later)
    values = {
        "trigger": later.arc.trigger,
        "source": later.arc.source,
        "first": earlier.arc.target,
        "second": later.arc.target,
    }
    answer = model.solver.ask(here, first, second, hoping=model.hopes)
    if answer.possible is None:
        yield undecided(Kind.OVERLAP, later.path, **values)
    if answer.model is None:
        return
    reading = Reading(model.process, model.knowledge, answer.model)
    witness = reading.witness(_roles_for_both(earlier, later))
    wider = model.solver.ask(here, first, z3.Not(second)).possible is False
    settled_by_order = wider or earlier.arc.target == later.arc.target
    severity = Severity.NOTE if settled_by_order else Severity.WARNING
    yield found(Kind.OVERLAP, severity, later.path, witness, **values)


def gaps(model: Model, takings: Sequence[Taking]) -> Iterator[Finding]:
    """The decisions in which no branch is ever open though all that the branches share is met."""
    seen: set[tuple[Path, ...]] = set()
    for group in branches_of(model.ways):
        paths = tuple(way.path for way in group)
        takeable = [taking for taking in takings if taking.way in group]
        if len(group) < 2 or paths in seen or not takeable:
            continue
        model.asked[Kind.GAP] += 1
        shared = frozenset.intersection(*(needed_by(way.needs) for way in group))
        met = model.conditions.met([condition for condition, _ in shared])
        source, trigger = group[0].arc.source, group[0].arc.trigger
        answer = shut_for_good(model, source, takeable, met)
        values = {"trigger": trigger, "source": source}
        if answer.possible is None:
            yield undecided(Kind.GAP, group[0].path, **values)
        if answer.model is not None:
            seen.add(paths)
            reading = Reading(model.process, model.knowledge, answer.model)
            roles = [role for way in group for role in way.arc.roles]
            witness = reading.witness(roles)
            yield found(Kind.GAP, Severity.WARNING, group[0].path, witness, **values)


def _roles_for_both(one: GuardedWay, other: GuardedWay) -> list[str | None]:
    """The roles, among them none at all, in which somebody may take either way."""
    roles = (None, *one.arc.roles, *other.arc.roles)
    return [role for role in roles if one.arc.open_to(role) and other.arc.open_to(role)]
