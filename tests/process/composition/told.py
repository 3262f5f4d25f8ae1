"""What the arcs of a process tell, with the names that they have once it is part of another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec
from hypothesis import strategies as st

import salesfsm as sf
from sales.processes import processes
from salesfsm.process.arcs import Arc
from salesfsm.process.composition.composing import reorder
from salesfsm.process.requirements import Requirement
from salesfsm.rules import core
from salesfsm.rules.types import Kind, Type


class Names:
    """The names of the stages and tasks of ``process`` in a composition."""

    def __init__(
        self, process: sf.Process, prefix: str = "", stages: Mapping[str, str] | None = None
    ) -> None:
        before = f"{prefix}." if prefix else ""
        self.stages = {name: before + name for name in process.stage_by_name} | dict(stages or {})
        self.tasks = {name: before + name for name in process.task_by_name}

    def arc(self, arc: Arc) -> tuple[object, ...]:
        """All that an arc is, but for its place in the process."""
        return (
            arc.trigger,
            self.stages[arc.source],
            self.stages[arc.target],
            arc.kind,
            tuple(map(self.requirement, arc.requirements)),
            arc.label,
            arc.after,
            arc.reasons,
            tuple(
                (name, tuple(map(self.requirement, asked))) for name, asked in arc.reasons_asking
            ),
            arc.roles,
            arc.stops,
        )

    def arcs(self, process: sf.Process) -> list[tuple[object, ...]]:
        return [self.arc(arc) for arc in process.arcs]

    def requirement(self, asked: Requirement) -> Requirement:
        code = asked.code
        for old, new in self.tasks.items():
            code = code.replace(f"task.{old}", f"task.{new}")
        return replace(asked, code=code, condition=self.meant(asked.condition))

    def meant(self, node: object) -> object:
        """A condition with the new names; the options of a choice of stages are left out."""
        match node:
            case core.Constant(Type(Kind.CHOICE, options), value) if options == (*self.stages,):
                return core.Constant(Type(Kind.CHOICE), self.stages[value])
            case core.Done(task):
                return core.Done(self.tasks[task])
            case Type(Kind.CHOICE, options) if options in ((*self.stages,), ()):
                return Type(Kind.CHOICE)
            case tuple():
                return tuple(map(self.meant, node))
            case msgspec.Struct():
                fields = node.__struct_fields__
                return type(node)(*(self.meant(getattr(node, field)) for field in fields))
        return node


def arcs_of(process: sf.Process) -> list[tuple[object, ...]]:
    """The arcs of ``process`` under its own names."""
    return Names(process).arcs(process)


def same(process: sf.Process) -> sf.Process:
    """A process, after its way through a file."""
    return sf.loads(sf.dump(process))


@st.composite
def siblings(draw: st.DrawFn) -> tuple[sf.Process, sf.Process]:
    """Two processes that share all they share by name, with stages and transitions of their own."""
    one = draw(processes())
    ways = draw(st.lists(st.sampled_from(one.transitions))) if one.transitions else []
    rest = draw(st.permutations([stage.name for stage in one.stages[1:]]))
    changes = {
        "name": "sibling",
        "plane": draw(st.sampled_from(list(sf.Plane))),
        "transitions": ways,
        "assignments": (),
        "receives": sf.Contract(),
    }
    return one, reorder(one, rest).model_copy(update=changes)
