"""A deal as a Django model: the machine reads it, moves it, and writes its history beside it."""

from __future__ import annotations

from pathlib import Path

from django.db import models
from django.utils import timezone

import salesfsm as sf

PROCESS = Path(__file__).parents[1] / "b2b.yaml"


def evidence_of(deal: Deal) -> list[sf.Evidence]:
    rows = deal.proofs.all() if deal.pk else ()
    return [
        sf.Evidence(row.milestone, row.kind, row.made_by, row.ref, made_at=row.made_at)
        for row in rows
    ]


def tasks_of(deal: Deal) -> list[str]:
    return deal.tasks_done.split()


def keep(deal: Deal, step: sf.Step) -> None:
    for event in step.events:
        deal.history.create(number=event.sequence, event=sf.event_to_json(event))


machine = sf.bind(
    sf.load(PROCESS),
    # What Django calls an empty text is not known.
    facts={"need": lambda deal: deal.need or None},
    evidence=evidence_of,
    tasks=tasks_of,
    details={"owner": lambda deal: deal.owner and deal.owner.get_username()},
    on_step=keep,
    raises=True,
)
STAGES = [(stage.name, str(stage.label or stage.name)) for stage in machine.process.stages]


@machine.attach
class Deal(models.Model):
    name = models.CharField(max_length=100)
    stage = models.CharField(max_length=40, choices=STAGES, default=machine.initial, editable=False)
    owner = models.ForeignKey("auth.User", models.PROTECT, null=True, blank=True)
    budget = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    need = models.TextField(blank=True)
    tasks_done = models.CharField(max_length=200, blank=True)
    lost_reason = models.CharField(max_length=40, null=True, editable=False)
    entered_at = models.DateTimeField(default=timezone.now, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)

    def __str__(self) -> str:
        return self.name


class Proof(models.Model):
    deal = models.ForeignKey(Deal, models.CASCADE, related_name="proofs")
    milestone = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    made_by = models.CharField(max_length=20, default="buyer")
    ref = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.milestone}: {self.kind}"


class History(models.Model):
    deal = models.ForeignKey(Deal, models.CASCADE, related_name="history")
    number = models.PositiveIntegerField()
    event = models.TextField()

    class Meta:
        # Of two who move a deal at once, the second gets IntegrityError instead of a second move.
        constraints = [models.UniqueConstraint(fields=["deal", "number"], name="once")]  # noqa: RUF012

    def __str__(self) -> str:
        return self.event
