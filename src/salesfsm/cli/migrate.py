"""``salesfsm migrate``: take the opportunities of a store to another version, or plan that."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from salesfsm.cli.options import EXISTING, by_option, json_option, read_moment
from salesfsm.cli.output import blocker_json, print_json, print_table, say
from salesfsm.engine.engine import Engine
from salesfsm.engine.results import Blocker
from salesfsm.engine.text import Writer
from salesfsm.errors import DefinitionChangedError
from salesfsm.formats.migration_file import read_migration
from salesfsm.formats.process_file import load
from salesfsm.migration.planning import MigrationPlan
from salesfsm.pipeline.migrating import Carried, plan_in
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.pipeline.versions import stored_process
from salesfsm.process.migration import MigrationRules
from salesfsm.process.process import Process
from salesfsm.stores.opening import open_store
from salesfsm.stores.port import Store

DONE, REFUSED = 0, 1
SHOWN_IDS = 5
"""How many ids the text names of each kind; the JSON names all."""


@click.command("migrate")
@click.argument("rules_file", metavar="RULES", type=EXISTING)
@click.option("--store", "url", required=True, metavar="URL", help="Such as sqlite:///deals.db.")
@click.option("--old", type=EXISTING, help="The old version; the one in the store if left out.")
@click.option("--new", type=EXISTING, help="The new version; the one in the store if left out.")
@click.option("--dry-run", is_flag=True, help="Change nothing: tell what would happen to each.")
@click.option("--revert", is_flag=True, help="Take the migration back.")
@click.option("--at", "moment", help="The time of the events; the present if left out.")
@by_option
@json_option
def command(
    rules_file: Path,
    url: str,
    old: Path | None,
    new: Path | None,
    dry_run: bool,
    revert: bool,
    moment: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    """Take all opportunities of a version to another one, as the file RULES says.

    Those for which it does not say enough are stranded: they are listed, and stay where they are.
    What was ended half-way goes on when it is called again.

    Exit codes: 0 all went, 1 some are stranded or failed, 2 nothing could be done.
    """
    if dry_run and revert:
        raise click.UsageError("--dry-run tells of a migration: leave out --revert")
    at = None if moment is None else read_moment(moment)
    store = open_store(url, existing=True)
    try:
        given = [load(each) for each in (old, new) if each is not None]
        source = read_migration(rules_file)
        before, after = source.among(_versions(store, source.rules, given))
        rules = source.checked(before, after)
        if dry_run:
            now = read_moment(None) if at is None else at
            plan = plan_in(store, Engine(before), Engine(after), rules, at=now)
            _tell_plan(plan, before, as_json)
            return
        pipeline = Pipeline((before, after), store, deliver="manual")
        if revert:
            _tell_done(pipeline.revert(rules, at=at, by=by), after, before, as_json)
        else:
            _tell_done(pipeline.migrate(rules, at=at, by=by), before, after, as_json)
    finally:
        store.close()


def _versions(store: Store, rules: MigrationRules, given: Sequence[Process]) -> list[Process]:
    """The given processes and those of the rules in the store, which are the same if it has both.

    No other of its processes is read: one that is broken is no concern of these.
    """
    found = list(given)
    for version in (rules.source, rules.target):
        stored = stored_process(store, *version)
        named = [each for each in given if (each.name, each.version) == version]
        if stored is not None and any(each != stored for each in named):
            raise DefinitionChangedError(*version)
        if stored is not None:
            found.append(stored)
    return found


# the dry run


def _tell_plan(plan: MigrationPlan, old: Process, as_json: bool) -> None:
    if as_json:
        print_json(_plan_json(plan))
    else:
        _say_plan(plan, Writer(old, "en"))
    sys.exit(REFUSED if plan.stranded or plan.unreadable else DONE)


def _plan_json(plan: MigrationPlan) -> dict[str, object]:
    return {
        "from": " ".join(plan.rules.source),
        "to": " ".join(plan.rules.target),
        "total": plan.total,
        "migrated": plan.migrated,
        "moves": [
            {"source": source, "target": target, "count": count}
            for (source, target), count in plan.moves.items()
        ],
        "stranded": [
            {
                "id": each.id,
                "stage": each.stage,
                "reasons": list(map(blocker_json, each.reasons)),
            }
            for each in plan.stranded
        ],
        "missed": plan.missed,
        "dropped": plan.dropped,
        "due_at_once": plan.due_at_once,
        "unreadable": plan.unreadable,
    }


def _say_plan(plan: MigrationPlan, writer: Writer) -> None:
    source, target = " ".join(plan.rules.source), " ".join(plan.rules.target)
    say(f"{source} → {target}: {plan.migrated} of {plan.total} opportunities would go", bold=True)
    if plan.moves:
        rows = [(*stages, count) for stages, count in plan.moves.items()]
        print_table("", ("from stage", "to stage", "opportunities"), rows, numbers={2})
    reasons = {each.id: each.reasons for each in plan.stranded}
    _say_refused("stranded: they stay in the old version", reasons, writer)
    _say_ids("criteria that block now and did not before", plan.missed)
    _say_ids("dropped, kept in the history", plan.dropped)
    _say_ids("timers that ring at once, and did not before", plan.due_at_once)
    if plan.unreadable:
        _say_ids("rows that cannot be read", {"": plan.unreadable})


# what was done


def _tell_done(
    done: Carried,
    source: Process,
    target: Process,
    as_json: bool,
) -> None:
    if as_json:
        print_json(_done_json(done, source, target))
    else:
        total = len(done.accepted) + len(done.refused) + len(done.failed)
        say(f"{source.key} → {target.key}: {len(done.accepted)} of {total} opportunities went")
        reasons = {id_: step.blockers for id_, step in done.refused.items()}
        _say_refused(f"stay in {source.key}", reasons, Writer(source, "en"))
        _say_ids("dropped, kept in the history", done.dropped)
        for id_, error in done.failed.items():
            say(f"  ✗ {id_}: {error}", fg="red")
    sys.exit(REFUSED if done.refused or done.failed else DONE)


def _done_json(done: Carried, source: Process, target: Process) -> dict[str, object]:
    return {
        "from": source.key,
        "to": target.key,
        "migrated": done.accepted,
        "refused": [
            {"id": id_, "reasons": list(map(blocker_json, step.blockers))}
            for id_, step in done.refused.items()
        ],
        "dropped": done.dropped,
        "failed": {id_: str(error) for id_, error in done.failed.items()},
    }


# lists of opportunities


def _say_refused(title: str, reasons: dict[str, tuple[Blocker, ...]], writer: Writer) -> None:
    """Those that do not go, together where they share their reasons."""
    if not reasons:
        return
    say(f"\n{len(reasons)} {title}", fg="yellow")
    alike: dict[tuple[Blocker, ...], list[str]] = {}
    for id_, why in reasons.items():
        alike.setdefault(why, []).append(id_)
    for why, ids in alike.items():
        say(f"  {_ids(ids)}")
        for line in writer.blockers(why):
            say(f"  {line}")


def _say_ids(title: str, found: Mapping[str, Sequence[str]]) -> None:
    if not found:
        return
    say(f"\n{title}", fg="yellow")
    for name, ids in found.items():
        say(f"  {name} ({len(ids)}): {_ids(ids)}" if name else f"  {_ids(ids)}")


def _ids(ids: Sequence[str]) -> str:
    more = len(ids) - SHOWN_IDS
    return ", ".join(ids[:SHOWN_IDS]) + (f" and {more} more" if more > 0 else "")
