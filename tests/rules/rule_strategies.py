"""Random rules, well typed or not, and random opportunities to ask them of."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from salesfsm.rules import syntax, types
from salesfsm.rules.syntax import Call, Comparison, Literal, Name, Negative, Node, Options
from salesfsm.rules.types import Kind, Type
from salesfsm.rules.values import FactValue, Money
from salesfsm.rules.verdict import Verdict
from salesfsm.rules.vocabulary import BUYER_STATES, Vocabulary

EUR, USD = Type(Kind.MONEY, currency="EUR"), Type(Kind.MONEY, currency="USD")
AUTHORITY = Type(Kind.CHOICE, ("user", "influencer", "decision_maker"))
CHAMPION = Type(Kind.CHOICE, ("coach", "validated"))

FACTS: dict[str, Type] = {
    "flag": types.BOOL,
    "identify_pain": types.BOOL,
    "count": types.INTEGER,
    "winback.count": types.INTEGER,
    "metrics": types.INTEGER,
    "ratio": types.DECIMAL,
    "budget": EUR,
    "spend": EUR,
    "cost": USD,
    "need": types.TEXT,
    "challenges": types.TEXT,
    "decision_criteria": types.TEXT,
    "authority": AUTHORITY,
    "champion": CHAMPION,
    "decide_by": types.DATE,
    "met_on": types.DATE,
    "called_at": types.DATETIME,
    "effort": types.DURATION,
}
VOCABULARY = Vocabulary(
    facts=FACTS,
    stages=("qualification", "presenting", "won", "lost"),
    reasons=("price", "silent"),
    milestones=("reason_to_act", "shortlist", "signature", "reference_call"),
    tasks=("discovery_call", "offer"),
    activities=("call", "email"),
    phases=("unconcerned", "investigating", "defining", "selecting", "approving"),
    first_phase="investigating",
    crossings={"reason_to_act": "defining", "shortlist": "selecting", "signature": "selecting"},
    predicates=("is_friendly",),
)


@dataclass(frozen=True)
class Piece:
    """Evidence."""

    until: datetime


@dataclass(frozen=True)
class Opportunity:
    """The least that rules can be asked of; ``friendly`` is what the predicate answers."""

    facts: Mapping[str, FactValue] = field(default_factory=dict)
    evidence: Mapping[str, Sequence[Piece]] = field(default_factory=dict)
    tasks: frozenset[str] = frozenset()
    attempts: Mapping[str, int] = field(default_factory=dict)
    stage: str = "qualification"
    entered_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    active_at: datetime = datetime(2026, 1, 2, tzinfo=UTC)
    lost_reason: str | None = None
    stopped_in: str | None = None
    buyer: str = "active"
    owner: str | None = None
    team: str | None = None
    friendly: bool | None = None


PREDICATES = {"is_friendly": lambda opportunity, at: opportunity.friendly}


# opportunities

times = st.one_of(
    st.datetimes(datetime(2025, 12, 1), datetime(2027, 2, 1)),  # noqa: DTZ001
    st.sampled_from([datetime(1900, 1, 1), datetime(2199, 12, 31, 23, 59)]),  # noqa: DTZ001
).map(lambda naive: naive.replace(tzinfo=UTC))
_days = st.one_of(
    st.dates(date(2025, 12, 1), date(2027, 2, 1)),
    st.sampled_from([date(1900, 1, 1), date(2199, 12, 31)]),
)
wholes = st.one_of(
    st.integers(-3, 3), st.integers(1 - types.LARGEST, types.LARGEST - 1), st.just(10_000)
)
decimals = st.one_of(
    st.sampled_from([Decimal("0"), Decimal("0.5"), Decimal("1e-12"), Decimal("10000.00")]),
    st.decimals(-5, 5, places=2),
    st.decimals(1 - types.LARGEST, types.LARGEST - 1, places=12),
)
_words = st.sampled_from(["", "user", "price", "anna", "Ż"])
spans = st.one_of(
    st.timedeltas(timedelta(days=-400), timedelta(days=400)),
    st.integers(-3, 3).map(lambda count: timedelta(days=count)),
    st.sampled_from([timedelta(days=36_500), timedelta(days=-36_500)]),
)


def values(wanted: Type) -> st.SearchStrategy[FactValue]:
    """Values of a type in the form that facts are kept in."""
    return {
        Kind.BOOL: st.booleans(),
        Kind.INTEGER: wholes,
        Kind.DECIMAL: decimals,
        Kind.MONEY: decimals.map(lambda amount: Money(amount, wanted.currency)),
        Kind.TEXT: _words,
        Kind.CHOICE: st.sampled_from(wanted.options or ("none",)),
        Kind.DATE: _days,
        Kind.DATETIME: times,
        Kind.DURATION: spans,
    }[wanted.kind]


_pieces = st.lists(times.map(Piece), max_size=3).map(
    lambda pieces: tuple(sorted(pieces, key=lambda piece: piece.until, reverse=True))
)
opportunities = st.builds(
    Opportunity,
    facts=st.fixed_dictionaries({}, optional={name: values(kind) for name, kind in FACTS.items()}),
    evidence=st.fixed_dictionaries({}, optional=dict.fromkeys(VOCABULARY.milestones, _pieces)),
    tasks=st.frozensets(st.sampled_from(VOCABULARY.tasks)),
    attempts=st.dictionaries(st.sampled_from(VOCABULARY.activities), st.integers(0, 4)),
    stage=st.sampled_from(VOCABULARY.stages),
    entered_at=times,
    active_at=times,
    lost_reason=st.none() | st.sampled_from(VOCABULARY.reasons),
    stopped_in=st.none() | st.sampled_from(VOCABULARY.stages),
    buyer=st.sampled_from(BUYER_STATES),
    owner=st.none() | _words,
    team=st.none() | _words,
    friendly=st.sampled_from([True, False, None]),
)

verdicts = st.sampled_from(list(Verdict))


# well-typed rules

_small = st.integers(0, 12)
_number_literals = st.one_of(
    _small.map(Literal),
    st.integers(0, types.LARGEST - 1).map(Literal),
    st.decimals(0, 20, places=2).map(Literal),
    st.just(Literal(Decimal("999999999999999999.999999999999"))),
)
_signed_literals = st.one_of(_number_literals, _number_literals.map(Negative))
_lengths = st.builds(
    lambda unit, count: Call(unit, (Literal(count),)),
    st.sampled_from(["days", "hours", "weeks"]),
    st.integers(0, 60),
) | st.just(Call("days", (Literal(36_500),)))


def _quoted(name: str) -> st.SearchStrategy[Node]:
    return st.sampled_from([Name(name), Literal(name)])


def _one_name(names: Sequence[str]) -> st.SearchStrategy[Node]:
    return st.sampled_from(names).flatmap(_quoted)


def _names(*names: str) -> st.SearchStrategy[Node]:
    return st.sampled_from(names).map(Name)


def _sums(
    operators: str, left: st.SearchStrategy[Node], right: st.SearchStrategy[Node]
) -> st.SearchStrategy[Node]:
    return st.builds(syntax.Arithmetic, st.sampled_from(operators.split()), left, right)


def _money(currency: str) -> st.SearchStrategy[Node]:
    code = st.sampled_from([Name(currency), Literal(currency)])
    return st.builds(lambda amount, code: Call("money", (amount, code)), _signed_literals, code)


def _leaves(kind: str) -> st.SearchStrategy[Node]:
    """Expressions of a kind that have no parts; money goes by its currency."""
    counted = st.one_of(
        st.just(Call("attempts")),
        _one_name(VOCABULARY.activities).map(lambda name: Call("attempts", (name,))),
    )
    return {
        "integer": st.one_of(
            _names("count", "winback.count", "days_in_stage", "days_since_activity"),
            counted,
            _small.map(Literal),
        ),
        "decimal": st.one_of(_names("ratio"), st.decimals(0, 9, places=3).map(Literal)),
        "EUR": st.one_of(_names("budget", "spend"), _money("EUR")),
        "USD": st.one_of(_names("cost"), _money("USD")),
        "date": _names("decide_by", "met_on", "today"),
        "datetime": _names("called_at", "now"),
        "duration": st.one_of(_names("effort"), _lengths),
    }[kind]


def expressions(kind: str, depth: int = 2) -> st.SearchStrategy[Node]:
    """Well-typed expressions: ``integer``, ``decimal``, a currency, or a kind of time."""
    leaves = _leaves(kind)
    if not depth:
        return leaves

    def of(name: str) -> st.SearchStrategy[Node]:
        return st.deferred(lambda: expressions(name, depth - 1))

    numbers = of("integer") | of("decimal")
    if kind in ("EUR", "USD"):
        return st.one_of(
            leaves,
            of(kind).map(Negative),
            _sums("+ -", of(kind), of(kind)),
            _sums("+ -", of(kind), _signed_literals),
            _sums("+ -", _signed_literals, of(kind)),
            _sums("* /", of(kind), numbers),
            _sums("*", numbers, of(kind)),
        )
    if kind in ("date", "datetime"):
        return st.one_of(
            leaves,
            _sums("+ -", _names("today" if kind == "date" else "now"), _lengths),
            _sums("+ -", of(kind), of("duration")),
            _sums("+", of("duration"), of(kind)),
        )
    return {
        "integer": lambda: st.one_of(
            leaves, of("integer").map(Negative), _sums("+ - *", of("integer"), of("integer"))
        ),
        "decimal": lambda: st.one_of(
            leaves,
            of("decimal").map(Negative),
            _sums("+ - * /", of("decimal"), numbers),
            _sums("/", of("integer"), of("integer")),
            _sums("/", of("EUR"), of("EUR")),
        ),
        "duration": lambda: st.one_of(
            leaves,
            of("duration").map(Negative),
            _sums("+ -", of("duration"), of("duration")),
            _sums("*", of("duration"), of("integer")),
            _sums("*", of("integer"), of("duration")),
            _sums("-", of("date"), of("date")),
            _sums("-", of("datetime"), of("datetime")),
        ),
    }[kind]()


_ORDER = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
_EQUALITY = st.sampled_from(["==", "!="])
_MEMBER = st.sampled_from(["in", "not in"])


def _compared(
    left: st.SearchStrategy[Node], operators: st.SearchStrategy[str], right: st.SearchStrategy[Node]
) -> st.SearchStrategy[Node]:
    return st.builds(
        lambda one, sign, other: Comparison(one, ((sign, other),)), left, operators, right
    )


def _listed(
    value: st.SearchStrategy[Node], items: st.SearchStrategy[Node]
) -> st.SearchStrategy[Node]:
    lists = st.lists(items, min_size=1, max_size=3).map(lambda found: Options(tuple(found)))
    return _compared(value, _MEMBER, lists)


def _ordered(sides: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    rest = st.lists(st.tuples(_ORDER, sides), min_size=1, max_size=2)
    return st.builds(lambda first, found: Comparison(first, tuple(found)), sides, rest)


def comparisons() -> st.SearchStrategy[Node]:
    """Well-typed comparisons and chains of all kinds."""
    numbers = expressions("integer") | expressions("decimal")
    days = st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(lambda day: Literal(day.isoformat()))
    moments = times.map(lambda moment: Literal(moment.isoformat()))
    lengths = _small.map(lambda count: Literal(f"{count}d"))
    euros = expressions("EUR")
    text = _names("need", "owner", "team")
    options = st.sampled_from(AUTHORITY.options).map(Literal) | _names(*AUTHORITY.options)
    return st.one_of(
        _ordered(numbers),
        _ordered(euros),
        _ordered(expressions("USD")),
        _compared(euros, _ORDER, _signed_literals),
        _compared(_signed_literals, _ORDER, euros),
        _ordered(expressions("date")),
        _compared(expressions("date"), _ORDER, days),
        _ordered(expressions("datetime")),
        _compared(moments, _ORDER, expressions("datetime")),
        _ordered(expressions("duration")),
        _compared(expressions("duration"), _ORDER, lengths),
        _compared(text, _EQUALITY, text | _words.map(Literal) | _names("authority")),
        _compared(_names("authority"), _EQUALITY, options),
        _compared(options, _EQUALITY, _names("authority")),
        _compared(_names("stage"), _EQUALITY, _one_name(VOCABULARY.stages)),
        _compared(_names("lost_reason"), _EQUALITY, _one_name(VOCABULARY.reasons)),
        _compared(_names("stopped_in"), _EQUALITY, _one_name(VOCABULARY.stages)),
        _compared(_names("buyer"), _EQUALITY, _one_name(BUYER_STATES)),
        _compared(_names("flag"), _EQUALITY, _names("identify_pain") | st.booleans().map(Literal)),
        _listed(numbers, _signed_literals),
        _listed(euros, _signed_literals | _money("EUR")),
        _listed(expressions("date"), days),
        _listed(_names("authority"), options),
        _listed(_names("stage"), _one_name(VOCABULARY.stages)),
        _listed(text, _words.map(Literal)),
    )


def _called(function: str, names: Sequence[str]) -> st.SearchStrategy[Node]:
    return _one_name(names).map(lambda name: Call(function, (name,)))


def _set(
    name: str, size: int, parameters: Mapping[str, st.SearchStrategy[Node]]
) -> st.SearchStrategy[Node]:
    optional = {"of": st.integers(1, size).map(Literal), **parameters}
    given = st.fixed_dictionaries({}, optional=optional)
    return given.map(lambda found: Call(name, (), tuple(found.items())))


def criteria_sets() -> st.SearchStrategy[Node]:
    """Calls of criteria sets, with the facts that they ask declared in all the ways there are."""
    options = st.lists(st.sampled_from(AUTHORITY.options).map(Literal), min_size=1).map(
        lambda found: Options(tuple(found))
    )
    money = {"min_budget": _number_literals, "authority_in": options, "within": _lengths}
    bound = {
        "economic_buyer": st.just(Name("flag")),
        "decision_process": st.just(Name("need")),
        "paper_process": st.just(Name("metrics")),
        "competition": st.just(Name("count")),
    }
    return st.one_of(
        _set("bant", 4, {**money, "timeline": _names("decide_by", "called_at")}),
        _set("champ", 4, {"min_money": _signed_literals}).map(
            lambda call: Call(
                "champ", (), (*call.keywords, ("prioritization", Name("identify_pain")))
            )
        ),
        st.builds(
            lambda call, score: Call(
                "meddpicc",
                (),
                (*call.keywords, *((key, value) for key, value in score.items())),
            ),
            _set("meddpicc", 8, {}),
            st.fixed_dictionaries(bound, optional={"score": st.integers(0, 2).map(Literal)}),
        ),
    )


def leaves() -> st.SearchStrategy[Node]:
    """Well-typed conditions that no and, or, not holds together."""
    known = st.one_of(
        st.sampled_from(sorted(FACTS)).map(Name),
        _names("owner", "lost_reason", "stopped_in", "buyer", "today"),
        expressions("EUR"),
        expressions("date"),
        expressions("decimal"),
    )
    return st.one_of(
        comparisons(),
        st.booleans().map(Literal),
        _names("flag", "identify_pain"),
        known.map(lambda value: Call("known", (value,))),
        _called("proven", VOCABULARY.milestones),
        _called("proven", VOCABULARY.milestones),
        _called("done", VOCABULARY.tasks),
        _called("buyer_at", VOCABULARY.phases),
        st.just(Call("is_friendly")),
        criteria_sets(),
    )


@st.composite
def _counted(draw: st.DrawFn, items: st.SearchStrategy[Node]) -> Node:
    found = draw(st.lists(items, min_size=1, max_size=4))
    return Call("at_least", (Literal(draw(st.integers(1, len(found)))), *found))


_LEAVES = leaves()


def _joined(items: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    some = st.lists(items, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        some.map(syntax.And), some.map(syntax.Or), items.map(syntax.Not), _counted(items)
    )


rules = st.recursive(_LEAVES, _joined, max_leaves=6)
"""Well-typed rules over :data:`VOCABULARY`."""


# any rules at all, well typed or not


def _is_identifier(text: str) -> bool:
    return (
        text.isidentifier()
        and not text.startswith("_")
        and not keyword.iskeyword(text)
        and text not in ("true", "false")
        and unicodedata.normalize("NFKC", text) == text
    )


identifiers = st.one_of(
    st.sampled_from(["budget", "today", "bant", "Etap", "этап", "a1", "is_", "match", "truer"]),
    st.text(st.characters(categories=["Ll", "Lu", "Nd"]), min_size=1, max_size=6),
).filter(_is_identifier)
names = st.lists(identifiers, min_size=1, max_size=3).map(".".join).map(Name)
literals = st.one_of(
    st.booleans(),
    st.integers(0, types.LARGEST - 1),
    st.decimals(0, types.LARGEST - 1, places=12),
    st.decimals(0, 10, places=1),
    st.text(st.characters(), max_size=12),
).map(Literal)


def _wrapped(items: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    some = st.lists(items, min_size=2, max_size=3).map(tuple)
    signs = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "in", "not in"])
    rest = st.lists(st.tuples(signs, items), min_size=1, max_size=3).map(tuple)
    keywords = st.lists(st.tuples(identifiers, items), max_size=2, unique_by=lambda pair: pair[0])
    return st.one_of(
        some.map(syntax.And),
        some.map(syntax.Or),
        items.map(syntax.Not),
        items.map(Negative),
        st.builds(syntax.Arithmetic, st.sampled_from("+-*/"), items, items),
        st.builds(Comparison, items, rest),
        st.lists(items, max_size=3).map(tuple).map(Options),
        st.builds(Call, identifiers, st.lists(items, max_size=2).map(tuple), keywords.map(tuple)),
    )


nodes = st.recursive(names | literals, _wrapped, max_leaves=12)
"""Everything that can be written, whether it means something or not."""
