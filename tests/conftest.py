"""What all tests share: hypothesis profiles, the real exports, and no skips in CI."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings

pytest_plugins = ("databases",)

ROOT = Path(__file__).resolve().parent.parent
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}

# CI tells whether a change may land, so it must give one verdict for one commit: hypothesis' own
# "ci" profile draws the same examples each time. Developers' runs go on finding new ones.
settings.register_profile("dev", deadline=None)
settings.register_profile("salesfsm-ci", settings.get_profile("ci"), max_examples=200)
settings.load_profile("salesfsm-ci" if IN_CI else "dev")

# Each line counts once for `make coverage`, however many examples reach it, and all are slow there.
settings.register_profile("salesfsm-coverage", settings.get_profile("ci"), max_examples=20)

# A mutant is killed by the first failure among the same few examples: nothing needs shrinking.
settings.register_profile(
    "mutation",
    settings.get_profile("ci"),
    max_examples=10,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),  # one process runs the tests again and again
)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real exports, which is never part of the project."""
    folder = Path(os.environ.get("SALESFSM_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real exports at {folder}; SALESFSM_SHARED_DATA can name their folder")
    return folder


def _refuse_skip(report: Report) -> Report:
    """Turn a skip into a failure that tells its reason; an expected failure is not a skip."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"CI skips nothing, and this was skipped: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _refuse_skip((yield))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the documentation examples that are shown but not executed."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    shown = [value for each in reports for key, value in each.user_properties if key == "no-run"]
    if shown:
        terminalreporter.section("examples not executed (python no-run)")
        terminalreporter.write_line("\n".join(map(str, shown)))
