"""``salesfsm mutate``: which changes of a process its scenarios would not notice."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from salesfsm.cli.options import EXISTING, json_option, language_option, process_argument
from salesfsm.cli.output import place_json, print_json, say
from salesfsm.errors import Problem
from salesfsm.formats.process_file import read_process
from salesfsm.messages import counted
from salesfsm.testing.mutation import mutate
from salesfsm.testing.scenarios.reading import read_scenarios

NOTICED, SURVIVED = 0, 1


@click.command("mutate")
@process_argument
@click.option(
    "--scenarios",
    "scenario_files",
    metavar="FILE",
    multiple=True,
    required=True,
    type=EXISTING,
    help="A file of scenarios of the process; repeatable.",
)
@language_option
@json_option
def command(
    process_file: Path, scenario_files: tuple[Path, ...], language: str, as_json: bool
) -> None:
    """Change PROCESS in one place at a time and tell which changes no scenario notices.

    A criterion is left out or asks something else, a task is made optional, evidence is taken of
    any kind, from anybody or for ever, a transition is dropped, for one of its stages alone too,
    led elsewhere or opened to every role. What is no process any more is not tried, nor is what
    only openings and hand-overs ask, which is told.

    Exit codes: 0 every change is noticed, 1 some are not, 2 the input cannot be used.
    """
    read = read_process(process_file)
    report = mutate(read.process, map(read_scenarios, scenario_files))
    survived, untried = (
        [
            Problem(each.words.told(language), each.path, place=read.place(each.path))
            for each in group
        ]
        for group in (report.survived, report.untried)
    )
    if as_json:
        lists = {"survived": list(map(_json, survived)), "untried": list(map(_json, untried))}
        print_json({"mutants": report.total, **lists})
    else:
        for each in survived:
            say(str(each))
        if survived:
            told = counted("mutate.survived", len(survived), language, total=report.total)
            say(told, fg="yellow")
        else:
            say(counted("mutate.noticed", report.total, language), fg="green")
        if untried:
            say(counted("mutate.untried", len(untried), language))
        for each in untried:
            say(f"  {each.place}: {each.message}")
    sys.exit(SURVIVED if survived else NOTICED)


def _json(changed: Problem) -> dict[str, object]:
    return {"change": changed.message, **place_json(changed.place)}
