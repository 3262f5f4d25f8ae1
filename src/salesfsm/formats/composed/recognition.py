"""Tells a process file that is made of others from one that is whole, by its keys alone."""

from __future__ import annotations

from collections.abc import Mapping

STEPS = ("extends", "remove", "insert", "reorder", "include")
"""The keys of a file that no process has, in the order in which they take effect."""


def is_composed(data: Mapping[str, object]) -> bool:
    """Whether what a file says is made of other files, or in steps."""
    mirror = data.get("mirror")
    mirrors = isinstance(mirror, dict) and not mirror.keys().isdisjoint(("buyer", "stages"))
    return mirrors or not data.keys().isdisjoint(STEPS)
