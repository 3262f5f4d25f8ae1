"""A run of pytest with coverage: listens while tests run, then tells, writes and judges.

Workers of pytest-xdist send what they observed to the one who tells.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import msgspec
import pytest

from salesfsm.errors import SalesFsmError
from salesfsm.formats.process_file import dump, load, loads
from salesfsm.testing.coverage.answers import Observation
from salesfsm.testing.coverage.measuring import Coverage, coverage_of
from salesfsm.testing.coverage.observing import Observer
from salesfsm.testing.coverage.telling import lines_of, percent_of

_SENT = "salesfsm-coverage"


class _Worker(Protocol):
    """A worker of pytest-xdist that has ended, as far as it is asked here."""

    workeroutput: Mapping[str, str]


class _Sent(msgspec.Struct):
    """What a worker observed of a process, which it sends as YAML."""

    process: str
    tests: list[tuple[Observation, list[str]]]


class CoverageSession:
    """Hooks of pytest for one run."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        named = config.getoption("salesfsm_cov_process")
        try:
            wanted = [load(each) for each in named]
        except SalesFsmError as error:
            raise pytest.UsageError(f"--salesfsm-cov-process: {error}") from None
        self.folder = _folder_of(config)
        self.observer = Observer(wanted)
        self._listening = ExitStack()
        self._listening.enter_context(self.observer.listening())

    def pytest_unconfigure(self) -> None:
        """Leave the engine as it was."""
        self._listening.close()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Know which test runs."""
        self.observer.test = item.nodeid
        return (yield)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send what was observed, or write the pages and judge."""
        output = getattr(self.config, "workeroutput", None)
        if output is not None:
            output[_SENT] = self._sent()
            return
        measured = self._measured()
        if self.folder is not None:
            from salesfsm.testing.coverage.pages import page_of  # noqa: PLC0415  # draws maps

            for each in measured:
                _page(self.folder, each).write_text(page_of(each), encoding="utf-8")
        if any(self._too_little(measured)) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: _Worker) -> None:
        """Take what a worker of pytest-xdist observed; one that crashed sends nothing."""
        sent = getattr(node, "workeroutput", {}).get(_SENT)
        if sent is None:
            return
        for each in msgspec.json.decode(sent, type=list[_Sent]):
            observed = self.observer.of(loads(each.process))
            if observed is not None:
                for observation, tests in each.tests:
                    observed.tests.setdefault(observation, set()).update(tests)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell the coverage of each process."""
        terminalreporter.section("coverage of sales processes")
        measured = self._measured()
        if not measured:
            terminalreporter.write_line("no test fired a trigger of any process")
        for each in measured:
            terminalreporter.write_line("\n".join(lines_of(each)))
        for told in self._too_little(measured):
            terminalreporter.write_line(f"FAIL {told}", red=True)

    def _measured(self) -> list[Coverage]:
        observed = self.observer.observed
        return [coverage_of(each.process, each.tests) for each in observed]

    def _too_little(self, measured: list[Coverage]) -> Iterator[str]:
        """What is covered less than it must be; where nothing was fired, that is nothing at all."""
        least: float = self.config.getoption("salesfsm_cov_fail_under") or 0
        if least and not measured:
            yield f"no process is covered, and {least:g}% are asked for"
        for each in measured:
            if each.share * 100 < least:
                yield f"{each.process.key}: {percent_of(each)}% is less than {least:g}%"

    def _sent(self) -> str:
        sent = [
            _Sent(dump(each.process), [(seen, sorted(tests)) for seen, tests in each.tests.items()])
            for each in self.observer.observed
        ]
        return msgspec.json.encode(sent).decode()


def _folder_of(config: pytest.Config) -> Path | None:
    """The folder of the pages, made now: nobody wants to hear after the tests that it cannot be."""
    named = config.getoption("salesfsm_cov_html")
    if named is None:
        return None
    folder = Path(named)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or error
        raise pytest.UsageError(
            f"--salesfsm-cov-html: {named} cannot be a folder of pages: {why}"
        ) from None
    if not os.access(folder, os.W_OK):
        raise pytest.UsageError(f"--salesfsm-cov-html: nothing can be written into {named}")
    return folder


def _page(folder: Path, coverage: Coverage) -> Path:
    """The file of a process; its version may hold any signs."""
    name = f"{coverage.process.name}-{coverage.process.version}"
    plain = "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in name)
    return folder / f"{plain}.html"
