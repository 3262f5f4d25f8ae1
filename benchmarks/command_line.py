"""Where the benchmarks find the console script and the real exports."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SALESFSM = str(Path(sysconfig.get_path("scripts")) / "salesfsm")


def shared_data() -> Path:
    """The folder of the real exports, which is never part of the project; it may be missing."""
    return Path(os.environ.get("SALESFSM_SHARED_DATA", ROOT.parent / "shared" / "data"))
