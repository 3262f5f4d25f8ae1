"""What processes wrote down when they were answered or told, and what must be true of it after.

A line is written by one call to the system, past all buffers: it outlives the death of its process.
"""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import msgspec

import salesfsm as sf
from salesfsm.engine.events import AnyEvent
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores import Store
from salesfsm.stores.checking import unreadable
from salesfsm.stores.port import Corrupted, Current, Query

LONGEST = 300
"""Seconds that anything is waited for, and after which a forgotten process ends."""


class Answer(msgspec.Struct, frozen=True):
    """What a command was answered: its number among those of its writer, and its events as JSON."""

    number: int
    by: str
    accepted: bool
    events: tuple[str, ...]


class Log:
    """Lines that are kept as soon as they are written, and read by whoever comes after."""

    def __init__(self, file: Path) -> None:
        self._descriptor = os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def write(self, line: bytes | str) -> None:
        text = line.encode() if isinstance(line, str) else line
        os.write(self._descriptor, text + b"\n")

    def answered(self, number: int, by: str, steps: list[sf.Step]) -> None:
        events = tuple(sf.event_to_json(event) for step in steps for event in step.events)
        answer = Answer(number, by, all(step.accepted for step in steps), events)
        self.write(msgspec.json.encode(answer))

    def close(self) -> None:
        os.close(self._descriptor)


def lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def answers(file: Path) -> list[Answer]:
    return [msgspec.json.decode(line, type=Answer) for line in lines(file)]


def all_answers(folder: Path) -> list[Answer]:
    return [each for file in sorted(folder.glob("*.answers")) for each in answers(file)]


def histories(store: Store) -> dict[str, list[AnyEvent]]:
    """All that is kept, and proof that it fits together: no gap, no event twice, states folded."""
    assert list(unreadable(store)) == []
    kept = {}
    for each in store.find(Query()):
        assert not isinstance(each, Corrupted)
        events = list(store.events(each.opportunity.id))
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert len(events) == each.opportunity.sequence
        kept[each.opportunity.id] = events
    once = {(name, event.sequence): 1 for name, events in kept.items() for event in events}
    # PostgreSQL tells of what is committed only when all earlier transactions have ended, and those
    # of other tests on the same server count.
    until(lambda: len(outboxed(store)) >= len(once))
    assert outboxed(store) == once
    return kept


def outboxed(store: Store) -> Counter[tuple[str, int]]:
    """How often the outbox has each event."""
    found: Counter[tuple[str, int]] = Counter()
    cursor = ""
    while page := store.outbox(cursor, limit=1000):
        cursor = page[-1].cursor
        for each in page:
            assert not isinstance(each.event, Corrupted)
            found[each.event.opportunity_id, each.event.sequence] += 1
    return found


def check_answers(kept: dict[str, list[AnyEvent]], told: list[Answer]) -> None:
    """Every accepted command is there once, as it was answered; and no other command is there."""
    accepted: dict[str, tuple[str, ...]] = {}
    for answer in told:
        if answer.accepted:
            assert accepted.setdefault(answer.by, answer.events) == answer.events
    there: defaultdict[str, list[str]] = defaultdict(list)
    for events in kept.values():
        for event in events:
            if event.by is not None:
                there[event.by].append(sf.event_to_json(event))
    assert {by: sorted(events) for by, events in there.items()} == {
        by: sorted(events) for by, events in accepted.items() if events
    }


def check_heard(kept: dict[str, list[AnyEvent]], heard: list[str]) -> None:
    """A subscriber has heard all events; whatever it heard twice, nothing before its turn."""
    highest: Counter[str] = Counter()
    for line in heard:
        name, number = line.split()
        assert int(number) <= highest[name] + 1, f"{line} after {highest[name]}"
        highest[name] = max(highest[name], int(number))
    assert highest == {name: len(events) for name, events in kept.items()}


def tell_all(pipeline: Pipeline, heard: Callable[[], Iterable[object]]) -> None:
    """Deliver until everything in the store was ``heard``."""
    store = pipeline.store
    every = sum(store.load(each).opportunity.sequence for each in ids(store))

    def told() -> bool:
        pipeline.deliver()
        return len(set(heard())) >= every

    until(told)


def ids(store: Store) -> list[str]:
    """The ids of all that can be read."""
    return [each.opportunity.id for each in store.find(Query()) if isinstance(each, Current)]


def until(done: Callable[[], bool]) -> None:
    """Wait, but not for ever."""
    ends = time.monotonic() + LONGEST
    while not done():
        assert time.monotonic() < ends, "it takes too long"
        time.sleep(0.005)


def rung(events: list[AnyEvent]) -> list[tuple[str, str, datetime]]:
    """What rang for an opportunity: kind, name, and when it was due."""
    return [
        (str(each.kind), each.name, each.due) for each in events if isinstance(each, sf.CameDue)
    ]
