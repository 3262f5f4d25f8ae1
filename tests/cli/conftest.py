"""The command line as tests call it: in this process for the many, as the real script for a few."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from calling import BROKEN, DEMO, POOR, Ran, call


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """English, whatever language the machine of the tests speaks."""
    monkeypatch.setenv("SALESFSM_LANG", "en")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files of the demo, which is the working directory."""
    for name in DEMO:
        (tmp_path / name).write_bytes(
            files("salesfsm.cli").joinpath("demo_files", name).read_bytes()
        )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def poor_and_broken(folder: Path) -> None:
    """A process with findings and one that cannot be used, in the folder of the demo."""
    (folder / "poor.yaml").write_text(POOR, encoding="utf-8")
    (folder / "broken.yaml").write_text(BROKEN, encoding="utf-8")


@pytest.fixture
def run(folder: Path) -> Callable[..., Ran]:
    """A command run in this process, in the folder of the demo."""
    return call


@pytest.fixture(scope="session")
def script() -> str:
    """The console script that users call."""
    found = shutil.which("salesfsm", path=sysconfig.get_path("scripts"))
    assert found, f"salesfsm is not installed beside {sys.executable}"
    return found


@pytest.fixture
def run_script(folder: Path, script: str) -> Callable[..., Ran]:
    """The console script in a process of its own, in the folder of the demo."""

    def run(*arguments: object, env: dict[str, str] | None = None) -> Ran:
        done = subprocess.run(
            [script, *map(str, arguments)], capture_output=True, timeout=60, env=env, check=False
        )
        out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        assert "Traceback" not in out + err
        return Ran(done.returncode, out, err)

    return run
