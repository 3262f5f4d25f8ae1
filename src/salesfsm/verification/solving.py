"""Questions to the solver: can these be true at once? It says yes with a model, no, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import z3

LONGEST = 2**31
"""Milliseconds beyond which the solver takes no limit."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``possible`` is None where the solver did not decide in time.

    ``core`` holds claims, by index, that cannot be true together where it is impossible.
    """

    possible: bool | None
    model: z3.ModelRef | None = None
    core: tuple[int, ...] = ()


class Solver:
    """Asks about claims, given what is always true; each question has ``timeout`` seconds.

    Each thing that is hoped for besides has a tenth of that. No question weighs on the next: its
    claims are gone after it.
    """

    def __init__(self, always: Iterable[z3.BoolRef], timeout: float) -> None:
        self._solver = z3.Solver()
        self._solver.set("core.minimize", True)
        self._timeout = timeout
        self._solver.add(*always)

    def add(self, *claims: z3.BoolRef) -> None:
        """Let the claims be true in all questions from now on."""
        self._solver.add(*claims)

    def ask(self, *claims: z3.BoolRef, hoping: Sequence[z3.BoolRef] = ()) -> Answer:
        """Whether the claims can be true at once; if so, with what is hoped for if that can be."""
        self._solver.push()
        literals = [z3.FreshBool("asked") for _ in claims]
        for literal, claim in zip(literals, claims, strict=True):
            self._solver.assert_and_track(claim, literal)
        answer = self._answer(literals, hoping)
        self._solver.pop()
        return answer

    def _answer(self, literals: Sequence[z3.BoolRef], hoping: Sequence[z3.BoolRef]) -> Answer:
        verdict = self._check(self._timeout)
        if verdict == z3.unsat:
            core = {each.get_id() for each in self._solver.unsat_core()}
            found = (i for i, each in enumerate(literals) if each.get_id() in core)
            return Answer(False, core=tuple(found))
        if verdict != z3.sat:
            return Answer(None)
        model = self._solver.model()
        wished: list[z3.BoolRef] = []
        for hope in hoping:
            self._solver.push()
            self._solver.add(*wished, hope)
            if self._check(self._timeout / 10) == z3.sat:
                wished.append(hope)
                model = self._solver.model()
            self._solver.pop()
        return Answer(True, model)

    def _check(self, timeout: float) -> z3.CheckSatResult:
        self._solver.set("timeout", min(max(1, int(timeout * 1000)), LONGEST))
        return self._solver.check()
