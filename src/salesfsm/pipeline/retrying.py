"""Trying again after a lost race: somebody else changed the opportunity first."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from salesfsm.errors import ConflictError

ATTEMPTS = 100
SHORTEST, LONGEST = 0.001, 0.1
"""Seconds to wait at most, after the first lost race and after many."""

Answer = TypeVar("Answer")


def retried(attempt: Callable[[], Answer], *, once: bool = False) -> Answer:
    """What ``attempt`` answers, tried anew after each ``ConflictError``.

    The error is let through with ``once``, and where a generous number of races is lost.
    """
    for lost in range(ATTEMPTS):
        try:
            return attempt()
        except ConflictError:
            if once or lost == ATTEMPTS - 1:
                raise
        # By chance, or those that collided once would collide again.
        longest = min(LONGEST, SHORTEST * 2 ** min(lost, 10))
        time.sleep(random.uniform(0, longest))  # noqa: S311
    raise AssertionError("the last attempt returns or raises")
