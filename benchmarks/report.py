"""How figures are shown: a table for people, one for the documentation, and JSON."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure, Spread, Unit

MARKS = ("<!-- figures: begin -->", "<!-- figures: end -->")
COLUMNS = ("work", "measured", "against", "figure (range)", "limit", "verdict")
WIDTH_OF_FILES = 120
"""How wide the table is where no terminal says."""
PACKAGES = ("pydantic", "msgspec", "transitions", "python-statemachine", "sismic")


def table(figures: Iterable[Figure]) -> Table:
    """The figures for a terminal."""
    shown = Table(box=SIMPLE_HEAD)
    for name in COLUMNS:
        shown.add_column(name, overflow="fold")
    for figure in figures:
        style = {True: "green", False: "bold red"}.get(figure.held, "dim")  # type: ignore[arg-type]
        cells = row(figure)
        shown.add_row(*cells[:-1], f"[{style}]{cells[-1]}[/]")
    return shown


def show(figures: Sequence[Figure]) -> None:
    """Print the figures, and how many of the limits are held."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH_OF_FILES)
    console.print(table(figures))
    limited = [figure.held for figure in figures if figure.held is not None]
    missing = sum(bool(figure.missing) for figure in figures)
    told = f"{sum(limited)} of {len(limited)} limits held"
    console.print(told + (f", {missing} not measured" if missing else ""))
    console.print(environment())


def row(figure: Figure) -> tuple[str, ...]:
    """The cells of one figure, as text."""
    if figure.spread is None:
        return (figure.work, figure.measured, figure.reference, "", "", figure.missing)
    limit = figure.limit
    return (
        figure.work,
        figure.measured,
        figure.reference,
        _spread(figure.spread, figure.unit),
        f"{limit.side} {_number(limit.value, figure.unit)}" if limit else "",
        {True: "held", False: "FALLS SHORT", None: ""}[figure.held],
    )


def _spread(spread: Spread, unit: Unit) -> str:
    middle = _number(spread.median, unit)
    if spread.low == spread.high:
        return middle
    return f"{middle} ({_plain(spread.low)}–{_plain(spread.high)})"


def _number(value: float, unit: Unit) -> str:
    return f"{_plain(value)} {unit}"


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def environment() -> str:
    """What the figures were measured with: versions and the kind of machine, no names of either."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores; salesfsm {version('salesfsm')}, {packages}"
    )


def write_json(path: Path, figures: Sequence[Figure]) -> None:
    """Write the figures for programs, with the verdict on each."""
    written = {
        "measured_at": _now().isoformat(),
        "environment": environment(),
        "figures": [asdict(figure) | {"held": figure.held} for figure in figures],
    }
    path.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def page_parts(path: Path) -> tuple[str, str]:
    """What stands before and after the marked table of a page; ValueError if it has no marks."""
    before, begin, rest = path.read_text(encoding="utf-8").partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not begin or not end:
        raise ValueError(f"{path} has no lines {MARKS[0]} and {MARKS[1]} to write between")
    return before, after


def write_page(path: Path, figures: Sequence[Figure]) -> None:
    """Put the figures between the marks of a page."""
    before, after = page_parts(path)
    lines = [
        f"{before}{MARKS[0]}",
        "",
        f"Measured on {_now():%Y-%m-%d} with {environment()}.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        "|" + " --- |" * len(COLUMNS),
        *(f"| {' | '.join(row(figure))} |" for figure in figures),
        "",
        f"{MARKS[1]}{after}",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
