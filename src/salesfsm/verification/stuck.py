"""States of knowledge in which no way opens any more, whatever people still prove or do.

That is a question with two quantifiers: are there facts, so that for all that can be supplied no
way is open? It is answered by counterexamples: facts are guessed, and what opens a way for them
teaches the next guess, until a guess stands or none is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import z3

from salesfsm.rules.explanation import asked
from salesfsm.rules.values import LATEST, LONGEST_DAYS
from salesfsm.verification.model import Model
from salesfsm.verification.report import Finding, Kind, Severity, found, undecided
from salesfsm.verification.solving import Answer, Solver
from salesfsm.verification.ways import GuardedWay, Taking
from salesfsm.verification.witness import Reading

MOST_GUESSES = 40
"""So many guesses without an answer are none."""

_AFTER_ALL_DATES = LATEST.date().toordinal() + LONGEST_DAYS
"""A day after every date that a fact may hold, and every length of time after it."""


def stuck(model: Model, takings: Sequence[Taking]) -> Iterator[Finding]:
    """The open stages that some opportunity never leaves unless its facts change."""
    for index, stage in enumerate(model.process.stages):
        if not stage.is_open:
            continue
        model.asked[Kind.STUCK] += 1
        leaving = [
            taking
            for taking in takings
            if taking.way.arc.source == stage.name != taking.way.arc.target
        ]
        answer = shut_for_good(model, stage.name, leaving)
        path = ("stages", index)
        if answer.possible is None:
            yield undecided(Kind.STUCK, path, stage=stage.name)
        if answer.model is not None:
            witness = Reading(model.process, model.knowledge, answer.model).witness()
            yield found(Kind.STUCK, Severity.ERROR, path, witness, stage=stage.name)


def shut_for_good(
    model: Model, stage: str, takings: Sequence[Taking], given: z3.BoolRef | None = None
) -> Answer:
    """Whether facts are possible with which nobody can take any of them while ``given`` holds.

    All facts that the ways ask are known and stay as they are, and what is done stays done.
    Everything else may come: evidence, tasks, attempts, an owner, days that pass from today on.
    Without ``given``, the model has all of it already.
    """
    knowledge = model.knowledge
    if any(taking.way.asks_nothing and not taking.rivals for taking in takings):
        return Answer(False)  # that way is open to everything
    ways = {way for taking in takings for way in (taking.way, *taking.rivals)}
    names = {name for way in ways for name in _facts(way)}
    always = [
        *knowledge.domain,
        model.stands_in(stage),
        *(knowledge.facts[name].known for name in names),
    ]
    leaves = z3.Or([model.taken(taking) for taking in takings])
    if given is not None:
        leaves = z3.And(given, leaves)
    guesses, tries = Solver(always, model.timeout), Solver(always, model.timeout)
    today = max(model.at.date(), model.in_force).toordinal()
    guesses.add(z3.Not(leaves), knowledge.in_calendar, knowledge.today == today)
    guesses.add(*(knowledge.at_best if given is None else [given]))
    for _ in range(MOST_GUESSES):
        guess = guesses.ask(hoping=model.hopes)
        if guess.model is None:
            return guess
        much_later = knowledge.today > _AFTER_ALL_DATES
        same = _same(model, guess.model, names)
        answer = tries.ask(leaves, *same, hoping=(much_later,))
        if answer.possible is None:
            return answer
        if answer.model is None:
            return guess
        guesses.add(_lesson(model, leaves, guess.model, answer.model))
    return Answer(None)


def _facts(way: GuardedWay) -> set[str]:
    conditions = [*way.conditions, *(each for asking in way.reasons for each in asking)]
    return {name for each in conditions for kind, name in asked(each) if kind == "fact"}


def _same(model: Model, guess: z3.ModelRef, names: set[str]) -> list[z3.BoolRef]:
    """That facts and history are those of the guess, what was done is, and days have passed."""
    knowledge = model.knowledge
    terms = [knowledge.facts[name] for name in sorted(names)]
    terms += [knowledge.reserved[name] for name in ("lost_reason", "stopped_in")]
    fixed = [each for term in terms for each in (term.known, term.value)]
    fixed.append(knowledge.clock)
    then = {each: guess.eval(each, model_completion=True) for each in knowledge.days}
    passed = knowledge.today - then[knowledge.today]
    return [
        *(each == guess.eval(each, model_completion=True) for each in fixed),
        *(task for task in knowledge.tasks.values() if _done(task, guess)),
        passed >= 0,
        *(each == before + passed for each, before in then.items()),
    ]


def _lesson(model: Model, leaves: z3.BoolRef, guess: z3.ModelRef, found: z3.ModelRef) -> z3.BoolRef:
    """What every further guess must withstand: the supplies that opened a way for the last one.

    So many days later, that is.
    """
    knowledge = model.knowledge
    supplied = [(each, found.eval(each, model_completion=True)) for each in knowledge.supplied]
    supplied += [(t, z3.BoolVal(True)) for t in knowledge.tasks.values() if _done(t, found)]
    today = [each.eval(knowledge.today, model_completion=True) for each in (guess, found)]
    passed = today[1].as_long() - today[0].as_long()
    later = [(each, each + passed) for each in knowledge.days]
    return z3.Not(z3.substitute(leaves, *supplied, *later))


def _done(task: z3.BoolRef, model: z3.ModelRef) -> bool:
    return bool(z3.is_true(model.eval(task)))
