"""SF109: an open stage from which nothing can be lost any more."""

from __future__ import annotations

from functools import partial

from salesfsm.checks.finding import PLAIN, Check, Severity
from salesfsm.checks.no_way import no_way_to
from salesfsm.process.kinds import Outcome

NONE_LOST = "none_lost"
"""The case of a process without any lost stage."""

CHECK = Check(
    "SF109", Severity.WARNING, partial(no_way_to, Outcome.LOST, NONE_LOST), cases=(PLAIN, NONE_LOST)
)
