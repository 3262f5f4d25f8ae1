"""``salesfsm store``: keep the database of a store in order."""

from __future__ import annotations

import sys

import click

from salesfsm.cli.options import json_option
from salesfsm.cli.output import print_json, say
from salesfsm.stores.checking import unreadable
from salesfsm.stores.opening import open_store
from salesfsm.stores.port import Query

READABLE, UNREADABLE = 0, 1
url_argument = click.argument("url", metavar="URL")


@click.group("store")
def command() -> None:
    """Keep the database of a store in order.

    URL is sqlite:///FILE, the path of a file, or postgresql://USER@HOST/DATABASE.
    """


@command.command("upgrade")
@url_argument
@json_option
def upgrade(url: str, as_json: bool) -> None:
    """Make the tables of a store, or bring them to this version of salesfsm.

    Opening a store does the same: this does it at a time that you choose.
    """
    from salesfsm.stores.sql.store import SqlStore  # noqa: PLC0415  # the extra may be missing

    store = SqlStore(url)
    store.close()
    before, after = store.upgraded
    if as_json:
        print_json({"before": before, "after": after})
    elif before == after:
        say(f"the tables are of revision {after}: nothing to do", fg="green")
    else:
        came = "the tables are made" if before is None else f"the tables were of revision {before}"
        say(f"{came}, and are of revision {after} now", fg="green")


@command.command("check")
@url_argument
@json_option
def check(url: str, as_json: bool) -> None:
    """List the opportunities that cannot be read, or stand elsewhere than their events lead.

    Exit codes: 0 all can be read, 1 some cannot, 2 the store cannot be opened.
    """
    store = open_store(url, existing=True)
    try:
        count = store.count(Query())
        found = list(unreadable(store))
    finally:
        store.close()
    if as_json:
        told = [{"opportunity": each.opportunity_id, "reason": each.reason} for each in found]
        print_json({"opportunities": count, "unreadable": told})
    else:
        for each in found:
            say(f"{each.opportunity_id}: {each.reason}")
        if found:
            say(f"{len(found)} of {count} opportunities cannot be read: restore them from a backup")
        else:
            say(f"all {count} opportunities can be read", fg="green")
    sys.exit(UNREADABLE if found else READABLE)
