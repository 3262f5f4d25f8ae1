"""``salesfsm replay``: what happened, on a map of every format and as every kind of file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from calling import Ran

from salesfsm.maps import FORMATS, OUTPUTS

Run = Callable[..., Ran]
REPLAY = ("replay", "b2b.yaml", "deals.csv", "--show", "0")
MOVES = 27
"""How often the demo's history tells that an opportunity was qualified."""


def drawn(run: Run, *arguments: str, file: str = "map.svg") -> str:
    ran = run(*REPLAY, *arguments, "-o", file)
    assert (ran.code, ran.err) == (0, "")
    return Path(file).read_text("utf-8").replace("\u00a0", " ")


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("suffix", sorted({*OUTPUTS} - {".png", ".pdf"}))
def test_every_format_shows_what_happened(
    run: Run, folder: Path, format_: str, suffix: str
) -> None:
    picture = drawn(run, "--as", format_, file=f"map{suffix}")
    assert "60 opportunities" in picture
    assert str(MOVES) in picture


@pytest.mark.parametrize("format_", ["map", "checklist", "buyer"])
def test_stages_tell_how_many_stand_there_and_how_many_went_on(
    run: Run, folder: Path, format_: str
) -> None:
    picture = drawn(run, "--as", format_)
    assert "7 here" in picture
    assert "60% of 45 go on" in picture


@pytest.mark.parametrize(("suffix", "begins"), [(".png", b"\x89PNG"), (".pdf", b"%PDF-")])
def test_a_checklist_of_what_happened_is_printed(
    run: Run, folder: Path, suffix: str, begins: bytes
) -> None:
    assert run(*REPLAY, "--as", "checklist", "-o", f"list{suffix}").code == 0
    assert Path(f"list{suffix}").read_bytes().startswith(begins)


def test_a_replay_is_drawn_in_the_theme_the_direction_and_the_part_that_were_asked_for(
    run: Run, folder: Path
) -> None:
    whole = drawn(run, "--theme", "dark", "--direction", "TB", file="map.dot")
    assert 'bgcolor="#14181d"' in whole
    assert "rankdir=TB" in whole
    part = drawn(run, "--only", "qualification,presenting", "--as", "map")
    assert "2 of 7 stages" in part
    assert "Win back" not in part
    assert "60 opportunities" in part


def test_the_map_of_a_replay_speaks_the_language_of_its_readers(run: Run, folder: Path) -> None:
    picture = drawn(run, "--as", "map", "--lang", "pl")
    assert "Kwalifikacja" in picture
    assert "60 szans" in picture


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--as", "mindmap"], "'mindmap' is not one of"),
        (["--as", "checklist", "--direction", "TB"], "always laid out the same way"),
        (["--only", "qualificaton"], "did you mean 'qualification'?"),
        (["--theme", "neon"], "'neon' is not one of"),
        (["-o", "map.gif"], "the suffix must say how"),
        (["-o", "gone/map.svg"], "there is no folder 'gone'"),
    ],
)
def test_a_map_that_cannot_be_drawn_is_told_before_the_replay(
    run: Run, folder: Path, arguments: list[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salesfsm.cli.replay.read_history", None)
    before = set(folder.iterdir())
    ran = run(*REPLAY, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert says in " ".join(ran.err.split())
    assert set(folder.iterdir()) == before


def test_a_buyer_without_phases_has_no_map_of_what_happened(run: Run, folder: Path) -> None:
    ran = run("replay", "library:six_stage", "deals.csv", "-m", "history.yaml", "--as", "buyer")
    assert (ran.code, "no phases of the buyer" in ran.err) == (2, True)


def test_as_json_the_map_is_named(run: Run, folder: Path) -> None:
    ran = run(*REPLAY, "--as", "checklist", "-o", "list.html", "--json")
    assert json.loads(ran.out)["map"] == "list.html"


def test_the_script_draws_what_happened(run_script: Run, folder: Path) -> None:
    ran = run_script(*REPLAY, "--as", "buyer", "--theme", "print", "-o", "buyer.html")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.rstrip().endswith("map: buyer.html")
    assert "7 here" in Path("buyer.html").read_text("utf-8").replace("\u00a0", " ")


def test_the_report_is_told_although_the_map_cannot_be_drawn(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("dot").write_text("#!/bin/sh\necho broken >&2\nexit 1\n", "utf-8")
    Path("dot").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    ran = run(*REPLAY, "-o", "map.svg")
    assert ran.code == 2
    assert "60 opportunities" in ran.out
    assert "cannot" in ran.err
    assert not Path("map.svg").exists()
    counted = run(*REPLAY, "-o", "map.svg", "--json")
    assert json.loads(counted.out)["map"] is None


def test_a_flowchart_of_a_replay_keeps_the_direction_of_its_own(
    run: Run, folder: Path, shared_data: Path
) -> None:
    process = Path(__file__).parents[2] / "examples" / "salesforce" / "process.yaml"
    export = shared_data / "salesforce_devorg" / "OpportunityHistory.csv"
    assert run("render", str(process), "-o", "plain.dot").code == 0
    assert "rankdir=TB" in Path("plain.dot").read_text("utf-8")
    assert run("replay", str(process), str(export), "-o", "counted.dot").code == 0
    assert "rankdir=LR" in Path("counted.dot").read_text("utf-8")
    assert run("replay", str(process), str(export), "-o", "n.dot", "--direction", "TB").code == 0
    assert "rankdir=TB" in Path("n.dot").read_text("utf-8")
