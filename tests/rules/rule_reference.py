"""What rules mean, told a second time: a slow evaluator, written from the words and not the code.

It shares nothing with ``salesfsm.rules`` but the nodes and the four names of the verdicts. Numbers
are fractions, "at least n" is an or over all choices of n, and names are looked up as they come.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from rule_strategies import FACTS, VOCABULARY, Opportunity

from salesfsm.rules.syntax import (
    And,
    Arithmetic,
    Call,
    Comparison,
    Literal,
    Name,
    Negative,
    Node,
    Not,
    Options,
    Or,
)
from salesfsm.rules.values import Money
from salesfsm.rules.verdict import MET, STALE, UNKNOWN, UNMET, Verdict

# Which verdict wins. Unknown outweighs stale: fresh evidence alone would not decide.
_AND = (UNMET, UNKNOWN, STALE, MET)
_OR = (MET, UNKNOWN, STALE, UNMET)
_NOT = {MET: UNMET, UNMET: MET, UNKNOWN: UNKNOWN, STALE: STALE}

_LIMIT = 10**18


class Price:
    """An amount of some currency."""

    def __init__(self, amount: Fraction, currency: str) -> None:
        self.amount, self.currency = amount, currency


Value = bool | Fraction | Price | str | date | datetime | timedelta | None


def all_of(*verdicts: Verdict) -> Verdict:
    return min(verdicts, key=_AND.index)


def any_of(*verdicts: Verdict) -> Verdict:
    return min(verdicts, key=_OR.index)


def at_least(needed: int, verdicts: list[Verdict]) -> Verdict:
    return any_of(*(all_of(*chosen) for chosen in combinations(verdicts, needed)))


class Reference:
    """The meaning of rules for one opportunity at one time."""

    def __init__(self, opportunity: Opportunity, at: datetime) -> None:
        self.opportunity, self.at = opportunity, at

    # verdicts

    def verdict(self, node: Node) -> Verdict:
        match node:
            case And(items):
                return all_of(*map(self.verdict, items))
            case Or(items):
                return any_of(*map(self.verdict, items))
            case Not(item):
                return _NOT[self.verdict(item)]
            case Literal(value):
                return self.decided(value)
            case Name():
                return self.decided(self.value(node))
            case Comparison(first, rest):
                pairs = zip((first, *(right for _, right in rest)), rest, strict=False)
                return all_of(*(self.compared(left, sign, right) for left, (sign, right) in pairs))
            case Call(function, arguments, keywords):
                return self.called(function, arguments, dict(keywords))
        raise AssertionError(node)

    def decided(self, answer: object) -> Verdict:
        return {True: MET, False: UNMET, None: UNKNOWN}[answer]

    def compared(self, left: Node, sign: str, right: Node) -> Verdict:
        value = self.value(left)
        if sign in ("in", "not in"):
            assert isinstance(right, Options)
            if value is None:
                return UNKNOWN
            found = any(_compare("==", value, self.value(item)) for item in right.items)
            return self.decided(found is (sign == "in"))
        other = self.value(right)
        if value is None or other is None:
            return UNKNOWN
        return self.decided(_compare(sign, value, other))

    def called(self, function: str, arguments: tuple[Node, ...], given: dict) -> Verdict:
        match function:
            case "known":
                return self.decided(self.value(arguments[0]) is not None)
            case "proven":
                return self.proven(_text(arguments[0]))
            case "done":
                return self.decided(_text(arguments[0]) in self.opportunity.tasks)
            case "is_friendly":
                return self.decided(self.opportunity.friendly)
            case "at_least":
                return at_least(arguments[0].value, list(map(self.verdict, arguments[1:])))
            case "buyer_at":
                return self.buyer_at(_text(arguments[0]))
        return self.criteria(function, given)

    def proven(self, milestone: str) -> Verdict:
        pieces = self.opportunity.evidence.get(milestone, ())
        if not pieces:
            return UNMET
        return MET if any(piece.until > self.at for piece in pieces) else STALE

    def buyer_at(self, phase: str) -> Verdict:
        wanted = VOCABULARY.phases.index(phase)
        if VOCABULARY.phases.index(VOCABULARY.first_phase) >= wanted:
            return MET
        proofs = [
            self.proven(milestone)
            for milestone, reached in VOCABULARY.crossings.items()
            if VOCABULARY.phases.index(reached) >= wanted
        ]
        return any_of(*proofs) if proofs else UNMET

    def criteria(self, function: str, given: dict[str, Node]) -> Verdict:
        asked = [self.element(function, element, given) for element in _ELEMENTS[function]]
        needed = given["of"].value if "of" in given else len(asked)
        return at_least(needed, asked)

    def element(self, function: str, element: str, given: dict[str, Node]) -> Verdict:
        default = {"timeline": "decide_by", "money": "budget"}.get(element, element)
        name = given.get(element, Name(default))
        value, kind = self.value(name), FACTS[name.identifier].kind
        if f"min_{element}" in given:
            return self.compared(name, ">=", given[f"min_{element}"])
        if f"{element}_in" in given:
            return self.compared(name, "in", given[f"{element}_in"])
        if kind == "bool":
            return self.decided(value)
        if element == "timeline" and "within" in given:
            now = Name("today" if kind == "date" else "now")
            latest = Arithmetic("+", now, given["within"])
            return self.verdict(Comparison(now, (("<=", name), ("<=", latest))))
        if function == "meddpicc" and kind == "integer":
            return self.compared(name, ">=", given.get("score", Literal(2)))
        if kind == "choice":
            deciders = ["decision_maker"] if element == "authority" else ["validated"]
            return UNKNOWN if value is None else self.decided(value in deciders)
        return self.decided(value is not None)

    # values

    def value(self, node: Node) -> Value:
        match node:
            case Literal(value):
                return _plain(value)
            case Name(identifier):
                return self.named(identifier)
            case Negative(item):
                return _times(self.value(item), Fraction(-1))
            case Call(function, arguments):
                return self.computed(function, arguments)
            case Arithmetic(operator, left, right):
                one, other = self.value(left), self.value(right)
                if one is None or other is None:
                    return None
                try:
                    return _RESULTS[operator](one, other)
                except OverflowError:
                    return None
        raise AssertionError(node)

    def named(self, name: str) -> Value:
        subject = self.opportunity
        if name in FACTS:
            return _plain(subject.facts.get(name))
        match name:
            case "today":
                return self.at.date()
            case "now":
                return self.at
            case "days_in_stage":
                return _days_between(subject.entered_at, self.at)
            case "days_since_activity":
                return _days_between(subject.active_at, self.at)
            case "stage" | "lost_reason" | "stopped_in" | "buyer" | "owner" | "team":
                return getattr(subject, name)
        return name  # an option, bare

    def computed(self, function: str, arguments: tuple[Node, ...]) -> Value:
        if function == "attempts":
            counts = self.opportunity.attempts
            if arguments:
                return Fraction(counts.get(_text(arguments[0]), 0))
            return Fraction(sum(counts.values()))
        if function == "money":
            return Price(self.value(arguments[0]), _text(arguments[1]))
        return timedelta(**{function: arguments[0].value})


_ELEMENTS = {
    "bant": ("budget", "authority", "need", "timeline"),
    "champ": ("challenges", "authority", "money", "prioritization"),
    "meddpicc": (
        "metrics",
        "economic_buyer",
        "decision_criteria",
        "decision_process",
        "paper_process",
        "identify_pain",
        "champion",
        "competition",
    ),
}


def _text(node: Node) -> str:
    return node.identifier if isinstance(node, Name) else node.value


def _plain(value: object) -> Value:
    match value:
        case Money(amount, currency):
            return Price(Fraction(amount), currency)
        case bool():
            return value
        case int() | Decimal():
            return Fraction(value)
    return value


def _days_between(start: datetime, end: datetime) -> Fraction:
    return Fraction((end - start) // timedelta(days=1))


def _compare(sign: str, left: Value, right: Value) -> bool:
    left, right = _like(left, right), _like(right, left)
    if isinstance(left, Price):
        assert left.currency == right.currency
        left, right = left.amount, right.amount
    return {
        "==": lambda: left == right,
        "!=": lambda: left != right,
        "<": lambda: left < right,
        "<=": lambda: left <= right,
        ">": lambda: left > right,
        ">=": lambda: left >= right,
    }[sign]()


def _like(value: Value, other: Value) -> Value:
    """A literal read as what stands on the other side."""
    match value, other:
        case Fraction(), Price():
            return Price(value, other.currency)
        case str(), datetime():
            return datetime.fromisoformat(value)
        case str(), date():
            return date.fromisoformat(value)
        case str(), timedelta():
            return timedelta(days=int(value.removesuffix("d")))
    return value


def _kept(number: Fraction) -> Fraction | None:
    """A number as facts may hold it: twelve places, half to even, below 10**18."""
    rounded = Fraction(round(number * 10**12), 10**12)
    return rounded if abs(rounded) < _LIMIT else None


def _times(value: Value, by: Fraction) -> Value:
    match value:
        case Fraction():
            return _kept(value * by)
        case Price():
            return _price(_kept(value.amount * by), value.currency)
        case timedelta():
            try:
                return value * int(by)
            except OverflowError:
                return None
    return None


def _price(amount: Fraction | None, currency: str) -> Price | None:
    return None if amount is None else Price(amount, currency)


def _product(left: Value, right: Value) -> Value:
    return _times(left, right) if isinstance(right, Fraction) else _times(right, left)


def _quotient(left: Value, right: Value) -> Value:
    if isinstance(right, Price):
        left, right = left.amount, right.amount
    return _times(left, 1 / right) if right else None


def _sum(left: Value, right: Value) -> Value:
    left, right = _like(left, right), _like(right, left)
    match left, right:
        case Fraction(), Fraction():
            return _kept(left + right)
        case Price(), Price():
            return _price(_kept(left.amount + right.amount), left.currency)
        case timedelta(), date():
            return _sum(right, left)
        case datetime(), _:
            return left + right
        case date(), timedelta():
            days = abs(right).days  # a part of a day does not move a date
            return left + timedelta(days=days if right >= timedelta(0) else -days)
    return left + right


def _difference(left: Value, right: Value) -> Value:
    if isinstance(left, date) and isinstance(right, date):
        return left - right
    return _sum(left, -right if isinstance(right, timedelta) else _product(right, Fraction(-1)))


_RESULTS = {"+": _sum, "-": _difference, "*": _product, "/": _quotient}
