"""``salesfsm worker``: a program that runs for long and lets the timers of a store ring."""

from __future__ import annotations

import json
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import click

from salesfsm.cli.options import EXISTING, json_option
from salesfsm.cli.output import say
from salesfsm.engine.events import DueKind
from salesfsm.engine.step import Step
from salesfsm.errors import CommandError, StoreUnavailableError
from salesfsm.formats.process_file import load
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.pipeline.ticking import Tick
from salesfsm.pipeline.versions import stored_processes
from salesfsm.stores.opening import open_store
from salesfsm.stores.port import Store
from salesfsm.timers.looping import keep_time

DONE, FAILED = 0, 1
SWEEP = 60.0
"""Seconds between two searches for what the queue of DBOS has not brought."""

TRANSITION = DueKind.TRANSITION
seconds = click.FloatRange(min=0, min_open=True)


@click.command("worker")
@click.option("--store", "url", required=True, metavar="URL", help="Such as sqlite:///deals.db.")
@click.option(
    "--process",
    "processes",
    metavar="FILE",
    type=EXISTING,
    multiple=True,
    help="A process; repeatable. Those in the store if left out.",
)
@click.option(
    "--engine",
    type=click.Choice(["tick", "dbos"]),
    default="tick",
    show_default=True,
    help="Look again and again, or let DBOS bring timers to many machines (extra durable).",
)
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@click.option(
    "--poll", type=seconds, default=1.0, show_default=True, help="Seconds between two looks."
)
@click.option(
    "--sweep",
    type=seconds,
    show_default=f"{SWEEP:g}",
    help="With dbos: seconds between two searches for what its queue has not brought.",
)
@click.option(
    "--name",
    show_default="that of the machine",
    help="With dbos: the name of this worker; another one needs another name.",
)
@click.option(
    "--recover",
    metavar="NAME",
    multiple=True,
    help="With dbos: go on with what a worker that will not come back had begun; repeatable.",
)
@json_option
def command(
    url: str,
    processes: tuple[Path, ...],
    engine: str,
    once: bool,
    poll: float,
    sweep: float | None,
    name: str | None,
    recover: tuple[str, ...],
    as_json: bool,
) -> None:
    """Let the timers of a store ring when they are due, until stopped by Ctrl-C or SIGTERM.

    Several workers may share a store: each timer rings once. What happens is told line by
    line; as JSON, a document a line.

    Exit codes: 0 stopped, 1 with --once: some could not be decided on, 2 it cannot start.
    """
    for option, given in {"--sweep": sweep, "--name": name, "--recover": recover}.items():
        if given and engine != "dbos":
            raise click.UsageError(f"{option} is about workers with --engine dbos")
    teller = Teller(as_json=as_json)
    store = _store(url, engine)
    try:
        pipeline = _pipeline(store, processes, teller)
        if once:
            tick = pipeline.tick()
            teller.tell(tick, always=True)
            sys.exit(FAILED if tick.failed else DONE)
        with _stopped_by_signals() as stop:
            if engine == "tick":
                teller.line("waiting for timers")
                keep_time(pipeline, stop, every=poll, told=teller.tell, lost=teller.lost)
            else:
                own = name or socket.gethostname()
                _work_with_dbos(pipeline, stop, teller, own, recover, poll, sweep or SWEEP)
        teller.line("stopped")
    finally:
        store.close()


def _store(url: str, engine: str) -> Store:
    if engine == "tick":
        return open_store(url, existing=True)
    from salesfsm.timers.dbos import DurableStore  # noqa: PLC0415  # the extra may be missing

    return DurableStore(url, existing=True)


def _pipeline(store: Store, processes: Sequence[Path], teller: Teller) -> Pipeline:
    """The pipeline of these processes, or of those that the store knows and that can be read."""
    found = [load(each) for each in processes]
    found = found or stored_processes(store, lambda error: teller.line(f"left out: {error}"))
    if not found:
        raise CommandError("no process is in the store yet: give its file with --process FILE")
    return Pipeline(found, store)


def _work_with_dbos(
    pipeline: Pipeline,
    stop: Event,
    teller: Teller,
    name: str,
    recover: Sequence[str],
    poll: float,
    sweep: float,
) -> None:
    from salesfsm.timers.dbos import Ringing  # noqa: PLC0415  # the extra may be missing

    with Ringing(pipeline, name=name, poll=poll, told=teller.tell) as ringing:

        def swept(tick: Tick) -> None:
            teller.tell(tick)
            ringing.tidy()

        for each in recover:
            teller.line(f"took over {ringing.take_over(each)} timers of worker {each}")
        teller.line(f"worker {name} is waiting for timers")
        keep_time(pipeline, stop, every=sweep, told=swept, lost=teller.lost)


@contextmanager
def _stopped_by_signals() -> Iterator[Event]:
    """An event that Ctrl-C and SIGTERM set: what is under way then ends first."""
    stop = Event()
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(each, lambda *_: stop.set()) for each in kinds]
    try:
        yield stop
    finally:
        for each, handler in zip(kinds, before, strict=True):
            signal.signal(each, handler)


class Teller:
    """Tells what happens, a line each; the same failure of an opportunity only once in a row."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._failed: dict[str, str] = {}
        self._lost = False

    def line(self, text: str) -> None:
        """One line for people, with the time; beside the JSON, if that is asked for."""
        say(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ} {text}", err=self._as_json)

    def tell(self, tick: Tick, *, always: bool = False) -> None:
        """What rang, moved, was refused and failed; as JSON also nothing, where ``always``."""
        self._lost = False
        failed = {each: str(error) for each, error in tick.failed.items()}
        news = {each: why for each, why in failed.items() if self._failed.get(each) != why}
        self._failed = failed
        if self._as_json:
            if always or tick.rung or tick.refused or news:
                click.echo(json.dumps(_json(tick) | {"failed": news}))
            return
        for step in (*tick.fired, *tick.refused):
            self.line(step.explain())
        reminders = {kind: count for kind, count in tick.rung.items() if kind is not TRANSITION}
        if reminders:
            listed = ", ".join(f"{kind} {count}" for kind, count in sorted(reminders.items()))
            self.line(f"came due: {listed}")
        for id_, why in news.items():
            self.line(f"{id_}: {why}")

    def lost(self, error: StoreUnavailableError) -> None:
        """That the store cannot be reached, once until it can be again."""
        if not self._lost:
            self._lost = True
            self.line(f"{error}; it is tried again")


def _json(tick: Tick) -> dict[str, object]:
    return {
        "at": tick.at.isoformat(),
        "rung": {str(kind): count for kind, count in sorted(tick.rung.items())},
        "fired": [_named(step) | {"stage": step.unwrap().stage} for step in tick.fired],
        "refused": [
            _named(step) | {"reasons": [each.code for each in step.blockers]}
            for step in tick.refused
        ],
    }


def _named(step: Step) -> dict[str, str]:
    return {"id": step.opportunity.id if step.opportunity else "", "trigger": step.command}
