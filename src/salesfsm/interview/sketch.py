"""The draft while it is made: what is added to which stage, each thing under a name of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from salesfsm.errors import shorten
from salesfsm.interview.answers import Answers
from salesfsm.interview.names import Namer, slug
from salesfsm.interview.reading import clean
from salesfsm.interview.skeleton import skeleton
from salesfsm.messages import message
from salesfsm.process.definitions import Criterion, Fact, Stage, Task, Transition
from salesfsm.process.fields import Text
from salesfsm.process.journey import Milestone
from salesfsm.process.kinds import Outcome
from salesfsm.process.people import Assignment, Team
from salesfsm.rules.values import Duration

LABEL = 120
"""Characters of a label; what is longer is told in whole by the hint or definition beside it."""

# Where the names of stages tell what is done in them: stems of their slugs, in all languages.
_STEMS = {
    "discovery": ("qualif", "kwalif", "kvalif", "need", "potrzeb", "nuzhd", "discover", "rozpozn"),
    "presentation": ("present", "prezent", "predstav", "demo", "meeting", "spotkan", "sreshta"),
    "proposal": ("propos", "quot", "offer", "ofert", "wycen", "propozy", "predlozh"),
    "objections": ("objecti", "obiekcj", "vazrazh", "negoti", "negocj", "pregovor"),
}
# Where no name tells: the share of the way from the first open stage to the last.
_SHARES = {"discovery": 0.25, "presentation": 0.45, "proposal": 0.75, "objections": 0.75}


class Sketch:
    """The parts of a process to be. Stages are found by what is done in them.

    ``discovery``, ``presentation``, ``proposal`` and ``objections`` are found by their names, or
    else by how far they stand along the way.
    """

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.language = answers.language
        self.facts: dict[str, Fact] = {}
        self.milestones: list[Milestone] = []
        self.activities: list[str] = []
        self.teams: list[Team] = []
        self.assignments: list[Assignment] = []
        self.transitions: list[Transition] = []
        self._stages = {stage.name: stage for stage in skeleton(answers)}
        self._namer = Namer(self._stages)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages as they are by now."""
        return tuple(self._stages.values())

    @property
    def open_stages(self) -> tuple[Stage, ...]:
        """The open ones of them."""
        return tuple(stage for stage in self.stages if stage.is_open)

    @property
    def first(self) -> str:
        """The stage in which opportunities begin."""
        return self.open_stages[0].name

    @property
    def last(self) -> str:
        """The last open stage, from which is won."""
        return self.open_stages[-1].name

    def ahead(self, stage: Stage) -> Text:
        """The label of the way ahead to a stage, in the languages in which that has one."""
        labels = stage.label
        if isinstance(labels, Mapping):
            return {each: _ahead(label, each) for each, label in labels.items()}
        return _ahead(labels or stage.name, self.language)

    def end(self, outcome: Outcome) -> str:
        """The stage of the outcome."""
        return next(stage.name for stage in self.stages if stage.outcome is outcome)

    def where(self, work: str) -> str:
        """The stage for a kind of work."""
        names = [stage.name for stage in self.open_stages]
        told = (name for name in names if any(stem in name for stem in _STEMS[work]))
        return next(told, names[int(_SHARES[work] * (len(names) - 1) + 0.5)])

    def named_in(self, text: str) -> str | None:
        """The open stage whose label a text mentions."""
        said = f"_{slug_of_all(text)}_"
        return next((each.name for each in self.open_stages if f"_{each.name}_" in said), None)

    def name(self, text: str, kind: str) -> str:
        """A name of its own for what ``text`` says."""
        return self._namer.name(text, kind)

    def task(
        self,
        stage: str,
        name: str,
        label: str,
        *,
        hint: str = "",
        owner: str = "",
        optional: bool = False,
    ) -> None:
        """Add a task to a stage. What a label is too long for goes on in the hint."""
        told = shorten(label, LABEL)
        rest = clean(f"{label} {hint}" if told != label else hint)
        task = Task(
            name=self.name(name, "task"),
            label=told,
            hint=rest or None,
            owner=owner or None,
            optional=optional,
        )
        self._change(stage, tasks=(*self._stages[stage].tasks, task))

    def criterion(self, stage: str, criterion: Criterion) -> None:
        """Add a criterion of leaving a stage ahead."""
        self._change(stage, exit=(*self._stages[stage].exit, criterion))

    def expected(self, stage: str, length: Duration | None) -> None:
        """Set how long a stage lasts."""
        self._change(stage, expected=length)

    def reasons(self, stage: str, reasons: Iterable[object]) -> None:
        """Set the reasons for entering a stage."""
        self._change(stage, reasons=tuple(reasons))

    def _change(self, stage: str, **changes: object) -> None:
        self._stages[stage] = self._stages[stage].model_copy(update=changes)


def _ahead(label: str, language: str) -> str:
    return shorten(message("interview.way.ahead", language, stage=label), LABEL)


def slug_of_all(text: str) -> str:
    """The slugs of all words of a text, one after the other."""
    return "_".join(filter(None, map(slug, text.split())))
