"""``salesfsm verify``: what it tells of proofs, and that what it keeps can be asked about."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from calling import BROKEN, Ran

import salesfsm as sf
from salesfsm.cli.options import read_events, read_saved
from salesfsm.formats.process_file import read_process
from salesfsm.verification import verify

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
    overlap, *stuck, broken = [shlex.split(each)[1:] for each in named]
    both = run(*overlap)
    assert "shadowed" in both.out
    assert all(run(*each).code == 0 and each[0] == "moves" for each in stuck)
    assert run(*broken).code == 0
    assert "svg" in Path(broken[broken.index("-o") + 1]).read_text(encoding="utf-8")
    history = Path(broken[broken.index("--events") + 1])
    last = sf.replay(sf.load("poor.yaml"), read_events(history))
    assert last == read_saved(history.with_suffix(".json"))
    assert last.stage == "c"


ROLES = """\
salesfsm: 1
process: poor
acting: team
teams: [{name: north, members: [anna]}]
facts: {score: integer}
stages: [{name: a, team: north}, b, c, {name: won, outcome: won}, {name: lost, outcome: lost}]
transitions:
  - {trigger: go, source: a, target: b, when: score > 3, roles: [clerk, boss]}
  - {trigger: go, source: a, target: c, when: score > 5, roles: [boss]}
  - {trigger: win, source: [b, c], target: won}
  - {trigger: lose, source: open, target: lost}
"""


def test_the_commands_name_who_sees_it(here, run: Run):
    (here / "roles.yaml").write_text(ROLES, encoding="utf-8")
    done = run("verify", "roles.yaml", "--witnesses", "kept", *AT)
    shadowed, gap = [
        line.partition("shown by: ")[2] for line in done.out.splitlines() if "shown" in line
    ]
    assert "--by anna --role boss" in shadowed
    seen = run(*shlex.split(shadowed)[1:], "--json")
    moves = [each for each in json.loads(seen.out) if each["trigger"] == "go"]
    assert [[b["code"] for b in each["blockers"]] for each in moves] == [[], ["shadowed"]]
    told = run(*shlex.split(gap)[1:])
    assert told.code == 1
    assert "score" in told.out
    assert "anna" not in told.out


def test_each_witness_has_a_file_of_its_own_in_a_folder_that_is_made(here, run: Run):
    (here / "other").mkdir()
    other = POOR.replace("score < 5", "score < 9")
    (here / "other" / "poor.yaml").write_text(other, encoding="utf-8")
    done = run("verify", "poor.yaml", "other/poor.yaml", "--witnesses", "new/folder", "--json", *AT)
    reports = json.loads(done.out)
    found = [each for report in reports for each in report["findings"]]
    kept = [each["shown_by"].partition("--opportunity ")[2].split()[0] for each in found[:1]]
    assert kept == ["new/folder/poor-1-overlap.json"]
    assert len(list((here / "new" / "folder").glob("*.json"))) == len(found)


def test_a_process_that_needs_what_is_not_installed_is_told_and_the_others_are_verified(
    here, run: Run, monkeypatch
):
    def missing(path: Path):
        if path.stem == "poor":
            raise sf.MissingExtraError("a calendar with a country", "calendar")
        return read_process(path)

    monkeypatch.setattr("salesfsm.cli.verify.read_process", missing)
    done = run("verify", "poor.yaml", "clean.yaml", "--json", *AT)
    poor, clean = json.loads(done.out)
    assert done.code == 2
    assert "salesfsm[calendar]" in poor["problems"][0]["message"]
    assert poor["problems"][0]["file"] == "poor.yaml"
    assert clean["usable"]


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


def test_what_no_command_can_show_is_told_to_be_kept(here, run: Run):
    asking = "predicates: {friendly: They like us}\n"
    (here / "asking.yaml").write_text(POOR + asking, encoding="utf-8")
    lines = run("verify", "asking.yaml", "--witnesses", "kept", *AT).out.splitlines()
    assert "  kept in: kept/asking-1-overlap.json" in lines
    assert not [line for line in lines if "shown by" in line]


def test_promises_are_told_by_one_number_to_people_and_to_programs(here, run: Run):
    kept = """\
salesfsm: 1
process: kept
stages: [{name: a, tasks: [call]}, b, {name: won, outcome: won}]
transitions: [{trigger: go, source: a, target: b}, {trigger: win, source: b, target: won}]
invariants: [{never: stage == b and not done(call)}, {never: stage == won and not done(call)}]
"""
    (here / "kept.yaml").write_text(kept, encoding="utf-8")
    assert "invariant 2 holds in every history" in run("verify", "kept.yaml", *AT).out
    (told,) = json.loads(run("verify", "kept.yaml", "--json", *AT).out)
    report = verify(sf.load("kept.yaml"), at=datetime(2026, 3, 1, tzinfo=UTC))
    assert told["bounded"]["invariants"] == list(report.bounded) == [2]


def test_notes_are_told_when_asked_for(here, run: Run):
    wide = CLEAN.replace("when: friendly()", "when: days_in_stage > 3") + (
        "  - {trigger: win, source: a, target: lost}\n"
    )
    (here / "wide.yaml").write_text(wide.replace("predicates: {friendly: They like us}\n", ""))
    assert "overlap" not in run("verify", "wide.yaml").out
    told = run("verify", "wide.yaml", "--notes")
    assert "overlap note" in told.out
    assert "--witnesses" not in told.out
    assert told.code == 0


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("--witnesses", "clean.yaml"), "is a file"),
        (("--witnesses", "clean.yaml/folder"), "cannot write witnesses"),
        (("--timeout", "inf"), "no endless time"),
        (("--timeout", "0"), "--timeout"),
        (("--depth", "0"), "--depth"),
        (("--at", "today"), "is no time"),
    ],
)
def test_options_that_make_no_sense_are_refused(here, run: Run, arguments, wanted):
    done = run("verify", "clean.yaml", *arguments)
    assert done.code == 2
    assert wanted in done.err
