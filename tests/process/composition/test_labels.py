"""Labels of words go where the words go: shared by name, taken along, dropped with the last use."""

from __future__ import annotations

import pytest

import salesfsm as sf
from salesfsm.process.process import Process

SELLING = """
salesfsm: 1
process: selling
facts: {part: {type: choice, options: [user, boss]}}
buyer:
  phases: [one, two]
  milestones: [{name: proof, moves: one -> two, accepts: [note], owner: champion}]
labels:
  clerk: {pl: urzędnik}
  user: {pl: użytkownik}
  note: {pl: notatka}
  champion: {pl: orędownik}
  lawyer: {pl: prawnik}
  unused: {pl: nieużywane}
stages:
  - {name: a, tasks: [{name: ring, owner: clerk}]}
  - {name: legal, exit: [{rule: part == boss, owner: lawyer}, {rule: proven(proof)}]}
  - {name: won, outcome: won}
transitions:
  - {trigger: go, source: a, target: legal}
  - {trigger: win, source: legal, target: won}
"""
OTHER = """
salesfsm: 1
process: other
stages: [{name: b, tasks: [{name: write, owner: clerk}]}, {name: won, outcome: won}]
transitions: [{trigger: win, source: b, target: won}]
"""


def selling() -> Process:
    return sf.loads(SELLING)


def other(labels: str = "") -> Process:
    return sf.loads(f"{OTHER}{labels}")


def test_the_label_of_a_path_stays_when_a_task_of_the_same_name_goes() -> None:
    process = sf.loads(
        "salesfsm: 1\nprocess: p\nlabels: {winback: {pl: odzyskanie}, clerk: {pl: urzędnik}}\n"
        "opens_in: [a, w]\n"
        "stages: [{name: a, tasks: [{name: t, owner: winback}]}, {name: w, path: winback}]\n"
    )
    changed = sf.override(
        process, {"stages": [{"name": "a", "tasks": [{"name": "t", "owner": "clerk"}]}]}
    )
    assert changed.labels == process.labels
    assert "winback" not in sf.remove(changed, "w").labels


def test_the_label_of_a_trigger_goes_with_its_last_transition() -> None:
    told = "labels:\n  go: {pl: dalej}\n  win: {pl: wygraj}"
    labels = sf.remove(sf.loads(SELLING.replace("labels:", told)), "legal").labels
    assert "go" in labels
    assert "win" not in labels


def test_labels_are_shared_by_the_parts_of_a_whole() -> None:
    parts = {"one": selling(), "two": other("labels: {clerk: {pl: urzędnik}, x: Y}")}
    assert sf.chain("both", parts).labels == {**selling().labels, "x": "Y"}


def test_two_labels_of_one_word_are_an_error_that_names_both_parts() -> None:
    parts = {"one": selling(), "two": other("labels: {clerk: {pl: referent}}")}
    with pytest.raises(sf.DefinitionError, match="the label of 'clerk' is not the same in one and"):
        sf.chain("both", parts)


def test_an_inserted_stage_brings_the_labels_of_its_words_and_takes_them_away_again() -> None:
    larger = sf.insert(other(), "legal", source=selling(), after="b", trigger="review")
    assert set(larger.labels) == {"lawyer", "user", "note", "champion"}
    assert set(sf.remove(larger, "legal").labels) == {"user", "note", "champion"}


def test_a_mirror_brings_the_labels_of_the_milestones() -> None:
    assert set(sf.mirror(other(), selling()).labels) == {"note", "champion"}
    assert sf.mirror(other(), selling().buyer).labels == {}


def test_the_label_of_a_word_goes_with_its_last_use_and_no_other_does() -> None:
    changes = {"stages": [{"name": "a", "tasks": [{"name": "ring", "owner": "boss"}]}]}
    assert set(selling().labels) - set(sf.override(selling(), changes).labels) == {"clerk"}
    assert set(selling().labels) - set(sf.remove(selling(), "legal").labels) == {"lawyer"}


def test_labels_are_changed_by_word_and_none_takes_one_away() -> None:
    changes = {"labels": {"clerk": None, "user": "User", "boss": {"pl": "szef"}}}
    found = sf.override(selling(), changes).labels
    assert "clerk" not in found
    assert (found["user"], found["boss"], found["note"]) == (
        "User",
        {"pl": "szef"},
        {"pl": "notatka"},
    )


def test_a_label_that_a_change_gives_stays_although_its_word_is_used_no_more() -> None:
    changes = {
        "labels": {"clerk": "Clerk"},
        "stages": [{"name": "a", "tasks": [{"name": "ring", "owner": "boss"}]}],
    }
    assert sf.override(selling(), changes).labels["clerk"] == "Clerk"
