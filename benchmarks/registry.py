"""The benchmarks by name: a new one is a new file and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from benchmarks import (
    binding,
    checking,
    composing,
    drawing,
    helping,
    importing,
    memory,
    moving,
    observing,
    querying,
    replaying,
    storing,
    telling,
    ticking,
    verifying,
)
from benchmarks.figures import Figure

Benchmark = Callable[[], list[Figure]]
"""Measures one thing; what cannot be measured here is a figure that says why."""

BENCHMARKS: Mapping[str, Benchmark] = MappingProxyType(
    {
        "move": moving.measure,
        "bind": binding.measure,
        "memory": memory.measure,
        "compose": composing.measure,
        "check": checking.measure,
        "verify": verifying.measure,
        "observe": observing.measure,
        "import": importing.measure,
        "replay": replaying.measure,
        "help": helping.measure,
        "draw": drawing.measure,
        "tell": telling.measure,
        "tick": ticking.measure,
        "store": storing.measure,
        "query": querying.measure,
    }
)
