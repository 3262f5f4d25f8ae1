"""One opportunity on a map: where it stands, how it came there, and what is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from overlaid import edge, item, maps_of, node, nothing_lost, section, stage

import salesfsm as sf
from sales.b2b import BANT, DAY, NOW, b2b, lead, ready
from sales.processes import processes
from salesfsm.maps import flowchart, to_svg
from salesfsm.maps.buyer_map import buyer_map
from salesfsm.maps.checklist import checklist
from salesfsm.maps.overlays import with_opportunity
from salesfsm.maps.process_map import process_map

LACKING = "Missing for qualify → Prezentowanie"


@pytest.fixture
def engine() -> sf.Engine:
    return sf.Engine(b2b())


def walked(engine: sf.Engine) -> tuple[sf.Opportunity, list[sf.Event]]:
    """Qualified after 3 days, back after 2, qualified again after 1; with all events."""
    events: list[sf.Event] = []

    def keep(step: sf.Step) -> sf.Opportunity:
        events.extend(step.events)
        return step.unwrap()

    deal = keep(engine.open("ACME-1", at=NOW, facts=BANT))
    for task in ("discovery_call", "summary"):
        deal = keep(engine.complete(deal, task, at=NOW))
    deal = keep(engine.record(deal, sf.Evidence("reason_to_act", kind="email"), at=NOW))
    deal = keep(engine.fire(deal, "qualify", at=NOW + 3 * DAY))
    deal = keep(engine.fire(deal, "step_back", at=NOW + 5 * DAY))
    return keep(engine.fire(deal, "qualify", at=NOW + 6 * DAY)), events


def test_the_stage_where_it_stands_is_told_with_the_time_in_it(engine: sf.Engine) -> None:
    over = with_opportunity(flowchart(b2b()), engine, lead(engine), at=NOW + 4 * DAY)
    here = stage(over, "qualification")
    assert here.state == "here"
    assert here.badge.replace("\u00a0", " ") == "20% · 4 days of 10 days"
    assert "here since 2026-03-02" in here.lines
    assert [each.id for each in over.nodes if each.state] == ["stage.qualification"]


@pytest.mark.parametrize(("days", "state"), [(9.99, "here"), (10, "late")])
def test_as_long_as_expected_is_late(engine: sf.Engine, days: float, state: str) -> None:
    at = NOW + timedelta(days=days)
    over = with_opportunity(flowchart(b2b()), engine, lead(engine), at=at)
    assert stage(over, "qualification").state == state
    assert "➤" in to_svg(over), "late or not, one sees where it is"


def test_one_that_rests_is_not_late(engine: sf.Engine) -> None:
    deal = engine.hold(lead(engine), until=NOW + 90 * DAY, at=NOW).unwrap()
    over = with_opportunity(flowchart(b2b()), engine, deal, at=NOW + 40 * DAY)
    assert stage(over, "qualification").state == "here"
    assert "on hold until 2026-05-31" in stage(over, "qualification").lines


def test_a_time_of_less_than_a_day_is_told_in_hours(engine: sf.Engine) -> None:
    over = with_opportunity(flowchart(b2b()), engine, lead(engine), at=NOW + DAY / 6)
    assert "4 hours of 10 days" in stage(over, "qualification").badge


def test_a_closed_stage_takes_no_time(engine: sf.Engine) -> None:
    deal = engine.fire(lead(engine), "lose", reason="price", at=NOW).unwrap()
    over = with_opportunity(checklist(b2b()), engine, deal, at=NOW + DAY)
    assert stage(over, "lost").badge == ""
    assert stage(over, "lost").state == "here"
    assert item(stage(over, "lost"), "reason.price").mark == "done"
    assert item(stage(over, "lost"), "reason.competitor").mark == "open"


def test_the_path_is_numbered_and_the_time_spent_is_told(engine: sf.Engine) -> None:
    deal, events = walked(engine)
    over = with_opportunity(flowchart(b2b()), engine, deal, at=NOW + 7 * DAY, events=events)
    assert stage(over, "qualification").state == "passed"
    assert "4 days here" in stage(over, "qualification").lines
    assert stage(over, "presenting").state == "here"
    assert edge(over, "qualify:qualification:presenting").count == "move 1, 3"
    assert edge(over, "qualify:qualification:presenting").state == "passed"
    assert edge(over, "step_back:presenting:qualification").count == "move 2"
    assert edge(over, "win:closing:won").state is None


def test_of_a_path_known_in_part_nothing_later_is_shown(engine: sf.Engine) -> None:
    _, events = walked(engine)
    deal = sf.replay(b2b(), events[:5])
    over = with_opportunity(flowchart(b2b()), engine, deal, at=NOW + 7 * DAY, events=events)
    assert edge(over, "qualify:qualification:presenting").count == "move 1"
    assert edge(over, "step_back:presenting:qualification").count == ""


def test_a_path_through_a_decision_leads_to_it_too(engine: sf.Engine) -> None:
    deal, events = walked(engine)
    step = engine.fire(deal, "offer", at=NOW + 8 * DAY)
    over = with_opportunity(
        flowchart(b2b()),
        engine,
        step.unwrap(),
        at=NOW + 8 * DAY,
        events=[*events, *step.events],
    )
    to_it = next(e for e in over.edges if e.target == "decision.presenting.offer")
    assert (to_it.state, to_it.count) == ("passed", "")
    assert edge(over, "offer:presenting:closing").state == "passed"
    assert edge(over, "offer:presenting:won").state is None


def test_a_hand_over_that_took_place_is_passed() -> None:
    process = sf.loads(
        """
salesfsm: 1
process: two
stages: [{name: first}, {name: won, outcome: won}, {name: care, path: care}]
transitions: [{trigger: win, source: first, target: won}]
handovers: [{name: to_care, source: [first, won], target: care}]
"""
    )
    engine = sf.Engine(process)
    opened = engine.open("A", at=NOW)
    handed = engine.hand_over(opened.unwrap(), "to_care", id="B", at=NOW)
    events = [*opened.events, *handed.giving.events]
    deal = handed.giving.unwrap()
    over = with_opportunity(flowchart(process), engine, deal, at=NOW, events=events)
    states = {each.id: each.state for each in over.edges if each.role == "handover"}
    assert states == {"handover.to_care:first": "passed", "handover.to_care:won": None}


def test_without_events_no_path_is_invented(engine: sf.Engine) -> None:
    deal, _ = walked(engine)
    over = with_opportunity(flowchart(b2b()), engine, deal, at=NOW + 7 * DAY)
    assert not [each for each in (*over.nodes, *over.edges) if each.state == "passed"]


def test_a_blocked_move_is_told_with_what_is_missing(engine: sf.Engine) -> None:
    over = with_opportunity(flowchart(b2b()), engine, lead(engine, budget=50_000), at=NOW)
    blocked = [each.id for each in over.edges if each.state == "blocked"]
    assert blocked == ["qualify:qualification:presenting"]
    missing = section(stage(over, "qualification"), LACKING)
    assert missing[0] == "Hold the discovery call"
    assert not [each for each in missing if "udget" in each]
    assert len(missing) == 5


def test_several_blocked_moves_are_told_together() -> None:
    text = """
salesfsm: 1
process: two
facts: {budget: bool, need: bool}
stages:
  - {name: first, exit: {rule: budget, owner: the champion}}
  - {name: second}
  - {name: third, entry: need}
  - {name: won, outcome: won}
transitions:
  - {trigger: go, source: first, target: second}
  - {trigger: jump, source: first, target: third}
  - {trigger: win, source: open, target: won, when: "true"}
"""
    engine = sf.Engine(sf.loads(text))
    deal = engine.open("A", at=NOW).unwrap()
    over = with_opportunity(flowchart(engine.process), engine, deal, at=NOW)
    (told,) = stage(over, "first").sections
    assert told.title == "What is missing"
    assert [(each.text, each.note) for each in told.items] == [
        ("Budget", "the champion"), ("Need", "jump → Third"),
    ]  # fmt: skip


FORK = """
salesfsm: 1
process: fork
facts: {roof: {type: choice, options: [flat, pitched, unsuitable], label: Type of roof}}
stages:
  - {name: survey, exit: known(roof)}
  - {name: offer}
  - {name: kit, path: plan_b}
  - {name: won, outcome: won}
transitions:
  - {trigger: assess, source: survey, target: offer, when: "roof in [flat, pitched]"}
  - {trigger: assess, source: survey, target: kit, when: "roof == unsuitable"}
  - {trigger: win, source: [offer, kit], target: won}
"""


def test_branches_that_ask_under_one_code_are_ticked_each_by_itself() -> None:
    text = FORK.replace("target: kit", "target: won").replace("source: [offer, kit]", "source: kit")
    engine = sf.Engine(sf.loads(text.replace("{name: kit, path: plan_b}", "{name: kit}")))
    deal = engine.open("A", at=NOW, facts={"roof": "flat"}).unwrap()
    for draw in (checklist, process_map):
        here = stage(with_opportunity(draw(engine.process), engine, deal, at=NOW), "survey")
        marks = {
            each.text.casefold(): each.mark
            for section in here.sections
            for each in section.items
            if each.id.startswith("criterion.roof")
        }
        assert marks == {
            "type of roof is known": "done",
            "type of roof is one of flat, pitched": "done",
            "type of roof = unsuitable": "open",
        }


def test_the_same_code_at_entry_and_exit_is_ticked_each_by_itself() -> None:
    text = FORK.replace("exit: known(roof)", "entry: known(roof), exit: roof == pitched")
    engine = sf.Engine(sf.loads(text))
    deal = engine.open("A", at=NOW, facts={"roof": "flat"}).unwrap()
    here = stage(with_opportunity(process_map(engine.process), engine, deal, at=NOW), "survey")
    assert item(here, "criterion.roof:survey").mark == "done"
    assert item(here, "criterion.roof").mark == "missing"


def test_a_branch_that_does_not_apply_lacks_nothing_and_the_open_one_is_marked() -> None:
    engine = sf.Engine(sf.loads(FORK))
    deal = engine.open("A", at=NOW, facts={"roof": "flat"}).unwrap()
    over = with_opportunity(flowchart(engine.process), engine, deal, at=NOW)
    assert edge(over, "assess:survey:offer").state == "open"
    assert edge(over, "assess:survey:kit").state is None
    (told,) = stage(over, "survey").sections
    assert told.title == "Not taken as things stand"
    assert [(each.text, each.note) for each in told.items] == [
        ("assess → Kit", "if: Type of roof = unsuitable")
    ]
    listed = stage(with_opportunity(checklist(engine.process), engine, deal, at=NOW), "survey")
    assert item(listed, "assess:survey:offer").state == "open"
    assert "not taken as things stand" in item(listed, "assess:survey:kit").note
    assert all("roof" not in each.title for each in listed.sections)


def test_a_branch_waits_for_what_the_stage_asks_while_the_other_is_not_taken() -> None:
    text = FORK.replace("exit: known(roof)", "tasks: [{name: climb}]")
    engine = sf.Engine(sf.loads(text))
    deal = engine.open("A", at=NOW, facts={"roof": "flat"}).unwrap()
    here = stage(with_opportunity(flowchart(engine.process), engine, deal, at=NOW), "survey")
    assert section(here, "Missing for assess → Offer") == ["Climb is done"]
    assert section(here, "Not taken as things stand") == ["assess → Kit"]
    unknown = engine.open("B", at=NOW).unwrap()
    here = stage(with_opportunity(flowchart(engine.process), engine, unknown, at=NOW), "survey")
    assert section(here, "What is missing") == [
        "Climb is done", "Type of roof is one of flat, pitched", "Type of roof = unsuitable",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ("15 business days", "29 business days of 15 business days"),
        ("36h", "936 hours of 36 hours"),
        ("90m", "936 hours of 1 hour 30 minutes"),
        ("20m", "56160 minutes of 20 minutes"),
        ("3w", "39 days of 21 days"),
    ],
)
def test_the_time_spent_and_the_time_expected_are_in_one_unit(expected: str, told: str) -> None:
    text = FORK.replace("name: survey,", f"name: survey, expected: {expected},")
    engine = sf.Engine(sf.loads(text))
    deal = engine.open("A", at=NOW).unwrap()
    over = with_opportunity(flowchart(engine.process), engine, deal, at=NOW + 39 * DAY)
    assert stage(over, "survey").badge.replace("\u00a0", " ").replace(",", "") == told


def test_a_business_day_is_over_when_the_calendar_says_so() -> None:
    text = FORK.replace("name: survey,", "name: survey, expected: 3 business days,")
    engine = sf.Engine(sf.loads(text))
    deal = engine.open("A", at=NOW).unwrap()
    for later, count in ((DAY - DAY / 24, 0), (DAY, 1), (4 * DAY, 4), (6 * DAY, 4), (7 * DAY, 5)):
        over = with_opportunity(flowchart(engine.process), engine, deal, at=NOW + later)
        assert stage(over, "survey").badge.startswith(f"{count} business day")
        assert (stage(over, "survey").state == "late") == (count >= 3)


def test_where_the_sides_do_not_face_each_other_both_cards_say_so() -> None:
    process = sf.load("library:complex_b2b")
    engine = sf.Engine(process)
    deal = engine.open("A", at=NOW).unwrap()
    together = with_opportunity(buyer_map(process), engine, deal, at=NOW)
    assert not [each for each in together.nodes if each.state == "blocked"]
    deal = engine.place(deal, "presenting", at=NOW).unwrap()
    over = with_opportunity(buyer_map(process), engine, deal, at=NOW)
    seller = process.stage_by_name["presenting"].mirrors
    gap = [each for each in over.nodes if each.role == "phase" and each.state == "blocked"]
    assert gap[-1].id == f"phase.{seller}"
    assert "ahead of the buyer" in gap[0].lines[-1]
    assert "ahead of the buyer" in stage(over, "presenting").lines[-1]


def test_nothing_is_missing_where_every_move_is_open(engine: sf.Engine) -> None:
    over = with_opportunity(flowchart(b2b()), engine, ready(engine), at=NOW)
    assert section(stage(over, "qualification"), LACKING) == []
    assert not [each for each in over.edges if each.state == "blocked"]


def test_the_other_branch_of_an_open_decision_is_not_blocked(engine: sf.Engine) -> None:
    deal, _ = walked(engine)
    deal = engine.record(deal, sf.Evidence("signature", kind="mail"), at=NOW + 7 * DAY).unwrap()
    over = with_opportunity(flowchart(b2b()), engine, deal, at=NOW + 7 * DAY)
    assert [each.id for each in over.edges if each.state == "blocked"] == []


def test_tasks_and_criteria_are_ticked_open_or_missing(engine: sf.Engine) -> None:
    deal = engine.complete(lead(engine, budget=50_000), "discovery_call", at=NOW).unwrap()
    here = stage(with_opportunity(process_map(b2b()), engine, deal, at=NOW), "qualification")
    marks = {each: item(here, each).mark for each in (
        "task.discovery_call", "task.stakeholder_map", "criterion.bant.budget",
        "criterion.bant.authority", "criterion.proven.reason_to_act", "criterion.second_eyes",
    )}  # fmt: skip
    assert list(marks.values()) == ["done", "open", "done", "missing", "missing", "done"]


def test_what_the_card_tells_as_missing_is_not_told_twice(engine: sf.Engine) -> None:
    over = with_opportunity(process_map(b2b()), engine, lead(engine, budget=50_000), at=NOW)
    assert section(stage(over, "qualification"), LACKING) == []


def test_expired_evidence_is_late(engine: sf.Engine) -> None:
    at = NOW + 200 * DAY
    here = stage(with_opportunity(checklist(b2b()), engine, ready(engine), at=at), "qualification")
    found = item(here, "criterion.proven.reason_to_act")
    assert (found.mark, found.state) == ("missing", "late")
    over = with_opportunity(buyer_map(b2b()), engine, ready(engine), at=at)
    assert node(over, "milestone.reason_to_act").state == "late"


def test_proven_milestones_and_the_phase_of_the_buyer_are_shown(engine: sf.Engine) -> None:
    over = with_opportunity(buyer_map(b2b()), engine, ready(engine), at=NOW)
    assert node(over, "milestone.reason_to_act").state == "passed"
    assert node(over, "milestone.signature").state is None
    phases = {each.id: each.state for each in over.nodes if each.role == "phase"}
    assert phases["phase.investigating"] == "passed"
    assert phases["phase.defining"] == "here"
    assert phases["phase.selecting"] is None


def test_the_subtitle_tells_who_stands_where_and_how_the_sides_are_apart(
    engine: sf.Engine,
) -> None:
    over = with_opportunity(flowchart(b2b()), engine, ready(engine), at=NOW, language="pl")
    told = over.subtitle.replace("\u00a0", " ")
    stands, day, apart = told.split(" · ")
    assert (stands, day) == ("ACME-1 – etap: Kwalifikacja", "2026-03-02")
    assert "1 fazę" in apart


def test_a_criterion_of_a_python_predicate_is_told_by_the_engine() -> None:
    text = """
salesfsm: 1
process: checked
predicates: {scored: Scoring says yes}
stages:
  - {name: first, exit: scored()}
  - {name: second, exit: scored()}
  - {name: won, outcome: won}
transitions:
  - {trigger: go, source: first, target: second}
  - {trigger: win, source: second, target: won}
"""
    process = sf.loads(text)
    for answer, mark in ((True, "done"), (False, "missing")):
        engine = sf.Engine(process, predicates={"scored": lambda *_, told=answer: told})
        deal = engine.open("A", at=NOW).unwrap()
        over = with_opportunity(process_map(process), engine, deal, at=NOW)
        (asked,) = (each for each in stage(over, "first").sections[0].items)
        assert asked.mark == mark
        (later,) = (each for each in stage(over, "second").sections[0].items)
        assert later.mark == "open"


def test_events_of_another_opportunity_are_refused(engine: sf.Engine) -> None:
    _, events = walked(engine)
    other = engine.open("B-2", at=NOW).unwrap()
    with pytest.raises(sf.MapError, match=r"'ACME-1' is no part of the path of 'B-2'"):
        with_opportunity(flowchart(b2b()), engine, other, at=NOW, events=events)


def test_a_map_of_another_process_is_refused(engine: sf.Engine) -> None:
    other = flowchart(sf.load("library:crm_oro"))
    with pytest.raises(sf.MapError, match=r"shows the stage 'new_lead', so it is no map of b2b"):
        with_opportunity(other, engine, lead(engine), at=NOW)


def test_what_is_no_diagram_is_refused(engine: sf.Engine) -> None:
    with pytest.raises(sf.MapError, match="lies over a Diagram, not over str"):
        with_opportunity("a.svg", engine, lead(engine), at=NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", range(4))
def test_the_overlay_can_be_drawn(engine: sf.Engine, number: int) -> None:
    deal, events = walked(engine)
    base = list(maps_of(b2b()))[number]
    over = with_opportunity(base, engine, deal, at=NOW + 40 * DAY, events=events)
    assert "ACME-1" in to_svg(over)


@settings(max_examples=15, deadline=None)
@given(processes())
def test_the_overlay_changes_no_id_and_loses_nothing(process: sf.Process) -> None:
    engine = sf.Engine(process)
    step = engine.adopt("A", process.starts[0], at=NOW)
    for before in maps_of(process):
        after = with_opportunity(before, engine, step.unwrap(), at=NOW + DAY, events=step.events)
        nothing_lost(before, after)
        assert stage(after, process.starts[0]).state in ("here", "late")


def test_who_can_supply_what_is_missing_is_named_in_the_language_of_the_map() -> None:
    process = sf.load("library:complex_b2b")
    engine = sf.Engine(process)
    deal = engine.place(engine.open("A", at=NOW).unwrap(), "presenting", at=NOW).unwrap()
    over = with_opportunity(process_map(process, language="pl"), engine, deal, at=NOW)
    (card,) = [node for node in over.nodes if node.state == "here" and node.role == "stage"]
    notes = [item.note for each in card.sections for item in each.items if item.mark == "missing"]
    assert any("handlowiec" in note for note in notes)
    assert not any("account executive" in note for note in notes)
