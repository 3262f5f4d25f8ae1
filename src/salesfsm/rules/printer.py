"""Syntax nodes to text, with no more parentheses than needed. Parsing the text gives them back."""

from __future__ import annotations

from decimal import Decimal

from salesfsm.rules import syntax

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _NEGATIVE, _ATOM = range(8)
_LEVEL = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}


_MARK = "\0"
"""Stands in no printed rule, for it would be escaped."""


def print_rule(node: syntax.Node) -> str:
    """The rule as text: ``parse(print_rule(node)) == node`` for every rule that parses."""
    return _Printer().write(node)[0]


def column_of(part: syntax.Node, rule: syntax.Node) -> int | None:
    """The column (from 1) at which ``part`` begins in the text of ``rule``; None if it does not.

    ``part`` is told by its identity: equal nodes may stand in a rule more than once.
    """
    index = _Printer(part).write(rule)[0].find(_MARK)
    return None if index < 0 else index + 1


class _Printer:
    """Writes nodes, and a mark in front of one of them."""

    def __init__(self, marked: syntax.Node | None = None) -> None:
        self.marked = marked

    def write(self, node: syntax.Node) -> tuple[str, int]:
        """The text of the node and how tightly it binds."""
        text, binds = self._write(node)
        return (_MARK + text if node is self.marked else text), binds

    def _write(self, node: syntax.Node) -> tuple[str, int]:
        match node:
            case syntax.Literal(value):
                return _literal(value), _ATOM
            case syntax.Name(identifier):
                return identifier, _ATOM
            case syntax.Call(function, arguments, keywords):
                given = [self.alone(argument) for argument in arguments]
                given += [f"{name}={self.alone(value)}" for name, value in keywords]
                return f"{function}({', '.join(given)})", _ATOM
            case syntax.Options(items):
                return f"[{', '.join(map(self.alone, items))}]", _ATOM
            case syntax.Comparison(first, rest):
                sides = [self.within(first, _SUM)]
                sides += [f"{operator} {self.within(right, _SUM)}" for operator, right in rest]
                return " ".join(sides), _COMPARE
            case syntax.And(items):
                return " and ".join(self.within(item, _NOT) for item in items), _AND
            case syntax.Or(items):
                return " or ".join(self.within(item, _AND) for item in items), _OR
            case syntax.Not(item):
                return f"not {self.within(item, _NOT)}", _NOT
            case syntax.Arithmetic(operator, left, right):
                level = _LEVEL[operator]
                one, other = self.within(left, level), self.within(right, level + 1)
                return f"{one} {operator} {other}", level
            case syntax.Negative(item):
                return f"-{self.within(item, _NEGATIVE)}", _NEGATIVE
        raise TypeError(f"not a rule: {node!r}")

    def alone(self, node: syntax.Node) -> str:
        """The text of a node that commas or brackets keep apart from its neighbours."""
        return self.write(node)[0]

    def within(self, node: syntax.Node, level: int) -> str:
        """The text of a node, in parentheses unless it binds as tightly as ``level``."""
        text, binds = self.write(node)
        return text if binds >= level else f"({text})"


def _literal(value: bool | int | Decimal | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text if "." in text else text + ".0"
    return str(value)


def _quoted(text: str) -> str:
    """``text`` in double quotes; only what would end it or break the line is escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else _escape(c) for c in escaped) + '"'


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
