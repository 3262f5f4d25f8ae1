"""The allow/deny matrix: by stage and trigger, where firing leads, or what is in the way.

As text, CSV and HTML. What the process would do is asked of the engine and of nothing else.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from msgspec.structs import replace

from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.results import Move
from salesfsm.process.process import Process
from salesfsm.testing.engines import MOMENT, SELLER, Decider, engine_of

_STYLE = """
body { font: 15px/1.4 system-ui, sans-serif; margin: 2rem; color: #1a1a1a; background: #fff; }
table { border-collapse: collapse; }
th, td { border: 1px solid #c4c4c4; padding: .35rem .6rem; text-align: left; vertical-align: top; }
thead th { background: #f0f0f0; }
.allowed { background: #dcefe2; }
.refused { background: #f8e3df; }
"""


@dataclass(frozen=True, slots=True)
class Matrix:
    """What each trigger does in each stage; a trigger that leads nowhere there has no cell."""

    process: Process
    cells: Mapping[tuple[str, str], tuple[Move, ...]]
    """By stage and trigger, the ways in their order."""

    def cell(self, stage: str, trigger: str) -> str:
        """A cell in words: ``-> won``, ``no: bant.budget``, or nothing where there is no way."""
        ways = self.cells.get((stage, trigger), ())
        taken = next((move for move in ways if move.allowed), None)
        if taken is not None:
            return f"-> {taken.target}"
        codes = dict.fromkeys(each.code for move in ways for each in move.blockers)
        return f"no: {', '.join(codes)}" if ways else ""

    def text(self) -> str:
        """The matrix as a list, for a terminal: below each stage, its triggers."""
        width = max(map(len, self.process.triggers), default=0)
        lines = []
        for stage in self.process.stage_by_name:
            lines.append(stage)
            for trigger in self.process.triggers:
                if told := self.cell(stage, trigger):
                    lines.append(f"  {trigger:{width}}  {told}")
        return "\n".join(lines)

    def csv(self) -> str:
        """The matrix as CSV: a row for each stage, a column for each trigger."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(self._rows())
        return out.getvalue()

    def html(self) -> str:
        """The matrix as a page of HTML that needs nothing but itself."""
        head, *rows = self._rows()
        titles = "".join(f'<th scope="col">{escape(each)}</th>' for each in head)
        body = "".join(self._html_row(row) for row in rows)
        title = escape(f"{self.process.key}: what is allowed")
        return (
            f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
            f"<style>{_STYLE}</style></head><body><h1>{title}</h1><table><thead><tr>{titles}</tr>"
            f"</thead><tbody>{body}</tbody></table></body></html>\n"
        )

    def _html_row(self, row: tuple[str, ...]) -> str:
        stage, *cells = row
        written = [f'<th scope="row">{escape(stage)}</th>']
        for each in cells:
            kind = "allowed" if each.startswith("->") else "refused" if each else "none"
            written.append(f'<td class="{kind}">{escape(each)}</td>')
        return f"<tr>{''.join(written)}</tr>"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        triggers = self.process.triggers
        yield ("stage", *triggers)
        for stage in self.process.stage_by_name:
            yield (stage, *(self.cell(stage, trigger) for trigger in triggers))


def matrix(
    decider: Decider,
    opportunity: Opportunity | None = None,
    *,
    at: datetime | None = None,
    by: str | None = None,
    role: str | None = None,
) -> Matrix:
    """What each trigger would do in each stage, for an opportunity with all that is known of it.

    It is asked as if it had just entered each stage at ``at`` (aware; the time of the opportunity
    if left out). Without an ``opportunity``, for one of which nothing is known yet. With ``by`` or
    ``role``, also what keeps that person from it.
    """
    now = at or (opportunity.at if opportunity else MOMENT)
    engine = engine_of(decider, now)
    process = engine.process
    deal = opportunity or engine.adopt("T-1", process.starts[0], at=now, by=SELLER).unwrap()
    cells: dict[tuple[str, str], tuple[Move, ...]] = {}
    for stage in process.stage_by_name:
        there = replace(deal, stage=stage, entered_at=now, rest=None)
        for move in engine.moves(there, at=now, by=by, role=role):
            key = stage, move.trigger
            cells[key] = (*cells.get(key, ()), move)
    return Matrix(process, cells)
