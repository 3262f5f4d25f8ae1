"""Assertions about a process: what it allows and refuses, with the engine's explanation as message.

They raise ``AssertionError`` by themselves, in any framework, and give what holds, so that
``assert allows(...)`` reads well too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.results import Blocker
from salesfsm.engine.step import Step
from salesfsm.errors import listed
from salesfsm.rules.explanation import Explanation
from salesfsm.rules.verdict import Verdict
from salesfsm.testing.engines import Decider, engine_of


def allows(
    decider: Decider,
    opportunity: Opportunity,
    trigger: str,
    *,
    to: str | None = None,
    warns: str | Iterable[str] = (),
    at: datetime | None = None,
    by: str | None = None,
    role: str | None = None,
    reason: str | None = None,
) -> Step:
    """The step of firing ``trigger``, which must be accepted, and lead ``to`` where that is given.

    ``warns`` are codes of criteria that it must warn of. A process decides at the time of the
    opportunity unless ``at`` says otherwise. Raises ``AssertionError`` with the explanation.
    """
    __tracebackhide__ = True
    engine = engine_of(decider, opportunity.at)
    step = engine.fire(opportunity, trigger, at=at, by=by, role=role, reason=reason)
    if not step:
        raise AssertionError(f"{trigger!r} should be allowed, and is refused:\n{step.explain()}")
    entered = step.unwrap().stage
    if to is not None and entered != to:
        raise AssertionError(f"{trigger!r} should lead to {to!r}, and leads to {entered!r}")
    told = codes_of(step.warnings)
    if missing := [code for code in _codes(warns) if not is_among(code, told)]:
        raise AssertionError(
            f"{trigger!r} should warn of {', '.join(missing)}, and warns of "
            f"{', '.join(told) or 'nothing'}:\n{step.explain()}"
        )
    return step


def refuses(
    decider: Decider,
    opportunity: Opportunity,
    trigger: str,
    *,
    because: str | Iterable[str] = (),
    at: datetime | None = None,
    by: str | None = None,
    role: str | None = None,
    reason: str | None = None,
) -> tuple[Blocker, ...]:
    """What is in the way of firing ``trigger``, which must be refused; never empty.

    ``because`` are codes that must be among it: of blockers, such as ``proven.reason_to_act``, of
    a part that is not met, such as ``bant.authority``, or of a whole set (``bant``). Raises
    ``AssertionError`` with the explanation.
    """
    __tracebackhide__ = True
    engine = engine_of(decider, opportunity.at)
    step = engine.fire(opportunity, trigger, at=at, by=by, role=role, reason=reason)
    if step:
        raise AssertionError(f"{trigger!r} should be refused, and is allowed:\n{step.explain()}")
    found = codes_of(step.blockers)
    if missing := [code for code in _codes(because) if not is_among(code, found)]:
        raise AssertionError(
            f"{trigger!r} is refused, but not because of {', '.join(missing)} "
            f"{listed(found, 'blocker')}:\n{step.explain()}"
        )
    return step.blockers


def codes_of(blockers: Iterable[Blocker]) -> tuple[str, ...]:
    """The codes of blockers, and of the named parts in them that are not met, each once."""
    found: dict[str, None] = {}
    for each in blockers:
        found[each.code] = None
        if each.explanation is not None:
            found.update(dict.fromkeys(_parts(each.explanation)))
    return tuple(found)


def _parts(why: Explanation) -> Iterator[str]:
    for part in why.parts:
        if part.verdict is not Verdict.MET:
            if part.code:
                yield part.code
            yield from _parts(part)


def _codes(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def is_among(code: str, found: Iterable[str]) -> bool:
    """Whether a code was found, or one that begins with it."""
    return any(each == code or each.startswith(f"{code}.") for each in found)
