"""SF112: what the seller did, where an act of the buyer should tell how things stand.

Texts are judged by their words, so an unusual sentence may be missed, or found wrongly: then the
file says ``ignore`` and why. Languages other than English, Polish and Bulgarian are not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from salesfsm.checks.asking import criteria_of
from salesfsm.checks.finding import PLAIN, Check, Found, Severity, found
from salesfsm.process.fields import Text
from salesfsm.process.kinds import Maker
from salesfsm.process.process import Process

MILESTONE, CRITERION, MAKER = "milestone", "criterion", "maker"
"""The cases of a milestone's definition, a criterion's text, a milestone the seller proves."""

_TALKS = r"(call|talk|meeting|demo|presentation|visit|offer|proposal|quote)"

_ACTS = re.compile(
    r"\b(sent|presented|called|e-?mailed|quoted|submitted|prepared|demoed|pitched|followed up)\b"
    r"|\bwe (send|present|call|e-?mail|quote|submit|prepare|pitch|follow up)\b"
    rf"|\b(had|held|gave|given|delivered|made) (an?|the|our)( \w+)? {_TALKS}\b"
    rf"|\b{_TALKS} ((is|was|has been) )?(held|made|done|given|delivered)\b"
    rf"|\b{_TALKS} (has taken|took) place\b"
    r"|\b(wysłan\w+|wysłał\w+|wysłaliśmy|przedstawion\w+|przedstawił\w+|zadzwoni\w+|złożon\w+"
    r"|złożyliśmy|przygotowan\w+|przygotował\w+|odbył\w+|przeprowadz\w+)\b"
    r"|\b(изпратен[аои]?|изпратихме|представен[аои]?|представихме|обадих(ме)? се|подготвихме"
    r"|проведен[аои]?|направихме|показахме)\b",
    re.IGNORECASE,
)
"""What a seller does."""

_RECIPIENTS = re.compile(
    r"\b(to|for) (the |our |a )?(buyer|customer|client|prospect)\w*('s \w+)?"
    r"|\b(klientowi|kupującemu|(do|dla) (klient|kupując|nabywc|odbiorc)\w*)"
    r"|(?<!страна )\b(на|до|за) (клиент|купувач)\w*",
    re.IGNORECASE,
)
"""Whom it is done to: being told of so proves nothing."""

_OTHERS = re.compile(
    r"\b(buyer|customer|client|prospect|they|their|user|sponsor|champion|person|somebody|someone|signed"
    r"|accepted|approved|asked|confirmed|agreed|answered|replied|us\b|order|procurement|board\b|ceo\b"
    r"|legal|lawyer|director"
    r"|klien|kupując|nabywc|odbiorc|użytkown|ktoś|osob|potwierdz|zaakceptowa|podpisa|zamówieni"
    r"|zamawiając|zarząd|zakup|prezes|dyrek"
    r"|клиент|купувач|потребител|някой|човек|потвърд|прие|подпис|поръчк|съвет|директор)"
    r"|\b(?!(we|i|you|seller|rep|executive|salesperson|sales|team|manager) )\w+ (has|have) "
    r"(sent|presented|called|e-?mailed|quoted|submitted|prepared)\b",
    re.IGNORECASE,
)
"""Who else is told of, or what the other side does: *the hospital has sent its draft*."""


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
    """Whether a text, in one of its languages, tells what was done to the buyer and nothing else.

    Each language is read by itself, for its readers have no other.
    """
    told = text.values() if isinstance(text, Mapping) else [text or ""]
    return any(
        _ACTS.search(each) and not _OTHERS.search(_RECIPIENTS.sub("", each)) for each in told
    )


CHECK = Check("SF112", Severity.WARNING, _find, cases=(PLAIN, MILESTONE, CRITERION, MAKER))
