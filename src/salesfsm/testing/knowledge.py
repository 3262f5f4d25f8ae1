"""Hypothesis strategies for what can be known of an opportunity and proven: facts and evidence.

Values lie near those that the rules of the process ask for, where verdicts change, and everywhere
else that a fact may have them.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from salesfsm.engine.opportunity import Evidence
from salesfsm.errors import MissingExtraError, UnknownNameError
from salesfsm.process.definitions import Fact
from salesfsm.process.process import Process
from salesfsm.rules.types import Kind
from salesfsm.rules.values import LARGEST
from salesfsm.testing.candidates import constants_in, values_of
from salesfsm.testing.engines import MOMENT, Decider, engine_of

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    if error.name != "hypothesis":
        raise
    raise MissingExtraError("drawing data with hypothesis", "testing") from None

_YEAR = timedelta(days=365)


def facts(
    decider: Decider, *, required: bool = False, at: datetime = MOMENT
) -> st.SearchStrategy[dict[str, object]]:
    """Facts by name, in the types and bounds that the process declares; with ``required``, all.

    Dates lie within years of ``at``.
    """
    process = engine_of(decider).process
    constants = _constants(process)
    every = {name: _values(fact, constants, at) for name, fact in process.facts.items()}
    if required:
        return st.fixed_dictionaries(every)
    return st.fixed_dictionaries({}, optional=every)


def fact_values(process: Process, name: str, *, at: datetime = MOMENT) -> st.SearchStrategy[object]:
    """Values of one fact: near what rules ask, and anywhere that it may be.

    Raises :class:`~salesfsm.errors.UnknownNameError` for a fact that the process does not have.
    """
    fact = process.facts.get(name)
    if fact is None:
        raise UnknownNameError("fact", name, process.facts, within=process.name)
    return _values(fact, _constants(process), at)


def _constants(process: Process) -> tuple[object, ...]:
    """The values that stand in the rules of moves, each once."""
    every = {id(each): each.condition for arc in process.arcs for each in arc.requirements}
    return constants_in(every.values())


def _values(fact: Fact, constants: tuple[object, ...], at: datetime) -> st.SearchStrategy[object]:
    near = list(dict.fromkeys(values_of(fact, at, _fitting(fact, constants))))
    return st.sampled_from(near) | _anywhere(fact, at) if near else _anywhere(fact, at)


def _fitting(fact: Fact, constants: tuple[object, ...]) -> tuple[object, ...]:
    """Those of the constants that are of the kind of the fact."""
    kinds: dict[Kind, tuple[type, ...]] = {
        Kind.TEXT: (str,),
        Kind.CHOICE: (str,),
        Kind.DATE: (date,),
        Kind.DATETIME: (datetime,),
        Kind.DURATION: (timedelta,),
    }
    wanted = kinds.get(fact.type, (int, Decimal))
    return tuple(each for each in constants if type(each) in wanted)


def _anywhere(fact: Fact, at: datetime) -> st.SearchStrategy[object]:
    low = -LARGEST + 1 if fact.minimum is None else fact.minimum
    high = LARGEST - 1 if fact.maximum is None else fact.maximum
    match fact.type:
        case Kind.BOOL:
            return st.booleans()
        case Kind.CHOICE:
            return st.sampled_from(fact.options)
        case Kind.TEXT:
            return st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")))
        case Kind.DATE:
            return st.dates(at.date() - 2 * _YEAR, at.date() + 2 * _YEAR)
        case Kind.DATETIME:
            noon = datetime.combine(at.date(), time(12))
            return st.datetimes(noon - 2 * _YEAR, noon + 2 * _YEAR, timezones=st.just(UTC))
        case Kind.DURATION:
            return st.timedeltas(timedelta(0), 2 * _YEAR)
        case Kind.INTEGER:
            least, most = math.ceil(low), math.floor(high)
            return st.integers(least, most) if least <= most else st.nothing()
    return st.decimals(low, high, places=_places(fact))


def _places(fact: Fact) -> int:
    """How many places after the point its numbers have: two, or as many as its bounds."""
    exponents = [
        each.as_tuple().exponent for each in map(Decimal, (fact.minimum or 0, fact.maximum or 0))
    ]
    return max(2, *(-each for each in exponents if isinstance(each, int)))


def evidence(decider: Decider, milestone: str | None = None) -> st.SearchStrategy[Evidence]:
    """Evidence that its milestone accepts: of any milestone, or of the one that is named.

    Raises :class:`~salesfsm.errors.UnknownNameError` for one that the process does not have; of a
    process without milestones nothing can be drawn.
    """
    known = engine_of(decider).process.milestone_by_name
    if milestone is not None and milestone not in known:
        raise UnknownNameError("milestone", milestone, known)
    every = list(known.values()) if milestone is None else [known[milestone]]
    strategies = [
        st.builds(
            Evidence,
            st.just(each.name),
            kind=st.sampled_from(each.accepts or ("note",)),
            made_by=st.sampled_from([maker.value for maker in each.made_by]),
            ref=st.sampled_from(("mail/1", "mail/2")),
        )
        for each in every
    ]
    return st.one_of(strategies)
