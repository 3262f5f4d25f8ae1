"""A worker that dies by ``kill -9`` in the midst of its first timer: before or after it is kept."""

from __future__ import annotations

import os
import signal
import sys
import time

from salesfsm.engine.making import system_clock
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.timers.dbos import DurableStore, Ringing
from timers.nurture import nurture


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_when_asked() -> object:
    die()
    return system_clock()


if __name__ == "__main__":
    _, url, when = sys.argv
    clock = die_when_asked if when == "before" else system_clock
    told = die if when == "after" else None
    pipeline = Pipeline(nurture(), DurableStore(url), clock=clock)  # type: ignore[arg-type]
    with Ringing(pipeline, name="frail", poll=0.1, told=told):
        time.sleep(60)
