"""A history on a map: every move is counted exactly once, wherever the map shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import assume, given, settings, strategies as st
from overlaid import FORMATS, edge, item, items, maps_of, nothing_lost, section, stage, words

import salesfsm as sf
from sales.b2b import b2b
from sales.processes import processes
from salesfsm.maps import Diagram, flowchart, to_svg
from salesfsm.maps.checklist import checklist
from salesfsm.maps.overlays import with_history
from salesfsm.maps.process_map import process_map

Key = tuple[str, str, str]

MOVES: Mapping[Key, int] = {
    ("qualify", "qualification", "presenting"): 60,
    ("lose", "qualification", "lost"): 40,
    ("step_back", "presenting", "qualification"): 5,
    ("again", "presenting", "presenting"): 1_000,
    ("offer", "presenting", "closing"): 30,
    ("offer", "presenting", "won"): 10,
    ("win", "closing", "won"): 24,
}


def test_edges_carry_their_number_and_are_as_wide_as_it_says() -> None:
    over = with_history(
        flowchart(b2b()), b2b(), {**MOVES, ("again", "presenting", "presenting"): 0}
    )
    qualify, win = edge(over, "qualify:qualification:presenting"), edge(over, "win:closing:won")
    assert (qualify.count, qualify.weight) == ("60", 1)
    assert (win.count, win.weight) == ("24", 0.4)
    assert (edge(over, "requalify:winback:qualification").count) == "0"
    assert edge(over, "requalify:winback:qualification").weight == 0


def test_the_edge_to_a_decision_carries_all_its_branches() -> None:
    over = with_history(flowchart(b2b()), b2b(), MOVES)
    to_it = next(each for each in over.edges if each.target == "decision.presenting.offer")
    assert to_it.count == "40"


def test_conversion_is_the_share_of_the_moves_out_that_lead_ahead_or_win() -> None:
    over = with_history(flowchart(b2b()), b2b(), MOVES)
    assert "60% of 100 go on" in stage(over, "qualification").lines
    assert "89% of 45 go on" in stage(over, "presenting").lines, "repeating is not leaving"
    assert "100% of 24 go on" in stage(over, "closing").lines


@pytest.mark.parametrize(
    ("ahead", "lost", "told"), [(1995, 5, ">99%"), (1, 999, "<1%"), (5, 0, "100%"), (2, 1, "67%")]
)
def test_no_share_says_all_or_nothing_of_what_is_less(ahead: int, lost: int, told: str) -> None:
    moves = {
        ("qualify", "qualification", "presenting"): ahead,
        ("lose", "qualification", "lost"): lost,
    }
    over = with_history(flowchart(b2b()), b2b(), moves)
    assert any(line.startswith(f"{told} of ") for line in stage(over, "qualification").lines)


def test_where_nobody_left_there_is_no_conversion() -> None:
    over = with_history(flowchart(b2b()), b2b(), {("win", "closing", "won"): 1})
    assert stage(over, "qualification").lines == ()
    assert stage(over, "lost").lines == ()


def test_the_number_that_stands_in_a_stage_is_beside_its_probability() -> None:
    over = with_history(flowchart(b2b()), b2b(), {}, {"closing": 1_204})
    assert stage(over, "closing").badge.replace("\u00a0", " ") == "80% · 1,204 here"
    assert stage(over, "won").badge == "0 here"


def test_numbers_are_written_as_in_the_language_of_the_map() -> None:
    polish = flowchart(b2b(), language="pl")
    moves = {("qualify", "qualification", "presenting"): 12_345}
    over = with_history(polish, b2b(), moves, {"closing": 1_204})
    assert "1\u00a0204" in stage(over, "closing").badge
    assert any("12\u00a0345" in line for line in stage(over, "qualification").lines)
    assert "12\u00a0345" in [edge.count for edge in over.edges]


def test_a_move_without_an_arrow_is_told_at_its_stage() -> None:
    over = with_history(process_map(b2b()), b2b(), MOVES)
    assert section(stage(over, "qualification"), "Other moves") == ["40 × lose → Lost"]
    again = item(stage(over, "presenting"), "again:presenting:presenting")
    assert again.text == "1,000 × again →\u00a0Prezentowanie"


def test_a_way_that_is_a_line_of_its_stage_is_counted_there() -> None:
    over = with_history(checklist(b2b()), b2b(), MOVES)
    line = item(stage(over, "qualification"), "qualify:qualification:presenting")
    assert line.text == "60 × qualify → Prezentowanie"
    assert section(stage(over, "qualification"), "Other moves") == []


def test_the_subtitle_tells_the_number_of_moves_in_the_language_of_the_map() -> None:
    assert with_history(checklist(b2b()), b2b(), MOVES).subtitle.endswith("1,169 moves")
    polish = checklist(b2b(), language="pl")
    assert with_history(polish, b2b(), MOVES).subtitle.endswith("1\u00a0169 ruchów")
    assert with_history(polish, b2b(), MOVES, language="en").subtitle.endswith("1,169 moves")


def test_counts_of_what_the_process_does_not_have_are_refused() -> None:
    with pytest.raises(sf.UnknownNameError, match="unknown move 'qualify, closing, won' in b2b"):
        with_history(flowchart(b2b()), b2b(), {("qualify", "closing", "won"): 1})
    with pytest.raises(sf.UnknownNameError, match="did you mean 'closing'"):
        with_history(flowchart(b2b()), b2b(), {}, {"closin": 1})
    with pytest.raises(sf.MapError, match="whole numbers from 0, not -1"):
        with_history(flowchart(b2b()), b2b(), {}, {"closing": -1})


def test_a_map_of_another_process_is_refused() -> None:
    with pytest.raises(sf.MapError, match="it is no map of b2b"):
        with_history(flowchart(sf.load("library:crm_oro")), b2b(), MOVES)


@pytest.mark.parametrize("name", FORMATS)
def test_the_overlay_can_be_drawn(name: str) -> None:
    assert "go on" in to_svg(with_history(FORMATS[name](b2b()), b2b(), MOVES))


def counted(diagram: Diagram, process: sf.Process) -> int:
    """All moves that a map of bare counts tells, each where it is told."""
    forks = [each for each in diagram.edges if not each.target.startswith("decision.")]
    total = sum(int(each.count.replace(",", "")) for each in forks if each.count)
    keys = {":".join(arc.key) for arc in process.arcs}
    for node in diagram.nodes:
        lines = [each.text for each in items(node) if each.id in keys]
        lines += section(node, "Other moves")
        total += sum(int(text.partition(" × ")[0].replace(",", "")) for text in lines)
    return total


@settings(max_examples=15, deadline=None)
@given(processes(), st.data())
def test_every_move_is_told_exactly_once_and_nothing_is_lost(
    process: sf.Process, data: st.DataObject
) -> None:
    moves = {arc.key: data.draw(st.integers(0, 5_000)) for arc in process.arcs}
    assume(len(moves) == len(process.arcs))  # what has the same key has one count
    standing = dict.fromkeys(process.stage_by_name, 3)
    for before in maps_of(process):
        after = with_history(before, process, moves, standing)
        nothing_lost(before, after)
        assert all(0 <= each.weight <= 1 for each in after.edges)
        assert re.search(r"3 here", " ".join(words(after)))
        assert counted(after, process) == sum(moves.values())
