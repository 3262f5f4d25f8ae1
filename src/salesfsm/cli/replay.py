"""``salesfsm replay``: a CRM export through a process, with a report and a map of counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from textwrap import indent
from typing import TypeVar

import click
from rich.progress import Progress

from salesfsm.analytics.replay import Deviation, Replay, replay_history
from salesfsm.cli.map_options import Look, map_options
from salesfsm.cli.options import EXISTING, json_option, language_option, process_argument
from salesfsm.cli.output import blocker_json, console, print_json, print_table, say
from salesfsm.engine.text import Writer
from salesfsm.errors import HistoryError, MapError
from salesfsm.formats.history import load_mapping, read_history
from salesfsm.formats.process_file import load
from salesfsm.maps import OUTPUTS, Diagram, check_target, flowchart, with_history
from salesfsm.messages import counted, message, number

Item = TypeVar("Item")

MAPPING = "history.yaml"
"""The mapping that is used if none is named, if it stands beside the process."""

MOVES = ("column.trigger", "column.source", "column.target", "column.moves")
"""The headings of a table of moves."""


@click.command("replay")
@process_argument
@click.argument("history_file", metavar="HISTORY.csv", type=EXISTING)
@click.option(
    "-m",
    "--mapping",
    type=EXISTING,
    help=f"How the export is read; {MAPPING} beside the process if left out.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help=f"The map with counts, as its suffix says ({', '.join(OUTPUTS)}); "
    "PROCESS-replay.svg if left out.",
)
@map_options
@click.option(
    "--show",
    type=click.IntRange(min=-1),
    default=10,
    show_default=True,
    help="How many single moves and rows to tell; -1: all.",
)
@language_option
@json_option
def command(
    process_file: Path,
    history_file: Path,
    mapping: Path | None,
    output: Path | None,
    look: Look,
    show: int,
    language: str,
    as_json: bool,
) -> None:
    """Replay the export HISTORY.csv through PROCESS.

    Tells the opportunities, the moves by transition, the moves that the process does not allow,
    the rows that could not be used, and where everything stands at the end; and draws a map
    with the counts on it: a flowchart as wide as the moves, or the format that you name.
    """
    process = load(process_file)
    target = check_target(output or f"{process.name}-replay.svg")
    whole = look.diagram(process, language)
    look.part(whole, process)  # what cannot be drawn is told before the long work
    mapping = mapping or process_file.with_name(MAPPING)
    if not mapping.exists():
        raise HistoryError(
            f"{mapping} is not there: a mapping file says how the export is read "
            "(docs/histories.md tells how to write one); name yours with --mapping FILE"
        )
    history = read_history(history_file, load_mapping(mapping))
    with _progress(len(history.changes), language, shown=not as_json) as advance:
        replay = replay_history(process, history, progress=advance)
    written, failure = None, None
    try:
        written = look.write(look.part(_map(replay, whole, look), process), target)
    except MapError as error:  # what was counted is told all the same
        failure = error
    if as_json:
        print_json(_json(replay, written))
    else:
        _tell(replay, language, show, written)
    if failure is not None:
        raise failure


def _map(replay: Replay, whole: Diagram, look: Look) -> Diagram:
    """The counts on the ``whole`` map; a flowchart is made of them, without what none took."""
    process, told = replay.process, _subtitle(replay, whole.language)
    if whole.layout == "flow":
        chart = flowchart(
            process,
            language=whole.language,
            counts=replay.moves,
            standing=replay.standing,
            subtitle=told,
        )
        return replace(chart, direction=look.direction) if look.direction else chart
    return replace(with_history(whole, process, replay.moves, replay.standing), subtitle=told)


@contextmanager
def _progress(total: int, language: str, *, shown: bool) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal; it goes away when the work is done."""
    if not shown or not console().is_terminal:
        yield lambda _: None
        return
    with Progress(transient=True) as bar:
        task = bar.add_task(message("replay_report.progress", language), total=total)
        yield lambda count: bar.advance(task, count)


def _subtitle(replay: Replay, language: str) -> str:
    every = counted("replay_report.opportunities", len(replay.opportunities), language)
    moves, refused = sum(replay.moves.values()), len(replay.deviations)
    drawn = counted("replay_report.drawn", moves, language, opportunities=every)
    if not refused:
        return drawn
    shown = number(refused, language)
    return message("replay_report.not_drawn", language, drawn=drawn, refused=shown)


def _tell(replay: Replay, language: str, show: int, written: Path | None) -> None:
    writer = Writer(replay.process, language)
    _tell_rows(replay, writer)
    say(writer.counted("replay_report.opportunities", len(replay.opportunities)) + "\n")
    moves = (
        (trigger, writer.stage(source), writer.stage(target), count)
        for (trigger, source, target), count in replay.moves.items()
    )
    title = writer.message("replay_report.moves")
    print_table(title, map(writer.message, MOVES), moves, numbers=(3,), language=language)
    _tell_deviations(replay, writer, show)
    _tell_unusable(replay, writer, show)
    say()
    standing = ((writer.stage(name), count) for name, count in replay.standing.items())
    title = writer.message("replay_report.standing")
    headings = map(writer.message, ("column.stage", "column.opportunities"))
    print_table(title, headings, standing, numbers=(1,), language=language)
    if written is not None:
        say("\n" + writer.message("replay_report.map", file=written))


def _tell_rows(replay: Replay, writer: Writer) -> None:
    """The account of the rows; why one was left out, and what was assumed, the reader says."""
    history = replay.history
    say(
        writer.counted(
            "replay_report.rows",
            history.rows_read,
            file=history.file,
            used=number(history.rows_used, writer.language),
            ignored=number(sum(history.ignored.values()), writer.language),
            unusable=number(len(history.unusable), writer.language),
        )
    )
    for told in (history.ignored, history.notes, replay.assumed):
        for what, count in told.items():
            say(f"  {number(count, writer.language)} × {what}")


def _tell_deviations(replay: Replay, writer: Writer, show: int) -> None:
    if not replay.deviations:
        say("\n" + writer.message("replay_report.no_deviations"))
        return
    pairs = Counter((each.source, each.target) for each in replay.deviations)
    begins = writer.message("replay_report.begins")
    rows = (
        (writer.stage(source) if source else begins, writer.stage(target), count)
        for (source, target), count in pairs.most_common(None if show < 0 else show)
    )
    say()
    total = number(len(replay.deviations), writer.language)
    title = writer.message("replay_report.deviations", total=total)
    headings = map(writer.message, MOVES[1:])
    print_table(title, headings, rows, numbers=(2,), language=writer.language)
    _more(len(pairs), show, writer)
    for each in _first(replay.deviations, show):
        named = {"opportunity": each.opportunity, "row": each.row}
        time = f"{each.at:%Y-%m-%d %H:%M}"
        say("  " + writer.message("replay_report.single", time=time, **named))
        say(indent(each.explain(writer.language), "    "))
    _more(len(replay.deviations), show, writer)


def _tell_unusable(replay: Replay, writer: Writer, show: int) -> None:
    if not replay.unusable:
        return
    rows = ((str(each.row), each.opportunity or "", each.reason) for each in replay.unusable)
    say()
    total = number(len(replay.unusable), writer.language)
    title = writer.message("replay_report.unusable", total=total)
    headings = map(writer.message, ("column.row", "column.opportunity", "column.why"))
    print_table(title, headings, _first(rows, show), numbers=(0,))
    _more(len(replay.unusable), show, writer)


def _first(items: Iterable[Item], show: int) -> Iterator[Item]:
    return islice(items, None if show < 0 else show)


def _more(count: int, show: int, writer: Writer) -> None:
    if 0 <= show < count:
        rest = number(count - show, writer.language)
        say("  " + writer.message("replay_report.more", rest=rest))


def _json(replay: Replay, written: Path | None) -> dict[str, object]:
    history = replay.history
    return {
        "file": history.file,
        "process": replay.process.key,
        "rows": {
            "read": history.rows_read,
            "used": history.rows_used,
            "ignored": history.ignored,
            "notes": history.notes,
            "assumed": replay.assumed,
        },
        "opportunities": len(replay.opportunities),
        "moves": [
            {"trigger": trigger, "source": source, "target": target, "count": count}
            for (trigger, source, target), count in replay.moves.items()
        ],
        "deviations": list(map(_deviation, replay.deviations)),
        "unusable": [
            {"row": each.row, "opportunity": each.opportunity, "reason": each.reason}
            for each in replay.unusable
        ],
        "standing": replay.standing,
        "map": None if written is None else str(written),
    }


def _deviation(deviation: Deviation) -> dict[str, object]:
    blockers = deviation.step.blockers if deviation.step else ()
    return {
        "opportunity": deviation.opportunity,
        "at": deviation.at,
        "row": deviation.row,
        "source": deviation.source,
        "target": deviation.target,
        "explanation": deviation.explain(),
        "blockers": list(map(blocker_json, blockers)),
    }
