"""Input that cannot be used: exit code 2, what is wrong and where and how to mend it, no more."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from calling import Ran
from hypothesis import HealthCheck, given, settings, strategies as st

import salesfsm as sf

Run = Callable[..., Ran]
REPLAY = ("replay", "b2b.yaml", "{}", "-m", "history.yaml", "-o", "out.dot")
MAPPING = ("replay", "b2b.yaml", "deals.csv", "-m", "{}", "-o", "out.dot")
FACTS = ("explain", "b2b.yaml", "qualify", "--facts", "{}")
SAVED = ("moves", "b2b.yaml", "--opportunity", "{}")
PROCESS = ("moves", "{}")


def one_rule(rule: str) -> str:
    """A process with one rule, in JSON."""
    facts = {"budget": "money", "need": "text"}
    stages = [{"name": "a"}, {"name": "w", "outcome": "won"}]
    move = {"trigger": "t", "source": "a", "target": "w", "when": rule}
    return json.dumps(
        {
            "salesfsm": 1,
            "process": "p",
            "currency": "EUR",
            "facts": facts,
            "stages": stages,
            "transitions": [move],
        }
    )


def refused(ran: Ran, *words: str, reported: bool = False) -> None:
    """Nothing is printed but one error, which says these words, and a report if there was one."""
    assert ran.code == 2
    assert bool(ran.out) == reported
    assert ran.err.startswith(("error: ", "Usage: "))
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err


FILES: dict[str, tuple[tuple[str, ...], str, str | bytes, tuple[str, ...]]] = {
    # command, name of the file, its content, what the error says
    "empty": (PROCESS, "x.yaml", "", ("x.yaml:1:1", "empty", "hint:")),
    "binary": (PROCESS, "x.yaml", bytes(range(256)), ("x.yaml", "hint:")),
    "cp1250": (PROCESS, "x.yaml", "a: Zamknięcie".encode("cp1250"), ("x.yaml:1:10", "not UTF-8")),
    "utf-16": (PROCESS, "x.yaml", "a: 1".encode("utf-16"), ("x.yaml", "UTF-16", "hint:")),
    "huge": (PROCESS, "x.yaml", "a: " + "x" * 10_000_000, ("x.yaml", "larger than")),
    "deep": (PROCESS, "x.yaml", "[" * 1000, ("x.yaml:1:101", "inside each other")),
    "deep json": (PROCESS, "x.json", "[" * 100_000, ("x.json:1:101", "inside each other")),
    "alias": (PROCESS, "x.yaml", "a: &b 1\nc: *b", ("x.yaml:1:4", "x.yaml:2:4", "alias *b")),
    "tag": (PROCESS, "x.yaml", "a: !!python/name:os.system x", ("x.yaml:1:4", "tag")),
    "duplicate": (PROCESS, "x.yaml", "salesfsm: 1\nsalesfsm: 1", ("x.yaml:2:1", "twice")),
    "list": (PROCESS, "x.yaml", "- 1", ("x.yaml:1:1", "mapping")),
    "no version": (PROCESS, "x.yaml", "process: p", ("x.yaml:1:1", "salesfsm: 1")),
    "control": (PROCESS, "x.yaml", 'salesfsm: 1\nprocess: "\\e[31m"', ("x.yaml:2:10", "U+001B")),
    "suffix": (PROCESS, "x.txt", "salesfsm: 1", ("x.txt", ".yaml")),
    "facts list": (FACTS, "f.json", "[]", ("f.json:1:1", "mapping")),
    "facts unknown": (FACTS, "f.json", '{"bugdet": 1}', ("f.json:1:2", "did you mean 'budget'")),
    "facts type": (FACTS, "f.yaml", "need: x\nbudget: lots", ("f.yaml:2:9", "50000 EUR")),
    "facts choice": (FACTS, "f.yaml", "authority: usr", ("f.yaml:1:12", "did you mean 'user'")),
    "facts endless": (FACTS, "f.json", '{"budget": 1e999}', ("f.json:1:12", "finite")),
    "facts empty": (FACTS, "f.json", "", ("f.json:1:1", "empty")),
    "saved empty": (SAVED, "o.json", "", ("o.json",)),
    "saved text": (SAVED, "o.json", "hello", ("o.json", "JSON")),
    "saved binary": (SAVED, "o.json", b"\xff\xfe\x00", ("o.json", "JSON")),
    "saved list": (SAVED, "o.json", "[]", ("o.json", "opportunity")),
    "saved other": (SAVED, "o.json", '{"schema": 1, "x": 2}', ("o.json", "opportunity")),
    "saved schema": (SAVED, "o.json", '{"schema": 99}', ("o.json", "99")),
    "saved deep": (SAVED, "o.json", "[" * 100_000, ("o.json", "JSON")),
    "csv empty": (REPLAY, "x.csv", "", ("x.csv:1:1", "empty")),
    "csv header": (REPLAY, "x.csv", "deal,changed_at\n", ("x.csv:1:1", "column")),
    "csv nul": (REPLAY, "x.csv", "deal,changed_at\n1,\0\n", ("x.csv:2:3", "NUL")),
    "csv utf-16": (REPLAY, "x.csv", "deal".encode("utf-16"), ("x.csv:1:1", "encoding: utf-16")),
    "csv cp1250": (REPLAY, "x.csv", "deal,ó".encode("cp1250"), ("x.csv:1:6", "cp1250")),
    "csv workbook": (REPLAY, "x.csv", b"PK\x03\x04rest", ("x.csv:1:1", "Excel", "CSV")),
    "csv quote": (
        REPLAY,
        "x.csv",
        'deal,changed_at,changed_by,field,new_value\n1,2,3,4,"5\n',
        ("x.csv:2:1", "quote"),
    ),
    "mapping empty": (MAPPING, "m.yaml", "", ("m.yaml:1:1", "empty")),
    "mapping none": (MAPPING, "m.yaml", "a: 1", ("m.yaml:1:1", "layout")),
    "mapping layout": (MAPPING, "m.yaml", "layout: snapshots", ("m.yaml:1:9", "snapshot")),
    "mapping keys": (MAPPING, "m.yaml", "layout: snapshot\nfoo: 1", ("m.yaml:2:1", "'foo'")),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_cannot_be_used_is_refused(run: Run, folder: Path, case: str) -> None:
    command, name, content, words = FILES[case]
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    refused(run(*(part.format(name) for part in command)), *words)
    assert not (folder / "out.dot").exists()


@pytest.mark.parametrize("command", [PROCESS, FACTS, SAVED, REPLAY, MAPPING], ids=lambda c: c[0])
@pytest.mark.parametrize("name", ["gone.yaml", "folder.yaml", "a" * 300 + ".yaml", "sick.yaml"])
def test_a_path_that_cannot_be_read_is_refused(
    run: Run, folder: Path, command: tuple[str, ...], name: str
) -> None:
    (folder / "folder.yaml").mkdir()
    if name == "sick.yaml":
        if sys.platform != "linux":
            pytest.skip("the file that is there and cannot be read is one of Linux")
        (folder / name).symlink_to("/proc/self/mem")
    refused(run(*(part.format(name) for part in command)), name)


def test_files_that_may_not_be_read_are_refused(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbid(*_: object, **__: object) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr("pathlib.Path.open", forbid)
    for command in (PROCESS, SAVED):
        refused(run(*(part.format("b2b.yaml") for part in command)), "b2b.yaml", "Permission")


RULES = {
    "budget.__class__": "underscore",
    "need.upper()": "",
    "open('x')": "unknown function 'open'",
    "lambda: 1": "lambda",
    "[x for x in need]": "comprehension",
    "__import__('os')": "underscore",
    "9**9**9 > 1": "+ - * /",
    "'a'*10**9 == need": "+ - * /",
    "bugdet > 1": "did you mean 'budget'",
    "budget > 'much'": "money",
    "budget >": "not a rule",
    "(" * 300 + "known(need)" + ")" * 300: "nested",
    "not " * 2000 + "known(need)": "",
    "known(need) and " * 1000 + "known(need)": "",
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule[:20])
def test_a_rule_outside_of_the_language_is_refused_at_its_place(
    run: Run, folder: Path, rule: str
) -> None:
    (folder / "rule.json").write_text(one_rule(rule), encoding="utf-8")
    refused(run("moves", "rule.json"), "rule.json:1:", RULES[rule])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["explain", "b2b.yaml", "qualfy"], "did you mean 'qualify'"),
        (["explain", "b2b.yaml", "lose", "--reason", "pric"], "did you mean 'price'"),
        (["moves", "b2b.yaml", "--stage", "clsing"], "did you mean 'closing'"),
        (["moves", "b2b.yaml", "--to", "clsing"], "did you mean 'closing'"),
        (["moves", "b2b.yaml", "--proven", "reason"], "did you mean 'reason_to_act'"),
        (["moves", "b2b.yaml", "--done", "call"], "unknown task 'call'"),
        (["check", "b2b.yaml", "--ignore", "SF999"], "unknown check 'SF999'"),
        (["moves", "b2b.yaml", "--at", "2026-01-01T10:00"], "write 2026-01-01T10:00:00+01:00"),
        (["moves", "b2b.yaml", "--at", "2026-01-01"], "no zone"),
        (["moves", "b2b.yaml", "--at", "soon"], "write 2026-12-31T12:00+01:00"),
        (["moves", "b2b.yaml", "--at", ""], "no time"),
        (["moves", "b2b.yaml", "--at", "9999-12-31T23:59-23:00"], "1900 to 2199"),
        (["moves", "b2b.yaml", "--facts", ""], ".yaml"),
        (["moves", "b2b.yaml", "--to", "won", "--by", "anna"], "leave out --by and --role"),
        (["alignment", "b2b.yaml", "--stage", "clsing"], "did you mean 'closing'"),
        (["mirror", "gone.yaml"], "gone.yaml"),
        (["check", "b2b.yaml", "--lang", "polish!"], "is no language tag: write en"),
        (["moves", "b2b.yaml", "--opportunity", "x", "--stage", "won"], "leave out"),
        (["moves"], "PROCESS"),
        (["render", "b2b.yaml"], "--output"),
        (["render", "b2b.yaml", "-o", "map.gif"], ".svg, .png, .pdf, .dot"),
        (["render", "b2b.yaml", "-o", "map"], ".svg, .png, .pdf, .dot"),
        (["render", "b2b.yaml", "-o", "gone/map.svg"], "gone"),
        (["render", "b2b.yaml", "-o", "map.svg", "--lang", "!"], "is no language tag: write en"),
        (["replay", "b2b.yaml", "deals.csv", "-o", "map.gif"], ".svg, .png, .pdf, .dot"),
        (["replay", "b2b.yaml", "deals.csv", "--show", "all"], "--show"),
        (["replay", "b2b.yaml", "deals.csv", "-m", "gone.yaml"], "gone.yaml"),
        (["demo", "-o", "b2b.yaml"], "b2b.yaml"),
        (["demo", "-o", "b2b.yaml/out"], "cannot be written"),
    ],
)
def test_an_argument_that_cannot_be_used_is_refused(
    run: Run, folder: Path, arguments: list[str], words: str
) -> None:
    before = set(folder.iterdir())
    refused(run(*arguments), words)
    assert set(folder.iterdir()) == before


def test_a_replay_without_a_mapping_says_which_file_it_looked_for(run: Run, folder: Path) -> None:
    (folder / "history.yaml").unlink()
    refused(run("replay", "b2b.yaml", "deals.csv"), "history.yaml", "--mapping")


def test_a_mapping_of_another_process_is_refused_with_every_name(run: Run, folder: Path) -> None:
    text = (folder / "history.yaml").read_text("utf-8")
    for old, new in (
        (": closing", ": clozing"),
        ("  budget: {", "  bugdet: {"),
        (": price", ": x"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "history.yaml").write_text(text, encoding="utf-8")
    refused(
        run("replay", "b2b.yaml", "deals.csv"),
        "unknown stage 'clozing'; did you mean 'closing'?",
        "unknown fact 'bugdet'; did you mean 'budget'?",
        "unknown reason 'x'",
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"process": "other"}, "belongs to other"),
        ({"version": "2025.1"}, "2025.1"),
        ({"stage": "gone"}, "gone"),
        ({"at": "2026-01-01T00:00:00"}, ""),
        ({"facts": {"budget": {"money": "lots"}}}, "money"),
        ({"sequence": "one"}, "sequence"),
    ],
)
def test_a_saved_opportunity_of_another_process_or_spoilt_is_refused(
    run: Run, folder: Path, change: dict[str, object], words: str
) -> None:
    engine = sf.Engine(sf.load(folder / "b2b.yaml"))
    saved = json.loads(sf.opportunity_to_json(engine.open("A").unwrap()))
    (folder / "o.json").write_text(json.dumps(saved | change), encoding="utf-8")
    refused(run("moves", "b2b.yaml", "--opportunity", "o.json"), words)
    refused(run("explain", "b2b.yaml", "qualify", "--opportunity", "o.json"), words)


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null"])
def test_a_device_is_no_saved_opportunity(run: Run, path: str) -> None:
    refused(run("moves", "b2b.yaml", "--opportunity", path), path)


@pytest.mark.parametrize("command", ["render b2b.yaml", "replay b2b.yaml deals.csv"])
@pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "dot"])
def test_a_target_that_cannot_be_replaced_stays_and_nothing_half_written_is_left(
    run: Run, folder: Path, command: str, suffix: str
) -> None:
    target = folder / f"map.{suffix}"
    target.mkdir()
    (target / "mine").write_text("kept", encoding="utf-8")
    before = set(folder.rglob("*"))
    ran = run(*command.split(), "-o", target.name)
    refused(ran, target.name, reported=command.startswith("replay"))
    assert set(folder.rglob("*")) == before


def test_a_write_that_fails_halfway_leaves_the_old_file(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = folder / "map.svg"
    old.write_text("old", encoding="utf-8")
    before = set(folder.iterdir())
    write = Path.write_bytes

    def half(self: Path, data: bytes) -> int:
        write(self, data[: len(data) // 2])
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "write_bytes", half)
    refused(run("render", "b2b.yaml", "-o", "map.svg"), "map.svg", "No space left")
    replayed = run("replay", "b2b.yaml", "deals.csv", "-o", "map.svg")
    refused(replayed, "map.svg", "No space left", reported=True)
    assert old.read_text("utf-8") == "old"
    assert set(folder.iterdir()) == before


def test_the_script_tells_bad_input_without_a_traceback(run_script: Run, folder: Path) -> None:
    refused(run_script("moves", "gone.yaml"), "gone.yaml")
    refused(run_script("replay", "b2b.yaml", "gone.csv"), "gone.csv")
    ran = run_script("check", "gone.yaml", "b2b.yaml")
    assert (ran.code, ran.err) == (2, "")
    assert "no file gone.yaml" in ran.out
    assert "b2b.yaml: all is well" in ran.out


SEEDS = {
    "x.yaml": (PROCESS, "b2b.yaml"),
    "x.csv": (REPLAY, "deals.csv"),
    "m.yaml": (MAPPING, "history.yaml"),
    "f.json": (FACTS, "facts.json"),
    "o.json": (SAVED, None),
}


@st.composite
def spoilt(draw: st.DrawFn, good: bytes) -> bytes:
    """Good bytes with a few pieces cut out, doubled or replaced by others."""
    data = good
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 40)))
        data = data[:start] + draw(st.binary(max_size=20) | st.just(data[:end])) + data[end:]
    return data


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("name", SEEDS)
def test_spoilt_bytes_never_give_a_traceback(
    run: Run, folder: Path, name: str, data: st.DataObject
) -> None:
    command, seed = SEEDS[name]
    if seed is None:
        engine = sf.Engine(sf.load(folder / "b2b.yaml"))
        good = sf.opportunity_to_json(engine.open("A").unwrap()).encode()
    else:
        lines = (folder / seed).read_bytes().splitlines(keepends=True)
        good = b"".join(lines[:30] if name == "x.csv" else lines)
    content = data.draw(st.binary(max_size=200) | spoilt(good))
    (folder / name).write_bytes(content)
    ran = run(*(part.format(name) for part in command))
    assert ran.code in (0, 1, 2)
    if ran.code == 2:
        assert ran.err.startswith(("error: ", "Usage: "))
    assert not set(ran.out + ran.err) & set("\x1b\x9b\x07\x00\r")
