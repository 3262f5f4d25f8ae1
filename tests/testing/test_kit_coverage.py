"""What answers of the engine say of a process: ways and criteria, each in both verdicts."""

from __future__ import annotations

from datetime import timedelta

import salesfsm as sf
from salesfsm.maps import flowchart
from salesfsm.testing.coverage.measuring import Coverage, coverage_of
from salesfsm.testing.coverage.observing import Observer
from salesfsm.testing.coverage.telling import lines_of, page_of, with_coverage
from salesfsm.testing.engines import MOMENT
from testing.kit import deal, process, ready

ENGINE = sf.Engine(process())


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
    every = {each.name: (bool(each.yes), bool(each.no)) for each in found.criteria}
    return {name: pair for name, pair in every.items() if any(pair)}


def test_an_accepted_move_takes_its_way_and_meets_its_criteria() -> None:
    found = seen((ready(), "offer"))
    assert found.ways["offer", "talking", "offering"].yes == {"test 0"}
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
    assert found.ways["offer", "talking", "offering"].no == {"test 0"}
    assert verdicts(found)["talking -> offering: task.call"] == (True, False)
    assert verdicts(found)["talking -> offering: bant"] == (False, True)


def test_a_branch_that_is_taken_refuses_those_before_it() -> None:
    found = seen((deal("offering", friend=True), "win"))
    assert found.ways["win", "offering", "won"].no
    assert found.ways["win", "offering", "talking"].yes
    assert verdicts(found) == {
        "offering -> won: proven.plan_agreed": (False, True),
        "offering -> talking: friend": (True, False),
    }


def test_branches_after_the_one_that_is_taken_are_not_looked_at() -> None:
    proven = ENGINE.record(
        deal("offering"), sf.Evidence("plan_agreed", kind="email"), at=MOMENT
    ).unwrap()
    found = seen((proven, "win"))
    assert not found.ways["win", "offering", "talking"].no
    assert verdicts(found) == {"offering -> won: proven.plan_agreed": (True, False)}


def test_a_trigger_that_leads_nowhere_says_nothing_of_any_criterion() -> None:
    assert seen((deal("won"), "offer")).hit == 0


def test_a_hold_says_nothing_of_any_criterion() -> None:
    assert seen((ENGINE.hold(ready(), at=MOMENT).unwrap(), "offer")).hit == 0


def test_a_reason_that_is_missing_is_no_refusal_by_criteria() -> None:
    found = seen((deal(), "lose"))
    assert not found.ways["lose", "talking", "lost"].no
    assert not found.ways["lose", "talking", "lost"].yes


def test_an_override_takes_no_way() -> None:
    engine = sf.Engine(process().model_copy(update={"overrides": ("boss",)}))
    found = seen((deal(), "offer"), engine=engine, override=sf.Override("boss", "why not"))
    assert found.ways["offer", "talking", "offering"].no
    assert not found.ways["offer", "talking", "offering"].yes


def test_a_criterion_that_does_not_hold_yet_is_not_asked() -> None:
    text = (
        "salesfsm: 1\nprocess: p\nfacts: {need: text}\nstages: [a, {name: b, outcome: won}]\n"
        "transitions:\n  - trigger: go\n    source: a\n    target: b\n"
        f"    when: {{rule: known(need), since: {(MOMENT + timedelta(days=9)).date()}}}\n"
    )
    engine = sf.Engine(sf.loads(text))
    opened = engine.open("D-1", at=MOMENT).unwrap()
    found = seen((opened, "go"), engine=engine)
    assert found.ways["go", "a", "b"].yes
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
    assert [(each.takeable, each.refusable) for each in found.ways.values()] == [(False, True)]
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
