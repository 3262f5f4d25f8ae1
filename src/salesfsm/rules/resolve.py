"""From what is written to what is meant: names looked up, types checked, functions expanded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from salesfsm.errors import RuleTypeError, ValueTypeError, unknown_name
from salesfsm.rules import core, sets, syntax
from salesfsm.rules.operators import operation
from salesfsm.rules.printer import column_of, print_rule
from salesfsm.rules.types import (
    BOOL,
    CURRENCY,
    DECIMAL,
    DURATION,
    INTEGER,
    NUMERIC,
    ORDERED,
    TEXT,
    Kind,
    Type,
    accept,
)
from salesfsm.rules.values import LONGEST_DAYS, FactValue
from salesfsm.rules.vocabulary import FUNCTIONS, RESERVED, Vocabulary

MOST_NODES = 2_000
"""A rule that expands to more is a program, not a criterion."""


def resolve(rule: syntax.Node, vocabulary: Vocabulary) -> core.Condition:
    """The meaning of ``rule`` among the names of ``vocabulary``.

    Raises :class:`~salesfsm.errors.RuleTypeError` with the place, the known names and the fix.
    """
    if syntax.is_too_deep(rule):
        raise RuleTypeError(f"the rule is nested more than {syntax.DEEPEST_RULE} levels deep")
    condition = Resolver(rule, vocabulary).condition(rule)
    if len(core.walk(condition)) > MOST_NODES:
        raise RuleTypeError(f"the rule expands to more than {MOST_NODES} parts")
    return condition


class Resolver:
    """Resolves the nodes of one rule, which it keeps for messages."""

    def __init__(self, rule: syntax.Node, vocabulary: Vocabulary) -> None:
        self.rule, self.vocabulary = rule, vocabulary
        self.expanded = rule  # the criteria set that the nodes at work come from

    def refuse(self, node: syntax.Node, reason: str, hint: str = "") -> RuleTypeError:
        """The error that ``reason`` makes of ``node``, shown within its rule."""
        # Rules are kept as nodes, so they are shown as they print, and columns are of that text.
        column = column_of(node, self.rule) or column_of(self.expanded, self.rule) or 1
        return RuleTypeError(reason, rule=print_rule(self.rule), column=column, hint=hint)

    # conditions

    def condition(self, node: syntax.Node) -> core.Condition:
        """What ``node`` means as something that has a verdict."""
        match node:
            case syntax.And(items):
                return core.every(tuple(map(self.condition, items)))
            case syntax.Or(items):
                return core.some(tuple(map(self.condition, items)))
            case syntax.Not(item):
                return core.Not(self.condition(item))
            case syntax.Comparison(first, rest):
                return self._chain(first, rest)
            case syntax.Literal(bool(holds)):
                return core.Always(holds)
            case syntax.Call():
                return self._function(node)
            case syntax.Name(identifier):
                value = self.expression(node)
                if value.type == BOOL and isinstance(value, core.Fact):
                    return core.Truth(value)
                raise self.refuse(
                    node,
                    f"{identifier} is {_a(value.type)}, not a condition",
                    f"compare it, or ask known({identifier})",
                )
        raise self.refuse(node, f"{print_rule(node)} is a value, not a condition", "compare it")

    def _chain(
        self, first: syntax.Node, rest: tuple[tuple[str, syntax.Node], ...]
    ) -> core.Condition:
        found, left = [], first
        for operator, right in rest:
            found.append(self._comparison(left, operator, right))
            left = right
        return core.every(tuple(found))

    def _comparison(self, left: syntax.Node, operator: str, right: syntax.Node) -> core.Condition:
        if operator in ("in", "not in"):
            found = self._one_of(left, right)
            return core.Not(found) if operator == "not in" else found
        one, other = self._both_sides(left, right)
        if operator not in ("==", "!=") and one.type.kind not in ORDERED:
            hint = "use == or 'in [...]'"
            raise self.refuse(left, f"{_a(one.type)} has no order: {operator} means nothing", hint)
        return core.Compare(operator, one, other)

    def _one_of(self, left: syntax.Node, right: syntax.Node) -> core.Condition:
        if not isinstance(right, syntax.Options) or not right.items:
            raise self.refuse(right, "'in' needs a list with at least one item", "write [a, b]")
        value = self.expression(left)
        options = tuple(self._fitted(item, value.type) for item in right.items)
        return core.OneOf(value, options)

    def _fitted(self, node: syntax.Node, wanted: Type) -> core.Constant:
        self._unambiguous(node, wanted)
        found = self._coerced(node, wanted)
        if not isinstance(found, core.Constant):
            raise self.refuse(node, "a list after 'in' holds plain values only")
        self._same_kind(node, found.type, wanted)
        return found

    def _both_sides(
        self, left: syntax.Node, right: syntax.Node
    ) -> tuple[core.Expression, core.Expression]:
        """Each side typed, a bare literal or option taking the type of the other side."""
        if self._is_bare(left) and not self._is_bare(right):
            other = self.expression(right)
            one = self._coerced(left, other.type)
        else:
            one = self.expression(left)
            other = self._coerced(right, one.type)
        self._same_kind(right, other.type, one.type)
        self._unambiguous(left, other.type)
        self._unambiguous(right, one.type)
        return one, other

    def _unambiguous(self, node: syntax.Node, other: Type) -> None:
        """Refuse a name that could mean a fact as well as an option of the other side."""
        if isinstance(node, syntax.Name) and node.identifier in other.options:
            name = node.identifier
            if not self._is_bare(node):
                raise self.refuse(
                    node,
                    f"{name} is a fact or a reserved name, and an option here too",
                    f'write "{name}" for the option, or give the option another name',
                )

    def _is_bare(self, node: syntax.Node) -> bool:
        """Whether the node has no type of its own: a literal, or a name that is nothing else."""
        if isinstance(node, syntax.Negative):
            return self._is_bare(node.item)
        if isinstance(node, syntax.Name):
            return node.identifier not in self.vocabulary.facts and node.identifier not in RESERVED
        return isinstance(node, syntax.Literal)

    def _coerced(self, node: syntax.Node, wanted: Type) -> core.Expression:
        """``node`` as an expression, a bare one read as a value of the type ``wanted``."""
        if not self._is_bare(node) or (
            isinstance(node, syntax.Name) and wanted.kind is not Kind.CHOICE
        ):
            return self.expression(node)
        value = self._bare(node)
        if wanted.kind is Kind.INTEGER and isinstance(value, Decimal):
            wanted = DECIMAL
        try:
            return core.Constant(wanted, accept(wanted, value))
        except ValueTypeError as error:
            raise self.refuse(node, str(error)) from None

    def _bare(self, node: syntax.Node) -> bool | int | Decimal | str:
        if isinstance(node, syntax.Name):
            return node.identifier
        if not isinstance(node, syntax.Negative):
            return _literal(node)
        value = self._bare(node.item)
        if isinstance(value, bool | str):
            raise self.refuse(node, "only a number can be negative")
        return _negated(value)

    def _same_kind(self, node: syntax.Node, one: Type, other: Type) -> None:
        both = {one.kind, other.kind}
        if len(both) == 1 and one.kind is Kind.MONEY and one.currency != other.currency:
            raise self.refuse(
                node,
                f"{one} cannot be compared with {other}",
                "there is no exchange rate in a rule: record the amount in one currency",
            )
        if len(both) == 1 or both <= set(NUMERIC) or both <= {Kind.TEXT, Kind.CHOICE}:
            return
        hint = ""
        if both == {Kind.DATE, Kind.DATETIME}:
            hint = "use today with dates and now with times"
        elif Kind.MONEY in both and both & set(NUMERIC):
            hint = "write money(amount, CURRENCY) or compare two amounts"
        raise self.refuse(node, f"{_a(other)} cannot be compared with {_a(one)}", hint)

    # functions

    def _function(self, node: syntax.Call) -> core.Condition:
        if node.function in sets.SETS:
            self.expanded = node
            needed, elements = sets.expand(node, self.vocabulary)
            named = tuple(core.Named(code, self.condition(each)) for code, each in elements)
            return core.AtLeast(needed, named)
        if node.function in self.vocabulary.predicates:
            self._signature(node, 0)
            return core.Predicate(node.function)
        if (reader := _CONDITIONS.get(node.function)) is not None:
            return reader(self, node)
        if node.function in FUNCTIONS:
            raise self.refuse(node, f"{node.function}() is a value, not a condition", "compare it")
        known = (*FUNCTIONS, *sets.SETS, *self.vocabulary.predicates)
        raise self.refuse(node, unknown_name("function", node.function, known))

    def _signature(self, node: syntax.Call, least: int, most: int | None = None) -> None:
        most = least if most is None else most
        if node.keywords:
            raise self.refuse(node, f"{node.function}() takes no {node.keywords[0][0]}=")
        if not least <= len(node.arguments) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise self.refuse(
                node,
                f"{node.function}() takes {wanted} argument{'s' * (most != 1)}, "
                f"not {len(node.arguments)}",
            )

    def _named(self, node: syntax.Call, kind: str, known: tuple[str, ...]) -> str:
        """The one argument of ``node``, which must be a known name, quoted or not."""
        self._signature(node, 1)
        argument = node.arguments[0]
        if isinstance(argument, syntax.Literal) and isinstance(argument.value, str):
            name = argument.value
        elif isinstance(argument, syntax.Name):
            name = argument.identifier
        else:
            raise self.refuse(argument, f"{node.function}() takes the name of a {kind}")
        if name not in known:
            raise self.refuse(argument, unknown_name(kind, name, known))
        return name

    def _known(self, node: syntax.Call) -> core.Condition:
        self._signature(node, 1)
        return core.Known(self.expression(node.arguments[0]))

    def _proven(self, node: syntax.Call) -> core.Condition:
        return core.Proven(self._named(node, "milestone", self.vocabulary.milestones))

    def _done(self, node: syntax.Call) -> core.Condition:
        return core.Done(self._named(node, "task", self.vocabulary.tasks))

    def _at_least(self, node: syntax.Call) -> core.Condition:
        self._signature(node, 2, 100)
        first, items = node.arguments[0], tuple(map(self.condition, node.arguments[1:]))
        needed = first.value if isinstance(first, syntax.Literal) else None
        if not isinstance(needed, int) or isinstance(needed, bool) or not 1 <= needed <= len(items):
            raise self.refuse(
                first, f"at_least() begins with a whole number from 1 to {len(items)}, its items"
            )
        return core.AtLeast(needed, items)

    def _buyer_at(self, node: syntax.Call) -> core.Condition:
        """The buyer is there, or beyond, when a milestone that leads there or beyond is proven."""
        words = self.vocabulary
        order = {phase: index for index, phase in enumerate(words.phases)}
        wanted = order[self._named(node, "phase of the buyer", words.phases)]
        if order[words.first_phase] >= wanted:
            return core.Always(True)
        proofs = tuple(
            core.Proven(milestone)
            for milestone, phase in words.crossings.items()
            if order[phase] >= wanted
        )
        return core.some(proofs) if proofs else core.Always(False)

    # expressions

    def expression(self, node: syntax.Node) -> core.Expression:
        """What ``node`` means as something that has a value."""
        match node:
            case syntax.Literal(value):
                return _constant(value)
            case syntax.Name(identifier):
                return self._lookup(node, identifier)
            case syntax.Negative(item):
                return self._negative(node, self.expression(item))
            case syntax.Arithmetic(operator, left, right):
                one, other = self.expression(left), self.expression(right)
                if operator in ("+", "-"):  # money + 500: the number is in the same currency
                    if one.type.kind is Kind.MONEY and self._is_bare(right):
                        other = self._coerced(right, one.type)
                    elif other.type.kind is Kind.MONEY and self._is_bare(left):
                        one = self._coerced(left, other.type)
                return self._arithmetic(node, operator, one, other)
            case syntax.Call(function):
                if (reader := _VALUES.get(function)) is not None:
                    return reader(self, node)
                self._function(node)  # an unknown function says so first
                raise self.refuse(node, f"{function}() is a condition, not a value")
            case syntax.Options():
                raise self.refuse(node, "a list stands behind 'in' only")
        raise self.refuse(node, f"{print_rule(node)} is a condition, not a value")

    def _lookup(self, node: syntax.Node, name: str) -> core.Expression:
        words = self.vocabulary
        if (found := words.facts.get(name)) is not None:
            return core.Fact(found, name)
        if name in RESERVED:
            return core.Reserved(words.reserved(name), name)
        head = name.partition(".")[0]
        if "." in name and (head in words.facts or head in RESERVED):
            raise self.refuse(node, f"rules reach into nothing: {head} has no attributes")
        if name in FUNCTIONS or name in sets.SETS:
            raise self.refuse(node, f"{name} is a function", f"call it: {name}(...)")
        raise self.refuse(
            node,
            unknown_name("fact", name, (*words.facts, *RESERVED)),
            "declare it under 'facts', or put a text in quotes",
        )

    def _negative(self, node: syntax.Negative, positive: core.Expression) -> core.Expression:
        if positive.type.kind in NUMERIC and isinstance(positive, core.Constant):
            return core.Constant(positive.type, _negated(positive.value))
        if operation("*", positive.type, INTEGER) is None:
            raise self.refuse(node, f"{_a(positive.type)} cannot be negative")
        return self._arithmetic(node, "*", positive, core.Constant(INTEGER, -1))

    def _arithmetic(
        self, node: syntax.Node, operator: str, left: core.Expression, right: core.Expression
    ) -> core.Expression:
        found = operation(operator, left.type, right.type)
        if found is None:
            raise self.refuse(
                node, f"{_a(left.type)} {operator} {_a(right.type)} means nothing in a rule"
            )
        return core.Arithmetic(found.type, operator, left, right, found.compute)

    def _length(self, node: syntax.Call) -> core.Expression:
        self._signature(node, 1)
        unit = timedelta(**{node.function: 1})
        argument = node.arguments[0]
        count = argument.value if isinstance(argument, syntax.Literal) else None
        most = timedelta(days=LONGEST_DAYS) // unit
        if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= most:
            raise self.refuse(argument, f"{node.function}() takes a whole number up to {most}")
        return core.Constant(DURATION, count * unit)

    def _money(self, node: syntax.Call) -> core.Expression:
        self._signature(node, 2)
        amount, currency = node.arguments
        code = currency.identifier if isinstance(currency, syntax.Name) else _literal(currency)
        if not isinstance(code, str) or not CURRENCY.fullmatch(code):
            raise self.refuse(currency, "the currency is three capital letters, such as EUR")
        if not self._is_bare(amount) or isinstance(amount, syntax.Name):
            raise self.refuse(amount, "money() takes a plain number, such as money(500, EUR)")
        return self._coerced(amount, Type(Kind.MONEY, currency=code))

    def _attempts(self, node: syntax.Call) -> core.Expression:
        if not node.arguments:
            self._signature(node, 0, 1)
            return core.Attempts(INTEGER, "")
        return core.Attempts(INTEGER, self._named(node, "activity", self.vocabulary.activities))


_CONDITIONS: dict[str, Callable[[Resolver, syntax.Call], core.Condition]] = {
    "known": Resolver._known,
    "proven": Resolver._proven,
    "done": Resolver._done,
    "at_least": Resolver._at_least,
    "buyer_at": Resolver._buyer_at,
}
_VALUES: dict[str, Callable[[Resolver, syntax.Call], core.Expression]] = {
    "days": Resolver._length,
    "hours": Resolver._length,
    "weeks": Resolver._length,
    "money": Resolver._money,
    "attempts": Resolver._attempts,
}


def _literal(node: syntax.Node) -> bool | int | Decimal | str:
    return node.value if isinstance(node, syntax.Literal) else print_rule(node)


def _negated(value: FactValue) -> int | Decimal:
    """The opposite of a number, with all of its digits: ``-`` rounds in the caller's context."""
    if isinstance(value, Decimal):
        return value.copy_negate()
    if isinstance(value, int):
        return -value
    raise TypeError(f"not a number: {value!r}")


def _constant(value: bool | int | Decimal | str) -> core.Constant:
    if isinstance(value, bool):
        return core.Constant(BOOL, value)
    if isinstance(value, int):
        return core.Constant(INTEGER, value)
    return core.Constant(DECIMAL if isinstance(value, Decimal) else TEXT, value)


def _a(kind: Type) -> str:
    text = str(kind)
    if kind.kind in (Kind.MONEY, Kind.TEXT):
        return text
    return f"an {text}" if text[0] in "aeio" else f"a {text}"
