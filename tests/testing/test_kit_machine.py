"""The ready state machine finds what breaks a promise, and nothing where none is broken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from msgspec.structs import replace

import salesfsm as sf
from salesfsm.engine import engine as engines, evolve, firing, plans
from salesfsm.engine.events import (
    ActivityLogged,
    Assigned,
    BuyerMoved,
    EvidenceRecorded,
    EvidenceWithdrawn,
    FactsUpdated,
    Held,
    Moved,
    Resumed,
    TaskCompleted,
)
from salesfsm.frozen import frozen
from salesfsm.testing import ProcessMachine, process_machine
from testing.kit import TEXT, process

QUICK = settings(
    max_examples=25,
    stateful_step_count=12,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
FINDING = settings(
    QUICK,
    max_examples=400,
    stateful_step_count=25,
    phases=[Phase.generate],
    derandomize=True,
    print_blob=False,
)

MORE = """\
  - {trigger: forget, source: offering, target: lost, after: 10d}
  - {trigger: approve, source: offering, target: won, roles: [boss], when: known(need)}
overrides: [director]
handovers:
  - {name: care, source: [offering, won], target: talking, needs: {facts: [need]}}
"""
RICH = TEXT + MORE
"""The desk with a timer, a way for one role, somebody who may override, and a hand-over."""

TestDesk = process_machine(process()).TestCase
TestDesk.settings = QUICK
"""As users of the kit write it."""

TestRichDesk = process_machine(sf.loads(RICH)).TestCase
TestRichDesk.settings = QUICK


def test_what_can_be_but_must_never_be_is_found() -> None:
    machine = process_machine(process(), never=["stage == offering"])
    with pytest.raises(AssertionError, match="must never be, and is, in 'offering'"):
        run_state_machine_as_test(machine, settings=FINDING)


def test_what_cannot_be_is_not_found() -> None:
    machine = process_machine(process(), never=["stage == offering and not known(budget)"])
    run_state_machine_as_test(machine, settings=QUICK)


def test_an_override_may_lead_into_what_the_rules_never_lead_into() -> None:
    machine = process_machine(sf.loads(RICH), never=["stage == offering and not done(call)"])
    run_state_machine_as_test(machine, settings=QUICK)


def test_invariants_of_the_process_are_kept_too() -> None:
    text = TEXT + "invariants:\n  - {never: stage == lost, says: Nobody loses}\n"
    with pytest.raises(AssertionError, match="must never be"):
        run_state_machine_as_test(process_machine(sf.loads(text)), settings=FINDING)


def test_a_rule_that_is_none_is_told_at_once() -> None:
    with pytest.raises(sf.RuleError, match="did you mean"):
        process_machine(process(), never=["stag == offering"])


def test_a_process_of_which_nothing_can_be_known_has_a_machine() -> None:
    bare = "salesfsm: 1\nprocess: p\nstages: [a, {name: b, outcome: won}]\ntransitions:\n"
    machine = process_machine(sf.loads(bare + "  - {trigger: go, source: a, target: b}\n"))
    run_state_machine_as_test(machine, settings=QUICK)


def test_a_machine_is_called_after_its_process() -> None:
    machine = process_machine(process())
    assert machine.__name__ == "DeskMachine"
    assert issubclass(machine, ProcessMachine)


Patch = pytest.MonkeyPatch
Fault = Callable[[Patch], None]


def _answers(method: str, change: Callable[..., Any]) -> Fault:
    """The engine answers through ``change(answer, opportunity, *arguments, **named)``."""

    def seed(patch: Patch) -> None:
        asked = getattr(sf.Engine, method)

        def answer(self: sf.Engine, *given: Any, **named: Any) -> Any:
            return change(lambda *g, **n: asked(self, *g, **n), *given, **named)

        patch.setattr(sf.Engine, method, answer)

    return seed


def _becomes(event: type[sf.Event], **same: Callable[[Any, Any], object]) -> Fault:
    """Fields of an opportunity become something else after an event, at once and in the fold."""

    def seed(patch: Patch) -> None:
        right = evolve._EVOLVE[event]

        def wrong(was: sf.Opportunity, each: sf.Event) -> sf.Opportunity:
            new = right(was, each)
            return replace(new, **{name: value(was, each) for name, value in same.items()})

        patch.setattr(evolve, "_EVOLVE", {**evolve._EVOLVE, event: wrong})
        if event is Moved:
            patch.setattr(engines, "moved", wrong)
            patch.setattr(firing, "moved", wrong)

    return seed


def _unguarded(code: str) -> Fault:
    """Requirements whose code begins so are never asked, neither fast nor slowly."""

    def seed(patch: Patch) -> None:
        right = plans.Guard.__init__

        def wrong(self: Any, requirements: Any, *rest: Any) -> None:
            right(self, [each for each in requirements if not each.code.startswith(code)], *rest)

        patch.setattr(plans.Guard, "__init__", wrong)

    return seed


def _all(*faults: Fault) -> Fault:
    def seed(patch: Patch) -> None:
        for each in faults:
            each(patch)

    return seed


def _any_reason(fire: Any, deal: Any, trigger: str, **named: Any) -> Any:
    step = fire(deal, trigger, **named)
    if [each.code for each in step.blockers] != ["reason.required"]:
        return step
    return fire(deal, trigger, **{**named, "reason": "price"})


def _lax_reason(fire: Any, deal: Any, trigger: str, **named: Any) -> Any:
    step = fire(deal, trigger, **named)
    return step if step else replace(step, blockers=())


def _late(fire: Any, deal: Any, trigger: str, **named: Any) -> Any:
    step = fire(deal, trigger, **named)
    if not step:
        return step
    events = tuple(replace(each, at=deal.opened_at) for each in step.events)
    return replace(step, events=events, opportunity=replace(step.opportunity, at=deal.opened_at))


def _unrecorded(fire: Any, deal: Any, trigger: str, **named: Any) -> Any:
    step = fire(deal, trigger, **named)
    events = [replace(e, override=None) if isinstance(e, Moved) else e for e in step.events]
    return replace(step, events=tuple(events))


def _fails(*_: Any, **__: Any) -> Any:
    raise ZeroDivisionError


def _refuses_to_hand_over(do: Any, deal: Any, handover: str, **named: Any) -> Any:
    handed = do(deal, handover, **named)
    nothing = replace(handed.giving, accepted=False, opportunity=deal, events=())
    return replace(handed, giving=nothing)


def _was(name: str) -> Callable[[Any, Any], object]:
    return lambda was, _: getattr(was, name)


FAULTS: dict[str, Fault] = {
    "a criterion is skipped": _unguarded("bant"),
    "a task is skipped": _unguarded("task."),
    "evidence is skipped": _unguarded("proven."),
    "a reason is not asked for": _answers("fire", _any_reason),
    "a refusal does not say why": _answers("fire", _lax_reason),
    "firing ignores a hold": _answers(
        "fire", lambda do, deal, trigger, **n: do(replace(deal, rest=None), trigger, **n)
    ),
    "all ignore a hold": _all(
        _answers("fire", lambda do, deal, trigger, **n: do(replace(deal, rest=None), trigger, **n)),
        _answers("moves", lambda do, deal, **n: do(replace(deal, rest=None), **n)),
    ),
    "roles are ignored": _answers(
        "fire", lambda do, deal, trigger, role=None, **n: do(deal, trigger, role="boss", **n)
    ),
    "anybody overrides": _answers(
        "fire",
        lambda do, deal, trigger, override=None, **n: do(
            deal, trigger, override=override and sf.Override("director", "because"), **n
        ),
    ),
    "no override is heard": _answers(
        "fire", lambda do, deal, trigger, override=None, **n: do(deal, trigger, **n)
    ),
    "an override is not recorded": _answers("fire", _unrecorded),
    "events are dated back": _answers("fire", _late),
    "events forget who": _answers(
        "fire", lambda do, deal, trigger, **n: do(deal, trigger, **{**n, "by": None})
    ),
    "an opening loses facts": _answers(
        "open", lambda do, name, **n: do(name, **{**n, "facts": {}})
    ),
    "an update is lost": _answers(
        "update", lambda do, deal, facts, **n: do(deal, {"need": None}, **n)
    ),
    "a task is never done": _becomes(TaskCompleted, tasks=_was("tasks")),
    "evidence is not kept": _becomes(EvidenceRecorded, evidence=_was("evidence")),
    "withdrawing has no effect": _becomes(EvidenceWithdrawn, evidence=_was("evidence")),
    "a hold has no effect": _becomes(Held, rest=_was("rest")),
    "nothing is resumed": _becomes(Resumed, rest=_was("rest")),
    "another owner is forgotten": _becomes(Assigned, owner=_was("owner")),
    "the buyer's stand is forgotten": _becomes(BuyerMoved, buyer=_was("buyer")),
    "attempts are not counted": _becomes(ActivityLogged, attempts=_was("attempts")),
    "an update forgets evidence": _becomes(FactsUpdated, evidence=lambda *_: frozen({})),
    "an update is dated back": _becomes(FactsUpdated, at=_was("opened_at")),
    "a move keeps the stage": _becomes(Moved, stage=_was("stage")),
    "a move forgets facts": _becomes(Moved, facts=lambda *_: frozen({})),
    "a move keeps the time of entering": _becomes(Moved, entered_at=_was("entered_at")),
    "a loss forgets its reason": _becomes(Moved, stopped=_was("stopped")),
    "a timer cannot ring": _answers("elapse", _fails),
    "a timer runs late": _answers(
        "due",
        lambda do, deal: tuple(replace(each, at=each.at + timedelta(days=1)) for each in do(deal)),
    ),
    "nothing comes due": _answers("due", lambda do, deal: ()),
    "nothing is explained": _answers("explain", _fails),
    "no way is shown": _answers("route", _fails),
    "nothing is handed over": _answers("hand_over", _fails),
    "no hand-over is accepted": _answers("hand_over", _refuses_to_hand_over),
    "nothing is placed": _answers("place", _fails),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_engine_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[fault](monkeypatch)
    with pytest.raises((AssertionError, sf.SalesFsmError, ZeroDivisionError)):
        run_state_machine_as_test(process_machine(sf.loads(RICH)), settings=FINDING)
