"""The path of an opportunity that came from another version of its process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import salesfsm as sf
from salesfsm.maps import flowchart
from salesfsm.maps.overlays import with_opportunity
from salesfsm.migration.migrating import Migration
from salesfsm.process.migration import MigrationRules

DAY = timedelta(days=1)
NOW = datetime(2026, 1, 5, tzinfo=UTC)
TEXT = """\
salesfsm: 1
process: p
version: "{version}"
stages: [{stages}, {{name: won, outcome: won}}]
transitions:
  - {{trigger: go, source: demo, target: offer}}
  - {{trigger: win, source: offer, target: won}}
"""
OLD = sf.loads(TEXT.format(version="1", stages="demo, offer"))
NEW = sf.loads(TEXT.format(version="2", stages="discovery, demo, offer"))


def test_ways_of_the_version_before_are_not_taken_for_those_of_the_same_name() -> None:
    old, new = sf.Engine(OLD), sf.Engine(NEW)
    rules = MigrationRules(
        process="p", from_version="1", to_version="2", stages={"demo": "discovery"}
    )
    steps = [old.open("A", at=NOW)]
    steps.append(old.fire(steps[-1].unwrap(), "go", at=NOW + DAY))
    steps.append(Migration(rules, OLD, NEW).migrated(steps[-1].unwrap(), at=NOW + 2 * DAY))
    steps.append(new.fire(steps[-1].unwrap(), "win", at=NOW + 5 * DAY))
    events = [event for step in steps for event in step.events]
    over = with_opportunity(
        flowchart(NEW), new, steps[-1].unwrap(), at=NOW + 6 * DAY, events=events
    )
    states = {node.id: node.state for node in over.nodes}
    assert (states["stage.demo"], states["stage.discovery"]) == (None, None)
    assert (states["stage.offer"], states["stage.won"]) == ("passed", "here")
    assert {edge.id: edge.state for edge in over.edges} == {
        "go:demo:offer": None,
        "win:offer:won": "passed",
    }
