"""``salesfsm library``: the ready-made processes, in a list and one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click

from salesfsm.cli.folding import folded
from salesfsm.cli.options import json_option, language_option
from salesfsm.cli.output import print_json, say
from salesfsm.engine.naming import Naming
from salesfsm.formats.composed.reading import LIBRARY
from salesfsm.formats.process_file import loads
from salesfsm.formats.source import parse_source
from salesfsm.library import names, text
from salesfsm.messages import message
from salesfsm.process.definitions import Stage
from salesfsm.process.fields import Text, in_language, spoken
from salesfsm.process.handover import Contract, Handover
from salesfsm.process.people import Assignment, Team
from salesfsm.process.process import Process
from salesfsm.rules import core
from salesfsm.rules.resolve import resolve
from salesfsm.rules.wording import Wording

GROUPS: Mapping[str, tuple[str, ...]] = {
    "library.group.stage_lists": (
        "six_stage",
        "in_between",
        "opportunity_funnel",
        "seven_phase",
        "buyer_journey",
    ),
    "library.group.companies": ("complex_b2b", "strategic", "small_business", "regulated"),
    "library.group.paths": ("winback", "silence"),
    "library.group.planes": (
        "prospecting",
        "sales",
        "cross_selling",
        "retention",
        "four_planes",
    ),
    "library.group.crm": tuple(name for name in names() if name.startswith("crm_")),
}
"""The order in which people read the names, under the code of each heading."""


@click.group("library", invoke_without_command=True)
@language_option
@json_option
@click.pass_context
def command(context: click.Context, language: str, as_json: bool) -> None:
    """List the ready-made processes, each with what it is for."""
    if context.invoked_subcommand is not None:  # which takes what stands before its name, too
        context.default_map = {"show": {"language": language, "as_json": as_json}}
        return
    groups = {code: [_told(name, language) for name in found] for code, found in _groups().items()}
    if as_json:
        print_json(
            [
                {"group": code.rpartition(".")[2], "name": name, "description": sentence}
                for code, found in groups.items()
                for name, sentence in found
            ]
        )
        return
    indent = max(map(len, names()), default=0) + 4
    for code, found in groups.items():
        say(message(code, language), bold=True)
        for name, sentence in found:
            first, *more = folded(sentence, indent)
            say(f"  {name:<{indent - 2}}{first}")
            for line in more:
                say(" " * indent + line)
        say()
    say(message("library.more", language))


@command.command("show")
@click.argument("name")
@click.option("--yaml", "as_yaml", is_flag=True, help="Print the file as it is.")
@language_option
@json_option
def show(name: str, as_yaml: bool, language: str, as_json: bool) -> None:
    """Show a ready-made process: its stages, tasks, facts, milestones, hand-overs and teams."""
    name = name.removeprefix(LIBRARY)
    written = text(name)
    if as_yaml:
        click.echo(written, nl=False)
        return
    process = loads(written, file=f"library:{name}")
    if as_json:
        print_json(process.model_dump(mode="json", by_alias=True, exclude_defaults=True))
        return
    for line in _lines(process, language):
        say(line)


def _groups() -> dict[str, tuple[str, ...]]:
    """The names on the shelf under their headings; what no heading takes stands under the last."""
    known = {name for found in GROUPS.values() for name in found}
    others = tuple(name for name in names() if name not in known)
    shelved = {code: tuple(n for n in found if n in names()) for code, found in GROUPS.items()}
    every = {**shelved, "library.group.other": others}
    return {code: found for code, found in every.items() if found}


def _told(name: str, language: str) -> tuple[str, str]:
    """The name with the sentence of its file; the file is read, and no process made of it."""
    data = parse_source(text(name), file=f"library:{name}").data
    return name, in_language(data.get("description") if isinstance(data, dict) else None, language)


def _lines(process: Process, language: str) -> Iterator[str]:
    yield _named(process.label, process.name, language)
    if process.description:
        yield from folded(in_language(process.description, language), 0)
    for stage in process.stages:
        yield ""
        yield from _stage_lines(stage, language)
    facts = [
        (name, message(f"library.type.{fact.type}", language), fact.label)
        for name, fact in process.facts.items()
    ]
    yield from _listed("library.facts", facts, language)
    milestones = [
        (each.name, "", each.definition or each.label) for each in process.buyer.milestones
    ]
    yield from _listed("library.milestones", milestones, language)
    naming = Naming(process, language)
    if process.handovers:
        yield from ("", message("library.handovers", language))
        for handover in process.handovers:
            yield from _handover_lines(handover, naming)
    teams = [(each.name, "", _team(each, language)) for each in process.teams]
    yield from _listed("library.teams", teams, language)
    assignments = [(each.name, "", _assignment(each, naming)) for each in process.assignments]
    yield from _listed("library.assignments", assignments, language)


def _stage_lines(stage: Stage, language: str) -> Iterator[str]:
    """A stage as the part of a checklist that it is."""
    said = _named(stage.label, stage.name, language)
    if not stage.is_open:
        said += f" · {message(f'library.stage.{stage.outcome}', language)}"
    if stage.path and not f"{stage.name}.".startswith(f"{stage.path}."):
        said += f" · {message('library.stage.path', language, path=stage.path)}"
    yield said
    for line in folded(in_language(stage.definition, language), 4):
        if line:
            yield f"    {line}"
    for task in stage.tasks:
        label = in_language(task.label, language, spoken(task.name))
        optional = f" ({message('library.task.optional', language)})" if task.optional else ""
        yield f"    [ ] {label}{optional}"
    if stage.reasons:
        reasons = [in_language(each.label, language, spoken(each.name)) for each in stage.reasons]
        yield f"    {message('library.reasons', language, reasons=', '.join(reasons))}"


def _handover_lines(handover: Handover, naming: Naming) -> Iterator[str]:
    """A hand-over: from where to where, what it needs and what it takes along."""
    language = naming.language
    yield f"    {_named(handover.label, handover.name, language)}"
    source = ", ".join(_stage(each, naming) for each in handover.source)
    lines = [f"{source} → {_stage(handover.target, naming)}"]
    if needs := _contract(handover.needs, naming):
        lines.append(message("library.handover.needs", language, needs=needs))
    if carries := _contract(handover.carries, naming):
        lines.append(message("library.handover.carries", language, carries=carries))
    for each in lines:
        yield from (f"        {line}" for line in folded(each, 8))


def _stage(name: str, naming: Naming) -> str:
    return _named(naming.own_label("stage", name), name, naming.language)


def _contract(contract: Contract, naming: Naming) -> str:
    facts = [naming.label("fact", each) for each in contract.facts]
    return ", ".join([*facts, *(naming.label("milestone", each) for each in contract.milestones)])


def _team(team: Team, language: str) -> str:
    label = in_language(team.label, language, spoken(team.name))
    return f"{label}: {', '.join(team.members)}" if team.members else label


def _assignment(rule: Assignment, naming: Naming) -> str:
    """Which opportunities a rule is for, and who gets them."""
    wording, who = Wording(naming.language, naming.label), []
    if rule.team:
        team = naming.label("team", rule.team)
        turns = "library.assignment.turns" if rule.turns else "library.assignment.team"
        who.append(naming.message(turns, team=team))
    if rule.owner:
        who.append(naming.message("library.assignment.owner", owner=rule.owner))
    vocabulary = naming.process.vocabulary
    asked = resolve(rule.when, vocabulary) if rule.when else core.Always(True)
    return f"{wording.condition(asked)} → {'; '.join(who)}"


def _listed(
    code: str, rows: Sequence[tuple[str, str, Text | None]], language: str
) -> Iterator[str]:
    """A heading, and under it names with what they are."""
    if not rows:
        return
    yield ""
    yield message(code, language)
    width, kind = max(len(row[0]) for row in rows), max(len(row[1]) for row in rows)
    indent = 4 + width + 2 + (kind + 2 if kind else 0)
    for name, type_, label in rows:
        first, *more = folded(in_language(label, language), indent)
        kinds = f"{type_:<{kind}}  " if kind else ""
        yield f"    {name:<{width}}  {kinds}{first}".rstrip()
        yield from (" " * indent + line for line in more)


def _named(label: Text | None, name: str, language: str) -> str:
    return f"{in_language(label, language, spoken(name))} ({name})"
