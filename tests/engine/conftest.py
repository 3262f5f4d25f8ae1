"""The engine of the B2B sale, for the tests that tell a story about it."""

from __future__ import annotations

import pytest

import salesfsm as sf
from sales.b2b import b2b


@pytest.fixture(scope="session")
def process() -> sf.Process:
    return b2b()


@pytest.fixture(scope="session")
def engine(process: sf.Process) -> sf.Engine:
    return sf.Engine(process)
