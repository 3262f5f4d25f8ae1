"""What a database answers to rules about opportunities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from types import SimpleNamespace

import ibis
from rule_strategies import VOCABULARY, Opportunity

from salesfsm.engine.querying.columns import PLAIN
from salesfsm.engine.querying.conditions import Conditions
from salesfsm.engine.querying.tables import table_of
from salesfsm.rules import core
from salesfsm.rules.closure import compile_verdict
from salesfsm.rules.parser import parse
from salesfsm.rules.resolve import resolve
from salesfsm.rules.verdict import MET, UNMET

AS_BOOLEAN = {MET: True, UNMET: False}
"""Verdicts as SQL has them; those that are not here are null."""

_NUMBERS = count()


def in_sql(
    database: ibis.BaseBackend,
    rules: Sequence[core.Condition],
    found: Sequence[Opportunity],
    at: datetime,
) -> list[list[bool | None]]:
    """By opportunity, the answer of the database to each rule."""
    deals = [SimpleNamespace(id=str(n), hold=None, **vars(deal)) for n, deal in enumerate(found)]
    name = f"asked_{next(_NUMBERS)}"
    table = database.create_table(name, obj=table_of(VOCABULARY, deals, database.name), temp=True)
    compiled = Conditions(table, at, exact=database.name not in PLAIN)
    answers = {f"rule_{n}": compiled.condition(rule) for n, rule in enumerate(rules)}
    asked = table.order_by(table["id"].cast("int64")).select(table["id"], **answers)
    rows = database.raw_sql(ibis.to_sql(asked, dialect=database.name)).fetchall()
    return [[None if each is None else bool(each) for each in row[1:]] for row in rows]


def answer(database: ibis.BaseBackend, rule: str, deal: Opportunity, at: datetime) -> bool | None:
    """What the database answers to a written rule about an opportunity, as the engine does."""
    condition = resolve(parse(rule), VOCABULARY)
    ((found,),) = in_sql(database, [condition], [deal], at)
    assert found is AS_BOOLEAN.get(compile_verdict(condition)(deal, at))
    return found
