"""What comes due by itself, and what happens when it does: stories of single opportunities."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import salesfsm as sf
from salesfsm.engine.timing import Due, stalled_at

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)

#   talk --agree--> offer --silence (14d, or 20d where it is large)--> lost --win_back (90d)--> talk
#                     |  <--wake-- dream (on hold in the stories)
TEXT = """\
salesfsm: 1
process: chase
currency: EUR
calendar: {timezone: Europe/Warsaw, holidays: [2026-12-25]}
facts: {budget: money}
buyer:
  milestones:
    - {name: interest, valid_for: 10 business days}
    - {name: lasting}
stages:
  - {name: talk, expected: 10d, cadence: 5d}
  - {name: offer, cadence: [2d, 3d, 36h]}
  - {name: won, outcome: won, cadence: 90d}
  - {name: lost, outcome: lost, expected: 5d}
transitions:
  - {trigger: agree, source: talk, target: offer}
  - {trigger: silence, source: offer, target: lost, after: 14d, when: not budget > 1000}
  - {trigger: silence, source: offer, target: lost, after: 20d}
  - {trigger: win, source: offer, target: won, when: budget > 1000, after: 1 business days}
  - {trigger: win_back, source: lost, target: talk, after: 90d}
  - {trigger: wake, source: talk, target: talk}
"""


@pytest.fixture(scope="module")
def engine() -> sf.Engine:
    return sf.Engine(sf.loads(TEXT))


@pytest.fixture
def talk(engine: sf.Engine) -> sf.Opportunity:
    return engine.open("ACME-1", at=MONDAY).unwrap()


@pytest.fixture
def offer(engine: sf.Engine, talk: sf.Opportunity) -> sf.Opportunity:
    return engine.fire(talk, "agree", at=MONDAY).unwrap()


def times(engine: sf.Engine, deal: sf.Opportunity, kind: str) -> list[tuple[str, datetime]]:
    return [(due.name, due.at) for due in engine.due(deal) if due.kind == kind]


# transitions


def test_a_transition_is_due_so_long_after_entering_the_stage(engine, offer):
    every = [("win", MONDAY + DAY), ("silence", MONDAY + 14 * DAY), ("silence", MONDAY + 20 * DAY)]
    assert times(engine, offer, "transition") == every
    later = engine.log(offer, "call", at=MONDAY + 3 * DAY).unwrap()
    assert times(engine, later, "transition") == every


def test_what_has_come_due_stays_due_until_it_is_done(engine, offer):
    old = engine.log(offer, "call", at=MONDAY + 50 * DAY).unwrap()
    assert ("silence", MONDAY + 14 * DAY) in times(engine, old, "transition")


def test_a_timer_fires_its_trigger_and_tells_that_it_rang(engine, offer):
    offer = engine.update(offer, {"budget": sf.Money(500, "EUR")}, at=MONDAY).unwrap()
    (due,) = [each for each in engine.due(offer) if each.at == MONDAY + 14 * DAY]
    step = engine.elapse(offer, due, at=MONDAY + 15 * DAY, by="clock")
    came, moved = step.events
    assert came == sf.CameDue(
        "ACME-1", 4, MONDAY + 15 * DAY, "clock", sf.DueKind.TRANSITION, "silence", due.at
    )
    assert (moved.trigger, moved.source, moved.target, moved.by) == (
        "silence",
        "offer",
        "lost",
        "clock",
    )
    assert step.unwrap().stage == "lost"
    assert times(engine, step.unwrap(), "transition") == [("win_back", MONDAY + 105 * DAY)]


def test_a_timer_whose_transition_is_closed_is_refused_and_leaves_no_event(engine, offer):
    due = engine.due(offer)[0]
    assert due.name == "win"
    step = engine.elapse(offer, due, at=due.at)
    assert not step
    assert (step.events, step.opportunity) == ((), offer)
    assert [each.code for each in step.blockers] == [
        each.code for each in engine.fire(offer, "win", at=due.at).blockers
    ]
    assert step.explain().startswith("ACME-1: win is refused")


FORK = """\
salesfsm: 1
process: fork
facts: {size: integer}
stages: [a, b, c, {name: d, outcome: lost}]
transitions:
  - {trigger: go, source: a, target: d}
  - {trigger: go, source: a, target: b, when: size > 5, after: 10d}
  - {trigger: go, source: a, target: c, after: 20d}
"""


@pytest.mark.parametrize(("size", "day", "target"), [(9, 10, "b"), (1, 20, "c"), (9, 20, "b")])
def test_only_ways_that_have_come_due_are_taken_by_themselves(size, day, target):
    engine = sf.Engine(sf.loads(FORK))
    deal = engine.open("A", at=MONDAY, facts={"size": size}).unwrap()
    at = MONDAY + day * DAY
    for due in engine.due(deal):
        if due.at <= at:
            assert engine.elapse(deal, due, at=at).unwrap().stage == target


def test_a_way_that_is_not_due_yet_does_not_stand_in_for_one_that_is_closed():
    engine = sf.Engine(sf.loads(FORK))
    deal = engine.open("A", at=MONDAY, facts={"size": 1}).unwrap()
    (due, _) = engine.due(deal)
    step = engine.elapse(deal, due, at=due.at)
    assert not step
    assert {each.target for each in step.blockers} == {"b"}


# stalling


def test_it_stalls_when_it_is_longer_in_the_stage_than_expected(engine, talk):
    later = engine.log(talk, "call", at=MONDAY + 4 * DAY).unwrap()
    assert times(engine, later, "stalled") == [("talk", MONDAY + 10 * DAY)]


def test_silence_before_the_stage_was_entered_does_not_count(engine, talk):
    again = engine.fire(talk, "wake", at=MONDAY + 4 * DAY).unwrap()
    assert again.active_at == MONDAY
    assert stalled_at(engine.process, again) == MONDAY + 14 * DAY


def test_a_planned_activity_stops_the_clock_until_it_is_due(engine, talk):
    soon = engine.log(talk, sf.Activity("call", due=MONDAY + 2 * DAY), at=MONDAY).unwrap()
    assert stalled_at(engine.process, soon) == MONDAY + 10 * DAY
    late = engine.log(soon, sf.Activity("visit", due=MONDAY + 30 * DAY), at=MONDAY).unwrap()
    assert stalled_at(engine.process, late) == MONDAY + 30 * DAY
    assert times(engine, late, "activity") == [
        ("call", MONDAY + 2 * DAY),
        ("visit", MONDAY + 30 * DAY),
    ]
    done = engine.log(late, "visit", at=MONDAY + DAY).unwrap()
    assert stalled_at(engine.process, done) == MONDAY + 10 * DAY


def test_nothing_stalls_where_no_time_is_expected_or_it_is_closed(engine, offer):
    assert stalled_at(engine.process, offer) is None
    lost = engine.place(offer, "lost", at=MONDAY).unwrap()
    assert stalled_at(engine.process, lost) is None


def test_that_it_stalls_is_recorded_and_changes_nothing(engine, talk):
    (due,) = [each for each in engine.due(talk) if each.kind == "stalled"]
    step = engine.elapse(talk, due, at=MONDAY + 11 * DAY)
    assert [type(event) for event in step.events] == [sf.CameDue]
    assert step.unwrap().stage == "talk"
    assert step.unwrap().active_at == talk.active_at
    assert due in engine.due(step.unwrap())


# contacts


def test_a_contact_is_due_again_after_every_activity(engine, talk):
    assert times(engine, talk, "contact") == [("talk", MONDAY + 5 * DAY)]
    called = engine.log(talk, "call", at=MONDAY + 4 * DAY).unwrap()
    assert times(engine, called, "contact") == [("talk", MONDAY + 9 * DAY)]
    answered = engine.log(called, sf.Activity("email", "buyer"), at=MONDAY + 6 * DAY).unwrap()
    assert times(engine, answered, "contact") == [("talk", MONDAY + 11 * DAY)]


def test_attempts_follow_each_other_at_their_own_lengths_until_the_buyer_answers(engine, offer):
    waits = [2 * DAY, 3 * DAY, timedelta(hours=36)]
    deal, at = offer, MONDAY
    assert times(engine, deal, "contact") == []
    for wait in waits:
        deal = engine.log(deal, "call", at=at).unwrap()
        at += wait
        assert times(engine, deal, "contact") == [("offer", at)]
    used_up = engine.log(deal, "email", at=at).unwrap()
    assert times(engine, used_up, "contact") == []
    answered = engine.log(deal, sf.Activity("email", "buyer"), at=at).unwrap()
    assert times(engine, answered, "contact") == []
    once_more = engine.log(answered, "call", at=at).unwrap()
    assert times(engine, once_more, "contact") == [("offer", at + 2 * DAY)]


def test_a_planned_contact_takes_the_place_of_the_one_that_is_due(engine, talk):
    visit = sf.Activity("visit", due=MONDAY + 8 * DAY)
    planned = engine.log(talk, visit, at=MONDAY).unwrap()
    assert times(engine, planned, "contact") == [("talk", MONDAY + 8 * DAY)]


def test_customers_are_contacted_too_where_their_stage_says_so(engine, offer):
    won = engine.place(offer, "won", at=MONDAY).unwrap()
    assert times(engine, won, "contact") == [("won", MONDAY + 90 * DAY)]


# evidence


def test_evidence_is_due_when_the_piece_that_is_in_force_longest_ends(engine, talk):
    for day in (2, 0):
        made = sf.Evidence("interest", made_at=MONDAY + day * DAY)
        talk = engine.record(talk, made, at=MONDAY + 3 * DAY).unwrap()
    lasting = engine.record(talk, sf.Evidence("lasting"), at=MONDAY + 3 * DAY).unwrap()
    assert times(engine, lasting, "evidence") == [("interest", MONDAY + 16 * DAY)]


def test_evidence_is_valid_for_business_days_of_the_calendar(engine, talk):
    before_christmas = datetime(2026, 12, 21, 12, tzinfo=UTC)
    made = engine.record(talk, sf.Evidence("interest"), at=before_christmas).unwrap()
    ((_, until),) = times(engine, made, "evidence")
    assert until == datetime(2027, 1, 5, 12, tzinfo=UTC)  # and not the 4th: one day is free


@pytest.mark.parametrize("valid", ["36500d", "26000 business days", "P36500DT23H"])
def test_evidence_that_is_valid_for_ages_can_be_read_back(valid):
    text = "salesfsm: 1\nprocess: p\nbuyer: {milestones: [{name: m, valid_for: %s}]}\nstages: [a]\n"
    engine = sf.Engine(sf.loads(text % valid))
    late = datetime(2199, 12, 31, tzinfo=UTC)
    step = engine.record(engine.open("A", at=late).unwrap(), sf.Evidence("m"), at=late)
    (event,) = step.events
    assert sf.event_from_json(sf.event_to_json(event)) == event
    assert engine.due(step.unwrap()) == ()


# resting


def test_what_is_on_hold_waits_for_its_time_and_nothing_else(engine, talk):
    heard = engine.record(talk, sf.Evidence("interest"), at=MONDAY).unwrap()
    held = engine.hold(heard, until=MONDAY + 6 * DAY, at=MONDAY).unwrap()
    assert [(due.kind, due.name, due.at) for due in engine.due(held)] == [
        ("hold", "talk", MONDAY + 6 * DAY),
        ("evidence", "interest", MONDAY + 14 * DAY),
    ]


def test_a_hold_that_ends_lets_it_go_on(engine, talk):
    held = engine.hold(talk, until=MONDAY + 6 * DAY, at=MONDAY).unwrap()
    step = engine.elapse(held, engine.due(held)[0], at=MONDAY + 7 * DAY)
    assert [type(event) for event in step.events] == [sf.CameDue, sf.Resumed]
    assert [event.sequence for event in step.events] == [3, 4]
    assert step.unwrap().hold is None
    assert step.explain() == "ACME-1: elapse is accepted"


def test_time_on_hold_does_not_count(engine, talk, offer):
    back = MONDAY + 30 * DAY
    held = engine.hold(talk, until=back, at=MONDAY + DAY).unwrap()
    on = engine.elapse(held, engine.due(held)[0], at=back).unwrap()
    assert [(due.kind, due.at) for due in engine.due(on)] == [
        ("contact", back + 5 * DAY),
        ("stalled", back + 10 * DAY),
    ]
    on = engine.resume(engine.hold(offer, at=MONDAY).unwrap(), at=back).unwrap()
    assert times(engine, on, "transition") == [
        ("win", back + DAY),
        ("silence", back + 14 * DAY),
        ("silence", back + 20 * DAY),
    ]
    assert (on.entered_at, on.active_at) == (offer.entered_at, offer.active_at)
    lost = engine.fire(on, "silence", at=back).unwrap()
    assert times(engine, lost, "transition") == [("win_back", back + 90 * DAY)]


def test_a_hold_that_is_over_is_none_and_can_be_kept(engine, talk):
    on = engine.resume(engine.hold(talk, reason="ill", at=MONDAY).unwrap(), at=MONDAY + DAY)
    deal = on.unwrap()
    assert deal.hold is None
    assert deal.rest == sf.Hold(MONDAY, reason="ill", ended=MONDAY + DAY)
    told = sf.opportunity_to_json(deal)
    assert '"hold":{"since"' in told
    assert sf.opportunity_from_json(told) == deal
    assert engine.resume(deal, at=MONDAY + 2 * DAY).events == ()
    assert engine.fire(deal, "agree", at=MONDAY + 2 * DAY).unwrap().rest is None


def test_an_open_ended_hold_never_comes_due(engine, talk):
    held = engine.hold(talk, at=MONDAY).unwrap()
    assert engine.due(held) == ()


# what cannot elapse


def test_nothing_elapses_before_it_is_due(engine, talk):
    due = engine.due(talk)[0]
    with pytest.raises(sf.CommandError, match="let it elapse later"):
        engine.elapse(talk, due, at=due.at - timedelta(microseconds=1))
    assert engine.elapse(talk, due, at=due.at)


def test_a_timer_that_is_no_more_cannot_elapse(engine, talk):
    due = engine.due(talk)[0]
    called = engine.log(talk, "call", at=MONDAY + DAY).unwrap()
    with pytest.raises(sf.CommandError, match=r"contact:talk:2026-11-28.* is not due for ACME-1"):
        engine.elapse(called, due, at=MONDAY + 9 * DAY)


def test_a_timer_is_recorded_in_utc_whatever_zone_it_is_given_in(engine, talk):
    due = engine.due(talk)[0]
    local = Due(due.kind, due.name, due.at.astimezone(ZoneInfo("Europe/Warsaw")))
    (came,) = engine.elapse(talk, local, at=due.at).events
    assert came.due.tzinfo is UTC


def test_only_what_due_gives_can_elapse(engine, talk):
    with pytest.raises(sf.ValueTypeError, match="what due\\(\\) gives"):
        engine.elapse(talk, "contact:talk", at=MONDAY + 9 * DAY)


def test_the_key_of_a_timer_is_stable():
    due = Due(sf.DueKind.HOLD, "talk", MONDAY)
    assert due.key == "hold:talk:2026-11-23T12:00:00+00:00"


def test_opportunities_of_other_processes_are_refused(engine):
    stranger = sf.Engine(sf.loads("salesfsm: 1\nprocess: p\nstages: [talk]\n"))
    deal = stranger.open("D1", at=MONDAY).unwrap()
    with pytest.raises(sf.ProcessMismatchError):
        engine.due(deal)
