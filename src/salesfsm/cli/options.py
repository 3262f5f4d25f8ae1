"""Options that several commands share, and the opportunity that they describe."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path

import click

from salesfsm.engine.codec import event_from_json, opportunity_from_json
from salesfsm.engine.commands import accept_facts
from salesfsm.engine.engine import Engine
from salesfsm.engine.events import Event
from salesfsm.engine.fitting import check_opportunity
from salesfsm.engine.opportunity import Evidence, Opportunity
from salesfsm.errors import (
    DefinitionError,
    EventError,
    Problem,
    SalesFsmError,
    TimeError,
    UnknownNameError,
)
from salesfsm.formats.source import read_source
from salesfsm.messages import environment_language, message
from salesfsm.process.fields import LANGUAGE
from salesfsm.process.process import Process
from salesfsm.rules.values import aware

LARGEST_OPPORTUNITY = 16 * 1024 * 1024
"""Bytes of a saved opportunity; what is larger is another file."""

EXISTING = click.Path(path_type=Path)


def _language(_: click.Context, __: click.Parameter, value: str) -> str:
    if not re.fullmatch(LANGUAGE, value):
        raise click.BadParameter(f"{value!r} is no language tag: write en, pl or pt-BR")
    return value


process_argument = click.argument("process_file", metavar="PROCESS", type=EXISTING)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
language_option = click.option(
    "--lang",
    "language",
    default=lambda: environment_language(os.environ),
    show_default="that of the environment",
    callback=_language,
    help="The language of the text: en, pl or bg; labels may know others.",
)
by_option = click.option("--by", metavar="NAME", help="Who acts, where that decides.")
role_option = click.option("--role", help="The role in which they act, where that decides.")


def opportunity_options(function: Callable[..., None]) -> Callable[..., None]:
    """Options that describe an opportunity; the command gets them as one ``description``."""

    @click.option("--opportunity", type=EXISTING, help="A saved opportunity (JSON).")
    @click.option("--facts", type=EXISTING, help="A JSON or YAML file of facts by name.")
    @click.option("--stage", help="The stage it stands in; the first one if left out.")
    @click.option(
        "--stopped-in", metavar="STAGE", help="The open stage in which it stopped before."
    )
    @click.option("--proven", multiple=True, help="A milestone with evidence; repeatable.")
    @click.option("--done", multiple=True, help="A completed task; repeatable.")
    @click.option(
        "--at", "moment", help="The time, such as 2026-12-31T12:00+01:00; now if left out."
    )
    @wraps(function)
    def command(
        *,
        opportunity: Path | None,
        facts: Path | None,
        stage: str | None,
        stopped_in: str | None,
        proven: tuple[str, ...],
        done: tuple[str, ...],
        moment: str | None,
        **others: object,
    ) -> None:
        description = Description(
            opportunity, facts, stage, stopped_in, proven, done, read_moment(moment)
        )
        function(description=description, **others)

    return command


@dataclass(frozen=True, slots=True)
class Description:
    """The opportunity that the options of a command describe, and the time to ask about."""

    saved: Path | None
    facts: Path | None
    stage: str | None
    stopped_in: str | None
    proven: tuple[str, ...]
    done: tuple[str, ...]
    at: datetime

    def opportunity(self, engine: Engine, language: str = "en") -> Opportunity:
        """The opportunity, as one of the engine's process; described ones are called so."""
        if self.saved is not None:
            if self.facts or self.stage or self.stopped_in or self.proven or self.done:
                raise click.UsageError(
                    "--opportunity says it all: leave out the other descriptions"
                )
            saved = read_saved(self.saved)
            check_opportunity(engine.process, saved)
            return saved
        stage = engine.process.starts[0] if self.stage is None else self.stage
        facts = _facts(engine.process, self.facts)
        name = message("explain.opportunity", language)
        begun_in = stage if self.stopped_in is None else self.stopped_in
        deal = engine.adopt(name, begun_in, at=self.at, facts=facts).unwrap()
        if begun_in != stage:
            deal = engine.place(deal, stage, at=self.at).unwrap()
        for task in self.done:
            deal = engine.complete(deal, task, at=self.at).unwrap()
        for milestone in self.proven:
            evidence = _evidence(engine.process, milestone)
            deal = engine.record(deal, evidence, at=self.at).unwrap()
        return deal


def _facts(process: Process, path: Path | None) -> dict[str, object]:
    """The facts in a file; raises every one that the process does not take, at its place."""
    if path is None:
        return {}
    source = read_source(path)
    if not isinstance(source.data, dict):
        problem = Problem("facts are a mapping (name: value)", place=source.place(()))
        raise DefinitionError([problem])
    problems = []
    for name, value in source.data.items():
        try:
            accept_facts(process, {name: value})
        except SalesFsmError as error:
            key = isinstance(error, UnknownNameError)
            problems.append(Problem(str(error), place=source.place((name,), key=key)))
    if problems:
        raise DefinitionError(problems)
    return dict(source.data)


def _evidence(process: Process, milestone: str) -> Evidence:
    """A piece of evidence as the milestone wants it."""
    found = process.milestone_by_name.get(milestone)
    if found is None:
        raise UnknownNameError("milestone", milestone, process.milestone_by_name)
    return Evidence(milestone, kind=next(iter(found.accepts), ""), made_by=found.made_by[0])


def read_saved(path: Path) -> Opportunity:
    """The opportunity saved in a file; raises :class:`~salesfsm.errors.EventError`."""
    try:
        return opportunity_from_json(_saved_text(path))
    except EventError as error:
        raise EventError(f"{path}: {error}") from None


def read_events(path: Path) -> list[Event]:
    """The events in a file, one a line; raises :class:`~salesfsm.errors.EventError`."""
    place = str(path)
    try:
        found = []
        for number, line in enumerate(_saved_text(path).splitlines(), 1):
            place = f"{path}:{number}"
            if line.strip():
                found.append(event_from_json(line))
        return found
    except EventError as error:
        raise EventError(f"{place}: {error}") from None


def _saved_text(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise EventError("there is no such file, or it is not a regular one")
        with path.open("rb") as stream:
            text = stream.read(LARGEST_OPPORTUNITY + 1)
    except OSError as error:
        raise EventError(f"cannot be read: {error.strerror}") from None
    if len(text) > LARGEST_OPPORTUNITY:
        raise EventError(f"larger than {LARGEST_OPPORTUNITY // 1024**2} MiB, so not one")
    return text


def read_moment(text: str | None) -> datetime:
    """The time that an option gives; the present if it is left out."""
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise TimeError(f"--at {text!r} is no time; write 2026-12-31T12:00+01:00") from None
    if moment.tzinfo is None:
        raise TimeError(f"--at {text} has no zone; write {moment.isoformat()}+01:00, or Z for UTC")
    return aware(moment, "--at")
