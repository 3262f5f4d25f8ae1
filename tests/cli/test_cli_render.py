"""``salesfsm render``: every format, theme and part of a map, and what is laid over it."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from calling import Ran

import salesfsm as sf
from salesfsm.engine.codec import event_to_json, opportunity_to_json
from salesfsm.maps import FORMATS, OUTPUTS

Run = Callable[..., Ran]
B2B = "library:complex_b2b"
MARCH = "2026-03-01T09:00Z"


def told(ran: Ran) -> dict[str, object]:
    assert (ran.code, ran.err) == (0, "")
    found: dict[str, object] = json.loads(ran.out)
    return found


@pytest.fixture
def saved(folder: Path) -> list[str]:
    """An opportunity of the demo that was moved once, and its events, as files; the options."""
    engine = sf.Engine(sf.load("b2b.yaml"))
    step = engine.open("ACME-1", at=moment("2026-01-05T09:00+00:00"), by="anna")
    placed = engine.place(step.unwrap(), "presenting", at=moment("2026-01-20T09:00+00:00"))
    deal = placed.unwrap()
    Path("deal.json").write_text(opportunity_to_json(deal), encoding="utf-8")
    lines = "\n\n".join(event_to_json(event) for event in (*step.events, *placed.events))
    Path("events.jsonl").write_text(lines, encoding="utf-8")
    return ["--opportunity", "deal.json", "--events", "events.jsonl", "--at", MARCH]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("suffix", [".svg", ".html"])
def test_every_format_is_rendered(run: Run, folder: Path, format_: str, suffix: str) -> None:
    ran = run("render", B2B, "--as", format_, "--lang", "pl", "-o", f"map{suffix}")
    assert ran.code == 0
    assert "Kwalifikacja" in Path(f"map{suffix}").read_text("utf-8")


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_every_theme_is_rendered(run: Run, folder: Path, theme: str) -> None:
    assert run("render", "b2b.yaml", "--theme", theme, "-o", "map.dot").code == 0
    ground = {"light": "#ffffff", "dark": "#14181d", "print": "#ffffff"}[theme]
    assert f'bgcolor="{ground}"' in Path("map.dot").read_text("utf-8")


def test_only_shows_a_range_or_a_list_of_stages(run: Run, folder: Path) -> None:
    for only, stages in (("qualification..presenting", 3), ("won,lost", 2)):
        ran = run("render", B2B, "--as", "map", "--only", only, "-o", "map.svg", "--json")
        assert told(ran)["nodes"] == stages


def test_names_of_formats_may_begin_with_a_capital(run: Run, folder: Path) -> None:
    assert run("render", "b2b.yaml", "--as", "Map", "-o", "big.svg").code == 0
    assert run("render", "b2b.yaml", "--as", "map", "-o", "small.svg").code == 0
    assert Path("big.svg").read_bytes() == Path("small.svg").read_bytes()


@pytest.mark.parametrize(("language", "told"), [("xx", True), ("en-GB", False), ("pl", False)])
def test_a_language_that_nobody_speaks_is_told(
    run: Run, folder: Path, language: str, told: bool
) -> None:
    ran = run("render", "b2b.yaml", "--lang", language, "-o", "map.svg")
    assert ran.code == 0
    assert ("know the language 'xx'" in ran.err) is told


def test_the_direction_is_that_of_a_flowchart(run: Run, folder: Path) -> None:
    assert run("render", "b2b.yaml", "--direction", "TB", "-o", "map.dot").code == 0
    assert "rankdir=TB" in Path("map.dot").read_text("utf-8")


def test_an_opportunity_is_shown_where_it_stands(run: Run, folder: Path, saved: list[str]) -> None:
    assert run("render", "b2b.yaml", *saved, "-o", "map.svg").code == 0
    drawn = Path("map.svg").read_text("utf-8")
    assert "ACME-1" in drawn
    assert "2026-03-01" in drawn


def test_events_alone_tell_the_opportunity(run: Run, folder: Path, saved: list[str]) -> None:
    run("render", "b2b.yaml", *saved, "-o", "both.svg")
    run("render", "b2b.yaml", *saved[2:], "-o", "events.svg")
    assert Path("events.svg").read_bytes() == Path("both.svg").read_bytes()


def test_an_older_version_is_compared(run: Run, folder: Path) -> None:
    ran = run("render", "library:regulated", "--compare", B2B, "-o", "map.svg")
    assert ran.code == 0
    drawn = Path("map.svg").read_text("utf-8")
    assert "complex_b2b 1 → regulated 1" in drawn
    assert "+ Compliance" in drawn.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--as", "mindmap"], "'mindmap' is not one of"),
        (["--as", "checklist", "--direction", "TB"], "always laid out the same way"),
        (["--only", "qualificaton"], "did you mean 'qualification'?"),
        (["--only", "closing..qualification"], "write qualification..closing"),
        (["--only", ""], "'' does not say which stages to show"),
        (["--theme", "neon"], "'neon' is not one of"),
        (["--at", MARCH], "--at needs an opportunity"),
        (["--opportunity", "gone.json"], "gone.json: there is no such file"),
        (["--events", "broken.jsonl"], "broken.jsonl:2: this is no JSON of an event"),
        (["--events", "b2b.yaml"], "b2b.yaml:1: this is no JSON of an event"),
        (["--compare", "gone.yaml"], "gone.yaml"),
    ],
)
def test_what_cannot_be_rendered_is_told_and_leaves_no_file(
    run: Run, folder: Path, saved: list[str], arguments: list[str], says: str
) -> None:
    first = Path("events.jsonl").read_text("utf-8").splitlines()[0]
    Path("broken.jsonl").write_text(f"{first}\n{{\n", encoding="utf-8")
    ran = run("render", "b2b.yaml", *arguments, "-o", "map.svg")
    assert ran.code == 2
    assert says in ran.err
    assert "Traceback" not in ran.err
    assert not Path("map.svg").exists()


@pytest.mark.parametrize("suffix", OUTPUTS)
@pytest.mark.parametrize("format_", ["checklist", "flowchart"])
def test_a_disk_that_is_full_leaves_the_old_file_whole(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, format_: str
) -> None:
    old = folder / f"map{suffix}"
    old.write_text("old", encoding="utf-8")
    before = set(folder.iterdir())
    write = Path.write_bytes

    def half(self: Path, data: bytes) -> int:
        write(self, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", half)
    ran = run("render", "b2b.yaml", "--as", format_, "-o", old.name)
    assert ran.code == 2
    assert f"cannot write '{old.name}': No space left on device" in ran.err
    assert old.read_text("utf-8") == "old"
    assert set(folder.iterdir()) == before


@pytest.mark.parametrize("suffix", OUTPUTS)
def test_a_target_that_cannot_be_written_is_named(run: Run, folder: Path, suffix: str) -> None:
    (folder / f"map{suffix}").mkdir()
    (folder / "file").touch()
    before = set(folder.rglob("*"))
    for target in (f"map{suffix}", f"gone/map{suffix}", f"file/map{suffix}"):
        ran = run("render", "b2b.yaml", "--as", "map", "-o", target)
        assert (ran.code, target in ran.err) == (2, True)
    assert set(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("package", "suffix", "extra"), [("resvg_py", ".png", "maps"), ("typst", ".pdf", "pdf")]
)
@pytest.mark.parametrize("format_", FORMATS)
def test_a_renderer_that_is_not_installed_is_named_with_what_installs_it(
    run: Run,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    package: str,
    suffix: str,
    extra: str,
    format_: str,
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    ran = run("render", B2B, "--as", format_, "-o", f"map{suffix}")
    assert (ran.code, f'pip install "salesfsm[{extra}]"' in ran.err) == (2, True)
    assert not Path(f"map{suffix}").exists()


def test_a_flowchart_needs_graphviz_and_the_other_formats_do_not(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    for format_ in FORMATS:
        ran = run("render", B2B, "--as", format_, "-o", f"{format_}.svg")
        drawn = format_ != "flowchart"
        assert (ran.code == 0, Path(f"{format_}.svg").exists()) == (drawn, drawn)
        assert drawn or 'pip install "salesfsm[maps]"' in ran.err


def test_a_buyer_without_phases_has_no_map(run: Run, folder: Path) -> None:
    ran = run("render", "library:six_stage", "--as", "buyer", "-o", "map.svg")
    assert (ran.code, "no phases of the buyer" in ran.err) == (2, True)


def test_help_names_every_format_and_suffix(run: Run) -> None:
    text = " ".join(run("render", "--help").out.split())
    for name in (*FORMATS, *OUTPUTS):
        assert name in text
