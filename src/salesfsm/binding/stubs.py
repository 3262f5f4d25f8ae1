"""Type stubs for the moves of one process, so that type checkers know a model's triggers.

The stub describes a module of the caller's that has ``machine = bind(...)`` and ``Moves =
machine.mixin()``, and for the buyer's side ``buyer = bind_buyer(...)`` and ``BuyerMoves``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from salesfsm.binding.attaching import identifiers, prefix_of
from salesfsm.binding.phases import PROVE, READ, REVISIT, STANDINGS
from salesfsm.process.process import Process

MARK = "# Made by `salesfsm stubs`"
"""How a stub begins: what begins so may be written over."""

_HEAD = """\
{mark} from {process} {version}: do not edit; make it anew when the process changes.

from datetime import datetime
from typing import Literal, TypeAlias

from salesfsm import {imported}

machine: {machine}

Stage: TypeAlias = {stages}
Trigger: TypeAlias = {triggers}
{buyer_aliases}
class Moves:
    \"\"\"The moves of {process}, as methods of a model.\"\"\"

    __slots__ = ()
"""
_BY_NAME = """\
    {awaited}def trigger{end}(self, trigger: {kind}, *args: object, **kwargs: object) -> bool: ...
    {awaited}def may_trigger{end}(
        self, trigger: {kind}, *args: object, **kwargs: object
    ) -> bool: ...
"""
_FIRE = """\
    {awaited}def {name}(
        self,
        *args: object,
        at: datetime | None = ...,
        by: str | None = ...,
        role: str | None = ...,
        reason: {reason} = ...,
        override: Override | None = ...,
        **kwargs: object,
    ) -> bool: ...
"""
_PROVE = """\
    def {name}(
        self,
        *args: object,
        kind: {kind} = ...,
        made_by: {made_by} = ...,
        ref: str = ...,
        note: str = ...,
        made_at: datetime | None = ...,
        at: datetime | None = ...,
        by: str | None = ...,
        **kwargs: object,
    ) -> bool: ...
"""
_BUYER = """\
    def {name}(
        self,
        *args: object,{phase}
        at: datetime | None = ...,
        by: str | None = ...,
        reason: str | None = ...,
        **kwargs: object,
    ) -> bool: ...
"""
_IS = "    def is_{name}(self) -> bool: ...\n"


def stub_of(process: Process, *, asynchronous: bool = False, model_attribute: str = "stage") -> str:
    """The text of the stub; with ``asynchronous`` for a machine whose triggers are awaited.

    ``model_attribute`` is that of ``bind``: it stands in the names of some methods.
    """
    prefix = prefix_of(model_attribute)
    awaited = "async " if asynchronous else ""
    machine = "AsyncStageMachine" if asynchronous else "StageMachine"
    buyer = bool(process.buyer.phases)
    phases = [phase.name for phase in process.buyer.phases]
    text = _HEAD.format(
        mark=MARK,
        process=process.name,
        version=json.dumps(process.version),
        machine=machine,
        imported=f"{machine}, Override" + (", PhaseMachine" if buyer else ""),
        stages=_literal(process.stage_by_name),
        triggers=_literal(process.triggers),
        buyer_aliases=f"Phase: TypeAlias = {_literal(phases)}\n" if buyer else "",
    )
    end = f"_{prefix}".rstrip("_")
    text += _BY_NAME.format(awaited=awaited, end=end, kind="Trigger")
    for trigger, name in identifiers(process.triggers).items():
        reasons = _reasons(process, trigger)
        for each in (name, f"may_{name}"):
            text += _FIRE.format(awaited=awaited, name=each, reason=reasons)
    for name in identifiers(process.stage_by_name).values():
        text += _IS.format(name=f"{prefix}{name}")
    return text + (_buyer_stub(process, phases) if buyer else "")


def _buyer_stub(process: Process, phases: list[str]) -> str:
    text = (
        "\nbuyer: PhaseMachine\n\nclass BuyerMoves:\n"
        f'    """What the buyer of {process.name} does, as methods of a model."""\n\n'
        "    __slots__ = ()\n"
    )
    text += _BY_NAME.format(awaited="", end="_phase", kind="str")
    proofs = {f"{PROVE}{each.name}": each for each in process.buyer.milestones}
    spelled = identifiers([*proofs, REVISIT, *STANDINGS, READ])
    for trigger, milestone in proofs.items():
        kind = _literal(milestone.accepts) if milestone.accepts else "str"
        made_by = _literal(each.value for each in milestone.made_by)
        for name in (spelled[trigger], f"may_{spelled[trigger]}"):
            text += _PROVE.format(name=name, kind=kind, made_by=made_by)
    for trigger in (REVISIT, *STANDINGS, READ):
        phase = "\n        phase: Phase," if trigger == REVISIT else ""
        for name in (trigger, f"may_{trigger}"):
            text += _BUYER.format(name=name, phase=phase)
    for name in identifiers(phases).values():
        text += _IS.format(name=f"phase_{name}")
    return text


def _reasons(process: Process, trigger: str) -> str:
    given = [name for arc in process.arcs if arc.trigger == trigger for name in arc.reasons]
    return f"{_literal(given)} | None" if given else "None"


def _literal(names: Iterable[str]) -> str:
    # JSON spells a text in quotes as Python does, and escapes what could end it.
    every = ", ".join(json.dumps(name) for name in dict.fromkeys(names))
    return f"Literal[{every}]" if every else "str"
