"""From what is written to what is meant: names looked up, types checked, functions expanded."""

from __future__ import annotations

from collections.abc import Callable

from salesfsm.errors import RuleTypeError
from salesfsm.rules import core, sets, syntax
from salesfsm.rules.expressions import Expressions
from salesfsm.rules.printer import print_rule
from salesfsm.rules.types import BOOL, ORDERED, Type, article
from salesfsm.rules.vocabulary import FUNCTIONS, Vocabulary

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


class Resolver(Expressions):
    """Resolves the conditions of one rule."""

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
                    f"{identifier} is {article(value.type)}, not a condition",
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
        if operator not in core.COMPARISONS:
            raise self.refuse(left, f"{operator!r} is no comparison of rules")
        one, other = self._both_sides(left, right)
        if operator not in ("==", "!=") and one.type.kind not in ORDERED:
            hint = "use == or 'in [...]'"
            raise self.refuse(
                left, f"{article(one.type)} has no order: {operator} means nothing", hint
            )
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
        self._unambiguous(left, other.type)
        self._unambiguous(right, one.type)
        self._same_kind(right, other.type, one.type)
        return one, other

    def _unambiguous(self, node: syntax.Node, other: Type) -> None:
        """Refuse a name that could mean a fact as well as an option of the other side."""
        if not isinstance(node, syntax.Name) or self._is_bare(node):
            return
        if (name := node.identifier) in other.options:
            raise self.refuse(
                node,
                f"{name} is a fact or a reserved name, and an option here too",
                f'write "{name}" for the option, or give the option another name',
            )

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
        raise self._unknown_function(node)

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
                first,
                f"at_least() begins with how many of its {len(items)} conditions are needed",
                f"write a whole number from 1 to {len(items)}",
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


_CONDITIONS: dict[str, Callable[[Resolver, syntax.Call], core.Condition]] = {
    "known": Resolver._known,
    "proven": Resolver._proven,
    "done": Resolver._done,
    "at_least": Resolver._at_least,
    "buyer_at": Resolver._buyer_at,
}
