"""The pytest plugin: fixtures, scenarios collected from YAML, and the coverage of processes.

pytest loads it in every run where salesfsm is installed, so it imports what a run needs only when
the run needs it.
"""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from salesfsm.testing.scenarios import SUFFIXES

if TYPE_CHECKING:
    from salesfsm.engine.engine import Engine
    from salesfsm.process.process import Process
    from salesfsm.testing.engines import FixedClock

_INI = "salesfsm_process"
_MARKER = "salesfsm_process(path): the process that the fixture salesfsm_process loads"
_LOADED: pytest.StashKey[dict[tuple[str, Path], Process]] = pytest.StashKey()
"""The processes that fixtures have loaded in this run."""

_HOW = (
    "no process is named: mark the test with @pytest.mark.salesfsm_process('b2b.yaml'), or write "
    "salesfsm_process = b2b.yaml in the configuration of pytest"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of coverage, and the process that fixtures load."""
    group = parser.getgroup("salesfsm", "sales processes")
    group.addoption(
        "--salesfsm-coverage",
        action="store_true",
        help="tell which transitions and criteria of processes the tests exercised",
    )
    group.addoption(
        "--salesfsm-cov-process",
        action="append",
        default=[],
        metavar="PROCESS",
        help="tell it of this process alone (a file or library:NAME); repeatable",
    )
    group.addoption(
        "--salesfsm-cov-html",
        metavar="FOLDER",
        help="write a page for each process into the folder",
    )
    group.addoption(
        "--salesfsm-cov-fail-under",
        type=_percent,
        metavar="PERCENT",
        help="fail where a process is covered less",
    )
    parser.addini(_INI, "the process that the fixture salesfsm_process loads, from the root folder")


def pytest_configure(config: pytest.Config) -> None:
    """Begin to observe, where the options say so; they imply each other's wish."""
    config.addinivalue_line("markers", _MARKER)
    options = ("coverage", "cov_process", "cov_html", "cov_fail_under")
    if any(config.getoption(f"salesfsm_{each}") not in (None, False, []) for each in options):
        from salesfsm.testing.coverage.session import CoverageSession  # noqa: PLC0415  # as above

        config.pluginmanager.register(CoverageSession(config), "salesfsm-coverage")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the files of scenarios."""
    if not file_path.name.endswith(SUFFIXES):
        return None
    from salesfsm.testing.collecting import ScenarioCollector  # noqa: PLC0415  # as above

    return ScenarioCollector.from_parent(parent, path=file_path)


@pytest.fixture
def salesfsm_clock() -> FixedClock:
    """A clock that stands still, on a Monday morning, until the test moves it."""
    from salesfsm.testing.engines import FixedClock  # noqa: PLC0415  # as above

    return FixedClock()


@pytest.fixture
def salesfsm_process(request: pytest.FixtureRequest) -> Process:
    """The process that the marker of the test names, beside it, or else the configuration."""
    marker = request.node.get_closest_marker("salesfsm_process")
    if marker is None:
        named, folder = request.config.getini(_INI), request.config.rootpath
    else:
        named, folder = next(iter(marker.args), ""), request.path.parent
    if not named:
        pytest.fail(_HOW, pytrace=False)
    loaded = request.config.stash.setdefault(_LOADED, {})
    if (named, folder) not in loaded:
        loaded[named, folder] = _load(named, folder)
    return loaded[named, folder]


@pytest.fixture
def salesfsm_engine(salesfsm_process: Process, salesfsm_clock: FixedClock) -> Engine:
    """An engine of that process by that clock."""
    from salesfsm.engine.engine import Engine  # noqa: PLC0415  # as above

    return Engine(salesfsm_process, clock=salesfsm_clock)


def _load(named: str, folder: Path) -> Process:
    from salesfsm.formats.process_file import load  # noqa: PLC0415  # as above

    return load(named if named.startswith("library:") else folder / named)


def _percent(text: str) -> float:
    """A number of 0 to 100, as an option has it."""
    try:
        if 0 <= (percent := float(text)) <= 100:
            return percent
    except ValueError:
        pass  # told as what is out of bounds is
    raise ArgumentTypeError(f"{text!r} is no percentage: give a number from 0 to 100")
