"""The criteria sets of the field (BANT, CHAMP, MEDDIC and kin, GPCTBA/C&I, SPICED), as data.

A set is called like a function, ``bant(min_budget=10000, within=days(90), of=3)``, and means "at
least ``of`` of its elements", all of them by default. Each element asks one fact, by default the
one of its own name; how it asks follows from the declared type of that fact. Sources: FIELD names
of IBM (BANT), InsightSquared (CHAMP), PTC (MEDDIC), HubSpot (GPCTBA/C&I), Winning by Design
(SPICED).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from salesfsm.errors import RuleTypeError, listed, unknown_name
from salesfsm.frozen import frozen
from salesfsm.messages import in_every_language
from salesfsm.rules import syntax
from salesfsm.rules.printer import print_rule
from salesfsm.rules.types import Kind, Type
from salesfsm.rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Element:
    """One criterion of a set.

    ``fact`` is asked unless the call names another; ``accepted`` are the options of a choice that
    meet it where the call does not say; ``dated`` elements take the set's ``within=``. Sets share
    the elements of the same name.
    """

    name: str
    fact: str = ""
    accepted: tuple[str, ...] = ("validated",)
    dated: bool = False

    @property
    def label(self) -> Mapping[str, str]:
        """What people call it, by language."""
        return frozen(in_every_language(f"criteria.{self.name}.label"))

    @property
    def hint(self) -> Mapping[str, str]:
        """How to meet it, by language."""
        return frozen(in_every_language(f"criteria.{self.name}.hint"))


@dataclass(frozen=True, slots=True)
class CriteriaSet:
    """A named set of elements; ``scored`` sets read whole numbers as 0 unknown to 2 validated."""

    name: str
    label: str
    elements: tuple[Element, ...]
    scored: bool = False

    @property
    def dated(self) -> bool:
        """Whether ``within=`` means something for the set."""
        return any(element.dated for element in self.elements)


_DECIDER = ("decision_maker", "economic_buyer", "validated")
_BUDGET = Element("budget")
_AUTHORITY = Element("authority", accepted=_DECIDER)
_TIMELINE = Element("timeline", "decide_by", dated=True)
_CHALLENGES = Element("challenges")
_COMPETITION = Element("competition")
_MEDDIC = (
    Element("metrics"),
    Element("economic_buyer"),
    Element("decision_criteria"),
    Element("decision_process"),
    Element("identify_pain"),
    Element("champion"),
)

_ALL = (
    CriteriaSet("bant", "BANT", (_BUDGET, _AUTHORITY, Element("need"), _TIMELINE)),
    CriteriaSet(
        "champ",
        "CHAMP",
        (_CHALLENGES, _AUTHORITY, Element("money", "budget"), Element("prioritization")),
    ),
    CriteriaSet("meddic", "MEDDIC", _MEDDIC, scored=True),
    CriteriaSet("meddicc", "MEDDICC", (*_MEDDIC, _COMPETITION), scored=True),
    CriteriaSet(
        "meddpicc",
        "MEDDPICC",
        (*_MEDDIC[:4], Element("paper_process"), *_MEDDIC[4:], _COMPETITION),
        scored=True,
    ),
    CriteriaSet(
        "gpctba",
        "GPCTBA/C&I",
        (
            Element("goals"),
            Element("plans"),
            _CHALLENGES,
            _TIMELINE,
            _BUDGET,
            _AUTHORITY,
            Element("consequences"),
            Element("implications"),
        ),
    ),
    CriteriaSet(
        "spiced",
        "SPICED",
        (
            Element("situation"),
            Element("pain"),
            Element("impact"),
            Element("critical_event", dated=True),
            Element("decision"),
        ),
    ),
)
SETS: Mapping[str, CriteriaSet] = MappingProxyType({each.name: each for each in _ALL})
"""The criteria sets by the name of their function."""

_BY_CODE = {f"{each.name}.{element.name}": element for each in _ALL for element in each.elements}


def element_of(code: str) -> Element | None:
    """The element that a code such as ``bant.authority`` stands for, or None."""
    return _BY_CODE.get(code)


def expand(
    call: syntax.Call, vocabulary: Vocabulary
) -> tuple[int, tuple[tuple[str, syntax.Node], ...]]:
    """How many are needed, and each element's code with the condition that it means here.

    Raises :class:`~salesfsm.errors.RuleTypeError` for unknown parameters and undeclared facts.
    """
    return _Expansion(call, vocabulary).expand()


class _Expansion:
    """One call of a set, with its parameters taken apart."""

    def __init__(self, call: syntax.Call, vocabulary: Vocabulary) -> None:
        self.call, self.vocabulary = call, vocabulary
        self.set = SETS[call.function]
        self.given = dict(call.keywords)
        self.used: set[str] = set()

    def refuse(self, reason: str, hint: str = "") -> RuleTypeError:
        return RuleTypeError(reason, rule=print_rule(self.call), hint=hint)

    def expand(self) -> tuple[int, tuple[tuple[str, syntax.Node], ...]]:
        self._check_parameters()
        elements = tuple(
            (f"{self.set.name}.{element.name}", self._condition(element))
            for element in self.set.elements
        )
        needed = self._whole("of", len(elements), range(1, len(elements) + 1))
        for name in self.given:
            if name not in self.used:
                raise self.refuse(
                    f"{name}= asks nothing here: another parameter, or the type of the fact, "
                    "decides how it is asked",
                    f"leave out {name}=",
                )
        return needed, elements

    def _check_parameters(self) -> None:
        if self.call.arguments:
            raise self.refuse(f"{self.set.name}() takes named parameters only", "such as of=3")
        known = [
            "of",
            *(["within"] if self.set.dated else []),
            *(["score"] if self.set.scored else []),
        ]
        for element in self.set.elements:
            known += [element.name, f"min_{element.name}", f"{element.name}_in"]
        for name in self.given:
            if name not in known:
                raise self.refuse(unknown_name("parameter", name, known, within=self.set.name))

    def _parameter(self, name: str) -> syntax.Node | None:
        self.used.add(name)
        return self.given.get(name)

    def _whole(self, name: str, default: int, allowed: range) -> int:
        node = self._parameter(name) or syntax.Literal(default)
        value = node.value if isinstance(node, syntax.Literal) else None
        if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
            raise self.refuse(f"{name}= takes a whole number from {allowed[0]} to {allowed[-1]}")
        return value

    def _fact(self, element: Element) -> tuple[syntax.Name, Type]:
        bound = self._parameter(element.name)
        if bound is not None and not isinstance(bound, syntax.Name):
            raise self.refuse(f"{element.name}= takes the name of a fact")
        name = bound.identifier if bound is not None else element.fact or element.name
        found = self.vocabulary.facts.get(name)
        if found is None:
            raise self.refuse(
                f"{self.set.name}() asks the fact {name!r}, which is not declared "
                f"{listed(self.vocabulary.facts, 'fact')}",
                f"declare it under 'facts', or name another one: {element.name}=FACT",
            )
        return syntax.Name(name), found

    def _condition(self, element: Element) -> syntax.Node:
        fact, kind = self._fact(element)
        if (minimum := self._parameter(f"min_{element.name}")) is not None:
            return syntax.Comparison(fact, ((">=", minimum),))
        if (options := self._parameter(f"{element.name}_in")) is not None:
            return syntax.Comparison(fact, (("in", options),))
        if kind.kind is Kind.BOOL:
            return fact
        if element.dated and kind.kind in (Kind.DATE, Kind.DATETIME):
            return self._dated(fact, "today" if kind.kind is Kind.DATE else "now")
        if self.set.scored and kind.kind is Kind.INTEGER:
            score = syntax.Literal(self._whole("score", 2, range(3)))
            return syntax.Comparison(fact, ((">=", score),))
        accepted = tuple(option for option in element.accepted if option in kind.options)
        if accepted:
            listed_options = syntax.Options(tuple(map(syntax.Literal, accepted)))
            return syntax.Comparison(fact, (("in", listed_options),))
        return syntax.Call("known", (fact,))

    def _dated(self, fact: syntax.Name, clock: str) -> syntax.Node:
        """The date is known and, where ``within=`` is given, neither past nor further off."""
        within = self._parameter("within")
        if within is None:
            return syntax.Call("known", (fact,))
        now = syntax.Name(clock)
        latest = syntax.Arithmetic("+", now, within)
        return syntax.Comparison(now, (("<=", fact), ("<=", latest)))
