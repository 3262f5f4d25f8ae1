"""Moves as endpoints: 200 with the new stage, or 409 with what is in the way and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

import salesfsm as sf

machine = sf.bind(sf.load(Path(__file__).with_name("b2b.yaml")), raises=True)


@machine.attach
@dataclass
class Deal:
    """A deal in memory; a row of your database does as well."""

    id: str
    stage: str | None = machine.initial
    budget: int | None = None
    need: str | None = None
    tasks: list[str] = field(default_factory=list)
    evidence: list[sf.Evidence] = field(default_factory=list)
    lost_reason: str | None = None
    entered_at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Opening(BaseModel):
    """What a deal begins with."""

    id: str
    budget: int | None = None
    need: str | None = None


class Wish(BaseModel):
    """What may come with a trigger."""

    by: str | None = None
    reason: str | None = None


app = FastAPI(title="Deals")
deals: dict[str, Deal] = {}


def found(deal_id: str) -> Deal:
    if deal_id not in deals:
        raise HTTPException(404, f"there is no deal {deal_id!r}")
    return deals[deal_id]


@app.post("/deals", status_code=201)
def begin(opening: Opening) -> dict[str, str | None]:
    """Open a deal in the first stage."""
    if opening.id in deals:
        raise HTTPException(409, f"there is a deal {opening.id!r} already")
    deal = deals[opening.id] = Deal(**opening.model_dump())
    return {"id": deal.id, "stage": deal.stage}


@app.post("/deals/{deal_id}/{trigger}")
def fire(deal_id: str, trigger: str, wish: Wish) -> dict[str, str | None]:
    """Fire a trigger on a deal."""
    deal = found(deal_id)
    machine.fire(deal, trigger, by=wish.by, reason=wish.reason)
    return {"id": deal.id, "stage": deal.stage}


@app.get("/deals/{deal_id}/moves")
def moves(deal_id: str) -> list[dict[str, object]]:
    """Every way on, and what blocks it: for the buttons of a page."""
    return [
        {
            "trigger": move.trigger,
            "target": move.target,
            "allowed": move.allowed,
            "reasons": move.reasons,
            "blockers": [each.code for each in move.blockers],
        }
        for move in machine.moves(found(deal_id))
    ]


@app.exception_handler(sf.TransitionBlocked)
def blocked(request: Request, refused: sf.TransitionBlocked) -> JSONResponse:
    """A refusal is a conflict with the state of the deal; the client is told all of it."""
    language = request.headers.get("accept-language", "en")[:2]
    step = refused.step
    blockers = [{"code": each.code, "owner": each.owner} for each in step.blockers]
    told = {"trigger": step.command, "explanation": step.explain(language), "blockers": blockers}
    return JSONResponse(told, status_code=409)


@app.exception_handler(sf.SalesFsmError)
def unusable(_: Request, error: sf.SalesFsmError) -> JSONResponse:
    """A trigger or reason that the process does not have."""
    return JSONResponse({"error": str(error)}, status_code=422)
