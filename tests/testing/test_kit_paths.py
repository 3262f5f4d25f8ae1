"""Paths lead over every way, by the fewest moves, and can be gone with real opportunities."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

import salesfsm as sf
from sales.processes import flat_processes
from salesfsm.process.arcs import reached
from salesfsm.testing import Path, StuckError, follow, matrix, shortest_paths, transition_paths
from salesfsm.testing.paths import beginnings
from testing.kit import deal, process, ready


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
