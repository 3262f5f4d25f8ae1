"""Nothing stands in the history of a witness that could be left out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from showing import shows

import salesfsm as sf
from salesfsm.verification import Kind, verify
from salesfsm.verification.shortening import Course, Deed, RefusedError, begun, shortest

AT = datetime(2026, 3, 2, tzinfo=UTC)

CROWDED = """
salesfsm: 1
process: crowded
currency: EUR
facts: {pupils: integer, price: money, discount: decimal, procedure: text}
teams:
  - {name: field, planes: [sales]}
buyer:
  milestones:
    - {name: agenda, definition: The council will decide., valid_for: 30d}
    - {name: report, definition: The pilot was useful., made_by: [buyer, third_party]}
    - {name: signature, definition: The buyer has signed.}
stages:
  - {name: contact, exit: [proven(agenda), pupils >= 100]}
  - {name: pilot, tasks: [train], exit: [proven(report), price < 30000]}
  - {name: award, exit: proven(signature)}
  - {name: won, outcome: won}
transitions:
  - {trigger: try_out, source: contact, target: pilot}
  - {trigger: choose, source: pilot, target: award, when: known(procedure)}
  - {trigger: win, source: award, target: won}
invariants:
  - {never: stage == won and discount > 0.3}
  - {never: stage == won and not known(price)}
"""


def test_a_history_has_nothing_in_it_but_what_its_moves_and_the_promise_ask():
    process = sf.loads(CROWDED)
    asked = {
        1: ["pupils", "procedure", "price", "discount"],
        2: ["pupils", "procedure", "price", "price"],  # which is forgotten in the end
    }
    broken = [each for each in verify(process, at=AT).findings if each.kind is Kind.BROKEN]
    for finding in broken:
        assert shows(process, finding)
        events = finding.witness.events
        number = int(finding.values["number"])
        learnt = [name for each in events for name in getattr(each, "facts", {})]
        assert sorted(learnt) == sorted(asked.pop(number))
        proven = [each.evidence.milestone for each in events if hasattr(each, "evidence")]
        assert sorted(proven) == ["agenda", "report", "signature"]
        kinds = {type(each).__name__ for each in events}
        assert kinds == {"Opened", "EvidenceRecorded", "FactsUpdated", "TaskCompleted", "Moved"}
    assert asked == {}


@pytest.fixture
def engine() -> sf.Engine:
    return sf.Engine(sf.loads(CROWDED))


@pytest.fixture
def course(engine):
    """Goes through deeds, from an opening on."""

    def lived(*deeds: Deed) -> Course:
        found = Course([begun(engine.open("A", at=AT))])
        for deed in deeds:
            found.goes_on(deed)
        return found

    return lived


def kinds(life) -> list[str]:
    return [type(each).__name__ for each in life.events]


def test_what_is_done_and_undone_goes_and_what_is_needed_stays(engine, course):
    whole = course(
        Deed(lambda deal: engine.assign(deal, owner="anna", team="", at=AT)),
        Deed(lambda deal: engine.update(deal, {"pupils": 1}, at=AT)),
        Deed(lambda deal: engine.assign(deal, owner="", team="field", at=AT)),
        Deed(lambda deal: engine.record(deal, sf.Evidence("agenda"), at=AT)),
        Deed(lambda deal: engine.update(deal, {"pupils": 700}, at=AT)),
        Deed(lambda deal: engine.fire(deal, "try_out", at=AT), leads=True),
    )
    life = shortest(whole, lambda deal: deal.facts.get("pupils") == 700)
    assert kinds(life) == ["Opened", "EvidenceRecorded", "FactsUpdated", "Moved"]
    assert sf.replay(engine.process, life.events) == life.deal


def test_what_can_only_go_once_something_before_it_is_gone_goes_too(engine, course):
    whole = course(
        Deed(lambda deal: engine.update(deal, {"pupils": 1}, at=AT)),
        Deed(lambda deal: engine.log(deal, "call", at=AT)),
        Deed(lambda deal: engine.log(deal, sf.Activity("call", made_by="buyer"), at=AT)),
    )
    life = shortest(whole, lambda deal: not deal.attempts and "pupils" in deal.facts)
    assert kinds(life) == ["Opened", "FactsUpdated"]


def test_what_leads_on_stays_even_where_it_could_be_left_out(engine, course):
    whole = course(
        Deed(lambda deal: engine.record(deal, sf.Evidence("agenda"), at=AT)),
        Deed(lambda deal: engine.update(deal, {"pupils": 100}, at=AT)),
        Deed(lambda deal: engine.fire(deal, "try_out", at=AT), leads=True),
    )
    life = shortest(whole, lambda deal: True)
    assert kinds(life) == ["Opened", "EvidenceRecorded", "FactsUpdated", "Moved"]


def test_deeds_that_the_engine_refuses_are_no_course(engine, course):
    with pytest.raises(RefusedError):
        course(Deed(lambda deal: engine.fire(deal, "try_out", at=AT), leads=True))


def test_a_course_that_does_not_show_what_it_is_to_show_has_no_life(engine, course):
    whole = course(Deed(lambda deal: engine.update(deal, {"pupils": 1}, at=AT)))
    with pytest.raises(RefusedError):
        shortest(whole, lambda deal: deal.facts.get("pupils") == 2)


def test_what_matters_nothing_goes_many_deeds_at_once_and_what_was_before_is_not_lived_anew(
    engine, course
):
    done = []

    def idle(number: int) -> Deed:
        return counted(lambda deal: engine.update(deal, {"pupils": number}, at=AT))

    def counted(do) -> Deed:
        return Deed(lambda deal: (done.append(deal), do(deal))[1])

    calls = [counted(lambda deal: engine.log(deal, "call", at=AT))] * 20
    whole = course(*map(idle, range(200)), *calls)
    done.clear()
    life = shortest(whole, lambda deal: deal.attempts.get("call") == 20)
    assert kinds(life) == ["Opened", *["ActivityLogged"] * 20]
    assert len(done) < 1_000  # one at a time, each with the calls after it, 4,000
