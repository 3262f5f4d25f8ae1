# The public names, each with its home: __init__.py imports them from here when they are first used.

from ._version import (
    __version__ as __version__,
)
from .binding.asynchronous import (
    AsyncStageMachine as AsyncStageMachine,
)
from .binding.attempt import (
    Attempt as Attempt,
    NoTransition as NoTransition,
)
from .binding.binding import (
    bind as bind,
    bind_buyer as bind_buyer,
)
from .binding.phases import (
    PhaseMachine as PhaseMachine,
)
from .binding.stages import (
    StageMachine as StageMachine,
)
from .engine.alignment import (
    Alignment as Alignment,
    JobReading as JobReading,
)
from .engine.codec import (
    event_from_json as event_from_json,
    event_to_json as event_to_json,
    opportunity_from_json as opportunity_from_json,
    opportunity_to_json as opportunity_to_json,
)
from .engine.engine import (
    Engine as Engine,
)
from .engine.events import (
    ActivityLogged as ActivityLogged,
    ActivityPlanned as ActivityPlanned,
    Assigned as Assigned,
    BuyerMove as BuyerMove,
    BuyerMoved as BuyerMoved,
    CameDue as CameDue,
    DueKind as DueKind,
    Erased as Erased,
    Event as Event,
    EvidenceRecorded as EvidenceRecorded,
    EvidenceWithdrawn as EvidenceWithdrawn,
    FactsUpdated as FactsUpdated,
    HandedOver as HandedOver,
    Held as Held,
    Migrated as Migrated,
    Moved as Moved,
    Opened as Opened,
    Placed as Placed,
    Resumed as Resumed,
    TaskCompleted as TaskCompleted,
)
from .engine.evolve import (
    evolve as evolve,
    replay as replay,
)
from .engine.handing import (
    Handed as Handed,
)
from .engine.opportunity import (
    Activity as Activity,
    Evidence as Evidence,
    Hold as Hold,
    Opportunity as Opportunity,
    Origin as Origin,
    Override as Override,
    Stop as Stop,
)
from .engine.querying.columns import (
    opportunity_schema as opportunity_schema,
)
from .engine.querying.tables import (
    opportunity_table as opportunity_table,
)
from .engine.results import (
    Blocker as Blocker,
    Move as Move,
    Route as Route,
)
from .engine.step import (
    Step as Step,
    TransitionBlocked as TransitionBlocked,
)
from .engine.timing import (
    Due as Due,
)
from .errors import (
    CommandError as CommandError,
    ConflictError as ConflictError,
    CorruptedError as CorruptedError,
    DefinitionChangedError as DefinitionChangedError,
    DefinitionError as DefinitionError,
    DuplicateOpportunityError as DuplicateOpportunityError,
    EventError as EventError,
    HistoryError as HistoryError,
    KeyReusedError as KeyReusedError,
    MapError as MapError,
    MigrationError as MigrationError,
    MissingExtraError as MissingExtraError,
    Place as Place,
    Problem as Problem,
    ProcessMismatchError as ProcessMismatchError,
    RetiredVersionError as RetiredVersionError,
    RuleError as RuleError,
    RuleSyntaxError as RuleSyntaxError,
    RuleTypeError as RuleTypeError,
    SalesFsmError as SalesFsmError,
    StoreError as StoreError,
    StoreUnavailableError as StoreUnavailableError,
    StoreVersionError as StoreVersionError,
    TimeError as TimeError,
    UnknownNameError as UnknownNameError,
    UnknownOpportunityError as UnknownOpportunityError,
    ValueTypeError as ValueTypeError,
)
from .formats.migration_file import (
    load_migration as load_migration,
)
from .formats.process_file import (
    dump as dump,
    load as load,
    loads as loads,
)
from .migration.migrating import (
    Migration as Migration,
)
from .migration.planning import (
    MigrationPlan as MigrationPlan,
    Stranded as Stranded,
    plan_of as plan_of,
)
from .pipeline.asynchronous import (
    AsyncPipeline as AsyncPipeline,
)
from .pipeline.batches import (
    Bulk as Bulk,
    BulkEndedError as BulkEndedError,
)
from .pipeline.delivering import (
    SubscriberState as SubscriberState,
)
from .pipeline.pipeline import (
    Pipeline as Pipeline,
)
from .pipeline.ticking import (
    Tick as Tick,
)
from .process.arcs import (
    MoveKind as MoveKind,
)
from .process.calendar import (
    Calendar as Calendar,
    Weekday as Weekday,
)
from .process.composition.composing import (
    branch as branch,
    chain as chain,
    insert as insert,
    mirror as mirror,
    override as override,
    prefixed as prefixed,
    remove as remove,
    reorder as reorder,
    variant as variant,
)
from .process.definitions import (
    Criterion as Criterion,
    Fact as Fact,
    Reason as Reason,
    Stage as Stage,
    Task as Task,
    Transition as Transition,
)
from .process.difference import (
    Change as Change,
    Compared as Compared,
    Difference as Difference,
    difference as difference,
)
from .process.handover import (
    Contract as Contract,
    Handover as Handover,
)
from .process.invariants import (
    Invariant as Invariant,
)
from .process.journey import (
    Buyer as Buyer,
    Job as Job,
    Milestone as Milestone,
    Mirroring as Mirroring,
    Phase as Phase,
)
from .process.kinds import (
    Acting as Acting,
    Level as Level,
    Maker as Maker,
    Outcome as Outcome,
    Plane as Plane,
)
from .process.migration import (
    MigrationRules as MigrationRules,
    MigrationTarget as MigrationTarget,
    OnMissing as OnMissing,
)
from .process.mirror import (
    MirrorDeviation as MirrorDeviation,
    MirrorReport as MirrorReport,
    mirror_report as mirror_report,
)
from .process.people import (
    Assignment as Assignment,
    Team as Team,
)
from .process.process import (
    Process as Process,
)
from .rules.build import (
    Rule as Rule,
    at_least as at_least,
    attempts as attempts,
    buyer_at as buyer_at,
    criteria as criteria,
    days as days,
    done as done,
    fact as fact,
    known as known,
    proven as proven,
    rule as rule,
)
from .rules.explanation import (
    Explanation as Explanation,
)
from .rules.subject import (
    PredicateFunction as PredicateFunction,
    Subject as Subject,
)
from .rules.types import (
    Kind as Kind,
)
from .rules.values import (
    Duration as Duration,
    Money as Money,
)
from .rules.verdict import (
    Verdict as Verdict,
)
from .stores.memory import (
    MemoryStore as MemoryStore,
)
from .stores.opening import (
    open_store as open_store,
)
