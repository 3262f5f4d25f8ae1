"""The files that the tests of composed processes are told with.

base.yaml       qualification --qualify--> demo --offer--> closing --win--> WON
                      |                     |                 |
                      +---------------------+------lose-------+--> LOST
winback.yaml    approach --renew--> RENEWED, --give_up--> GONE
retention.yaml  onboarding --keep--> KEPT, --churn--> CHURNED
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

BASE = """\
salesfsm: 1
process: base
version: "3"
currency: EUR
facts: {budget: {type: money, label: Budget}, approved: bool}
buyer:
  phases: [investigating, defining]
  milestones: [{name: reason, moves: investigating -> defining}]
stages:
  - name: qualification
    definition: The first talk has been held.
    tasks: [call, map]
    exit: [known(budget), proven(reason)]
  - {name: demo, exit: done(call)}
  - {name: closing, expected: 10d}
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price, silent]}
transitions:
  - {trigger: qualify, source: qualification, target: demo}
  - {trigger: offer, source: demo, target: closing}
  - {trigger: win, source: closing, target: won}
  - {trigger: lose, source: open, target: lost}
"""
WINBACK = """\
salesfsm: 1
process: winback
facts: {mood: text}
stages:
  - {name: approach, tasks: [write], exit: known(mood)}
  - {name: renewed, outcome: won}
  - {name: gone, outcome: lost, reasons: [silent]}
transitions:
  - {trigger: renew, source: approach, target: renewed}
  - {trigger: give_up, source: open, target: gone}
"""
RETENTION = """\
salesfsm: 1
process: retention
plane: retention
facts: {approved: bool}
receives: {facts: [approved]}
stages: [onboarding, {name: kept, outcome: won}, {name: churned, outcome: lost}]
transitions:
  - {trigger: keep, source: onboarding, target: kept}
  - {trigger: churn, source: onboarding, target: churned}
"""
HEAD = "salesfsm: 1\nprocess: main\n"
ON_BASE = HEAD + "extends: base.yaml\n"
WITH_WINBACK = """\
include:
  winback:
    process: winback.yaml
    leave: [{trigger: win_back, source: lost, target: approach, after: 90d}]
    rejoin: {renewed: qualification, gone: lost}
"""
FILES = {"base.yaml": BASE, "winback.yaml": WINBACK, "retention.yaml": RETENTION}


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write the files, beside those that all tests know; gives the path of ``main.yaml``."""
    for name, text in {**FILES, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "main.yaml"
