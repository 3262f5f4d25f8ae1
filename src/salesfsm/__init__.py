"""Sales processes as state machines: criteria met by evidence, refusals that explain themselves.

``load`` or build a :class:`Process`, give it to an :class:`Engine`, and ask it. The names below
are the public interface; everything else may change.
"""

from salesfsm._version import __version__
from salesfsm.engine.codec import (
    event_from_json,
    event_to_json,
    opportunity_from_json,
    opportunity_to_json,
)
from salesfsm.engine.engine import Engine
from salesfsm.engine.events import Event
from salesfsm.engine.evolve import evolve, replay
from salesfsm.engine.opportunity import Activity, Evidence, Hold, Opportunity, Override
from salesfsm.engine.results import Blocker, Move, Route
from salesfsm.engine.step import Step, TransitionBlocked
from salesfsm.errors import (
    CommandError,
    DefinitionError,
    EventError,
    HistoryError,
    MapError,
    MissingExtraError,
    ProcessMismatchError,
    RuleError,
    SalesFsmError,
    TimeError,
    UnknownNameError,
    ValueTypeError,
)
from salesfsm.formats.process_file import dump, load, loads
from salesfsm.process.definitions import (
    Buyer,
    Criterion,
    Fact,
    Level,
    Milestone,
    Outcome,
    Phase,
    Plane,
    Reason,
    Stage,
    Task,
    Transition,
)
from salesfsm.process.process import Process
from salesfsm.rules.build import (
    Rule,
    at_least,
    attempts,
    buyer_at,
    criteria,
    days,
    done,
    fact,
    known,
    proven,
    rule,
)
from salesfsm.rules.values import Duration, Money
from salesfsm.rules.verdict import Verdict

__all__ = [
    "Activity",
    "Blocker",
    "Buyer",
    "CommandError",
    "Criterion",
    "DefinitionError",
    "Duration",
    "Engine",
    "Event",
    "EventError",
    "Evidence",
    "Fact",
    "HistoryError",
    "Hold",
    "Level",
    "MapError",
    "Milestone",
    "MissingExtraError",
    "Money",
    "Move",
    "Opportunity",
    "Outcome",
    "Override",
    "Phase",
    "Plane",
    "Process",
    "ProcessMismatchError",
    "Reason",
    "Route",
    "Rule",
    "RuleError",
    "SalesFsmError",
    "Stage",
    "Step",
    "Task",
    "TimeError",
    "Transition",
    "TransitionBlocked",
    "UnknownNameError",
    "ValueTypeError",
    "Verdict",
    "__version__",
    "at_least",
    "attempts",
    "buyer_at",
    "criteria",
    "days",
    "done",
    "dump",
    "event_from_json",
    "event_to_json",
    "evolve",
    "fact",
    "known",
    "load",
    "loads",
    "opportunity_from_json",
    "opportunity_to_json",
    "proven",
    "replay",
    "rule",
]
