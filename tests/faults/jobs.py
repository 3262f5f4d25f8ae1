"""What the processes do that are killed, raced and starved: each is the ``target`` of one.

They end by themselves when the file ``stop`` is there, or after a time, whoever forgot them.
"""

from __future__ import annotations

import itertools
import os
import random
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.synchronize import Barrier
from pathlib import Path

import salesfsm as sf
from faults.ledger import LONGEST, Log, answers
from faults.sale import HurriedClock, command, sale
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores import open_store


def told(folder: Path, name: str, job: Callable[..., None], *args: object) -> None:
    """Do the job; what it raises is found in a file of its name."""
    errors = os.open(folder / f"{name}.errors", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    os.dup2(errors, 2)
    job(folder, name, *args)


def _working(folder: Path) -> Iterator[None]:
    """Again and again, until it is to stop."""
    ends = time.monotonic() + LONGEST
    while time.monotonic() < ends and not (folder / "stop").exists():
        yield


def write(
    folder: Path, name: str, url: str, begun: float, seed: int, deals: int, most: int, every: int
) -> None:
    """Command and write down the answers; repeat those that a dead predecessor may have missed.

    Of every so many commands, one has no key.
    """
    file = folder / f"{name}.answers"
    before = max((each.number for each in answers(file)), default=-1)
    working = _working(folder)
    with closing(open_store(url)) as store, closing(Log(file)) as log:
        pipeline = Pipeline(sale(), store, clock=HurriedClock(begun))
        for number in itertools.count(max(before, 0)):
            # The last answered and the one under way when the other died are done in any case.
            if number >= most or (number > before + 1 and next(working, 0) == 0):
                break
            wanted = command(name, number, seed, deals)
            key = None if number % every == every - 1 else wanted.by
            log.answered(number, wanted.by, wanted.do(pipeline, key=key))


def tick(folder: Path, name: str, url: str, begun: float) -> None:
    """Let timers ring."""
    with closing(open_store(url)) as store:
        pipeline = Pipeline(sale(), store, clock=HurriedClock(begun))
        for _ in _working(folder):
            assert not pipeline.tick().failed
            time.sleep(0.005)


def hear(folder: Path, name: str, url: str, begun: float) -> None:
    """Be told of all events as ``crm``, and write down which; fail now and then."""
    chance = random.Random(name)
    with closing(open_store(url)) as store, closing(Log(folder / "heard")) as log:
        pipeline = Pipeline(sale(), store, clock=HurriedClock(begun))
        note = hearing(log)

        def handler(event: sf.Event) -> None:
            if chance.random() < 0.02:
                raise RuntimeError("it did not hear")
            note(event)
            time.sleep(0.0005)  # or none would die between two events
            if chance.random() < 0.02:
                raise RuntimeError("it did hear, and forgot")

        pipeline.subscribe("crm", handler, since="beginning")
        for _ in _working(folder):
            pipeline.deliver()
            time.sleep(0.005)


def hearing(log: Log) -> Callable[[sf.Event], None]:
    """Write down an event."""
    return lambda event: log.write(f"{event.opportunity_id} {event.sequence}")


def repeat(folder: Path, name: str, url: str, begun: float, start: Barrier, keys: int) -> None:
    """Open and move opportunities under keys that others use at the same moment."""
    with closing(open_store(url)) as store, closing(Log(folder / f"{name}.answers")) as log:
        pipeline = Pipeline(sale(), store, clock=HurriedClock(begun))
        for number in range(keys):
            start.wait(timeout=LONGEST)
            key = f"open {number}"
            step = pipeline.open(f"K-{number}", facts={"budget": 6000}, by=key, key=key)
            log.answered(number, key, [step])
            start.wait(timeout=LONGEST)
            key = f"move {number}"
            step = pipeline.fire(f"K-{number}", "agree", by=key, key=key)
            log.answered(number, key, [step])


def open_only(folder: Path, name: str, url: str) -> None:
    """Open a store that may not be there yet."""
    open_store(url).close()


def fill(folder: Path, name: str, url: str, begun: float, room: int, deals: int) -> None:
    """Write until no file may grow beyond ``room`` bytes, and go on when there is room again."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with (
        closing(open_store(url)) as store,
        closing(Log(folder / f"{name}.answers")) as log,
        closing(Log(folder / "refusals")) as refusals,
    ):
        pipeline = Pipeline(sale(), store, clock=HurriedClock(begun))
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
        waiting, number = 5, 0
        while waiting:
            wanted = command(name, number, 0, deals)
            try:
                steps = wanted.do(pipeline, key=wanted.by)
            except sf.StoreUnavailableError as error:
                refusals.write(str(error))
                assert pipeline.get("D-00").id == "D-00"  # what is kept can be read
                waiting -= 1
                continue
            log.answered(number, wanted.by, steps)
            number += 1
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        for later in range(number, number + 50):
            wanted = command(name, later, 0, deals)
            log.answered(later, wanted.by, wanted.do(pipeline, key=wanted.by))
