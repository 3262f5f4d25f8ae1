"""What a command leaves on record: one event with who did it, and a step that answers it whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import salesfsm as sf
from salesfsm.process.kinds import Maker

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=7)
PROCESS = sf.loads("""
salesfsm: 1
process: small
facts: {need: text, seats: integer}
activities: [call]
predicates: {vetted: Legal has vetted the account}
buyer: {milestones: [interest, {name: signature, made_by: [buyer, third_party]}]}
teams: [{name: field, members: [anna]}]
opens_in: [talking, offered]
stages:
  - {name: talking, tasks: [demo]}
  - {name: offered, entry: "known(need)"}
  - {name: won, outcome: won, path: sales}
  - {name: lost, outcome: lost, reasons: [price, other]}
  - {name: care, path: care}
transitions:
  - {trigger: offer, source: talking, target: offered, when: vetted()}
  - {trigger: win, source: offered, target: won, when: proven(signature)}
  - {trigger: lose, source: open, target: lost}
handovers: [{name: care, source: open, target: care}]
""")
ENGINE = sf.Engine(PROCESS, predicates={"vetted": lambda *_: True}, clock=lambda: LATER)
OPENED = ENGINE.open("A", at=NOW).unwrap()
PROVEN = ENGINE.record(OPENED, sf.Evidence("signature", ref="mail/1"), at=NOW).unwrap()
DEAL = ENGINE.record(PROVEN, sf.Evidence("signature", ref="mail/2"), at=NOW).unwrap()
RESTING = ENGINE.hold(DEAL, at=NOW).unwrap()
PLANNED = sf.Activity("call", due=LATER)

COMMANDS: dict[str, Callable[..., sf.Step]] = {
    "open": lambda **on: ENGINE.open("B", **on),
    "adopt": lambda **on: ENGINE.adopt("B", "lost", reason="other", note="from the CRM", **on),
    "fire": lambda **on: ENGINE.fire(DEAL, "lose", reason="price", **on),
    "place": lambda **on: ENGINE.place(DEAL, "lost", reason="price", note="by phone", **on),
    "update": lambda **on: ENGINE.update(DEAL, {"need": "speed"}, **on),
    "record": lambda **on: ENGINE.record(DEAL, sf.Evidence("interest"), **on),
    "withdraw": lambda **on: ENGINE.withdraw(DEAL, "signature", reason="a copy", **on),
    "complete": lambda **on: ENGINE.complete(DEAL, "demo", **on),
    "log": lambda **on: ENGINE.log(DEAL, sf.Activity("call"), **on),
    "plan": lambda **on: ENGINE.log(DEAL, PLANNED, **on),
    "assign": lambda **on: ENGINE.assign(DEAL, owner="ewa", team="field", **on),
    "hold": lambda **on: ENGINE.hold(DEAL, until=LATER + timedelta(1), reason="fair", **on),
    "resume": lambda **on: ENGINE.resume(RESTING, **on),
    "buyer_holds": lambda **on: ENGINE.buyer_holds(DEAL, **on),
}
NAMED = {"fire": "lose", "plan": "log"}
"""What the step of a command is called, where that is not the name of its method."""


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_event_says_who_did_it_and_when(name: str) -> None:
    step = COMMANDS[name](at=NOW, by="anna")
    assert step.events
    assert {(event.by, event.at) for event in step.events} == {("anna", NOW)}
    numbers = [event.sequence for event in step.events]
    assert numbers == [step.unwrap().sequence - n for n in reversed(range(len(numbers)))]


@pytest.mark.parametrize("name", list(COMMANDS))
def test_the_clock_is_asked_only_where_a_command_has_no_time(name: str) -> None:
    assert {event.at for event in COMMANDS[name]().events} == {LATER}


@pytest.mark.parametrize("name", list(COMMANDS))
def test_an_accepted_command_is_answered_by_a_whole_step(name: str) -> None:
    step = COMMANDS[name](at=NOW)
    assert step.accepted is True
    assert (step.blockers, step.warnings, step.process) == ((), (), PROCESS)
    assert step.command == NAMED.get(name, name)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_a_name_that_is_no_text_does_nothing(name: str) -> None:
    with pytest.raises(sf.ValueTypeError, match="by is a text, not 5"):
        COMMANDS[name](at=NOW, by=5)


def test_what_a_person_writes_beside_a_command_is_kept_as_it_is() -> None:
    assert COMMANDS["place"](at=NOW).events[0].note == "by phone"
    assert ENGINE.place(DEAL, "offered", at=NOW).events[0].note == ""
    assert COMMANDS["adopt"](at=NOW).events[0].note == "from the CRM"
    assert ENGINE.adopt("B", "talking", at=NOW).events[0].note == ""
    withdrawn = COMMANDS["withdraw"](at=NOW).events
    assert [(each.number, each.reason) for each in withdrawn] == [(2, "a copy"), (3, "a copy")]
    assert COMMANDS["plan"](at=NOW).events[0].activity.due == LATER


UNKNOWN: dict[str, tuple[str, str, Callable[[], object]]] = {
    "fire": ("trigger", "small", lambda: ENGINE.fire(DEAL, "x", at=NOW)),
    "place": ("stage", "small", lambda: ENGINE.place(DEAL, "x", at=NOW)),
    "open": ("stage", "small", lambda: ENGINE.open("B", stage="x", at=NOW)),
    "update": ("fact", "small", lambda: ENGINE.update(DEAL, {"x": 1}, at=NOW)),
    "record": ("milestone", "small", lambda: ENGINE.record(DEAL, sf.Evidence("x"), at=NOW)),
    "withdraw": ("milestone", "small", lambda: ENGINE.withdraw(DEAL, "x", at=NOW)),
    "complete": ("task", "small", lambda: ENGINE.complete(DEAL, "x", at=NOW)),
    "log": ("activity", "small", lambda: ENGINE.log(DEAL, sf.Activity("x"), at=NOW)),
    "assign": ("team", "small", lambda: ENGINE.assign(DEAL, team="x", at=NOW)),
    "reason": ("reason", "lost", lambda: ENGINE.fire(DEAL, "lose", reason="x", at=NOW)),
    "placed": ("reason", "lost", lambda: ENGINE.place(DEAL, "lost", reason="x", at=NOW)),
    "hand over": ("handover", "small", lambda: ENGINE.hand_over(DEAL, "x", id="C", at=NOW)),
    "made by": (
        "maker",
        "",
        lambda: ENGINE.record(DEAL, sf.Evidence("interest", made_by="x"), at=NOW),
    ),
    "engine": (
        "predicate",
        "small",
        lambda: sf.Engine(PROCESS, predicates={"vetted": lambda *_: True, "x": lambda *_: True}),
    ),
}


@pytest.mark.parametrize("name", list(UNKNOWN))
def test_an_unknown_name_is_told_with_its_kind_and_with_what_does_not_have_it(name: str) -> None:
    kind, within, command = UNKNOWN[name]
    with pytest.raises(sf.UnknownNameError) as refused:
        command()
    assert (refused.value.kind, refused.value.name) == (kind, "x")
    assert refused.value.known
    assert f"unknown {kind} 'x'" + (f" in {within}" if within else "") in str(refused.value)


HALF = "a \ud83d z"
TEXTS: dict[str, tuple[str, Callable[[], object]]] = {
    "the milestone": ("milestone", lambda: ENGINE.withdraw(DEAL, HALF, at=NOW)),
    "the reference": ("ref", lambda: ENGINE.withdraw(DEAL, "signature", ref=HALF, at=NOW)),
    "why": ("reason", lambda: ENGINE.withdraw(DEAL, "signature", reason=HALF, at=NOW)),
    "the kind": ("kind", lambda: sf.Activity(HALF)),
    "the maker": ("made_by", lambda: sf.Activity("call", made_by=HALF)),
    "its reference": ("ref", lambda: sf.Activity("call", ref=HALF)),
    "of evidence": ("milestone", lambda: sf.Evidence(HALF)),
    "the kind of evidence": ("kind", lambda: sf.Evidence("interest", kind=HALF)),
    "the maker of evidence": ("made_by", lambda: sf.Evidence("interest", made_by=HALF)),
    "the note of evidence": ("note", lambda: sf.Evidence("interest", note=HALF)),
    "the team": ("team", lambda: ENGINE.open("B", team=HALF, at=NOW)),
}


@pytest.mark.parametrize("name", list(TEXTS))
def test_a_text_that_cannot_be_written_is_told_by_the_name_of_its_argument(name: str) -> None:
    argument, command = TEXTS[name]
    with pytest.raises(sf.ValueTypeError, match=f"^{argument} holds"):
        command()


def test_a_time_without_a_zone_is_told_by_the_name_of_its_argument() -> None:
    naive = LATER.replace(tzinfo=None)
    with pytest.raises(sf.TimeError, match=r"^due .* is naive"):
        ENGINE.log(DEAL, sf.Activity("call", due=naive), at=NOW)
    with pytest.raises(sf.TimeError, match=r"^until .* is naive"):
        ENGINE.hold(DEAL, until=naive, at=NOW)
    with pytest.raises(sf.TimeError, match=r"^made_at .* is naive"):
        ENGINE.record(DEAL, sf.Evidence("interest", made_at=naive), at=NOW)


def test_an_activity_may_be_planned_for_this_very_moment() -> None:
    (event,) = ENGINE.log(DEAL, sf.Activity("call", due=NOW), at=NOW).events
    assert isinstance(event, sf.ActivityPlanned)


def test_what_is_planned_in_another_zone_is_kept_in_utc() -> None:
    warsaw = datetime(2026, 11, 28, 10, tzinfo=ZoneInfo("Europe/Warsaw"))
    (event,) = ENGINE.log(DEAL, sf.Activity("call", due=warsaw), at=NOW).events
    assert event.activity.due == LATER
    assert event.activity.due.tzinfo is UTC


def test_evidence_is_kept_with_its_maker_as_a_word_and_its_time_in_utc() -> None:
    warsaw = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Europe/Warsaw"))
    for made_at, kept in ((None, NOW), (warsaw, NOW - timedelta(days=1))):
        evidence = sf.Evidence("interest", made_by=Maker.BUYER, made_at=made_at)
        (event,) = ENGINE.record(DEAL, evidence, at=NOW).events
        assert type(event.evidence.made_by) is str
        assert (event.evidence.made_by, event.evidence.made_at) == ("buyer", kept)
        assert event.evidence.made_at.tzinfo is UTC


def test_a_fact_that_is_known_no_more_does_not_hide_those_after_it() -> None:
    known = COMMANDS["update"](at=NOW).unwrap()
    (event,) = ENGINE.update(known, {"need": None, "seats": 3}, at=NOW).events
    assert event.facts == {"need": None, "seats": 3}


def test_evidence_by_the_wrong_maker_tells_all_who_may_make_it() -> None:
    step = ENGINE.record(DEAL, sf.Evidence("signature", made_by="seller"), at=NOW)
    (blocker,) = step.blockers
    assert blocker.code == "evidence.maker"
    assert blocker.details["accepts"] == "buyer, third_party"


def test_withdrawing_by_a_reference_that_is_not_there_tells_those_that_are() -> None:
    with pytest.raises(sf.CommandError, match=r"its references are: 'mail/1', 'mail/2'$"):
        ENGINE.withdraw(DEAL, "signature", ref="mail/7", at=NOW)


def test_an_opportunity_without_an_id_is_an_error_that_says_so() -> None:
    with pytest.raises(sf.CommandError, match=r"^an opportunity needs an id"):
        ENGINE.open("", at=NOW)


def test_nothing_to_update_is_an_error_that_says_so() -> None:
    with pytest.raises(sf.CommandError, match=r"^there are no facts to update"):
        ENGINE.update(DEAL, {}, at=NOW)


def test_a_beginning_that_is_refused_is_answered_by_a_whole_step() -> None:
    elsewhere = ENGINE.open("B", stage="won", at=NOW)
    (blocker,) = elsewhere.blockers
    assert (blocker.code, blocker.target) == ("open.stage", "won")
    assert elsewhere.command == "open"
    unasked = ENGINE.open("B", stage="offered", at=NOW)
    assert (unasked.accepted, unasked.command) == (False, "open")
    lost = COMMANDS["fire"](at=NOW).unwrap()
    closed = ENGINE.hold(lost, at=NOW)
    assert (closed.accepted, closed.command) == (False, "hold")


def test_the_last_moment_of_all_is_past_every_move() -> None:
    last = datetime(2200, 1, 1, tzinfo=UTC)
    with pytest.raises(sf.TimeError, match="outside of the years"):
        ENGINE.fire(DEAL, "offer", at=last)


def test_questions_hand_overs_and_timers_check_who_asks() -> None:
    resting = ENGINE.hold(DEAL, until=LATER, at=NOW).unwrap()
    (due,) = ENGINE.due(resting)
    for ask in (
        lambda: ENGINE.moves(DEAL, at=NOW, by=5),
        lambda: ENGINE.handovers(COMMANDS["place"](at=NOW).unwrap(), at=NOW, by=5),
        lambda: ENGINE.hand_over(DEAL, "care", id="C", at=NOW, by=5),
        lambda: ENGINE.elapse(resting, due, at=LATER, by=5),
    ):
        with pytest.raises(sf.ValueTypeError, match="by is a text"):
            ask()


def test_a_trigger_is_explained_as_it_would_be_fired_with_the_override() -> None:
    process = sf.loads("""
salesfsm: 1
process: strict
overrides: [director]
facts: {need: text}
stages: [{name: talking, exit: known(need)}, {name: won, outcome: won}]
transitions: [{trigger: win, source: talking, target: won}]
""")
    engine = sf.Engine(process)
    deal = engine.open("A", at=NOW).unwrap()
    override = sf.Override("director", "a friend of the house")
    told = engine.explain(deal, "win", at=NOW, by="eva", role="director", override=override)
    assert told.startswith("A: win is accepted")
    assert engine.explain(deal, "win", at=NOW).startswith("A: win is refused")
