"""Puts a process together from its file and those that it takes in, and checks it as a whole once.

A file begins with the process that it extends, or else with what it says itself. Then come, in this
order: stages removed, inserted and reordered, processes taken in, what the file says itself, and
the mirror. How each step works is told in ``salesfsm.process.composition``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from salesfsm.errors import CommandError
from salesfsm.formats.composed.keys import Insertion, Part, keys_of
from salesfsm.formats.composed.layers import Below, Layer
from salesfsm.formats.composed.loose_ends import (
    check_ends,
    check_giver,
    check_sizes,
    check_stages,
)
from salesfsm.formats.composed.mishaps import placed_at
from salesfsm.formats.composed.reading import File, Reader
from salesfsm.formats.composed.ways import is_of
from salesfsm.process.composition.beside import beside, contracted
from salesfsm.process.composition.branching import branched
from salesfsm.process.composition.changing import changed
from salesfsm.process.composition.draft import Draft, known_stage
from salesfsm.process.composition.mirroring import mirrored
from salesfsm.process.composition.paths import Path
from salesfsm.process.composition.stages import inserted, removed, reordered
from salesfsm.process.composition.taking import with_needs_of
from salesfsm.process.definitions import Stage, Transition
from salesfsm.process.process import Process

_FOR_ALL = ("currency", "calendar", "activities")
"""What a file says for all that it takes in, so that these need not agree."""

_AFTER_PARTS = ("opens_in", "handovers", "mirror")
"""What a file that extends none says once its parts are there."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A draft, and the files that it was made of."""

    draft: Draft
    layer: Layer


Parts = Callable[[File, str, Path], Composed]
"""Gives what a file names at a path."""


class Composer:
    """Composes the files of one load, each once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._done: dict[str, Composed] = {}

    def process(self, file: File) -> tuple[Process, Layer]:
        """The process that the outermost file makes, and its layers.

        Raises DefinitionError with every problem at its place.
        """
        composed = _Assembly(file, self._part).composed()
        with placed_at(composed.layer):
            check_stages(composed.draft)
            return composed.draft.built(), composed.layer

    def _part(self, by: File, name: str, path: Path) -> Composed:
        """What ``by`` names at ``path``, with no loose ends."""
        file = self._reader.named(name, by, path)
        if file.key not in self._done:
            part = _Assembly(file, self._part).composed()
            with placed_at(part.layer):
                check_ends(part.draft)
            self._done[file.key] = part
        return self._done[file.key]


class _Assembly:
    """One file on its way to a draft; ``later`` is what it says over what it takes in."""

    def __init__(self, file: File, part: Parts) -> None:
        self.file, self._part = file, part
        self.keys, self.later = keys_of(file)
        self.said = frozenset(self.later)
        self.layer = Layer(file)
        self.draft = Draft.blank("")

    def composed(self) -> Composed:
        """All steps in their order."""
        self._begin()
        self._reshape()
        parts = self._include()
        with placed_at(self.layer):
            self.draft = changed(self.draft, self.later) if self.later else self.draft
            if parts:
                self.draft = contracted(self.draft, parts)
        self._mirror()
        return Composed(self.draft, self.layer)

    def _take(
        self,
        name: str,
        *path: str | int,
        check: Callable[[Draft], None] | None = None,
        **how: str | tuple[str, ...],
    ) -> Draft:
        """What another file makes, once it is checked; the file becomes a layer below this one."""
        part = self._part(self.file, name, path)
        if check is not None:
            with placed_at(part.layer):
                check(part.draft)
        below = Below(part.layer, **how)  # type: ignore[arg-type]  # a prefix, or stages
        self.layer = replace(self.layer, below=(below, *self.layer.below))
        return part.draft

    def _begin(self) -> None:
        """The process that is extended, or what the file says, but for what is of its parts."""
        if self.keys.extends is not None:
            self.draft = self._take(self.keys.extends, "extends")
            return
        first, later = {}, {}
        for key, value in self.later.items():
            if key in _AFTER_PARTS:
                later[key] = value
            elif key in ("stages", "transitions"):
                first[key] = tuple(each for each in value if not self._is_of_part(each))
                later[key] = tuple(each for each in value if self._is_of_part(each))
            else:
                first[key] = value
        self.draft, self.later = Draft.blank("").but(**first), later
        with placed_at(self.layer):
            check_ends(self.draft)

    def _is_of_part(self, each: Stage | Transition) -> bool:
        """Whether this is about a stage of what is taken in."""
        ends = (each.name,) if isinstance(each, Stage) else (*each.source, each.target)
        return any(is_of(end, prefix) for end in ends for prefix in self.keys.include)

    def _reshape(self) -> None:
        """Stages removed, inserted and reordered."""
        for index, removal in enumerate(self.keys.remove):
            with placed_at(self.layer, "remove", index):
                self.draft = removed(self.draft, removal.stage, to=removal.to)
        for index, step in enumerate(self.keys.insert):
            stage, source = self._stage_of(step, index)
            with placed_at(self.layer, "insert", index):
                check_sizes(self.draft)
                if source is not None:
                    self.draft = with_needs_of(self.draft, stage, source)
                self.draft = inserted(
                    self.draft, stage, before=step.before, after=step.after, trigger=step.trigger
                )
        if self.keys.reorder:
            with placed_at(self.layer, "reorder"):
                self.draft = reordered(self.draft, self.keys.reorder)

    def _stage_of(self, step: Insertion, index: int) -> tuple[Stage, Draft | None]:
        """The stage to insert, and the process that it comes from."""
        by_name = step.stage.model_fields_set == {"name"}
        if step.source is None:
            with placed_at(self.layer, "insert", index):
                if by_name:
                    raise CommandError(
                        f"{step.stage.name!r} is only a name: say from: which file it comes, or "
                        "what it is (definition, exit, tasks …)"
                    )
            return step.stage, None
        source = self._take(
            step.source, "insert", index, "from", check=check_giver, stages=(step.stage.name,)
        )
        with placed_at(self.layer, "insert", index):
            if by_name:
                known_stage(source, step.stage.name)
                return source.stage_by_name[step.stage.name], source
        return step.stage, source

    def _include(self) -> Mapping[str, Draft]:
        """Processes taken in: first those that stand beside, which are given back; then branches.

        A branch may leave from one that stands beside.
        """
        if not self.keys.include:
            return {}
        for_all = {key: self.later[key] for key in _FOR_ALL if key in self.later}
        with placed_at(self.layer):
            self.draft = changed(self.draft, for_all)
        parts = {key: part for key, part in self.keys.include.items() if not part.is_branch}
        settled = tuple(key for key in _FOR_ALL if key in self.said)
        drafts = {key: self._included(key, part) for key, part in parts.items()}
        if drafts:
            with placed_at(self.layer, "include"):
                check_sizes(self.draft, *drafts.values())
                self.draft = beside(self.draft, drafts, settled=settled)
        for key, part in self.keys.include.items():
            if part.is_branch:
                draft = self._included(key, part)
                with placed_at(self.layer, "include", key):
                    check_sizes(self.draft, draft)
                    self.draft = branched(
                        self.draft, draft, name=key, leave=part.leave, rejoin=part.rejoin
                    )
        return drafts

    def _included(self, prefix: str, part: Part) -> Draft:
        draft = self._take(
            part.process, "include", prefix, "process", check=check_stages, prefix=prefix
        )
        if any(is_of(stage.name, prefix) or stage.path == prefix for stage in self.draft.stages):
            with placed_at(self.layer, "include", prefix):
                raise CommandError(
                    f"the prefix {prefix!r} is taken: the process has such a path or such stages "
                    "already; choose another one"
                )
        return draft

    def _mirror(self) -> None:
        """The buyer's journey, and which stage mirrors which phase of it."""
        mirror = self.keys.mirror
        buyer = None
        if mirror.buyer is not None:
            buyer = self._take(mirror.buyer, "mirror", "buyer", stages=())
        if buyer is None and not mirror.stages:
            return
        with placed_at(self.layer, "mirror"):
            self.draft = mirrored(self.draft, buyer, stages=mirror.stages)
