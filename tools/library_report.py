"""Tests the library with the project's own kit, for the table of docs/library-tested.md.

For each ready-made process: what its scenarios exercise, and which of its mutants they notice.
Usage: ``python tools/library_report.py`` prints the table, ``--write`` writes it into the page.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from salesfsm import library
from salesfsm.testing import mutate, read_scenarios, run_scenarios
from salesfsm.testing.coverage.measuring import Both, coverage_of
from salesfsm.testing.coverage.observing import Observer

PAGE = Path(__file__).parents[1] / "docs/library-tested.md"
BEGIN, END = "<!-- begin of the report -->\n", "<!-- end of the report -->\n"
HEAD = (
    "| process | scenarios | ways taken | ways refused | criteria met | criteria not met "
    "| mutants | noticed |\n"
    "|---|--:|--:|--:|--:|--:|--:|--:|\n"
)

EXCUSED: dict[tuple[str, str], str] = {
    ("small_business", "revisit from closing to presenting: dropped"): (
        "`complex_b2b` leads a buyer who chooses again to the presentation, and one who defines "
        "again to the discovery. Without a discovery both are led to the presentation, and the "
        "second way asks less: whoever may take the first may take it too."
    ),
}
"""The mutants that no scenario can notice, by process and change, and why."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the scenarios of a ready-made process exercise, and which mutants they let pass."""

    name: str
    failures: tuple[str, ...]
    row: str
    """Its line in the table."""
    unseen: tuple[str, ...]
    survived: tuple[str, ...]
    mutants: int
    untried: int


def report(name: str) -> Report:
    """Run the scenarios of a process, on the process itself and on all its mutants."""
    read = read_scenarios(f"library:{name}")
    observer = Observer([read.process])
    with observer.listening():
        failures = [f"{o.place}: {o.failure}" for o in run_scenarios(read) if not o]
    if failures:
        return Report(name, tuple(failures), "", (), (), 0, 0)
    covered = coverage_of(read.process, observer.observed[0].tests)
    ways, criteria = tuple(covered.ways.values()), covered.criteria
    found = mutate(read.process, [read])
    cells = (
        f"`{name}`",
        str(len(read.scenarios)),
        _share(_yes(ways)),
        _share(_no(ways)),
        _share(_yes(criteria)),
        _share(_no(criteria)),
        str(found.total),
        str(len(found.noticed)),
    )
    return Report(
        name,
        (),
        f"| {' | '.join(cells)} |\n",
        tuple(each.name for each in (*ways, *criteria) if each.hit < each.points),
        tuple(each.change for each in found.survived),
        found.total,
        len(found.untried),
    )


def _yes(every: Iterable[Both]) -> list[bool]:
    return [bool(each.met_in) for each in every if each.can_be_met]


def _no(every: Iterable[Both]) -> list[bool]:
    return [bool(each.unmet_in) for each in every if each.can_be_unmet]


def _share(seen: list[bool]) -> str:
    return f"{sum(seen)}/{len(seen)}" if seen else "none"


def told(reports: Iterable[Report]) -> str:
    """The table, and below it what no scenario notices, with the reasons."""
    every = list(reports)
    rows = "".join(each.row for each in every)
    mutants, survived = sum(each.mutants for each in every), sum(len(e.survived) for e in every)
    lines = [
        f"- `{each.name}`, {change}: {EXCUSED.get((each.name, change), 'not excused')}\n"
        for each in every
        for change in each.survived
    ]
    told = (
        f"\n{mutants - survived} of {mutants} mutants are noticed. "
        f"{sum(each.untried for each in every)} more, of what only openings and hand-overs ask, "
        "cannot be [tried with scenarios](testing.md#mutants). Not noticed:\n\n"
    )
    return f"{HEAD}{rows}{told}{''.join(lines)}"


def main() -> None:
    """Print the report, or write it into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write it into the page")
    write = parser.parse_args().write
    reports = [report(name) for name in library.names()]
    if failures := [failure for each in reports for failure in each.failures]:
        sys.exit("\n".join(failures))
    if not write:
        print(told(reports))
        return
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{told(reports)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
