"""What the tests of the readers share: a file and its mapping, written and read in one call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from salesfsm.formats.history import History, load_mapping, read_history

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"

Read = Callable[[str | bytes, str], History]
ReadExample = Callable[[str, str], History]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write a CSV and a mapping, read both, and check that every row is accounted for."""

    def write_and_read(csv: str | bytes, mapping: str) -> History:
        export, yaml = tmp_path / "export.csv", tmp_path / "history.yaml"
        export.write_bytes(csv.encode() if isinstance(csv, str) else csv)
        yaml.write_text(mapping, encoding="utf-8")
        history = read_history(export, load_mapping(yaml))
        assert history.rows_read == (
            history.rows_used + sum(history.ignored.values()) + len(history.unusable)
        )
        return history

    return write_and_read


@pytest.fixture(scope="session")
def read_example(shared_data: Path) -> ReadExample:
    """Read a real export with one of the mappings in examples/."""

    def read_with_example(example: str, export: str) -> History:
        mapping = load_mapping(EXAMPLES / example / "history.yaml")
        return read_history(shared_data / export, mapping)

    return read_with_example
