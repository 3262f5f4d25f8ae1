"""The loop that lets timers ring and tells subscribers, again and again until it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from salesfsm.errors import StoreUnavailableError
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.pipeline.ticking import Tick

Told = Callable[[Tick], object]
"""Told of every tick, also of one in which nothing rang; of several at a time, in their threads."""


def keep_time(
    pipeline: Pipeline,
    stop: Event,
    *,
    every: float = 1.0,
    told: Told | None = None,
    lost: Callable[[StoreUnavailableError], object] | None = None,
) -> None:
    """Tick and deliver ``every`` so many seconds until ``stop`` is set; a tick is never cut short.

    Several programs may do so on one store, and each timer rings once. A store that cannot be
    reached is tried again after the same time; ``lost`` is told of it.
    """
    while not stop.is_set():
        try:
            tick = pipeline.tick()
            pipeline.deliver()
        except StoreUnavailableError as error:
            if lost is not None:
                lost(error)
        else:
            if told is not None:
                told(tick)
        stop.wait(every)
