"""What has a value in a rule: names looked up, literals typed, arithmetic and functions resolved.

Conditions, which have a verdict, are resolved on top of this in ``resolve``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from salesfsm.errors import RuleTypeError, ValueTypeError, unknown_name
from salesfsm.rules import core, sets, syntax
from salesfsm.rules.operators import operation
from salesfsm.rules.printer import column_of, print_rule
from salesfsm.rules.slips import meant_joint
from salesfsm.rules.types import (
    BOOL,
    DECIMAL,
    DURATION,
    INTEGER,
    NUMERIC,
    TEXT,
    Kind,
    Type,
    accept,
    article,
)
from salesfsm.rules.values import CURRENCY, LONGEST_DAYS, FactValue
from salesfsm.rules.vocabulary import FUNCTIONS, RESERVED, Vocabulary


class Expressions:
    """Resolves the expressions of one rule, which it keeps for messages."""

    def __init__(self, rule: syntax.Node, vocabulary: Vocabulary) -> None:
        self.rule, self.vocabulary = rule, vocabulary
        self.expanded = rule  # the criteria set that the nodes at work come from

    def refuse(self, node: syntax.Node, reason: str, hint: str = "") -> RuleTypeError:
        """The error that ``reason`` makes of ``node``, shown within its rule."""
        # Rules are kept as nodes, so they are shown as they print, and columns are of that text.
        column = column_of(node, self.rule) or column_of(self.expanded, self.rule) or 1
        return RuleTypeError(reason, rule=print_rule(self.rule), column=column, hint=hint)

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
                raise self._no_value(node)
            case syntax.Options():
                raise self.refuse(node, "a list stands behind 'in' only")
        raise self.refuse(node, f"{print_rule(node)} is a condition, not a value")

    def _no_value(self, node: syntax.Call) -> RuleTypeError:
        """The error that a call makes which gives no value: its function may not even be known."""
        if node.function not in self._functions():
            return self._unknown_function(node)
        return self.refuse(node, f"{node.function}() is a condition, not a value")

    def _functions(self) -> tuple[str, ...]:
        return (*FUNCTIONS, *sets.SETS, *self.vocabulary.predicates)

    def _unknown_function(self, node: syntax.Call) -> RuleTypeError:
        reason = unknown_name("function", node.function, self._functions())
        return self.refuse(node, reason, meant_joint([node.function]))

    def _lookup(self, node: syntax.Node, name: str) -> core.Expression:
        words = self.vocabulary
        if (found := words.facts.get(name)) is not None:
            return core.Fact(found, name)
        if name in RESERVED:
            return core.Reserved(words.reserved(name), name)
        head = name.partition(".")[0]
        if "." in name and (head in words.facts or head in RESERVED):
            raise self.refuse(node, f"rules reach into nothing: {head} has no attributes")
        if name in words.predicates:
            raise self.refuse(node, f"{name} is a function", f"call it: {name}()")
        if name in FUNCTIONS or name in sets.SETS:
            raise self.refuse(node, f"{name} is a function", f"call it: {name}(...)")
        if asked := words.asked_by(name):
            hint = f"write {' or '.join(asked.values())}, or put a text in quotes"
            raise self.refuse(node, f"{name} is {' and '.join(asked)}, not a fact", hint)
        raise self.refuse(
            node,
            unknown_name("fact", name, (*words.facts, *RESERVED)),
            meant_joint([name]) or "declare it under 'facts', or put a text in quotes",
        )

    def _negative(self, node: syntax.Negative, positive: core.Expression) -> core.Expression:
        if positive.type.kind in NUMERIC and isinstance(positive, core.Constant):
            return core.Constant(positive.type, _negated(positive.value))
        if operation("*", positive.type, INTEGER) is None:
            raise self.refuse(node, f"{article(positive.type)} cannot be negative")
        return self._arithmetic(node, "*", positive, core.Constant(INTEGER, -1))

    def _arithmetic(
        self, node: syntax.Node, operator: str, left: core.Expression, right: core.Expression
    ) -> core.Expression:
        found = operation(operator, left.type, right.type)
        if found is None:
            raise self.refuse(
                node,
                f"{article(left.type)} {operator} {article(right.type)} means nothing in a rule",
            )
        return core.Arithmetic(found.type, operator, left, right, found.compute)

    # bare literals and options take the type of what they stand beside

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
        if not isinstance(node, syntax.Negative):
            return _written(node)
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
        raise self.refuse(node, f"{article(other)} cannot be compared with {article(one)}", hint)

    # functions

    def _signature(self, node: syntax.Call, least: int, most: int | None = None) -> None:
        most = least if most is None else most
        if node.keywords:
            raise self.refuse(node, f"{node.function}() takes no {node.keywords[0][0]}=")
        if not least <= len(node.arguments) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise self.refuse(
                node,
                f"{node.function}() takes {wanted} argument{'s' * (wanted != '1')}, "
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
        code = _written(currency)
        if not isinstance(code, str) or not CURRENCY.fullmatch(code):
            raise self.refuse(currency, "the currency is three capital letters, such as EUR")
        if not self._is_bare(amount) or isinstance(amount, syntax.Name):
            raise self.refuse(amount, "money() takes a plain number, such as money(500, EUR)")
        return self._coerced(amount, Type(Kind.MONEY, currency=code))

    def _attempts(self, node: syntax.Call) -> core.Expression:
        self._signature(node, 0, 1)
        if not node.arguments:
            return core.Attempts(INTEGER, "")
        return core.Attempts(INTEGER, self._named(node, "activity", self.vocabulary.activities))


_VALUES: dict[str, Callable[[Expressions, syntax.Call], core.Expression]] = {
    "days": Expressions._length,
    "hours": Expressions._length,
    "weeks": Expressions._length,
    "money": Expressions._money,
    "attempts": Expressions._attempts,
}


def _written(node: syntax.Node) -> bool | int | Decimal | str:
    """What a literal holds; anything else as it is written, a name without quotes."""
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
