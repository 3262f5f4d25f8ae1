"""The kit imports what is used, and says what to install where that is missing."""

from __future__ import annotations

import subprocess
import sys

import pytest

import salesfsm.testing

WITHOUT = "import sys; sys.modules['hypothesis'] = None; sys.modules['pytest'] = None\n"


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["facts", "process_machine"])
def test_without_hypothesis_what_needs_it_says_what_to_install(name: str) -> None:
    done = run(f"{WITHOUT}from salesfsm.testing import {name}")
    assert done.returncode == 1
    assert 'pip install "salesfsm[testing]"' in done.stderr


def test_assertions_scenarios_paths_and_mutants_need_no_extra() -> None:
    names = (
        "allows, refuses, read_scenarios, run_scenarios, mutate, matrix, transition_paths, follow"
    )
    done = run(f"{WITHOUT}from salesfsm.testing import {names}")
    assert done.returncode == 0, done.stderr


def test_the_plugin_alone_imports_neither_engine_nor_hypothesis() -> None:
    wanted = "['salesfsm.engine.engine', 'pydantic', 'hypothesis']"
    code = f"import sys, salesfsm.testing.plugin\nprint([n for n in {wanted} if n in sys.modules])"
    assert run(code).stdout == "[]\n"


def test_every_public_name_is_there() -> None:
    for name in salesfsm.testing.__all__:
        assert getattr(salesfsm.testing, name) is not None
