"""``salesfsm verify``: what it tells of proofs, and that what it keeps can be asked about."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from calling import BROKEN, Ran

import salesfsm as sf
from salesfsm.cli.options import read_events, read_saved

Run = Callable[..., Ran]
AT = ("--at", "2026-11-23T09:00Z")

POOR = """\
salesfsm: 1
process: poor
facts: {score: integer}
stages: [a, b, c, {name: won, outcome: won}]
transitions:
  - {trigger: go, source: a, target: b, when: score > 3}
  - {trigger: go, source: a, target: c, when: score < 5}
  - {trigger: win, source: [b, c], target: won, when: score > 0}
invariants: [{never: stage == c and score < 0}]
"""
CLEAN = """\
salesfsm: 1
process: clean
predicates: {friendly: They like us}
stages: [a, {name: won, outcome: won}, {name: lost, outcome: lost}]
transitions:
  - {trigger: win, source: a, target: won, when: friendly()}
  - {trigger: lose, source: a, target: lost}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three processes, which is the working directory."""
    for name, text in (("poor", POOR), ("clean", CLEAN), ("broken", BROKEN)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_clean_process_is_told_so_with_what_is_opaque(here, run: Run):
    done = run("verify", "clean.yaml", *AT)
    assert done.code == 0
    assert "Python: friendly" in done.out
    assert "clean.yaml: nothing contradicts itself" in done.out


def test_findings_are_told_at_their_place_and_in_the_language(here, run: Run):
    english, polish = run("verify", "poor.yaml", *AT), run("verify", "poor.yaml", "--lang", "pl")
    assert english.code == polish.code == 1
    assert "poor.yaml:7:5: overlap warning: 'go' from 'a' can lead to 'b' and to 'c'" in english.out
    assert "add --witnesses FOLDER" in english.out
    assert "overlap ostrzeżenie: 'go' z 'a' może prowadzić" in polish.out


def test_the_commands_that_it_names_show_what_it_found(here, run: Run):
    done = run("verify", "poor.yaml", "--witnesses", ".", *AT)
    named = [line.partition("shown by: ")[2] for line in done.out.splitlines() if "shown" in line]
    commands = [shlex.split(each)[1:] for each in named if each.startswith("salesfsm ")]
    shown = {each[0]: run(*each) for each in commands}
    assert set(shown) == {"explain", "moves"}
    assert shown["moves"].code == 0
    process = sf.load("poor.yaml")
    (history,) = [each for each in named if each.endswith(".jsonl")]
    last = sf.replay(process, read_events(Path(history)))
    assert last == read_saved(Path(history).with_suffix(".json"))
    assert last.stage == "c"


def test_json_tells_all_of_it_to_programs(here, run: Run):
    done = run("verify", "poor.yaml", "broken.yaml", "--json", "--depth", "2", *AT)
    assert done.code == 2
    poor, broken = json.loads(done.out)
    assert not broken["usable"]
    assert broken["problems"]
    kinds = [each["kind"] for each in poor["findings"]]
    assert kinds == ["overlap", "stuck", "stuck", "broken"]
    overlap = poor["findings"][0]
    assert overlap["line"] == 7
    saved = json.dumps(overlap["witness"]["opportunity"])
    assert sf.opportunity_from_json(saved).facts["score"] == 4
    assert poor["asked"]["overlap"] == 1
    assert poor["findings"][-1]["witness"]["events"][-1]["type"] == "moved"


def test_notes_are_told_when_asked_for(here, run: Run):
    wide = CLEAN.replace("when: friendly()", "when: days_in_stage > 3") + (
        "  - {trigger: win, source: a, target: lost}\n"
    )
    (here / "wide.yaml").write_text(wide.replace("predicates: {friendly: They like us}\n", ""))
    assert "overlap" not in run("verify", "wide.yaml").out
    told = run("verify", "wide.yaml", "--notes")
    assert "overlap note" in told.out
    assert told.code == 0


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("--witnesses", "nowhere"), "there is no folder nowhere"),
        (("--timeout", "0"), "--timeout"),
        (("--depth", "0"), "--depth"),
        (("--at", "today"), "is no time"),
    ],
)
def test_options_that_make_no_sense_are_refused(here, run: Run, arguments, wanted):
    done = run("verify", "clean.yaml", *arguments)
    assert done.code == 2
    assert wanted in done.err
