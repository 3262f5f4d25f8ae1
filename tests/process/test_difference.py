"""The difference of two processes tells what they mean differently, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

import salesfsm as sf
from sales.b2b import TEXT, b2b
from sales.processes import processes
from salesfsm.process.difference import Change, Compared, difference


def edited(*swaps: tuple[str, str]) -> sf.Process:
    """The B2B sale with texts of its file replaced."""
    text = TEXT
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    return sf.loads(text)


def only(part: Compared[Any], **expected: Any) -> None:
    """The part holds these differences and no others."""
    found = {"added": part.added, "removed": part.removed, "changed": dict(part.changed)}
    assert found == {"added": (), "removed": (), "changed": {}} | expected


def test_a_process_does_not_differ_from_itself() -> None:
    assert not difference(b2b(), b2b())


def test_another_name_or_version_of_the_process_is_no_difference() -> None:
    assert not difference(b2b(), b2b().model_copy(update={"version": "2", "name": "other"}))


def test_the_same_meaning_written_otherwise_is_no_difference() -> None:
    stages = "[qualification, presenting, closing, winback]"
    new = edited(
        ("source: open, ", f"source: {stages}, "),
        ("budget < 100000}", "'budget<100_000'}"),
        ("expected: 10d", "expected: P10D"),
    )
    found = difference(b2b(), new)
    assert not found
    assert len(found.arcs.same) == len({arc.key for arc in new.arcs})


def test_a_stage_is_added_with_the_ways_of_its_group() -> None:
    found = difference(b2b(), edited(("  - {name: won,", "  - {name: legal}\n  - {name: won,")))
    only(found.stages, added=("legal",))
    only(found.arcs, added=(("lose", "legal", "lost"),))


def test_a_stage_under_another_name_is_another_stage() -> None:
    found = difference(b2b(), edited(("winback", "nurturing")))
    only(found.stages, added=("nurturing",), removed=("winback",))


def test_what_changed_about_a_stage_is_told_with_both_values() -> None:
    found = difference(b2b(), edited(("probability: 40%", "probability: 50%")))
    (change,) = found.stages.changed["presenting"]
    assert (change.field, str(change.old), str(change.new)) == ("probability", "0.4", "0.5")
    assert found.stages.same == ("qualification", "closing", "won", "lost", "winback")


def test_of_stages_in_another_order_only_the_one_that_moved_has_changed() -> None:
    found = difference(b2b(), sf.reorder(b2b(), ["closing", "qualification", "presenting"]))
    only(found.stages, changed={"closing": (Change("order", "presenting", None),)})


def test_another_order_of_stages_changes_what_moves_do() -> None:
    found = difference(b2b(), sf.reorder(b2b(), ["qualification", "closing", "presenting"]))
    assert (
        Change("kind", sf.MoveKind.ADVANCE, sf.MoveKind.REGRESS)
        in (found.arcs.changed["offer", "presenting", "closing"])
    )


def test_a_task_that_moved_to_another_stage_has_changed() -> None:
    new = edited(
        ("      - {name: summary, level: advise}\n", ""),
        ("{name: closing,", "{name: closing, tasks: [{name: summary, level: advise}],"),
    )
    found = difference(b2b(), new)
    only(found.tasks, changed={"summary": (Change("stage", "qualification", "closing"),)})
    assert not found.stages


def test_the_elements_of_a_criteria_set_are_compared_one_by_one() -> None:
    found = difference(b2b(), edited(("min_budget=10000", "min_budget=20000")))
    (key,) = found.criteria.changed
    assert key == ("qualification", "exit", "bant.budget")
    assert [change.field for change in found.criteria.changed[key]] == ["condition"]
    assert not found.criteria.added
    assert not found.arcs, "an arc does not change with the criteria of its stage"


def test_a_criterion_that_refuses_where_it_warned_has_changed() -> None:
    found = difference(b2b(), edited(("second_eyes, level: warn", "second_eyes, level: block")))
    changed = {("qualification", "exit", "second_eyes"): (
        Change("level", sf.Level.WARN, sf.Level.BLOCK),
    )}  # fmt: skip
    only(found.criteria, changed=changed)


def test_the_label_of_a_fact_changes_the_fact_alone() -> None:
    found = difference(b2b(), edited(("pl: Budżet", "pl: Środki")))
    assert [name for name, part in found.parts.items() if part] == ["facts"]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("after: 90d", "after: 30d", "after"),
        ('lost_reason != "other"', 'lost_reason != "price"', "when"),
        ("target: winback,", "target: winback, label: Fetch back,", "label"),
        ("target: winback,", "target: winback, roles: [manager],", "roles"),
    ],
)
def test_an_arc_changes_with_its_own_transition(old: str, new: str, field: str) -> None:
    found = difference(b2b(), edited((old, new)))
    assert list(found.arcs.changed) == [("win_back", "lost", "winback")]
    assert [change.field for change in found.arcs.changed["win_back", "lost", "winback"]] == [field]


def test_branches_that_are_tried_in_another_order_have_changed() -> None:
    one, other = (
        "  - {trigger: offer,     source: presenting, target: closing, when: budget < 100000}\n",
        "  - {trigger: offer,     source: presenting, target: won, when: proven(signature)}\n",
    )
    found = difference(b2b(), edited((one + other, other + one)))
    (changes,) = found.arcs.changed.values()
    assert [change.field for change in changes] == ["order"]


def test_milestones_reasons_and_phases_are_compared() -> None:
    new = edited(
        ("valid_for: 180d", "valid_for: 90d"),
        ("reasons: [price, competitor,", "reasons: [price, silent,"),
        ("negotiating, approving]", "negotiating, approving, owning]"),
    )
    found = difference(b2b(), new)
    assert list(found.milestones.changed) == ["reason_to_act"]
    only(found.reasons, added=(("lost", "silent"),), removed=(("lost", "competitor"),))
    only(found.phases, added=("owning",))


def test_what_belongs_to_the_process_as_a_whole_is_compared() -> None:
    found = difference(b2b(), edited(("start: investigating", "start: unconcerned")))
    assert found.process == (Change("start", "investigating", "unconcerned"),)
    assert found
    assert not any(found.parts.values())


def test_a_file_name_is_no_process() -> None:
    with pytest.raises(sf.ValueTypeError, match=r"two processes, not 'b2b.yaml'.*load"):
        difference(b2b(), "b2b.yaml")  # type: ignore[arg-type]


@settings(max_examples=15, deadline=None)
@given(processes(), processes())
def test_everything_of_both_processes_is_in_exactly_one_place(
    old: sf.Process, new: sf.Process
) -> None:
    found = difference(old, new)
    everything = {
        "stages": [list(each.stage_by_name) for each in (old, new)],
        "arcs": [[arc.key for arc in each.arcs] for each in (old, new)],
        "tasks": [list(each.task_by_name) for each in (old, new)],
        "milestones": [list(each.milestone_by_name) for each in (old, new)],
        "facts": [list(each.facts) for each in (old, new)],
        "handovers": [list(each.handover_by_name) for each in (old, new)],
    }
    for kind, (before, now) in everything.items():
        part = found.parts[kind]
        placed = [*part.same, *part.added, *part.removed, *part.changed]
        assert len(placed) == len(set(placed))
        assert {*part.same, *part.changed, *part.removed} == set(before)
        assert {*part.same, *part.changed, *part.added} == set(now)
    back = difference(new, old)
    for kind, part in found.parts.items():
        assert set(part.added) == set(back.parts[kind].removed)
        assert {*part.same, *part.changed} == {*back.parts[kind].same, *back.parts[kind].changed}
    assert bool(found) == bool(back)
    assert not difference(old, old)


def test_labels_of_words_differ_by_word() -> None:
    was = "labels: {the champion: {en: the champion}, email: {en: email}}\nstages:"
    now = (
        "labels: {the champion: {en: the champion, pl: orędownik}, document: {en: paper}}\nstages:"
    )
    found = difference(edited(("stages:", was)), edited(("stages:", now)))
    change = Change("label", {"en": "the champion"}, {"en": "the champion", "pl": "orędownik"})
    only(
        found.labels,
        added=("document",),
        removed=("email",),
        changed={"the champion": (change,)},
    )
    assert found.process == ()
