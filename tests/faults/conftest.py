"""What the tests of faults share: a seed that is told, and processes that end with their test."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.crew import Crew


@pytest.fixture
def seed() -> int:
    """What chance begins with; ``SALESFSM_FAULTS_SEED`` repeats one that a failure has shown."""
    chosen = int(os.environ.get("SALESFSM_FAULTS_SEED", secrets.randbelow(1_000_000)))
    print(f"SALESFSM_FAULTS_SEED={chosen}")
    return chosen


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    """Nobody yet."""
    folder = tmp_path / "crew"
    folder.mkdir()
    made = Crew(folder)
    yield made
    made.end()
