# The public names of the testing kit, each with its home; imported when they are first used.

from .assertions import (
    allows as allows,
    refuses as refuses,
)
from .engines import (
    FixedClock as FixedClock,
)
from .knowledge import (
    evidence as evidence,
    facts as facts,
)
from .machine import (
    ProcessMachine as ProcessMachine,
    process_machine as process_machine,
)
from .matrix import (
    Matrix as Matrix,
    matrix as matrix,
)
from .mutation import (
    Mutant as Mutant,
    MutationReport as MutationReport,
    mutants as mutants,
    mutate as mutate,
)
from .paths import (
    Path as Path,
    follow as follow,
    shortest_paths as shortest_paths,
    transition_paths as transition_paths,
)
from .scenarios.reading import (
    ScenarioFile as ScenarioFile,
    read_scenarios as read_scenarios,
)
from .scenarios.running import (
    Outcome as Outcome,
    run_scenarios as run_scenarios,
)
from .strategies import (
    histories as histories,
    opportunities as opportunities,
)
from .walking import (
    StuckError as StuckError,
    Walk as Walk,
    walk as walk,
)
