# The public names, each with its home: __init__.py imports them from here when they are first used.

from ._version import (
    __version__ as __version__,
)
from .engine.codec import (
    event_from_json as event_from_json,
)
from .engine.codec import (
    event_to_json as event_to_json,
)
from .engine.codec import (
    opportunity_from_json as opportunity_from_json,
)
from .engine.codec import (
    opportunity_to_json as opportunity_to_json,
)
from .engine.engine import (
    Engine as Engine,
)
from .engine.events import (
    Event as Event,
)
from .engine.evolve import (
    evolve as evolve,
)
from .engine.evolve import (
    replay as replay,
)
from .engine.opportunity import (
    Activity as Activity,
)
from .engine.opportunity import (
    Evidence as Evidence,
)
from .engine.opportunity import (
    Hold as Hold,
)
from .engine.opportunity import (
    Opportunity as Opportunity,
)
from .engine.opportunity import (
    Override as Override,
)
from .engine.results import (
    Blocker as Blocker,
)
from .engine.results import (
    Move as Move,
)
from .engine.results import (
    Route as Route,
)
from .engine.step import (
    Step as Step,
)
from .engine.step import (
    TransitionBlocked as TransitionBlocked,
)
from .errors import (
    CommandError as CommandError,
)
from .errors import (
    DefinitionError as DefinitionError,
)
from .errors import (
    EventError as EventError,
)
from .errors import (
    HistoryError as HistoryError,
)
from .errors import (
    MapError as MapError,
)
from .errors import (
    MissingExtraError as MissingExtraError,
)
from .errors import (
    ProcessMismatchError as ProcessMismatchError,
)
from .errors import (
    RuleError as RuleError,
)
from .errors import (
    SalesFsmError as SalesFsmError,
)
from .errors import (
    TimeError as TimeError,
)
from .errors import (
    UnknownNameError as UnknownNameError,
)
from .errors import (
    ValueTypeError as ValueTypeError,
)
from .formats.process_file import (
    dump as dump,
)
from .formats.process_file import (
    load as load,
)
from .formats.process_file import (
    loads as loads,
)
from .process.definitions import (
    Buyer as Buyer,
)
from .process.definitions import (
    Criterion as Criterion,
)
from .process.definitions import (
    Fact as Fact,
)
from .process.definitions import (
    Level as Level,
)
from .process.definitions import (
    Milestone as Milestone,
)
from .process.definitions import (
    Outcome as Outcome,
)
from .process.definitions import (
    Phase as Phase,
)
from .process.definitions import (
    Plane as Plane,
)
from .process.definitions import (
    Reason as Reason,
)
from .process.definitions import (
    Stage as Stage,
)
from .process.definitions import (
    Task as Task,
)
from .process.definitions import (
    Transition as Transition,
)
from .process.process import (
    Process as Process,
)
from .rules.build import (
    Rule as Rule,
)
from .rules.build import (
    at_least as at_least,
)
from .rules.build import (
    attempts as attempts,
)
from .rules.build import (
    buyer_at as buyer_at,
)
from .rules.build import (
    criteria as criteria,
)
from .rules.build import (
    days as days,
)
from .rules.build import (
    done as done,
)
from .rules.build import (
    fact as fact,
)
from .rules.build import (
    known as known,
)
from .rules.build import (
    proven as proven,
)
from .rules.build import (
    rule as rule,
)
from .rules.values import (
    Duration as Duration,
)
from .rules.values import (
    Money as Money,
)
from .rules.verdict import (
    Verdict as Verdict,
)
