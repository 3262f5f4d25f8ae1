"""Winback: where it is left for, where it rejoins, and that no criterion is lost on the way."""

from __future__ import annotations

import pytest
from planes import keys, sales, winback
from told import same

import salesfsm as sf
from salesfsm.process.composition.composing import branch, override

LEAVE = [sf.Transition(trigger="win_back", source="lost", target="approach", after="90d")]
REJOIN = {"renewed": "qualification"}


def whole(**changes: object) -> sf.Process:
    given = {"name": "winback", "leave": LEAVE, "rejoin": REJOIN} | changes
    return branch(sales(), winback(), **given)


def test_a_branch_leaves_and_rejoins():
    found = whole()
    assert keys(found) == [
        *keys(sales()),
        "lost --win_back--> winback.approach",
        "winback.approach --renew--> winback.talk",
        "winback.approach --agree--> qualification",
        "winback.talk --agree--> qualification",
        "winback.approach --stop--> winback.given_up",
        "winback.talk --stop--> winback.given_up",
        "winback.given_up --start_over--> winback.approach",
    ]
    assert [stage.path for stage in found.stages[4:]] == ["winback"] * 3
    assert found.starts == ("qualification",)
    assert same(found) == found


def test_what_guarded_an_end_guards_the_way_back():
    found = {arc.key: arc for arc in whole().arcs}
    back = found["agree", "winback.talk", "qualification"]
    assert back.kind == "aside"
    asked = [
        (each.code, each.level, each.says, each.owner, each.hint) for each in back.requirements
    ]
    assert asked == [
        ("task.winback.talk_again", "warn", "Talk again", "account executive", "Call."),
        ("still_needed", "block", None, None, None),
        ("still_needed.#2", "block", None, None, None),
        ("not_pestered", "block", None, None, None),
    ]
    other = found["agree", "winback.approach", "qualification"]
    assert [each.code for each in other.requirements] == [
        "task.winback.dated_plan",
        "still_needed",
        "not_pestered",
    ]


def test_a_way_that_still_wins_asks_its_exit_criteria_once():
    arc = next(arc for arc in whole(rejoin={"renewed": "won"}).arcs if arc.source == "winback.talk")
    assert arc.kind == "win"
    assert [each.code for each in arc.requirements][:2] == [
        "task.winback.talk_again",
        "still_needed",
    ]
    assert len(arc.requirements) == 4


def test_all_ends_may_rejoin():
    found = whole(rejoin={"renewed": "qualification", "given_up": "lost"})
    assert [stage.name for stage in found.stages[4:]] == ["winback.approach", "winback.talk"]
    assert "winback.talk --stop--> lost" in keys(found)
    assert next(arc for arc in found.arcs if arc.trigger == "stop").reasons == ("price", "silent")


def test_a_rule_about_an_end_is_about_the_stage_that_is_rejoined():
    part = override(
        winback(), {"assignments": [{"name": "a", "when": "stage == renewed", "owner": "jan"}]}
    )
    found = branch(sales(), part, name="winback", leave=LEAVE, rejoin=REJOIN)
    assert "when: stage == qualification" in sf.dump(found)


def test_ways_into_a_branch_may_leave_a_group_and_name_the_stage_with_its_prefix():
    ways = [sf.Transition(trigger="pause", source="open", target="winback.approach")]
    assert [key for key in keys(whole(leave=ways)) if "pause" in key] == [
        "qualification --pause--> winback.approach",
        "closing --pause--> winback.approach",
    ]


def test_a_branch_on_another_plane_stays_there():
    part = override(winback(), {"plane": "prospecting"})
    found = branch(sales(), part, name="winback", leave=LEAVE, rejoin=REJOIN)
    assert [stage.plane for stage in found.stages] == [None] * 4 + ["prospecting"] * 3


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        (
            {"rejoin": {}},
            sf.DefinitionError,
            "the branch 'winback' rejoins nowhere: winback ends in renewed, given_up\n"
            "  hint: say where opportunities go on",
        ),
        ({"leave": []}, sf.DefinitionError, "no way leads into the branch 'winback'"),
        ({"rejoin": {"renewd": "lost"}}, sf.UnknownNameError, "did you mean 'renewed'"),
        ({"rejoin": {"talk": "lost"}}, sf.UnknownNameError, "unknown end 'talk'"),
        ({"rejoin": {"renewed": "closin"}}, sf.UnknownNameError, "did you mean 'closing'"),
        (
            {"leave": [sf.Transition(trigger="x", source="lots", target="talk")]},
            sf.UnknownNameError,
            "did you mean 'lost'",
        ),
        (
            {"leave": [sf.Transition(trigger="x", source="lost", target="renewed")]},
            sf.UnknownNameError,
            "unknown stage 'renewed'",
        ),
        ({"name": "win back"}, sf.CommandError, "cannot be put before names"),
    ],
)
def test_a_branch_that_leads_nowhere_or_to_no_stage_is_an_error(changes, error, message):
    with pytest.raises(error, match=message):
        whole(**changes)


def test_a_path_is_taken_once():
    with pytest.raises(sf.CommandError, match="has a path 'winback' already"):
        branch(whole(), winback(), name="winback", leave=LEAVE, rejoin=REJOIN)
