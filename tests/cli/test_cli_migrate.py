"""``salesfsm diff`` and ``salesfsm migrate``: what they tell, what they change, and exit codes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from calling import Ran, golden_page

import salesfsm as sf
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores.opening import open_store

Run = Callable[..., Ran]
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
AT = "--at 2026-03-03T09:00Z"

OLD = """\
salesfsm: 1
process: sale
version: "1"
currency: EUR
facts: {volume: money, fax: text}
buyer: {milestones: [need]}
stages:
  - {name: contact, expected: 5d}
  - {name: talks, exit: known(volume), tasks: [dig]}
  - {name: offer, probability: 40%}
  - {name: nurture, path: aside}
  - {name: won, outcome: won}
transitions:
  - {trigger: go, source: contact, target: talks}
  - {trigger: go, source: talks, target: offer}
  - {trigger: win, source: offer, target: won}
"""
NEW = """\
salesfsm: 1
process: sale
version: "2"
currency: EUR
plane: retention
facts: {budget: {type: money, minimum: 1}}
buyer: {milestones: [{name: need, valid_for: 90d}]}
stages:
  - {name: contact, expected: 3d}
  - {name: offer, probability: 50%, exit: proven(need)}
  - {name: discovery, exit: known(budget), tasks: [dig]}
  - {name: won, outcome: won}
transitions:
  - {trigger: go, source: contact, target: discovery}
  - {trigger: win, source: [offer, discovery], target: won, when: budget > 5}
"""
RULES = """\
migration: 1
process: sale
from: "1"
to: "2"
stages: {talks: discovery}
facts: {volume: budget, fax: null}
"""


@pytest.fixture
def store(folder: Path) -> str:
    """A store with opportunities in the old version, beside the files of both and the rules."""
    for name, text in (("old.yaml", OLD), ("new.yaml", NEW), ("rules.yaml", RULES)):
        (folder / name).write_text(text, encoding="utf-8")
    kept = open_store("deals.db")
    pipeline = Pipeline(sf.load("old.yaml"), kept)
    for number, stage in enumerate(("contact", "talks", "offer", "offer", "nurture", "nurture")):
        facts = {"volume": number, "fax": "1"} if number % 2 else {}
        pipeline.adopt(f"D{number}", stage, at=NOW, facts=facts)
    kept.close()
    return "deals.db"


def versions() -> list[str]:
    """The versions of all opportunities of the store, by their ids."""
    kept = open_store("deals.db")
    found = [each.version for each in Pipeline(sf.load("old.yaml"), kept).find()]
    kept.close()
    return found


def test_differences_and_migrations_are_told_so(store: str) -> None:
    page, kept = golden_page(
        [
            "diff old.yaml new.yaml",
            "diff old.yaml old.yaml",
            f"migrate rules.yaml --store {store} --dry-run {AT}",
            f"migrate rules.yaml --store {store} --new new.yaml --dry-run {AT}",
            f"migrate rules.yaml --store {store} --new new.yaml {AT} --by ewa",
            f"migrate rules.yaml --store {store} {AT}",
            f"migrate rules.yaml --store {store} --revert {AT}",
            f"migrate rules.yaml --store {store} --revert {AT}",
            "migrate rules.yaml --store nowhere.db",
            f"migrate rules.yaml --store {store} --revert --dry-run",
        ],
        "migrate.txt",
    )
    assert page == kept


def test_a_dry_run_changes_nothing(run: Run, store: str) -> None:
    before = Path(store).read_bytes()
    assert (
        run("migrate", "rules.yaml", "--store", store, "--new", "new.yaml", "--dry-run").code == 1
    )
    assert versions() == ["1"] * 6
    assert len(Path(store).read_bytes()) == len(before)
    assert run("migrate", "rules.yaml", "--store", store, "--dry-run").code == 2  # still no new one


def test_json_tells_of_every_opportunity(run: Run, store: str) -> None:
    arguments = ("migrate", "rules.yaml", "--store", store, "--new", "new.yaml", "--json")
    plan = json.loads(run(*arguments, "--dry-run").out)
    assert (plan["total"], plan["migrated"]) == (6, 4)
    assert plan["moves"] == [
        {"source": "contact", "target": "contact", "count": 1},
        {"source": "talks", "target": "discovery", "count": 1},
        {"source": "offer", "target": "offer", "count": 2},
    ]
    assert [(each["id"], each["stage"]) for each in plan["stranded"]] == [
        ("D4", "nurture"),
        ("D5", "nurture"),
    ]
    assert plan["missed"] == {"budget": ["D1", "D2", "D3"], "proven.need": ["D2", "D3"]}
    assert plan["dropped"] == {"facts.fax": ["D1", "D3"]}
    done = json.loads(run(*arguments).out)
    assert done["migrated"] == ["D0", "D1", "D2", "D3"]
    assert [each["id"] for each in done["refused"]] == ["D4", "D5"]
    assert versions() == ["2", "2", "2", "2", "1", "1"]
    back = json.loads(run(*arguments, "--revert").out)
    assert (back["from"], back["to"], back["refused"]) == ("sale 2", "sale 1", [])
    assert versions() == ["1"] * 6


def test_the_json_of_a_difference_holds_every_kind(run: Run, store: str) -> None:
    ran = run("diff", "old.yaml", "new.yaml", "--json")
    assert ran.code == 1
    told = json.loads(ran.out)
    assert told["stages"]["added"] == ["discovery"]
    assert told["process"] == [{"field": "plane", "old": "sales", "new": "retention"}]
    assert told["arcs"]["removed"] == [["go", "contact", "talks"], ["go", "talks", "offer"]]
    assert {"name": "need", "changes": [{"field": "valid_for", "old": None, "new": "90d"}]} in (
        told["milestones"]["changed"]
    )


def test_rules_that_do_not_fit_are_told_at_their_line(run: Run, store: str) -> None:
    Path("rules.yaml").write_text(RULES.replace("talks:", "tolks:"), encoding="utf-8")
    ran = run("migrate", "rules.yaml", "--store", store, "--new", "new.yaml")
    assert ran.code == 2
    assert "rules.yaml:5:10: unknown stage 'tolks' in sale 1; did you mean 'talks'?" in ran.err


def test_a_file_of_a_version_that_the_store_has_otherwise_is_refused(run: Run, store: str) -> None:
    Path("other.yaml").write_text(OLD.replace("40%", "45%"), encoding="utf-8")
    for more in ((), ("--dry-run",)):
        ran = run(
            "migrate", "rules.yaml", "--store", store, "--old", "other.yaml", "--new", "new.yaml",
            *more,
        )  # fmt: skip
        assert ran.code == 2
        assert "sale 1 is in the store with another content" in ran.err
    ran = run("migrate", "rules.yaml", "--store", store, "--old", "old.yaml", "--new", "new.yaml")
    assert ran.code == 1


def test_a_broken_version_that_is_not_asked_for_is_no_hindrance(run: Run, store: str) -> None:
    with closing(sqlite3.connect(store)) as database:
        database.execute(
            "INSERT INTO definitions (process, version, text, retired) VALUES ('x', '1', '{{', 0)"
        )
        database.commit()
    assert (
        run("migrate", "rules.yaml", "--store", store, "--new", "new.yaml", "--dry-run").code == 1
    )


@pytest.mark.parametrize(
    "url", ["sqlite+pysqlite:///nowhere.db", "sqlite:///nowhere.db", "memory:"]
)
def test_a_store_that_is_not_there_is_not_made(run: Run, store: str, url: str) -> None:
    before = sorted(Path().iterdir())
    ran = run(
        "migrate", "rules.yaml", "--store", url, "--old", "old.yaml", "--new", "new.yaml",
        "--dry-run",
    )  # fmt: skip
    assert ran.code == 2
    assert run("store", "upgrade", "memory:").code == 2
    assert sorted(Path().iterdir()) == before


def test_what_was_dropped_and_rings_at_once_is_told(run: Run, store: str) -> None:
    arguments = ("migrate", "rules.yaml", "--store", store, "--new", "new.yaml")
    at = ("--at", "2026-03-06T09:00Z")  # contact is late after 3 days now, and was after 5
    plan = json.loads(run(*arguments, "--dry-run", "--json", *at).out)
    assert plan["due_at_once"] == {"stalled.contact": ["D0"]}
    assert "timers that ring at once" in run(*arguments, "--dry-run", *at).out
    done = json.loads(run(*arguments, "--json", *at).out)
    assert done["dropped"] == {"facts.fax": ["D1", "D3"]}
