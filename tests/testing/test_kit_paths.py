"""Paths lead over every way, by the fewest moves, and can be gone with real opportunities."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

import salesfsm as sf
from sales.processes import flat_processes
from salesfsm.process.arcs import reached
from salesfsm.testing import (
    Path,
    StuckError,
    follow,
    matrix,
    shortest_paths,
    transition_paths,
    walk,
)
from salesfsm.testing.engines import MOMENT
from salesfsm.testing.paths import beginnings
from testing.kit import PLANES, deal, planes, process, ready


def test_the_shortest_path_to_each_stage_is_told() -> None:
    assert list(map(str, shortest_paths(process()))) == [
        "talking",
        "talking-offer-offering",
        "talking-offer-offering-win-won",
        "talking-lose-lost",
    ]


def test_the_paths_over_all_transitions_take_each_of_them() -> None:
    taken = {arc.key for path in transition_paths(process()) for arc in path.arcs}
    assert taken == {arc.key for arc in process().arcs}


@given(flat_processes())
@settings(deadline=None, max_examples=50)
def test_of_any_process_every_stage_and_way_that_can_be_reached_has_a_path(
    drawn: sf.Process,
) -> None:
    usable = [arc for path in transition_paths(drawn) for arc in path.arcs]
    stages = {path.stages[-1] for path in shortest_paths(drawn)}
    assert stages == reached(beginnings(drawn), [(arc.source, arc.target) for arc in usable])
    for path in transition_paths(drawn):
        assert path.stages[0] in drawn.starts
        assert all(a.target == b.source for a, b in zip(path.arcs, path.arcs[1:], strict=False))


@pytest.mark.parametrize("path", transition_paths(process()), ids=str)
def test_a_path_is_gone_with_all_that_its_moves_lack(path: Path) -> None:
    done = follow(process(), path)
    assert tuple(done.stages) == path.stages
    assert sf.replay(process(), done.events) == done.opportunity


def test_a_path_that_cannot_be_opened_says_why() -> None:
    text = "salesfsm: 1\nprocess: p\nstages: [a, {name: b, outcome: won}]\ntransitions:\n"
    shut = sf.loads(f"{text}  - {{trigger: go, source: a, target: b, when: days_in_stage < 0}}\n")
    (path,) = transition_paths(shut)
    with pytest.raises(StuckError, match="go is refused"):
        follow(shut, path)


def test_a_way_back_leads_through_the_stage_in_which_work_stopped() -> None:
    free = sf.load("library:crm_pipedrive")
    path = next(
        path for path in transition_paths(free) if str(path).endswith("reopen-contact_made")
    )
    assert "contact_made" in path.stages[:-1]
    assert follow(free, path).opportunity.stage == "contact_made"


def test_the_shortest_path_to_what_hand_overs_begin_leads_over_one() -> None:
    assert list(map(str, shortest_paths(planes()))) == [
        "talking",
        "talking-win-won",
        "talking-lose-lost",
        "talking-win-won-to_care-service",
        "talking-win-won-to_care-service-renew-renewed",
    ]


def test_paths_over_all_transitions_take_each_hand_over_too() -> None:
    every = transition_paths(planes())
    assert list(map(str, every)) == [
        "talking-lose-lost",
        "talking-win-won-to_care-service-renew-renewed",
    ]
    way = every[1].arcs[1]
    assert (way.trigger, way.source, way.target) == ("to_care", "won", "service")
    assert way.kind == "handover"


def test_a_path_goes_on_with_what_a_hand_over_begins() -> None:
    (*_, path) = transition_paths(planes())
    done = follow(planes(), path)
    assert done.stages == ["talking", "won", "service", "renewed"]
    assert done.opportunity.origin is not None
    assert done.opportunity.origin.handover == "to_care"
    assert set(done.opportunity.facts) == {"users", "end"}
    assert sf.replay(planes(), done.events) == done.opportunity
    givers = [event for step in done.steps for event in step.events if event not in done.events]
    assert sf.replay(planes(), givers).id == done.opportunity.origin.opportunity_id
    assert isinstance(givers[-1], sf.HandedOver)
    assert givers[-1].by in ("ewa", "jan")


def test_a_hand_over_that_lacks_what_the_next_stage_asks_says_so() -> None:
    bare = sf.loads(PLANES.replace("carries: {facts: [users]}", "carries: {facts: [note]}"))
    (path,) = [path for path in shortest_paths(bare) if path.stages[-1] == "service"]
    with pytest.raises(StuckError, match=r"to_care is refused(.|\n)*users"):
        follow(bare, path)


def test_a_hand_over_and_a_trigger_of_one_name_are_two_ways() -> None:
    both = sf.loads(
        PLANES.replace("name: to_care", "name: again").replace(
            "handovers:", "  - {trigger: again, source: won, target: service}\nhandovers:"
        )
    )
    twice = [path for path in transition_paths(both) if "again" in str(path)]
    kinds = {arc.kind for path in twice for arc in path.arcs if arc.trigger == "again"}
    assert kinds == {"handover", "reopen"}
    for path in twice:
        assert follow(both, path).stages == list(path.stages)


def test_a_way_back_to_where_the_giver_stopped_is_none_of_the_receiver() -> None:
    back = "  - {trigger: back, source: renewed, target: talking, when: stopped_in == talking}\n"
    paths = transition_paths(sf.loads(PLANES.replace("handovers:", f"{back}handovers:")))
    assert not [path for path in paths if "back" in str(path)]


def test_a_walk_crosses_a_hand_over_by_itself() -> None:
    done = walk(planes(), "renewed")
    assert done.stages == ["talking", "won", "service", "renewed"]
    assert "train" in done.opportunity.tasks


def test_a_walk_goes_on_from_an_opportunity_over_a_hand_over() -> None:
    won = sf.Engine(planes()).adopt("ACME-1", "won", at=MOMENT).unwrap()
    done = walk(planes(), "service", deal=won)
    assert done.opportunity.stage == "service"
    assert done.opportunity.origin is not None
    assert done.opportunity.origin.opportunity_id == "ACME-1"


def test_what_begins_has_no_owner_whom_its_team_does_not_have() -> None:
    begun = walk(planes(), "service")
    assert (begun.opportunity.team, begun.opportunity.owner) == ("care", None)
    opened = begun.steps[0].unwrap()
    assert (opened.team, opened.owner) == ("closers", None)
    free = sf.loads(PLANES.replace("members: [olga]", "members: [olga, anna]"))
    assert walk(free, "service").opportunity.owner == "anna"


def test_a_walk_that_ends_beside_its_way_tells_what_did_not_open_on_it() -> None:
    text = """\
salesfsm: 1
process: p
predicates: {agreed: Both sides have agreed.}
stages: [a, {name: won, outcome: won}, {name: lost, outcome: lost}]
transitions:
  - {trigger: win, source: a, target: won, when: agreed()}
  - {trigger: lose, source: a, target: lost}
  - {trigger: retry, source: lost, target: a}
"""
    engine = sf.Engine(sf.loads(text), predicates={"agreed": lambda deal, at: False})
    with pytest.raises(StuckError, match=r"win does not lead from a to won(.|\n)*agreed"):
        walk(engine, "won")


def test_where_no_way_leads_a_walk_says_so() -> None:
    with pytest.raises(StuckError, match="no way leads from talking to service"):
        walk(sf.loads(PLANES.split("handovers:", maxsplit=1)[0]), "service")


def test_a_buyer_who_goes_back_is_followed_through_the_branch_for_them() -> None:
    text = """\
salesfsm: 1
process: back
buyer:
  phases: [one, two, three, four, five]
  milestones:
    - {name: first, moves: one -> two}
    - {name: second, moves: two -> three}
    - {name: third, moves: three -> four}
    - {name: fourth, moves: four -> five}
stages: [a, b, c, d, {name: won, outcome: won}]
transitions:
  - {trigger: go, source: a, target: b, when: "proven(second) and proven(third) and proven(fourth)"}
  - {trigger: back, source: b, target: c, when: buyer_at(four)}
  - {trigger: back, source: b, target: d, when: buyer_at(three)}
  - {trigger: back, source: b, target: a, when: buyer_at(two)}
"""
    process = sf.loads(text)
    for path in transition_paths(process):
        assert follow(process, path).stages == list(path.stages)
    assert "a-go-b-back-a" in map(str, transition_paths(process))


@pytest.mark.parametrize("teams", ["", "teams: [{name: north}, {name: south}]"])
def test_a_team_is_supplied_that_the_process_has(teams: str) -> None:
    text = "salesfsm: 1\nprocess: p\nstages: [a, {name: b, outcome: won}]\ntransitions:\n"
    asks = 'buyer == on_hold and team == "south"'
    go = f"  - {{trigger: go, source: a, target: b, when: '{asks}'}}\n"
    assert walk(sf.loads(text + go + teams), "b").opportunity.team == "south"


def test_the_matrix_tells_where_each_trigger_leads_and_what_it_lacks() -> None:
    found = matrix(process(), ready())
    assert found.cell("talking", "offer") == "-> offering"
    assert found.cell("offering", "win") == "no: proven.plan_agreed, friend"
    assert found.cell("won", "win") == ""


def test_without_an_opportunity_nothing_is_known() -> None:
    assert matrix(process()).cell("talking", "offer") == "no: task.call, bant"


def test_the_matrix_as_text_lists_the_triggers_of_each_stage() -> None:
    assert matrix(process(), deal()).text().splitlines() == [
        "talking",
        "  offer  no: task.call, bant",
        "  lose   -> lost",
        "offering",
        "  win    no: proven.plan_agreed, friend",
        "  lose   -> lost",
        "won",
        "lost",
        "  retry  no: lost_reason+need",
    ]


def test_the_matrix_as_text_is_as_narrow_as_what_it_tells() -> None:
    text = matrix(sf.load("library:complex_b2b")).text()
    assert max(map(len, text.splitlines())) < 150


def test_the_matrix_as_csv_has_a_row_for_each_stage() -> None:
    found = matrix(process(), deal())
    assert found.csv().splitlines()[0] == "stage,offer,win,lose,retry"
    assert "won,,,," in found.csv().splitlines()
    assert len(found.csv().splitlines()) == 5


def test_the_matrix_as_html_escapes_what_it_shows() -> None:
    named = process().model_copy(update={"version": "<script>"})
    page = matrix(named).html()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert '<td class="allowed">-&gt; lost</td>' in page
