"""Text to syntax nodes, through a whitelist of Python's expression syntax. Nothing is evaluated."""

from __future__ import annotations

import ast
import re
import threading
import warnings
from collections.abc import Callable
from decimal import Decimal

from salesfsm.errors import UNWANTED, RuleSyntaxError, printable
from salesfsm.rules import syntax
from salesfsm.rules.printer import print_rule
from salesfsm.rules.slips import SHARE, meant_at
from salesfsm.rules.syntax import DEEPEST_RULE

LONGEST_RULE = 4_000

_TOO_LONG = f"a rule may have {LONGEST_RULE} characters"
_TOO_DEEP = f"the rule is nested more than {DEEPEST_RULE} levels deep"

_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
_WORDS: dict[str, bool] = {"true": True, "false": False}
_WHY_NOT: dict[type[ast.AST], str] = {
    ast.Lambda: "rules have no lambda",
    ast.IfExp: "rules have no if/else: write one rule for each case",
    ast.ListComp: "rules have no comprehensions",
    ast.SetComp: "rules have no comprehensions",
    ast.DictComp: "rules have no comprehensions",
    ast.GeneratorExp: "rules have no comprehensions",
    ast.JoinedStr: "rules have no f-strings",
    ast.Subscript: "rules have no subscripts",
    ast.NamedExpr: "rules assign nothing: compare with ==",
    ast.Starred: "rules have no * arguments",
    ast.Await: "rules have no await",
    ast.Yield: "rules have no yield",
    ast.YieldFrom: "rules have no yield",
    ast.Dict: "rules have no dictionaries",
    ast.Set: "rules have no sets: write a list in [ ]",
}


def parse(text: str) -> syntax.Node:
    """The rule that ``text`` says; raises :class:`RuleSyntaxError` with the column and the reason.

    Line breaks count as blanks. The text may have 4,000 characters and 40 levels of nesting.
    """
    if len(text) > LONGEST_RULE:
        raise RuleSyntaxError(f"{_TOO_LONG}; this has {len(text)}")
    if found := UNWANTED.search(text):
        unwanted = f"the character U+{ord(found[0]):04X} is not allowed in a rule"
        raise RuleSyntaxError(unwanted, rule=printable(text), column=found.start() + 1)
    line = re.sub(r"[\r\n]", " ", text)
    lead = len(line) - len(line.lstrip())
    stripped = line.strip()
    if not stripped:
        raise RuleSyntaxError("the rule is empty", hint="write a condition such as known(budget)")
    reader = _Reader(line, stripped, lead)
    body = reader.python()
    rule = reader.read(body, 0)
    reader.refuse_comment(body)
    if (length := len(print_rule(rule))) > LONGEST_RULE:
        raise RuleSyntaxError(f"{_TOO_LONG}; this has {length} when it is written out")
    return rule


_PARSING = threading.Lock()
"""Python's filter of warnings belongs to the whole program; two threads would mix up theirs."""


def is_name(text: str) -> bool:
    """Whether ``text`` would be read as a name, with dots or without."""
    try:
        found = parse(text)
    except RuleSyntaxError:
        return False
    return found == syntax.Name(text)


class _Reader:
    """Turns the nodes of one parsed text into ours; ``line`` is the text for messages."""

    def __init__(self, line: str, stripped: str, lead: int) -> None:
        self.line, self.lead = line, lead
        self.stripped = stripped
        self.encoded = stripped.encode()

    def python(self) -> ast.expr:
        """The text as Python's own parser reads it."""
        try:
            with _PARSING, warnings.catch_warnings():  # "1and 2", "\\d": no rule's concern
                warnings.simplefilter("ignore")
                return ast.parse(self.stripped, mode="eval").body
        except SyntaxError as error:
            reason = str(error.msg).partition(". ")[0]  # without advice that fits Python only
            last = len(self.stripped)  # an end that comes too early has no place of its own
            column = min(error.offset or last, last)
            raise RuleSyntaxError(
                f"this is not a rule: {reason}",
                rule=self.line,
                column=column + self.lead,
                hint=meant_at(self.stripped, column, reason),
            ) from None
        except (RecursionError, MemoryError):
            raise RuleSyntaxError(_TOO_DEEP) from None

    def refuse_comment(self, body: ast.expr) -> None:
        """Refuse a comment: as line breaks count as blanks, it would swallow the next lines."""
        behind = self.encoded[body.end_col_offset :].decode()  # parentheses, blanks, a comment
        _, found, comment = behind.partition("#")
        if found:
            raise RuleSyntaxError(
                "rules have no comments",
                rule=self.line,
                column=len(self.stripped) - len(comment) + self.lead,
                hint="say it in the criterion's 'says', or in a comment of the file",
            )

    def column(self, node: ast.expr) -> int:
        return len(self.encoded[: node.col_offset].decode()) + 1 + self.lead

    def refuse(self, node: ast.expr, reason: str, hint: str = "") -> RuleSyntaxError:
        return RuleSyntaxError(reason, rule=self.line, column=self.column(node), hint=hint)

    def read(self, node: ast.expr, depth: int) -> syntax.Node:
        if depth > DEEPEST_RULE:
            raise self.refuse(node, _TOO_DEEP)
        reader = _READERS.get(type(node))
        if reader is None:
            named = type(node).__name__
            raise self.refuse(node, _WHY_NOT.get(type(node), f"rules have no {named}"))
        return reader(self, node, depth + 1)

    def constant(self, node: ast.Constant, _: int) -> syntax.Node:
        value = node.value
        if isinstance(value, bool | str):
            return syntax.Literal(value)
        if isinstance(value, int | float):
            written = self.encoded[node.col_offset : node.end_col_offset].decode().replace("_", "")
            if not re.fullmatch(r"\d{1,18}(\.\d{1,12})?", written):
                raise self.refuse(
                    node, "numbers in rules are plain: at most 18 digits and 12 decimal places"
                )
            number = Decimal(written) if "." in written else int(written)
            return syntax.Literal(number)
        if value is None:
            raise self.refuse(node, "rules have no None", "ask with known(fact)")
        raise self.refuse(node, f"rules have no {type(value).__name__} values")

    def name(self, node: ast.Name | ast.Attribute, _: int) -> syntax.Node:
        parts: list[str] = []
        inner: ast.expr = node
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name):
            raise self.refuse(node, "rules reach into nothing: there are no attributes")
        parts.append(inner.id)
        if any(part.startswith("_") for part in parts):
            raise self.refuse(node, "names in rules do not begin with an underscore")
        if len(parts) == 1 and parts[0] in _WORDS:
            return syntax.Literal(_WORDS[parts[0]])
        return syntax.Name(".".join(reversed(parts)))

    def call(self, node: ast.Call, depth: int) -> syntax.Node:
        if not isinstance(node.func, ast.Name):
            raise self.refuse(node, "only the functions of the rule language can be called")
        if node.func.id.startswith("_"):
            raise self.refuse(node, "names in rules do not begin with an underscore")
        keywords: dict[str, syntax.Node] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                raise self.refuse(keyword.value, "rules have no ** arguments")
            if keyword.arg in keywords:
                raise self.refuse(keyword.value, f"{keyword.arg}= is given twice")
            keywords[keyword.arg] = self.read(keyword.value, depth)
        return syntax.Call(
            node.func.id,
            tuple(self.read(argument, depth) for argument in node.args),
            tuple(keywords.items()),
        )

    def options(self, node: ast.List | ast.Tuple, depth: int) -> syntax.Node:
        items = tuple(self.read(item, depth) for item in node.elts)
        return syntax.Options(items)

    def comparison(self, node: ast.Compare, depth: int) -> syntax.Node:
        rest = []
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if type(operator) not in _COMPARE:
                raise self.refuse(node, "rules have no 'is'", "compare with ==, or ask known(fact)")
            rest.append((_COMPARE[type(operator)], self.read(right, depth)))
        return syntax.Comparison(self.read(node.left, depth), tuple(rest))

    def boolean(self, node: ast.BoolOp, depth: int) -> syntax.Node:
        joined = syntax.And if isinstance(node.op, ast.And) else syntax.Or
        items = tuple(self.read(item, depth) for item in node.values)
        return joined(items)

    def unary(self, node: ast.UnaryOp, depth: int) -> syntax.Node:
        item = self.read(node.operand, depth)
        if isinstance(node.op, ast.Not):
            return syntax.Not(item)
        if isinstance(node.op, ast.USub):
            return syntax.Negative(item)
        if isinstance(node.op, ast.Invert):
            raise self.refuse(node, "rules have no ~", "write 'not' for the opposite")
        raise self.refuse(node, "rules have no unary +", "leave it out")

    def arithmetic(self, node: ast.BinOp, depth: int) -> syntax.Node:
        operator = _ARITHMETIC.get(type(node.op))
        if operator is None:
            raise self.refuse(node, "rules compute with + - * / only", _instead(node))
        left, right = self.read(node.left, depth), self.read(node.right, depth)
        return syntax.Arithmetic(operator, left, right)


def _instead(node: ast.BinOp) -> str:
    """What to write for an operator that rules do not have."""
    if isinstance(node.op, ast.BitAnd | ast.BitOr):
        return "write 'and' / 'or' between conditions"
    per_cent = isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant)
    return SHARE if per_cent else ""


# The whitelist: a kind of node that is not named here is refused.
_READERS: dict[type[ast.expr], Callable[..., syntax.Node]] = {
    ast.Constant: _Reader.constant,
    ast.Name: _Reader.name,
    ast.Attribute: _Reader.name,
    ast.Call: _Reader.call,
    ast.List: _Reader.options,
    ast.Tuple: _Reader.options,
    ast.Compare: _Reader.comparison,
    ast.BoolOp: _Reader.boolean,
    ast.UnaryOp: _Reader.unary,
    ast.BinOp: _Reader.arithmetic,
}
