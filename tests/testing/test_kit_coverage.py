"""What answers of the engine say of a process: ways and criteria, each in both verdicts."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from hypothesis import given, settings, strategies as st

import salesfsm as sf
from salesfsm.errors import CommandError
from salesfsm.maps import flowchart
from salesfsm.testing.coverage.measuring import Coverage, coverage_of
from salesfsm.testing.coverage.observing import Observer
from salesfsm.testing.coverage.pages import page_of, with_coverage
from salesfsm.testing.coverage.telling import lines_of
from salesfsm.testing.engines import MOMENT
from salesfsm.testing.strategies import opportunities
from testing.kit import deal, process, ready

ENGINE = sf.Engine(process())


FORK = """\
salesfsm: 1
process: fork
facts: {n: integer, m: integer, need: text}
stages:
  - {name: a}
  - {name: b}
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price, {name: other, when: known(need)}]}
transitions:
  - {trigger: go, source: a, target: b, roles: [boss], when: n > 3}
  - {trigger: go, source: a, target: won, when: n > 1}
  - {trigger: win, source: b, target: won, when: known(need)}
  - trigger: lose
    source: open
    target: lost
    when: [n > 0, {rule: m > 1, level: warn, code: big}]
"""


@cache
def fork() -> sf.Process:
    """A process with branches, a role, a warning and a reason that asks."""
    return sf.loads(FORK)


def seen(
    *fired: tuple[sf.Opportunity, str], engine: sf.Engine = ENGINE, **given: object
) -> Coverage:
    """The coverage of firing triggers, each in a test of its number."""
    observer = Observer([engine.process])
    with observer.listening():
        for number, (opportunity, trigger) in enumerate(fired):
            observer.test = f"test {number}"
            engine.fire(opportunity, trigger, at=MOMENT, **given)  # type: ignore[arg-type]
    (observed,) = observer.observed
    return coverage_of(observed.process, observed.tests)


def verdicts(found: Coverage) -> dict[str, tuple[bool, bool]]:
    """The criteria that were asked at all: whether they were met, and not met."""
    every = {each.name: (bool(each.met_in), bool(each.unmet_in)) for each in found.criteria}
    return {name: pair for name, pair in every.items() if any(pair)}


def test_an_accepted_move_takes_its_way_and_meets_its_criteria() -> None:
    found = seen((ready(), "offer"))
    assert found.ways["offer", "talking", "offering"].met_in == {"test 0"}
    assert verdicts(found) == {
        "talking -> offering: task.call": (True, False),
        "talking -> offering: bant": (True, False),
        "talking -> offering: size": (True, False),
    }


def test_a_warning_is_a_criterion_that_was_not_met() -> None:
    small = ENGINE.update(ready(), {"budget": 10}, at=MOMENT).unwrap()
    assert verdicts(seen((small, "offer")))["talking -> offering: size"] == (False, True)


def test_a_refusal_tells_what_was_met_too() -> None:
    called = ENGINE.complete(deal(), "call", at=MOMENT).unwrap()
    found = seen((called, "offer"))
    assert found.ways["offer", "talking", "offering"].unmet_in == {"test 0"}
    assert verdicts(found)["talking -> offering: task.call"] == (True, False)
    assert verdicts(found)["talking -> offering: bant"] == (False, True)


def test_a_branch_that_is_taken_refuses_those_before_it() -> None:
    found = seen((deal("offering", friend=True), "win"))
    assert found.ways["win", "offering", "won"].unmet_in
    assert found.ways["win", "offering", "talking"].met_in
    assert verdicts(found) == {
        "offering -> won: proven.plan_agreed": (False, True),
        "offering -> talking: friend": (True, False),
    }


def test_branches_after_the_one_that_is_taken_are_not_looked_at() -> None:
    proven = ENGINE.record(
        deal("offering"), sf.Evidence("plan_agreed", kind="email"), at=MOMENT
    ).unwrap()
    found = seen((proven, "win"))
    assert not found.ways["win", "offering", "talking"].unmet_in
    assert verdicts(found) == {"offering -> won: proven.plan_agreed": (True, False)}


def test_a_trigger_that_leads_nowhere_says_nothing_of_any_criterion() -> None:
    assert seen((deal("won"), "offer")).hit == 0


def test_a_hold_says_nothing_of_any_criterion() -> None:
    assert seen((ENGINE.hold(ready(), at=MOMENT).unwrap(), "offer")).hit == 0


def test_a_reason_that_is_missing_is_no_refusal_by_criteria() -> None:
    found = seen((deal(), "lose"))
    assert not found.ways["lose", "talking", "lost"].unmet_in
    assert not found.ways["lose", "talking", "lost"].met_in


def test_an_override_takes_no_way() -> None:
    engine = sf.Engine(process().model_copy(update={"overrides": ("boss",)}))
    found = seen((deal(), "offer"), engine=engine, override=sf.Override("boss", "why not"))
    assert found.ways["offer", "talking", "offering"].unmet_in
    assert not found.ways["offer", "talking", "offering"].met_in


def test_a_warning_beside_a_missing_reason_is_no_refusal() -> None:
    engine = sf.Engine(fork())
    opened = engine.open("D-1", at=MOMENT, facts={"n": 2, "m": 0}).unwrap()
    found = seen((opened, "lose"), engine=engine)
    assert not found.ways["lose", "a", "lost"].unmet_in
    assert verdicts(found) == {
        "entering lost: n": (True, False),
        "entering lost: big": (False, True),
    }


def test_who_may_not_act_is_refused_what_criteria_would_let_pass() -> None:
    engine = sf.Engine(fork())
    opened = engine.open("D-1", at=MOMENT, facts={"n": 5}).unwrap()
    found = seen((opened, "go"), engine=engine)
    assert found.ways["go", "a", "b"].unmet_in
    assert found.ways["go", "a", "won"].met_in
    assert verdicts(found) == {"a -> b: n": (True, False), "a -> won: n": (True, False)}


def test_a_way_for_a_role_alone_can_be_refused() -> None:
    text = (
        "salesfsm: 1\nprocess: p\nstages: [a, {name: b, outcome: won}]\n"
        "transitions:\n  - {trigger: go, source: a, target: b, roles: [boss]}\n"
    )
    (way,) = coverage_of(sf.loads(text), {}).ways.values()
    assert (way.can_be_met, way.can_be_unmet) == (True, True)


def test_where_its_owner_alone_may_act_every_way_can_be_refused() -> None:
    owned = process().model_copy(update={"acting": "owner"})
    engine = sf.Engine(owned)
    taken = engine.adopt("D-1", "talking", at=MOMENT, owner="ewa").unwrap()
    found = seen((taken, "lose"), engine=engine, by="anna", reason="price")
    way = found.ways["lose", "talking", "lost"]
    assert (way.can_be_unmet, way.unmet_in) == (True, {"test 0"})


def test_what_a_reason_asks_is_a_criterion() -> None:
    engine = sf.Engine(fork())
    deal = engine.open("D-1", at=MOMENT, facts={"n": 2, "m": 2}).unwrap()
    refused = seen((deal, "lose"), engine=engine, reason="other")
    assert refused.ways["lose", "a", "lost"].unmet_in
    assert verdicts(refused)["lost for other: need"] == (False, True)
    known = engine.update(deal, {"need": "speed"}, at=MOMENT).unwrap()
    taken = seen((known, "lose"), engine=engine, reason="other")
    assert taken.ways["lose", "a", "lost"].met_in
    assert verdicts(taken)["lost for other: need"] == (True, False)
    price = seen((deal, "lose"), engine=engine, reason="price")
    assert "lost for other: need" not in verdicts(price)


def test_all_reasons_that_cannot_be_given_refuse_a_way() -> None:
    text = (
        "salesfsm: 1\nprocess: p\nfacts: {need: text, n: integer}\n"
        "stages:\n  - a\n  - name: lost\n    outcome: lost\n    reasons:\n"
        "      - {name: price, when: n > 3}\n      - {name: other, when: known(need)}\n"
        "transitions:\n  - {trigger: lose, source: a, target: lost}\n"
    )
    engine = sf.Engine(sf.loads(text))
    found = seen((engine.open("D-1", at=MOMENT).unwrap(), "lose"), engine=engine)
    assert found.ways["lose", "a", "lost"].unmet_in
    assert verdicts(found) == {
        "lost for price: n": (False, True),
        "lost for other: need": (False, True),
    }


def test_branches_to_one_stage_are_told_apart() -> None:
    text = (
        "salesfsm: 1\nprocess: p\nfacts: {n: integer, need: text}\n"
        "stages: [a, {name: b, outcome: won}]\ntransitions:\n"
        "  - {trigger: go, source: a, target: b, when: known(need)}\n"
        "  - {trigger: go, source: a, target: b, when: n > 3}\n"
    )
    engine = sf.Engine(sf.loads(text))
    opened = engine.open("D-1", at=MOMENT, facts={"n": 5}).unwrap()
    found = seen((opened, "go"), engine=engine)
    assert verdicts(found) == {"a -> b: need": (False, True), "a -> b: n": (True, False)}


def test_a_timer_that_rings_fires_too() -> None:
    text = (
        "salesfsm: 1\nprocess: p\nfacts: {need: text}\n"
        "stages: [a, b, {name: won, outcome: won}]\ntransitions:\n"
        "  - {trigger: go, source: a, target: won, after: 9d}\n"
        "  - {trigger: go, source: a, target: b, after: 2d, when: known(need)}\n"
    )
    engine = sf.Engine(sf.loads(text))
    opened = engine.open("D-1", at=MOMENT).unwrap()
    known = engine.update(opened, {"need": "speed"}, at=MOMENT).unwrap()
    observer = Observer([engine.process])
    with observer.listening():
        for deal in (opened, known):
            engine.elapse(deal, engine.due(deal)[0], at=MOMENT + timedelta(days=3))
    found = coverage_of(engine.process, observer.observed[0].tests)
    assert verdicts(found) == {"a -> b: need": (True, True)}
    assert not found.ways["go", "a", "won"].hit


@given(opportunities(fork()), st.sampled_from(("go", "win", "lose")), st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_observed_is_what_was_answered(
    deal: sf.Opportunity, trigger: str, data: st.DataObject
) -> None:
    engine = sf.Engine(fork())
    role = data.draw(st.sampled_from((None, "boss")))
    reason = data.draw(st.sampled_from(("price", "other"))) if trigger == "lose" else None
    observer = Observer([engine.process])
    with observer.listening():
        try:
            step = engine.fire(deal, trigger, at=deal.at, role=role, reason=reason)
        except CommandError:
            return  # a reason that its stage does not have
    found = coverage_of(engine.process, observer.observed[0].tests)
    taken = [key for key, way in found.ways.items() if way.met_in]
    assert taken == ([(trigger, deal.stage, step.unwrap().stage)] if step else [])
    ways = [
        way
        for (name, source, _), way in found.ways.items()
        if (name, source) == (trigger, deal.stage)
    ]
    assert step or deal.hold or all(way.unmet_in for way in ways)


def test_a_criterion_that_does_not_hold_yet_is_not_asked() -> None:
    text = (
        "salesfsm: 1\nprocess: p\nfacts: {need: text}\nstages: [a, {name: b, outcome: won}]\n"
        "transitions:\n  - trigger: go\n    source: a\n    target: b\n"
        f"    when: {{rule: known(need), since: {(MOMENT + timedelta(days=9)).date()}}}\n"
    )
    engine = sf.Engine(sf.loads(text))
    opened = engine.open("D-1", at=MOMENT).unwrap()
    found = seen((opened, "go"), engine=engine)
    assert found.ways["go", "a", "b"].met_in
    assert verdicts(found) == {}


def test_a_criterion_that_several_ways_share_is_one() -> None:
    found = coverage_of(sf.load("library:six_stage"), {})
    shared = [each.name for each in found.criteria if "solution_preferred" in each.name]
    assert shared == ["leaving presenting: proven.solution_preferred"]


def test_what_can_never_be_met_need_not_be_taken() -> None:
    text = (
        "salesfsm: 1\nprocess: p\nstages: [a, {name: b, outcome: won}]\n"
        "transitions:\n  - {trigger: go, source: a, target: b, when: false}\n"
    )
    found = coverage_of(sf.loads(text), {})
    assert [(each.can_be_met, each.can_be_unmet) for each in found.ways.values()] == [(False, True)]
    assert found.points == 2


def test_the_same_process_from_another_file_is_the_same() -> None:
    observer = Observer([process()])
    with observer.listening():
        sf.Engine(process()).fire(ready(), "offer", at=MOMENT)
    assert len(observer.observed) == 1
    assert observer.observed[0].tests


def test_processes_that_nobody_wants_are_left_alone() -> None:
    other = sf.load("library:six_stage")
    observer = Observer([process()])
    with observer.listening():
        engine = sf.Engine(other)
        engine.fire(engine.open("D-1", at=MOMENT).unwrap(), "engage", at=MOMENT)
    assert [each.process.name for each in observer.observed] == ["desk"]


def test_the_report_escapes_what_it_shows() -> None:
    named = process().model_copy(update={"version": "<b>"})
    assert "&lt;b&gt;" in page_of(coverage_of(named, {}))
    assert "<b>" not in page_of(coverage_of(named, {}))


def test_full_coverage_has_no_gap_to_tell() -> None:
    simple = sf.loads(
        "salesfsm: 1\nprocess: p\nstages: [a, {name: b, outcome: won}]\n"
        "transitions:\n  - {trigger: go, source: a, target: b}\n"
    )
    engine = sf.Engine(simple)
    found = seen((engine.open("D-1", at=MOMENT).unwrap(), "go"), engine=engine)
    assert next(lines_of(found)) == "p 1: 100% (1 of 1 verdicts)"
    assert not [line for line in lines_of(found) if "never" in line]


def test_the_map_marks_the_ways_that_no_test_took() -> None:
    diagram = with_coverage(flowchart(process()), seen((ready(), "offer")))
    told = {edge.id: (edge.count, edge.state) for edge in diagram.edges if edge.count}
    assert told["offer:talking:offering"] == ("1 test", None)
    assert ("no test", "blocked") in told.values()
    assert page_of(seen((ready(), "offer"))).count("no test") > 3
