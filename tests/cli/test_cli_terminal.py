"""What reaches a terminal, a pipe, a full disk: colours, progress, and nothing that steers it."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from calling import Ran

import salesfsm as sf

Run = Callable[..., Ran]
ESCAPE = "\x1b"


def on_a_terminal(*command: str, interrupt_at: bytes | None = None) -> tuple[int, str]:
    """Exit code of a command, and what it writes where a terminal of 100 columns reads.

    Ctrl-C is pressed as soon as ``interrupt_at`` is read.
    """
    main, child = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
    environment.pop("NO_COLOR", None)
    written = b""
    # Shells ignore Ctrl-C in what they run in the background, and so would the command.
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            command, stdin=child, stdout=child, stderr=child, env=environment
        )
    finally:
        signal.signal(signal.SIGINT, ours)
    with process:
        os.close(child)
        while part := _read(main):
            written += part
            if interrupt_at is not None and interrupt_at in written:
                process.send_signal(signal.SIGINT)
                interrupt_at = None
        os.close(main)
    return process.returncode, written.decode("utf-8")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that the other end is closed
        return b""


def test_colours_are_for_terminals_only(folder: Path, script: str, run_script: Run) -> None:
    code, shown = on_a_terminal(script, "check", "b2b.yaml")
    assert code == 0
    assert f"{ESCAPE}[32mb2b.yaml: all is well" in shown
    assert run_script("check", "b2b.yaml").out == "b2b.yaml: all is well\n"
    _, table = on_a_terminal(script, "moves", "b2b.yaml")
    assert f"{ESCAPE}[1mFrom Qualification" in table
    assert ESCAPE not in run_script("moves", "b2b.yaml").out


def test_a_replay_shows_a_progress_bar_on_a_terminal_only(
    folder: Path, script: str, run_script: Run
) -> None:
    command = ("replay", "b2b.yaml", "deals.csv", "-o", "replay.dot", "--show", "1")
    code, shown = on_a_terminal(script, *command)
    assert code == 0
    assert "replaying" in shown
    assert "100%" in shown
    plain = run_script(*command)
    assert "replaying" not in plain.out + plain.err
    _, as_json = on_a_terminal(script, *command, "--json")
    assert json.loads(as_json)["opportunities"] == 60


def test_no_control_character_of_an_export_reaches_the_terminal(run: Run, folder: Path) -> None:
    deals = (folder / "deals.csv").read_text("utf-8")
    nasty = deals.replace("D-022,", "D-\x1b[31m\x9b2J\r022,").replace(
        "Closng", "Clos\x1b]0;owned\x07"
    )
    (folder / "nasty.csv").write_text(nasty, encoding="utf-8", newline="")
    for more in ((), ("--json",)):
        ran = run("replay", "b2b.yaml", "nasty.csv", "-o", "r.dot", "--show", "-1", *more)
        assert ran.code == 0
        assert "owned" in ran.out
        assert not set(ran.out + ran.err) & set("\x1b\x9b\x07\r")
    assert "\x1b" not in (folder / "r.dot").read_text("utf-8")


def test_no_control_character_of_a_file_name_or_an_argument_reaches_the_terminal(
    run: Run, folder: Path
) -> None:
    name = "b\x1b[31m2b.yaml"
    shutil.copy(folder / "b2b.yaml", folder / name)
    (folder / "broken\x1b[2J.yaml").write_text("a: 1\n", encoding="utf-8")
    for arguments in (
        ("check", name, "broken\x1b[2J.yaml"),
        ("render", name, "-o", "m\x1b[31m.dot"),
        ("replay", name, "deals.csv", "-o", "m\x1b[31m.dot"),
        ("explain", name, "qual\x1b[31mify"),
        ("explain", name, "lose", "--reason", "\x1b[31m"),
        ("moves", name, "--at", "\x1b[31m"),
        ("mirror", name),
        ("alignment", name, "--stage", "\x1b[31m"),
        ("moves", name, "--opportunity", "\x1b[31m"),
    ):
        ran = run(*arguments)
        assert ran.out + ran.err
        assert ESCAPE not in ran.out + ran.err


def test_no_control_character_of_a_saved_opportunity_reaches_the_terminal(
    run: Run, folder: Path
) -> None:
    engine = sf.Engine(sf.load(folder / "b2b.yaml"))
    saved = json.loads(sf.opportunity_to_json(engine.adopt("A", "closing").unwrap()))
    saved["id"] = "A\x1b[31m\r"
    (folder / "deal.json").write_text(json.dumps(saved), encoding="utf-8")
    for command in (("explain", "b2b.yaml", "win"), ("alignment", "b2b.yaml")):
        for more in ((), ("--json",)):
            ran = run(*command, "--opportunity", "deal.json", *more)
            assert ran.code == 1
            assert "[31m" in ran.out or more
            assert not set(ran.out) & set("\x1b\r")


def test_markup_in_labels_and_names_is_shown_as_it_stands(run: Run, folder: Path) -> None:
    text = (
        (folder / "b2b.yaml").read_text("utf-8").replace("en: Qualification,", "en: '[bold]Q[/]',")
    )
    (folder / "b2b.yaml").write_text(text, encoding="utf-8")
    (folder / "[red]deals.csv").write_bytes((folder / "deals.csv").read_bytes())
    assert "From [bold]Q[/]" in run("moves", "b2b.yaml").out
    told = run("replay", "b2b.yaml", "[red]deals.csv", "-o", "r.dot").out
    assert told.startswith("[red]deals.csv: 567 rows read")
    assert "[bold]Q[/]" in told


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii"])
def test_a_terminal_that_does_not_know_a_character_gets_another_and_no_traceback(
    run_script: Run, encoding: str
) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    ran = run_script("moves", "b2b.yaml", "--to", "won", "--lang", "bg", env=environment)
    assert (ran.code, ran.err) == (0, "")
    assert "qualify" in ran.out


@pytest.mark.parametrize("command", ["schema", "replay b2b.yaml deals.csv --json --show -1"])
def test_a_reader_that_stops_early_is_no_trouble(folder: Path, script: str, command: str) -> None:
    reading, writing = os.pipe()
    with subprocess.Popen(
        [script, *command.split()], stdout=writing, stderr=subprocess.PIPE
    ) as process:
        os.close(writing)
        os.close(reading)
        _, errors = process.communicate(timeout=60)
    assert errors == b""
    assert process.returncode in (0, 1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
@pytest.mark.parametrize("command", ["schema", "moves b2b.yaml", "check b2b.yaml"])
def test_a_full_disk_is_told(folder: Path, script: str, command: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [script, *command.split()], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: ")
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_an_interrupted_replay_leaves_no_file_and_no_traceback(folder: Path, script: str) -> None:
    header, *rows = (folder / "deals.csv").read_text("utf-8").splitlines()
    many = [f"{n}-{row}" for n in range(200) for row in rows]
    (folder / "many.csv").write_text("\n".join([header, *many]), encoding="utf-8")
    before = set(folder.iterdir())
    command = (script, "replay", "b2b.yaml", "many.csv", "-o", "many.svg")
    code, shown = on_a_terminal(*command, interrupt_at=b"replaying")
    assert code == 1
    assert "Aborted!" in shown
    assert "Traceback" not in shown
    assert "Where everything stands" not in shown
    assert set(folder.iterdir()) == before
