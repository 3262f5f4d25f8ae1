"""Fixtures of the tests of maps: each sample diagram, and each program that may draw it."""

from __future__ import annotations

import shutil
import sysconfig

import pytest
from drawings import SAMPLES

from salesfsm.maps import Diagram


@pytest.fixture(params=SAMPLES)
def diagram(request: pytest.FixtureRequest) -> Diagram:
    """Each sample diagram in turn."""
    return SAMPLES[request.param]


@pytest.fixture
def installed_dot() -> str:
    """The ``dot`` of this machine."""
    found = shutil.which("dot")
    if found is None:
        pytest.skip("Graphviz is not installed here: no dot on the PATH")
    return found


@pytest.fixture
def without_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PATH on which there is no program at all, so that the wheel's must do."""
    assert shutil.which("graphviz-pure", path=sysconfig.get_path("scripts"))
    monkeypatch.setenv("PATH", "/nowhere")


@pytest.fixture(params=["installed dot", "graphviz-pure"])
def program(request: pytest.FixtureRequest) -> str:
    """Each of the two programs that may draw, as the only one to be found."""
    request.getfixturevalue("installed_dot" if request.param == "installed dot" else "without_dot")
    return str(request.param)
