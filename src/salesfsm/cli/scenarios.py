"""``salesfsm scenarios``: whether a process does what its designer wrote that it should."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from salesfsm.cli.options import EXISTING, json_option, language_option
from salesfsm.cli.output import place_json, print_json, say
from salesfsm.messages import counted
from salesfsm.testing.coverage.measuring import Coverage, coverage_of
from salesfsm.testing.coverage.observing import Observer
from salesfsm.testing.coverage.telling import lines_of, sums_of
from salesfsm.testing.scenarios.reading import read_scenarios
from salesfsm.testing.scenarios.running import Outcome, run_scenarios

HOLD, FAIL = 0, 1


@click.command("scenarios")
@click.argument("scenario_files", metavar="FILE...", nargs=-1, required=True, type=EXISTING)
@click.option(
    "--coverage", is_flag=True, help="Tell what of the processes the scenarios do not exercise."
)
@language_option
@json_option
def command(scenario_files: tuple[Path, ...], coverage: bool, language: str, as_json: bool) -> None:
    """Run the scenarios in files, each against the process that it names.

    Exit codes: 0 all of them hold, 1 some do not, 2 a file cannot be used.
    """
    files = list(map(read_scenarios, scenario_files))
    observer = Observer(file.process for file in files)
    with observer.listening():
        outcomes = [each for file in files for each in run_scenarios(file, language=language)]
    failed = [each for each in outcomes if not each]
    covered = [coverage_of(each.process, each.tests) for each in observer.observed]
    if as_json:
        found: dict[str, object] = {"scenarios": list(map(_json, outcomes))}
        if coverage:
            found["coverage"] = list(map(_covered, covered))
        print_json(found)
    else:
        for each in failed:
            say(f"{each.place}: {each.scenario.name}")
            say("\n".join(f"  {line}" for line in each.failure.splitlines()))
        if failed:
            told = counted("scenarios.failed", len(failed), language, total=len(outcomes))
            say(told, fg="red")
        else:
            say(counted("scenarios.hold", len(outcomes), language), fg="green")
        for one in covered if coverage else ():
            say("\n".join(lines_of(one)))
    sys.exit(FAIL if failed else HOLD)


def _covered(coverage: Coverage) -> dict[str, object]:
    return {
        "process": coverage.process.key,
        "verdicts": coverage.points,
        "seen": coverage.hit,
        "unseen": {each.lack: each.unseen for each in sums_of(coverage)},
    }


def _json(outcome: Outcome) -> dict[str, object]:
    return {
        "name": outcome.scenario.name,
        "holds": bool(outcome),
        "failure": outcome.failure,
        **place_json(outcome.place),
    }
