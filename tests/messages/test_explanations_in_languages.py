"""Refusals explain themselves in English, Polish and Bulgarian: one page for each language.

After a change on purpose, ``UPDATE_GOLDEN=1 pytest tests/messages`` writes the pages anew: read the
difference as a sales manager would.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import salesfsm as sf
from salesfsm.engine.results import blocker
from salesfsm.engine.text import Writer, move_text, route_text
from salesfsm.messages import LANGUAGES
from salesfsm.process.kinds import Level
from salesfsm.rules.explanation import explain
from salesfsm.rules.parser import parse
from salesfsm.rules.resolve import resolve

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)

PROCESS = """\
salesfsm: 1
process: refusing
currency: EUR
facts:
  budget: {type: money, label: {en: Budget, pl: Budżet, bg: Бюджет}}
  authority: {type: choice, options: [user, decision_maker]}
  need: {type: text, label: {en: Need, pl: Potrzeba, bg: Потребност}}
  decide_by: date
  consent: {type: bool, label: {en: Consent, pl: Zgoda, bg: Съгласие}}
buyer:
  phases:
    - {name: investigating, label: {en: Investigating, pl: Badanie, bg: Проучване}}
    - {name: defining, label: {en: Defining, pl: Określanie, bg: Определяне}}
    - {name: selecting, label: {en: Selecting, pl: Wybór, bg: Избор}}
  milestones:
    - name: reason_to_act
      label: {en: Reason to act, pl: Powód do działania, bg: Причина за действие}
      moves: investigating -> defining
      definition:
        en: The buyer acknowledges a reason to act.
        pl: Kupujący potwierdza powód do działania.
        bg: Купувачът признава причина за действие.
      accepts: [email, document]
      made_by: [buyer, third_party]
      valid_for: 30d
      owner: the champion
    - {name: shortlist, moves: defining -> selecting}
overrides: [sales director]
stages:
  - name: qualification
    label: {en: Qualification, pl: Kwalifikacja, bg: Квалификация}
    tasks:
      - {name: call, label: {en: Hold the call, pl: Odbądź rozmowę, bg: Проведете разговор}}
      - {name: summary, level: advise}
    exit:
      - bant(min_budget=10000, within=days(90))
      - rule: budget < 5000
        level: warn
        says: {en: Two pairs of eyes, pl: Dwie pary oczu, bg: Два чифта очи}
      - "at_least(2, consent, days_in_stage < 3, attempts(call) > 4)"
      - not known(need) and not proven(shortlist) and not done(summary) and not consent
  - {name: offer, label: {en: Offer, pl: Oferta, bg: Оферта}, mirrors: defining}
  - {name: won, outcome: won}
  - name: lost
    label: {en: Lost, pl: Przegrana, bg: Загубена}
    outcome: lost
    reasons: [{name: price, label: {en: Price, pl: Cena, bg: Цена}}, other]
  - {name: winback, path: winback}
transitions:
  - {trigger: qualify, source: qualification, target: offer}
  - {trigger: fork, source: offer, target: won, when: [consent, proven(reason_to_act)]}
  - {trigger: fork, source: offer, target: qualification, when: [consent, stage == won]}
  - {trigger: lose, source: open, target: lost}
  - {trigger: win_back, source: lost, target: winback, when: lost_reason != "price"}
"""


@pytest.fixture(scope="module")
def engine() -> sf.Engine:
    return sf.Engine(sf.loads(PROCESS))


def told(engine: sf.Engine, language: str) -> Iterator[str]:
    """Everything that an engine says of one sale, command by command."""
    process = engine.process
    deal = engine.open("ACME-1", at=NOW, facts={"budget": 5_000, "need": "x"}).unwrap()
    proof = sf.Evidence("reason_to_act", kind="email")
    proven = engine.record(deal, proof, at=NOW).unwrap()
    yield engine.explain(deal, "qualify", at=NOW, language=language)
    yield engine.explain(proven, "qualify", at=NOW + 40 * DAY, language=language)
    yield engine.explain(deal, "fork", at=NOW, language=language)
    yield engine.explain(deal, "lose", at=NOW, language=language)
    yield engine.explain(deal, "lose", at=NOW, reason="price", language=language)
    nobody = sf.Override("intern", "why not")
    yield engine.explain(deal, "qualify", at=NOW, override=nobody, language=language)
    for wrong in (sf.Evidence("reason_to_act"), sf.Evidence("shortlist", made_by="third_party")):
        yield engine.record(deal, wrong, at=NOW).explain(language)
    late = sf.Evidence("reason_to_act", kind="email", made_at=NOW - 31 * DAY)
    yield engine.record(deal, late, at=NOW).explain(language)
    yield engine.open("B", at=NOW, stage="won").explain(language)
    yield engine.complete(deal, "call", at=NOW).explain(language)
    held = engine.hold(deal, at=NOW, until=NOW + DAY, reason="budget round").unwrap()
    yield engine.explain(held, "qualify", at=NOW, language=language)
    lost = engine.fire(deal, "lose", at=NOW, reason="price").unwrap()
    yield engine.hold(lost, at=NOW).explain(language)
    yield engine.explain(lost, "win_back", at=NOW, language=language)
    offered = engine.adopt("C", "offer", at=NOW).unwrap()
    yield engine.explain(offered, "fork", at=NOW, language=language)
    yield "\n".join(move_text(process, move, language) for move in engine.moves(offered, at=NOW))
    for to in ("winback", "lost", "qualification"):
        yield route_text(process, engine.route(lost, to, at=NOW), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_engine_says_stands_on_the_golden_page(engine: sf.Engine, language: str) -> None:
    golden = GOLDEN / f"explanations.{language}.txt"
    page = "\n\n".join(told(engine, language)) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(page, encoding="utf-8")
    assert page == golden.read_text(encoding="utf-8")


def test_an_unknown_language_is_told_in_english(engine: sf.Engine) -> None:
    assert list(told(engine, "de")) == list(told(engine, "en"))


def test_kinds_and_levels_have_names_in_every_language(engine: sf.Engine) -> None:
    for language in LANGUAGES:
        writer = Writer(engine.process, language)
        for called in (map(writer.kind, sf.MoveKind), map(writer.level, Level)):
            names = list(called)
            assert all(names)
            assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("found", "english", "polish", "bulgarian"),
    [
        (
            blocker("role.required", roles="director"),
            "Only these roles may do this: director.",
            "Mogą to zrobić tylko role: director.",
            "Това могат да направят само роли: director.",
        ),
        (
            blocker("actor.owner", owner="ewa"),
            "Only the owner may act here: ewa.",
            "Na tym etapie może działać tylko opiekun szansy: ewa.",
            "Тук може да действа само отговорникът: ewa.",
        ),
        (
            blocker("actor.team", team="inside", members="-"),
            "Only the team inside may act here: nobody.",
            "Na tym etapie może działać tylko zespół: inside (nikt).",
            "Тук може да действа само екипът: inside (никой).",
        ),
        (
            blocker("handover.source", handover="on", stage="lost", sources="offer, won"),
            "'on' does not hand over from Lost; it hands over from: offer, won.",
            "Przekazanie 'on' nie jest możliwe z tego etapu: Przegrana. "
            "Możliwe jest z etapów: Oferta, won.",
            "Предаването 'on' не тръгва от етап: Загубена. То тръгва от: Оферта, won.",
        ),
        (
            blocker("assignment.none", rules="large, small"),
            "No rule of assignment is met; these were asked: large, small.",
            "Żadna reguła przydziału nie jest spełniona; sprawdzono: large, small.",
            "Нито едно правило за разпределяне не е изпълнено; проверени са: large, small.",
        ),
    ],
)
def test_what_is_no_criterion_is_told_in_a_sentence(
    engine: sf.Engine, found: sf.Blocker, english: str, polish: str, bulgarian: str
) -> None:
    told = [Writer(engine.process, language).blocker(found) for language in LANGUAGES]
    sentences = [next(lines).partition(": ")[2] for lines in told]
    assert sentences == [english, polish, bulgarian]


@pytest.mark.parametrize(
    ("rule", "code", "english", "polish", "bulgarian"),
    [
        (
            "buyer_at(selecting)",
            "mirror.selecting",
            "the buyer is proven to be at Selecting",
            "dowód, że klient jest w fazie: Wybór",
            "доказателство, че клиентът е във фаза: Избор",
        ),
        (
            "not buyer_at(selecting)",
            "mirror_lag.defining",
            "the buyer is no further than Defining",
            "klient nie jest dalej niż w fazie: Określanie",
            "клиентът не е по-напред от фаза: Определяне",
        ),
        (
            "buyer == active",
            "buyer.active",
            "the buyer goes on with the purchase",
            "klient kontynuuje zakup",
            "клиентът продължава с покупката",
        ),
    ],
)
def test_what_mirroring_a_phase_asks_is_told_by_the_label_of_the_phase(
    engine: sf.Engine, rule: str, code: str, english: str, polish: str, bulgarian: str
) -> None:
    deal = engine.open("1", at=NOW).unwrap()
    condition = resolve(parse(rule), engine.process.vocabulary)
    found = sf.Blocker(code, explanation=explain(condition, deal, NOW, code=code))
    told = [Writer(engine.process, language).blocker(found) for language in LANGUAGES]
    asked = [next(lines).partition(": ")[2].partition(" — ")[0] for lines in told]
    assert asked == [english, polish, bulgarian]


LABELLED = """\
salesfsm: 1
process: labelled
facts: {size: {type: choice, options: [small, large]}}
buyer: {milestones: [{name: signature, accepts: [signed_pdf]}]}
labels:
  head_of_sales: {en: Head of sales, pl: Szef sprzedaży}
  signed_pdf: {en: signed contract, pl: podpisana umowa}
  large: {en: a large one, pl: duża}
stages: [talking, {name: won, outcome: won}]
transitions:
  - {trigger: win, source: talking, target: won, when: [proven(signature), size == large]}
  - {trigger: give, source: talking, target: won, roles: [head_of_sales]}
"""


def test_words_go_by_their_labels_in_english_too_and_what_rules_name_does_not() -> None:
    engine = sf.Engine(sf.loads(LABELLED))
    deal = engine.open("D1", at=datetime(2026, 11, 23, tzinfo=UTC)).unwrap()
    asked = engine.explain(deal, "win", at=deal.at)
    assert "Record evidence (signed_pdf (signed contract)) made by" in asked
    assert "size = large\n" in asked
    assert "head_of_sales (Head of sales)" in engine.explain(deal, "give", at=deal.at)
