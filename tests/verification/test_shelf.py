"""The ready-made processes are proven: no contradiction, nothing stuck, no gap, all decided."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from showing import shows

import salesfsm as sf
from salesfsm.library import names
from salesfsm.verification import Kind, Severity, verify

AT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("name", names())
def test_a_ready_made_process_has_nothing_but_overlaps_that_its_order_settles(name):
    process = sf.load(f"library:{name}")
    report = verify(process, at=AT)
    for finding in report.findings:
        assert finding.decided
        assert finding.kind is Kind.OVERLAP
        assert shows(process, finding)
        assert finding.severity is Severity.NOTE


WITHOUT_Z3 = """
import sys
sys.modules["z3"] = None
try:
    import salesfsm.verification
except ImportError as error:
    print(error)
"""


def test_without_z3_it_is_said_what_to_install():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_Z3], capture_output=True, text=True, check=True
    )
    assert 'pip install "salesfsm[verify]"' in done.stdout
