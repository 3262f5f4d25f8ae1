"""The command line of the benchmarks: ``python -m benchmarks [NAME ...]``.

A figure that falls short is told, and is no error: the exit code tells only that all was measured
to the end.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import report
from benchmarks.figures import Figure
from benchmarks.registry import BENCHMARKS


def main() -> None:
    """Measure what is asked for, and show it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}; all by default"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON too")
    parser.add_argument(
        "--write", type=Path, metavar="PAGE", help="refresh the table of docs/performance.md"
    )
    asked = parser.parse_args()
    names: list[str] = asked.names or list(BENCHMARKS)
    if unknown := [name for name in names if name not in BENCHMARKS]:
        parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
    if asked.write and asked.names:
        parser.error("--write takes no NAME: a page shows the figures of one whole run")
    if asked.write:
        try:
            report.page_parts(asked.write)
        except (OSError, ValueError) as error:
            parser.error(str(error))

    figures: list[Figure] = []
    for name in names:
        print(f"measuring {name} …", file=sys.stderr)
        figures += BENCHMARKS[name]()
    report.show(figures)
    if asked.json:
        report.write_json(asked.json, figures)
    if asked.write:
        report.write_page(asked.write, figures)


if __name__ == "__main__":
    main()
