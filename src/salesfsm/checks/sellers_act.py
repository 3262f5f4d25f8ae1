"""SF112: what the seller did, where an act of the buyer should tell how things stand.

Texts are judged by their words, so an unusual sentence may be missed, or found wrongly: then the
file says ``ignore`` and why. Languages other than English, Polish and Bulgarian are not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from salesfsm.checks.asking import criteria_of
from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.fields import Text
from salesfsm.process.kinds import Maker
from salesfsm.process.process import Process

MILESTONE, CRITERION, MAKER = "milestone", "criterion", "maker"
"""The cases of a milestone's definition, a criterion's text, a milestone the seller proves."""

_ACTS = re.compile(
    r"\b(sent|presented|called|e-?mailed|quoted|submitted|prepared|demoed|pitched|followed up"
    r"|(had|held|gave|given|delivered) (a|the) (call|talk|meeting|demo|presentation))\b"
    r"|\b(wysłan\w+|wysłał\w+|wysłaliśmy|przedstawion\w+|przedstawił\w+|zadzwoni\w+|złożono"
    r"|złożyliśmy|przygotowan\w+|przygotował\w+)\b"
    r"|\b(изпратен[аои]?|изпратихме|представен[аои]?|представихме|обадихме се|подготвихме)\b",
    re.IGNORECASE,
)
"""What a seller does, in the past."""

_OTHERS = re.compile(
    r"\b(buyer|customer|client|prospect|they|user|sponsor|champion|person|somebody|someone|signed"
    r"|accepted|approved|asked|confirmed|agreed|answered|replied"
    r"|klien|kupując|nabywc|odbiorc|użytkown|ktoś|osob|potwierdz|zaakceptowa|podpisa"
    r"|клиент|купувач|потребител|някой|човек|потвърд|прие|подпис)",
    re.IGNORECASE,
)
"""Who else is told of, or what the other side does."""


def _find(process: Process) -> Iterator[Found]:
    for index, stage in enumerate(process.stages):
        if stage.is_open and _is_sellers(stage.definition):
            yield found("stages", index, "definition", stage=stage.name)
    for index, milestone in enumerate(process.buyer.milestones):
        path = ("buyer", "milestones", index)
        if milestone.made_by == (Maker.SELLER,):
            yield found(*path, case=MAKER, milestone=milestone.name)
        elif _is_sellers(milestone.definition):
            yield found(*path, "definition", case=MILESTONE, milestone=milestone.name)
    for place, criterion in criteria_of(process):
        if _is_sellers(criterion.says):
            yield found(*place, case=CRITERION)


def _is_sellers(text: Text | None) -> bool:
    """Whether a text tells what somebody did to the buyer, and names nobody on the other side."""
    told = " ".join(text.values()) if isinstance(text, Mapping) else text or ""
    return bool(_ACTS.search(told)) and not _OTHERS.search(told)


CHECK = Check("SF112", Severity.WARNING, _find, cases=("", MILESTONE, CRITERION, MAKER))
