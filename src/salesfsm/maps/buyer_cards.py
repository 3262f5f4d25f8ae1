"""The cards of a buyer-aligned map: phases, jobs, milestones, stages, and the gaps between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from salesfsm.maps.criterion_text import CriterionText, criterion_id
from salesfsm.maps.details import details_of
from salesfsm.maps.diagram import Item, Node, Section
from salesfsm.maps.lines import role_of, stage_title
from salesfsm.process.definitions import Stage, Task
from salesfsm.process.fields import Text, percent, spoken
from salesfsm.process.journey import Job, Milestone, Phase
from salesfsm.process.mirror import phase_order
from salesfsm.process.process import Process
from salesfsm.process.requirements import requirements


class BuyerCards:
    """Makes the nodes of one process in one language; ``column`` is the place of a phase."""

    def __init__(self, process: Process, language: str) -> None:
        self.process, self.text = process, CriterionText(process, language)
        self.order = phase_order(process)
        self.details = details_of(process, language)

    def buyer(self) -> list[Node]:
        """The jobs that run beside all phases, and the phases."""
        jobs = [self._job(each) for each in self.process.buyer.jobs]
        phases = enumerate(self.process.buyer.phases)
        return [*jobs, *(self._phase(phase, place) for place, phase in phases)]

    def milestone(self, milestone: Milestone, column: int) -> Node:
        """What proves a crossing: the observable act, and its evidence."""
        text = self.text
        evidence = " · ".join(filter(None, (text.evidence(milestone), text.owner(milestone.owner))))
        told = (self._leap(milestone), text.text(milestone.definition), evidence)
        return Node(
            f"milestone.{milestone.name}",
            text.text(milestone.label, spoken(milestone.name)),
            "milestone",
            tuple(filter(None, told)),
            column=column,
            details=self._told(map(Item, filter(None, (*told, text.text(milestone.hint))))),
        )

    def _leap(self, milestone: Milestone) -> str:
        """The two phases of a crossing that does not lead from one to the next."""
        places = [self.order[name] for name in milestone.moves or ()]
        if not places or places[1] == places[0] + 1:
            return ""
        phases = [self.process.buyer.phases[place] for place in places]
        return " → ".join(self.text.text(phase.label, spoken(phase.name)) for phase in phases)

    def unproven(self, one: Phase, other: Phase, column: int) -> Node:
        """The gap where no milestone proves a crossing."""
        title = self.text.message("map.buyer.no_milestone")
        name = f"crossing.{one.name}.{other.name}"
        return Node(name, title, "milestone", state="blocked", column=column)

    def unmirrored(self, phase: Phase, column: int) -> Node:
        """The gap where no stage mirrors a phase."""
        title = self.text.message("map.buyer.no_stage")
        return Node(f"gap.{phase.name}", title, "note", state="blocked", column=column)

    def stage(self, stage: Stage, column: int, *, back: bool) -> Node:
        """A stage of a line that mirrors phases; ``back`` if it mirrors one before the last."""
        flaws = ["map.buyer.order"] * back + ["map.buyer.unmirrored"] * (not stage.mirrors)
        return self._stage(stage, column, flaws)

    def other(self, stage: Stage, column: int) -> Node:
        """A stage of a line that mirrors nothing, or a closed one."""
        return self._stage(stage, column)

    def _stage(self, stage: Stage, column: int, flaws: Iterable[str] = ()) -> Node:
        text, name = self.text, f"stage.{stage.name}"
        definition = text.text(stage.definition)
        shown = stage.probability if stage.is_open else None
        marked = (f"⚠\u00a0{text.message(each)}" for each in flaws)
        return Node(
            name,
            stage_title(stage, text),
            role_of(stage, self.process),
            tuple(filter(None, (*marked, definition))),
            badge="" if shown is None else percent(shown),
            sections=tuple(each for each in self._asked(stage) if each.items),
            column=column,
            details=self.details[name],
        )

    def _asked(self, stage: Stage) -> Iterator[Section]:
        """The tasks of a stage; and what entering it asks, which closing an opportunity may."""
        text, message = self.text, self.text.message
        asked = requirements(self.process, stage.entry, "entry")
        entry = (
            Item(text.asked(each), "open", id=criterion_id(each.code, stage.name)) for each in asked
        )
        yield Section(message("map.process.entry"), tuple(entry))
        yield Section(message("map.checklist.tasks"), tuple(map(self._task, stage.tasks)))

    def _task(self, task: Task) -> Item:
        label = self.text.text(task.label, spoken(task.name))
        if task.optional:
            label = self.text.message("map.checklist.optional", task=label)
        return Item(label, "open", id=f"task.{task.name}")

    def _phase(self, phase: Phase, column: int) -> Node:
        text = self.text
        sections = (
            self._listed("map.buyer.commitments", phase.commitments),
            self._listed("map.buyer.decisions", phase.decisions),
        )
        flaw = f"⚠\u00a0{text.message('map.buyer.no_commitment')}"
        empty = not phase.commitments and not phase.decisions
        return Node(
            f"phase.{phase.name}",
            text.text(phase.label, spoken(phase.name)),
            "phase",
            (flaw,) if empty else (),
            sections=tuple(each for each in sections if each.items),
            column=column,
            details=tuple(each for each in sections if each.items),
        )

    def _listed(self, title: str, texts: Iterable[Text]) -> Section:
        return Section(
            self.text.message(title), tuple(Item(self.text.text(each)) for each in texts)
        )

    def _job(self, job: Job) -> Node:
        text = self.text
        proofs = tuple(
            Item(
                text.text(text.own_label("milestone", name), spoken(name)),
                "open",
                id=f"milestone.{name}",
            )
            for name in job.milestones
        )
        definition = text.text(job.definition)
        shown = (Section(text.message("map.buyer.proven_by"), proofs),) if proofs else ()
        return Node(
            f"job.{job.name}",
            text.text(job.label, spoken(job.name)),
            "phase",
            (definition,) if definition else (),
            sections=shown,
            details=(*self._told([Item(definition)] * bool(definition)), *shown),
        )

    def _told(self, items: Iterable[Item]) -> tuple[Section, ...]:
        told = tuple(items)
        return (Section(self.text.message("map.process.definition"), told),) if told else ()
