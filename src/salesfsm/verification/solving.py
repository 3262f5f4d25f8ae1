"""Questions to the solver: can these be true at once? It says yes with a model, no, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import z3


@dataclass(frozen=True, slots=True)
class Answer:
    """``possible`` is None where the solver did not decide in time.

    ``core`` holds the claims, by index, that cannot be true together where it is impossible.
    """

    possible: bool | None
    model: z3.ModelRef | None = None
    core: tuple[int, ...] = ()


class Solver:
    """Asks about claims, given what is always true; each question has ``timeout`` seconds.

    Each thing that is hoped for besides has a tenth of that.
    """

    def __init__(self, always: Iterable[z3.BoolRef], timeout: float) -> None:
        self._solver = z3.Solver()
        self._timeout = timeout
        self._solver.add(*always)
        self._literals: dict[int, tuple[z3.BoolRef, z3.BoolRef]] = {}

    def add(self, *claims: z3.BoolRef) -> None:
        """Let the claims be true in all questions from now on."""
        self._solver.add(*claims)

    def ask(self, *claims: z3.BoolRef, hoping: Sequence[z3.BoolRef] = ()) -> Answer:
        """Whether the claims can be true at once; if so, with what is hoped for if that can be."""
        literals = [self._literal(each) for each in claims]
        answer = self._check(literals, self._timeout)
        if answer == z3.unsat:
            core = {each.get_id() for each in self._solver.unsat_core()}
            return Answer(
                False, core=tuple(i for i, each in enumerate(literals) if each.get_id() in core)
            )
        if answer != z3.sat:
            return Answer(None)
        model = self._solver.model()
        for hope in hoping:
            wished = [*literals, self._literal(hope)]
            if self._check(wished, self._timeout / 10) == z3.sat:
                literals, model = wished, self._solver.model()
        return Answer(True, model)

    def _check(self, literals: Sequence[z3.BoolRef], timeout: float) -> z3.CheckSatResult:
        self._solver.set("timeout", max(1, int(timeout * 1000)))
        return self._solver.check(*literals)

    def _literal(self, claim: z3.BoolRef) -> z3.BoolRef:
        """A variable that implies the claim, so that it can be put and withdrawn."""
        key = claim.get_id()
        if key not in self._literals:
            literal = z3.FreshBool("asked")
            self._solver.add(z3.Implies(literal, claim))
            self._literals[key] = claim, literal  # the claim is kept, so that its id stays its own
        return self._literals[key][1]
