"""What the pytest plugin adds to a run of tests: left idle, and observing for coverage.

Each side is a run of pytest from its start to its summary, over one file of tests that assert what
a process allows and refuses. Without the plugin the file runs as well: it asks for no fixture.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import sale
from benchmarks.figures import Figure, Limit, Spread, in_units
from benchmarks.timing import Task, command, take_rounds

ROUNDS, DEALS = 8, 50
LIMIT = 1.1

TESTS = f"""
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import salesfsm
from salesfsm.testing import FixedClock, allows, refuses

PROCESS = salesfsm.load("b2b.yaml")
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FACTS = {{
    "budget": 50_000, "authority": "decision_maker", "need": "quotes", "decide_by": AT.date()
}}


@pytest.fixture(scope="module")
def engine():
    return salesfsm.Engine(PROCESS, clock=FixedClock(AT))


@pytest.fixture(params=range({DEALS}))
def deal(request, engine):
    facts = {{**FACTS, "budget": 10_000 + request.param}}
    return engine.open(f"ACME-{{request.param}}", at=AT, by="anna", facts=facts).unwrap()


def test_a_qualified_deal_can_be_won(engine, deal):
    presented = allows(engine, deal, "qualify", to="presenting", by="anna").unwrap()
    assert allows(engine, presented, "win", by="anna").unwrap().stage == "won"


@pytest.mark.parametrize("missing", FACTS)
def test_bant_is_asked_for(engine, deal, missing):
    code = {{"decide_by": "timeline"}}.get(missing, missing)
    poor = engine.update(deal, {{missing: None}}, at=AT, by="anna").unwrap()
    refuses(engine, poor, "qualify", because=f"bant.{{code}}", by="anna")


def test_an_open_deal_may_be_lost(engine, deal):
    allows(engine, deal, "lose", to="lost", by="anna")
    refuses(engine, deal, "win", because="trigger.unavailable", by="anna")
"""
TESTS_A_DEAL = 6


def measure() -> list[Figure]:
    """The plugin idle and observing, each over a run without it."""
    try:
        import pytest  # noqa: F401

        from salesfsm.testing import plugin  # noqa: F401
    except ImportError as error:
        return [Figure("the pytest plugin", missing=str(error))]
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "b2b.yaml").write_text(sale.PROCESS, encoding="utf-8")
        (folder / "test_b2b.py").write_text(TESTS, encoding="utf-8")
        taken = take_rounds(
            {
                "without": _run(folder, "-p", "no:salesfsm"),
                "idle": _run(folder),
                "observing": _run(folder, "--salesfsm-coverage"),
            },
            ROUNDS,
        )
    reference = f"without the plugin {in_units(Spread.of(taken['without']).median)}"
    return [
        Figure(
            f"a run of {DEALS * TESTS_A_DEAL} tests with the pytest plugin {name}",
            in_units(Spread.of(taken[name]).median),
            reference,
            Spread.of_ratios(taken[name], taken["without"]),
            limit=Limit("at most", LIMIT),
        )
        for name in ("idle", "observing")
    ]


def _run(folder: Path, *options: str) -> Task:
    return command(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options], folder
    )
