"""Whether a witness shows what its finding claims: the engine is asked, and no solver."""

from __future__ import annotations

import salesfsm as sf
from salesfsm.engine.engine import Engine
from salesfsm.engine.fitting import check_opportunity
from salesfsm.rules.closure import compile_verdict
from salesfsm.rules.resolve import resolve
from salesfsm.rules.verdict import MET
from salesfsm.verification import Finding, Kind, Witness
from salesfsm.verification.replaying import predicates_of


def shows(process: sf.Process, finding: Finding) -> bool:
    """Whether the engine bears out the finding by its witness."""
    witness = finding.witness
    assert witness is not None
    check_opportunity(process, witness.opportunity)
    assert sf.opportunity_from_json(sf.opportunity_to_json(witness.opportunity)) == (
        witness.opportunity
    )
    engine = Engine(process, predicates=predicates_of(process, witness.answers))
    return _SHOWN[finding.kind](engine, finding, witness)


def _moves(engine: Engine, witness: Witness, trigger: str = ""):
    every = engine.moves(witness.opportunity, at=witness.at)
    return [move for move in every if trigger in ("", move.trigger)]


def _overlap(engine: Engine, finding: Finding, witness: Witness) -> bool:
    """Both would be open if the other were not: only the order shuts one of them."""
    moves = _moves(engine, witness, finding.values["trigger"])
    open_ = {move.target for move in moves if {each.code for each in move.blockers} <= {"shadowed"}}
    return {finding.values["first"], finding.values["second"]} <= open_


def _shadowed(engine: Engine, finding: Finding, witness: Witness) -> bool:
    """Only an earlier way, met itself, keeps it shut, whoever asks."""
    moves = _moves(engine, witness, finding.values["trigger"])
    never = [move for move in moves if move.target == finding.values["second"]]
    return any(
        not move.allowed and {each.code for each in move.blockers} == {"shadowed"} for move in never
    ) and any(move.target in finding.values["first"].split(", ") for move in moves)


def _nothing_open(engine: Engine, finding: Finding, witness: Witness) -> bool:
    moves = _moves(engine, witness, finding.values.get("trigger", ""))
    return not any(move.allowed and move.target != witness.opportunity.stage for move in moves)


def _implied(engine: Engine, finding: Finding, witness: Witness) -> bool:
    """Where the criterion that is implied refuses, the other one does."""
    moves = _moves(engine, witness, finding.values["trigger"])
    codes = {finding.values["criterion"], finding.values["by"]}
    return any(
        move.target == finding.values["target"] and codes <= {each.code for each in move.blockers}
        for move in moves
    )


def _broken(engine: Engine, finding: Finding, witness: Witness) -> bool:
    process = engine.process
    assert sf.replay(process, witness.events) == witness.opportunity
    never = process.invariants[int(finding.values["number"]) - 1].never
    condition = resolve(never, process.vocabulary)
    predicates = predicates_of(process, witness.answers)
    verdict = compile_verdict(condition, predicates)(witness.opportunity, witness.at)
    return verdict is MET and witness.opportunity.stage == finding.values["stage"]


_SHOWN = {
    Kind.OVERLAP: _overlap,
    Kind.SHADOWED: _shadowed,
    Kind.GAP: _nothing_open,
    Kind.STUCK: _nothing_open,
    Kind.IMPLIED: _implied,
    Kind.BROKEN: _broken,
}
