"""Syntax nodes to text, with no more parentheses than needed. Parsing the text gives them back."""

from __future__ import annotations

from decimal import Decimal

from salesfsm.rules import syntax

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _NEGATIVE, _ATOM = range(8)
_LEVEL = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}


def print_rule(node: syntax.Node) -> str:
    """The rule as text: ``parse(print_rule(node)) == node`` for every rule that parses."""
    return _write(node)[0]


def _write(node: syntax.Node) -> tuple[str, int]:
    """The text of the node and how tightly it binds."""
    match node:
        case syntax.Literal(value):
            return _literal(value)
        case syntax.Name(identifier):
            return identifier, _ATOM
        case syntax.Call(function, arguments, keywords):
            given = [print_rule(argument) for argument in arguments]
            given += [f"{name}={print_rule(value)}" for name, value in keywords]
            return f"{function}({', '.join(given)})", _ATOM
        case syntax.Options(items):
            return f"[{', '.join(map(print_rule, items))}]", _ATOM
        case syntax.Comparison(first, rest):
            sides = [_within(first, _SUM)]
            sides += [f"{operator} {_within(right, _SUM)}" for operator, right in rest]
            return " ".join(sides), _COMPARE
        case syntax.And(items):
            return " and ".join(_within(item, _NOT) for item in items), _AND
        case syntax.Or(items):
            return " or ".join(_within(item, _AND) for item in items), _OR
        case syntax.Not(item):
            return f"not {_within(item, _NOT)}", _NOT
        case syntax.Arithmetic(operator, left, right):
            level = _LEVEL[operator]
            return f"{_within(left, level)} {operator} {_within(right, level + 1)}", level
        case syntax.Negative(item):
            return f"-{_within(item, _NEGATIVE)}", _NEGATIVE
    raise TypeError(f"not a rule: {node!r}")


def _within(node: syntax.Node, level: int) -> str:
    text, binds = _write(node)
    return text if binds >= level else f"({text})"


def _literal(value: bool | int | Decimal | str) -> tuple[str, int]:
    if isinstance(value, bool):
        return ("true" if value else "false"), _ATOM
    if isinstance(value, str):
        return _quoted(value), _ATOM
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return (text if "." in text else text + ".0"), _ATOM
    return str(value), _ATOM


def _quoted(text: str) -> str:
    """``text`` in double quotes; only what would end it or break the line is escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else _escape(c) for c in escaped) + '"'


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
