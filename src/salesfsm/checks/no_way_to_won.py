"""SF102: an open stage from which nothing can be won any more."""

from __future__ import annotations

from functools import partial

from salesfsm.checks.finding import PLAIN, Check, Severity
from salesfsm.checks.no_way import no_way_to
from salesfsm.process.kinds import Outcome

NONE_WON = "none_won"
"""The case of a process without any won stage."""

CHECK = Check(
    "SF102", Severity.ERROR, partial(no_way_to, Outcome.WON, NONE_WON), cases=(PLAIN, NONE_WON)
)
