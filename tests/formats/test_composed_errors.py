"""What is wrong with composed files is told at its place, in the file where it stands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from composed_files import BASE, HEAD, ON_BASE, RETENTION, WINBACK, WITH_WINBACK, write

import salesfsm as sf
from salesfsm import library

GOLDEN = Path(__file__).parent / "golden" / "composed_errors.txt"
SHELF = {"winback": WINBACK, "six_stage": BASE, "broken": "salesfsm: 1\nextends: base.yaml\n"}

Files = dict[str, str]


def extending(text: str, **files: str) -> Files:
    """``main.yaml``, which extends ``base.yaml``, and other files by their stems."""
    return {"main.yaml": ON_BASE + text, **{f"{stem}.yaml": each for stem, each in files.items()}}


def chain(length: int) -> Files:
    """Files of which each extends the next."""
    files = {f"f{i}.yaml": f"salesfsm: 1\nextends: f{i + 1}.yaml\n" for i in range(length)}
    return {"main.yaml": HEAD + "extends: f0.yaml\n", **files}


def many(count: int) -> Files:
    """Files that stand beside each other in one."""
    parts = "".join(f"  p{i}: f{i}.yaml\n" for i in range(count))
    files = {f"f{i}.yaml": f"salesfsm: 1\nprocess: f\nstages: [s{i}]\n" for i in range(count)}
    return {"main.yaml": HEAD + "include:\n" + parts, **files}


WRONG: dict[str, Files] = {
    "a missing file": {"main.yaml": HEAD + "extends: bsae.yaml\n"},
    "a missing file like a process of the library": {
        "main.yaml": HEAD + "extends: six_stage.yaml\n"
    },
    "a file that is no definition": {"main.yaml": HEAD + "extends: base.txt\n"},
    "a folder": {"main.yaml": HEAD + "extends: parts.yaml\n", "parts.yaml/x.yaml": BASE},
    "a circle": {
        "main.yaml": HEAD + "extends: b.yaml\n",
        "b.yaml": HEAD + "include:\n  x: sub/c.yaml\n",
        "sub/c.yaml": HEAD + "insert:\n  - {stage: y, from: ../main.yaml, trigger: t, after: z}\n",
    },
    "itself": {"main.yaml": HEAD + "extends: main.yaml\n"},
    "too deep": chain(8),
    "too many files": many(40),
    "out of the folder": {"main.yaml": HEAD + "include: {a: ../x.yaml, b: sub/../../x.yaml}\n"},
    "an absolute name": {"main.yaml": HEAD + "extends: /etc/x.yaml\n"},
    "an absolute name of Windows": {"main.yaml": HEAD + "extends: C:\\x.yaml\n"},
    "an address": {"main.yaml": HEAD + "extends: https://example.com/x.yaml\n"},
    "an address of a file": {"main.yaml": HEAD + "extends: file:///etc/x.yaml\n"},
    "an address almost of the library": {"main.yaml": HEAD + "extends: Library:winback\n"},
    "an unknown process of the library": {"main.yaml": HEAD + "extends: library:win_back\n"},
    "a file named in the library": {"main.yaml": HEAD + "extends: library:broken\n"},
    "a name that is none": {"main.yaml": HEAD + "extends: [base.yaml]\n"},
    "no version of the format below": {"main.yaml": HEAD + "extends: b.yaml\n", "b.yaml": "a: 1\n"},
    "a list below": {"main.yaml": HEAD + "extends: b.yaml\n", "b.yaml": "- a\n"},
    "no YAML below": {"main.yaml": HEAD + "extends: b.yaml\n", "b.yaml": HEAD + "stages: [a\n"},
    "not UTF-8 below": {"main.yaml": HEAD + "extends: b.yaml\n", "b.yaml": "\0\0"},
    "no name": {"main.yaml": "salesfsm: 1\ninclude: {retention: retention.yaml}\n"},
    "no stages": {"main.yaml": HEAD + "include: {}\n"},
    "no stages below": {"main.yaml": HEAD + "include: {b: b.yaml}\n", "b.yaml": HEAD},
    "a prefix that is no name": {"main.yaml": HEAD + "include: {2nd plane: retention.yaml}\n"},
    "a prefix twice": {"main.yaml": HEAD + "include:\n  a: base.yaml\n  a: retention.yaml\n"},
    "a prefix that is taken": {
        "main.yaml": HEAD + "extends: b.yaml\n" + WITH_WINBACK,
        "b.yaml": ON_BASE + WITH_WINBACK,
    },
    "steps of the wrong shape": extending("remove: demo\ninsert: {stage: a}\nreorder: demo\n"),
    "inclusions of the wrong shape": extending("include: [retention.yaml]\n"),
    "an inclusion of the wrong shape": extending("include:\n  a: 5\n  b: {}\n  c: [x.yaml]\n"),
    "a mirror of the wrong shape": extending("mirror: {buyer: [x], stages: [demo], level: wran}\n"),
    "unknown keys inside steps": extending(
        "remove: [{stage: demo, onto: closing}]\n"
        "insert: [{stage: {name: a, exits: x}, form: base.yaml, trigger: t, after: demo}]\n"
        "include: {a: {process: retention.yaml, rejoins: {kept: won}}}\n"
        "mirror: {buyr: base.yaml}\n"
    ),
    "a problem of form in a file below": extending(
        WITH_WINBACK, winback=WINBACK.replace("tasks: [write]", "taks: [write]")
    ),
    "a loose end in a file below": extending(
        WITH_WINBACK, winback=WINBACK.replace("target: gone", "target: gon")
    ),
    "a rule error two files below": {
        "main.yaml": HEAD + "extends: middle.yaml\n",
        "middle.yaml": ON_BASE + WITH_WINBACK,
        "winback.yaml": WINBACK.replace("known(mood)", "known(mod)"),
    },
    "definitions that clash": {
        "main.yaml": HEAD + "include:\n  sales: base.yaml\n  retention: retention.yaml\n",
        "retention.yaml": RETENTION.replace("approved: bool", "approved: text"),
    },
    "a clash with the process itself": extending(
        WITH_WINBACK, winback=WINBACK.replace("mood: text", "mood: text, budget: text")
    ),
    "a branch that rejoins nowhere": extending(
        "include:\n  winback:\n    process: winback.yaml\n"
        "    leave: [{trigger: win_back, source: lost, target: approach}]\n"
    ),
    "a branch that is never left for": extending(
        "include:\n  winback: {process: winback.yaml, rejoin: {renewed: demo}}\n"
    ),
    "a branch with ends that are none": extending(
        WITH_WINBACK.replace("renewed: qualification", "renewd: qualification")
    ),
    "a branch that rejoins what is not there": extending(
        WITH_WINBACK.replace("renewed: qualification", "renewed: qualifcation")
    ),
    "a branch left from what is not there": extending(
        WITH_WINBACK.replace("source: lost", "source: losst")
    ),
    "a branch left for what is not there": extending(
        WITH_WINBACK.replace("target: approach", "target: approch")
    ),
    "a contract that cannot be met": {
        "main.yaml": HEAD
        + "include: {sales: sales.yaml, retention: retention.yaml}\n"
        + "handovers: [{name: on, source: sales.won, target: retention.onboarding}]\n",
        "sales.yaml": HEAD + "stages: [deal, {name: won, outcome: won}]\n",
    },
    "hand-overs from nowhere and to the end": {
        "main.yaml": HEAD
        + "include: {sales: base.yaml, retention: retention.yaml}\nhandovers:\n"
        + "  - {name: on, source: sales.wonn, target: retention.onboarding}\n"
        + "  - {name: end, source: sales.won, target: retention.kept}\n"
    },
    "a mirror of an unknown phase": extending("mirror: {stages: {demo: defning}}\n"),
    "a mirror in an unknown stage": extending("mirror: {stages: {deno: defining}}\n"),
    "another journey in the mirror": extending(
        "mirror: {buyer: b.yaml}\n",
        b=HEAD + "buyer: {phases: [investigating, selecting]}\nstages: [a]\n",
    ),
    "a removal of an unknown stage": extending("remove: [{stage: dmo, to: closing}]\n"),
    "a removal that leads to an unknown stage": extending("remove: [{stage: demo, to: closng}]\n"),
    "a removal of what rules ask": extending("remove: [qualification]\n"),
    "a removal with several ways on": extending(
        "remove: [demo]\n",
        base=BASE + "  - {trigger: skip, source: demo, target: won}\n",
    ),
    "an insertion before an unknown stage": extending(
        "insert:\n  - {stage: {name: a, exit: approved}, before: closng, trigger: t}\n"
    ),
    "an insertion nowhere": extending("insert: [{stage: {name: a, label: A}, trigger: t}]\n"),
    "an insertion of a name alone": extending("insert: [{stage: a, before: demo, trigger: t}]\n"),
    "an insertion of an unknown stage": extending(
        "insert: [{stage: aproach, from: winback.yaml, before: demo, trigger: t}]\n"
    ),
    "an insertion of a stage with a bad rule": extending(
        "insert: [{stage: approach, from: winback.yaml, before: demo, trigger: t}]\n",
        winback=WINBACK.replace("known(mood)", "known(mod)"),
    ),
    "an unknown stage in the order": extending("reorder: [demo, qualifcation]\n"),
    "overrides with mistakes": extending(
        "plane: sale\nfacts: {budget: {minimum: much}, score: {label: Score}}\n"
        "stages:\n  - {name: demo, exit: 'budgt > 5', expected: 3 moons}\n"
        "transitions:\n  - {trigger: win, source: closing}\n"
    ),
    "a fact without a type": extending("facts: {score: {label: Score}}\n"),
    "a rule error in an override": extending(
        "stages: [{name: demo, exit: [approved, budgt > 5]}]\n"
    ),
    "a transition to nowhere in an override": extending(
        "transitions: [{trigger: win, source: closing, target: wn}]\n"
    ),
    "a change twice": extending("stages: [{name: demo, label: A}, {name: demo, label: B}]\n"),
    "which of the ways is meant": extending(
        "transitions: [{trigger: offer, source: demo, target: lost}]\n",
        base=BASE + "  - {trigger: offer, source: demo, target: won, when: approved}\n",
    ),
    "an end of the part that is not there, in own transitions": {
        "main.yaml": HEAD
        + "stages: [a]\ntransitions: [{trigger: t, source: a, target: retention.boarding}]\n"
        + "include: {retention: retention.yaml}\n"
    },
    "a loose end of its own before parts": {
        "main.yaml": HEAD
        + "stages: [a]\ntransitions: [{trigger: t, source: b, target: c}]\n"
        + "include: {retention: retention.yaml}\n"
    },
}


def refusal(folder: Path, files: Files) -> sf.DefinitionError:
    write(folder, files)
    with pytest.raises(sf.DefinitionError) as caught:
        sf.load("main.yaml")
    return caught.value


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder of our own, beside a library of our own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(library, "names", lambda: tuple(sorted(SHELF)))
    monkeypatch.setattr(library, "files", lambda _: tmp_path)
    (tmp_path / "processes").mkdir()
    for name, text in SHELF.items():
        (tmp_path / "processes" / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_every_problem_is_told_as_the_golden_page_shows_it(tmp_path: Path) -> None:
    page = ""
    for number, (title, files) in enumerate(WRONG.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        os.chdir(folder)
        page += f"== {title}\n{refusal(folder, files)}\n\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(page, encoding="utf-8")
    assert page == GOLDEN.read_text(encoding="utf-8")
