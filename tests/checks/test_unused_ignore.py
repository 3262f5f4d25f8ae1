"""The check of what a process ignores for nothing."""

from __future__ import annotations

from poor_processes import sound

import salesfsm as sf
from salesfsm.checks import check
from salesfsm.checks.unused_ignore import CODE


def test_to_ignore_it_is_never_for_nothing() -> None:
    process = sf.Process(**sound(), ignore={CODE: "The template of the house has it."})
    assert CODE not in {each.code for each in check(process, notes=True)}
