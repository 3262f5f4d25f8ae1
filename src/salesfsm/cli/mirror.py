"""``salesfsm mirror``: how closely the seller's stages mirror the buyer's phases."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from salesfsm.cli.options import json_option, language_option, process_argument
from salesfsm.cli.output import named, print_json, say
from salesfsm.engine.naming import Naming
from salesfsm.formats.process_file import load
from salesfsm.messages import number
from salesfsm.process.mirror import MirrorDeviation, MirrorReport, mirror_report

CLOSE, DEVIATIONS = 0, 1


@click.command("mirror")
@process_argument
@language_option
@json_option
def command(process_file: Path, language: str, as_json: bool) -> None:
    """Tell how closely the stages of PROCESS mirror the phases of its buyer.

    Exit codes: 0 nothing deviates, 1 there are deviations, 2 the process cannot be used.
    """
    process = load(process_file)
    report = mirror_report(process)
    if as_json:
        print_json(_json(process_file, report))
    else:
        _tell(process_file, report, Naming(process, language))
    sys.exit(DEVIATIONS if report.deviations else CLOSE)


def _json(file: Path, report: MirrorReport) -> dict[str, object]:
    return {
        "file": str(file),
        "score": None if report.score is None else float(report.score),
        "asked": report.asked,
        "deviations": [{"kind": each.kind, "name": each.name} for each in report.deviations],
    }


def _tell(file: Path, report: MirrorReport, naming: Naming) -> None:
    if report.score is None:
        say(naming.message("mirror_report.no_phases", file=file))
        return
    share = f"{int(report.score * 100)}%"  # rounded down: 100% is without any deviation
    colour = "yellow" if report.deviations else "green"
    say(naming.message("mirror_report.score", file=file, percent=share), fg=colour)
    if not report.deviations:
        return
    for each in report.deviations:
        say(f"  ✗ {_sentence(each, naming)}")
    count, asked = len(report.deviations), number(report.asked, naming.language)
    say(naming.counted("mirror_report.deviations", count, asked=asked))


def _sentence(deviation: MirrorDeviation, naming: Naming) -> str:
    """A deviation in words."""
    match deviation.kind:
        case "crossing":
            source, target = (
                named(naming, "phase", phase) for phase in deviation.name.split(" -> ")
            )
            return naming.message("mirror_report.crossing", source=source, target=target)
        case "order":
            stage = named(naming, "stage", deviation.name)
            return naming.message("mirror_report.order", stage=stage)
        case "phase":
            phase = named(naming, "phase", deviation.name)
            return naming.message("mirror_report.phase", phase=phase)
    phase = named(naming, "phase", deviation.name)
    return naming.message("mirror_report.commitment", phase=phase)
