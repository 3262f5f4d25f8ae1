"""Which of a million opportunities may move, on DuckDB, against the same answer in SQL by hand.

Both sides write what they find into a table: the target, whether it may move, and the codes of what
blocks it. The side by hand knows that nothing else is asked than the BANT of this very process.
"""

from __future__ import annotations

import warnings

from benchmarks import sale
from benchmarks.figures import Figure, Limit, Spread, in_units
from benchmarks.timing import Task, take_rounds

ROWS, ROUNDS = 1_000_000, 7
LIMIT = 1.3

FILL = f"""
INSERT INTO opportunities BY NAME
SELECT
  'ACME-' || n AS id,
  CASE WHEN n % 5 = 4 THEN 'presenting' ELSE 'qualification' END AS stage,
  n % 50 = 0 AS on_hold,
  CASE WHEN n % 7 THEN 5000 + n % 20000 END AS fact_budget,
  CASE n % 3 WHEN 0 THEN 'user' WHEN 1 THEN 'decision_maker' END AS fact_authority,
  CASE WHEN n % 11 THEN 'need ' || n % 1000 END AS fact_need,
  CASE WHEN n % 4 THEN DATE '2026-02-01' + CAST(n % 200 AS INTEGER) END AS fact_decide_by
FROM range({ROWS}) AS numbers(n)
"""

BY_HAND = """
SELECT
  id, stage, 'qualify' AS trigger, target, target IS NOT NULL AS movable,
  CASE WHEN target IS NULL THEN substr(codes, 2) ELSE '' END AS blockers
FROM (
  SELECT
    id, stage,
    CASE WHEN NOT on_hold AND budget AND authority AND need AND timeline
      THEN 'presenting' END AS target,
    CASE WHEN on_hold THEN ' held' ELSE '' END
      || CASE WHEN budget THEN '' ELSE ' bant.budget' END
      || CASE WHEN authority THEN '' ELSE ' bant.authority' END
      || CASE WHEN need THEN '' ELSE ' bant.need' END
      || CASE WHEN timeline THEN '' ELSE ' bant.timeline' END AS codes
  FROM (
    SELECT
      id, stage, on_hold,
      fact_budget >= 10000 AS budget,
      fact_authority = 'decision_maker' AS authority,
      fact_need IS NOT NULL AS need,
      fact_decide_by BETWEEN DATE '2026-03-02' AND DATE '2026-05-31' AS timeline
    FROM opportunities
    WHERE stage = 'qualification'
  )
)
"""


def measure() -> list[Figure]:
    """One figure; two queries that differ in what they find are an error."""
    try:
        import ibis

        import salesfsm
        from salesfsm.engine.querying.columns import opportunity_schema
    except ImportError as error:
        return [Figure("which of a million may move", missing=str(error))]

    engine = salesfsm.Engine(salesfsm.loads(sale.PROCESS))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Ibis asks DuckDB in a way that is going out of use
        connection = ibis.duckdb.connect()
        connection.create_table("opportunities", schema=opportunity_schema(engine.process))
    database = connection.con
    database.execute(FILL)
    ours = engine.sql("qualify", at=sale.NOW)
    different = database.execute(
        f"SELECT count(*) FROM (({ours}) EXCEPT SELECT id, stage, trigger, target, movable, "
        f"blockers FROM ({BY_HAND}))"
    ).fetchone()
    if different != (0,):
        raise RuntimeError(f"the two queries differ in {different} rows")

    taken = take_rounds(
        {
            name: Task(
                lambda text=text: database.execute(f"CREATE OR REPLACE TABLE found AS {text}")
            )
            for name, text in (("ours", ours), ("by hand", BY_HAND))
        },
        ROUNDS,
    )
    return [
        Figure(
            f"which of {ROWS:,} opportunities may move, and what blocks the others",
            in_units(Spread.of(taken["ours"]).median),
            f"SQL by hand {in_units(Spread.of(taken['by hand']).median)}",
            Spread.of_ratios(taken["ours"], taken["by hand"]),
            limit=Limit("at most", LIMIT),
        )
    ]
