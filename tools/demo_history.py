"""Makes the example history of ``salesfsm demo``: sixty deals, as a CRM might have logged them.

Run it as ``python tools/demo_history.py > src/salesfsm/cli/demo_files/deals.csv``. The numbers
come from a seed, so the file is always the same. Some deals do what the process does not allow,
and some rows cannot be read: that is what the replay is there to tell.
"""

from __future__ import annotations

import csv
import random
import sys
from datetime import datetime, timedelta

PEOPLE = ("anna", "bartek", "desislava", "ivan")
NEEDS = ("Faster quotes", "One price list", "Fewer lost leads", "A forecast to rely on")
REASONS = ("Price", "Price", "Competitor", "No decision", "No decision", "Silent", "Other")
STAGES = ("Presenting", "Negotiation", "Closing", "Won")
Row = tuple[str, str, str, str, str]


def deal(number: int, chance: random.Random) -> list[Row]:
    """The log of one deal."""
    name, who = f"D-{number:03}", chance.choice(PEOPLE)
    at = datetime(2026, 1, 5, 9) + timedelta(hours=chance.randrange(24 * 150))  # noqa: DTZ001
    rows: list[Row] = []

    def log(field: str, value: str, *, days: float = 0) -> None:
        nonlocal at
        at += timedelta(days=days, minutes=chance.randrange(1, 50))
        rows.append((name, at.isoformat(" ", "minutes"), who, field, value))

    log("created", at.isoformat(" ", "minutes"))
    log("owner", who)
    log("phone", "logged on purpose, ignored on purpose")
    role = chance.choices(("Decision maker", "Influencer"), (9, 1))[0]
    log("contact_role", role)
    log("need", chance.choice(NEEDS))
    if chance.random() > 0.08:
        log("budget", str(chance.randrange(8, 90) * 1000))
    log("decision_by", (at + timedelta(days=chance.randrange(60, 170))).date().isoformat())
    stages = list(STAGES)
    if chance.random() < 0.1:
        stages.remove(chance.choice(STAGES[:2]))  # a skipped stage
    for stage in stages:
        if chance.random() < 0.2:
            log("lost_reason", chance.choice(REASONS), days=chance.randrange(3, 40))
            if chance.random() < 0.3:
                log("stage", "Win back", days=95)
            return rows
        if stage == "Won" and chance.random() > 0.15:
            log("purchase_order", f"PO-{chance.randrange(10_000, 99_999)}", days=2)
        if chance.random() < 0.12:
            return rows  # still open
        log("stage", stage, days=chance.randrange(2, 30))
    return rows


def main() -> None:
    """Write the history to standard output, in order of time."""
    chance = random.Random(2026)  # noqa: S311  # an example, no secret
    rows = [row for number in range(1, 61) for row in deal(number, chance)]
    rows.append(("D-007", "2026-06-31 10:00", "anna", "stage", "Closing"))
    rows.append(("D-011", "2026-06-30 10:00", "ivan", "stage", "Closng"))
    rows.append(("D-013", "2026-06-30 11:00", "ivan", "budget", "a lot"))
    rows.sort(key=lambda row: row[1])
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("deal", "changed_at", "changed_by", "field", "new_value"))
    out.writerows(rows)


if __name__ == "__main__":
    main()
