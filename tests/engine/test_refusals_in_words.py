"""What is in the way and is no criterion, as a whole sentence: in English and in Polish.

English lists names as the rules have them, and words that no rule asks by their labels. Polish has
labels everywhere, and a name beside them where the reader has to type it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

import salesfsm as sf
from salesfsm.engine.text import move_text, route_text

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)

PROCESS = """
salesfsm: 1
process: refusing
facts: {size: {type: choice, options: [small, large]}}
buyer:
  milestones:
    - name: need
      label: {en: A need, pl: Potrzeba}
      accepts: [memo, email]
      made_by: [buyer, third_party]
      valid_for: 30d
labels:
  memo: {en: a memo, pl: notatka}
  post: {en: a letter, pl: list}
  boss: {en: head of sales, pl: szef sprzedaży}
teams:
  - {name: north, label: {en: The North, pl: Północ}, members: [ewa, jan]}
assignments:
  - {name: large, when: size == large, team: north}
  - {name: small, when: size == small, owner: jan}
overrides: [boss, clerk]
stages:
  - {name: talk, label: {en: Talking, pl: Rozmowa}}
  - {name: offer, label: {en: The offer, pl: Oferta}, acting: team}
  - {name: close, acting: owner, overrides: []}
  - {name: won, label: {en: Success, pl: Sukces}, outcome: won}
  - name: lost
    outcome: lost
    reasons: [{name: price, label: {en: Price, pl: Cena}}, other]
  - {name: renewal, path: renewal}
opens_in: [talk, offer]
transitions:
  - {trigger: bid, source: talk, target: offer, when: size == small}
  - {trigger: go, source: talk, target: offer}
  - {trigger: go, source: talk, target: close}
  - {trigger: sign, source: offer, target: won}
  - {trigger: sign, source: close, target: won}
  - {trigger: skip, source: talk, target: won, roles: [boss, clerk]}
  - {trigger: lose, source: [talk, offer, close], target: lost}
  - {trigger: renew, source: won, target: renewal}
"""

ENGINE = sf.Engine(sf.loads(PROCESS))


def adopted(stage: str, **known: str) -> sf.Opportunity:
    return ENGINE.adopt("A", stage, at=NOW, **known).unwrap()


def fired(stage: str, trigger: str, **known: str) -> sf.Step:
    return ENGINE.fire(adopted(stage, **known), trigger, at=NOW)


def recorded(kind: str, **told: object) -> sf.Step:
    return ENGINE.record(adopted("talk"), sf.Evidence("need", kind=kind, **told), at=NOW)


def held(**told: object) -> sf.Step:
    return ENGINE.fire(ENGINE.hold(adopted("talk"), at=NOW, **told).unwrap(), "go", at=NOW)


def overridden(stage: str, trigger: str) -> sf.Step:
    deal = adopted(stage, team="north", owner="ewa")
    return ENGINE.fire(deal, trigger, at=NOW, override=sf.Override("intern", "why not"))


REFUSALS: dict[str, tuple[Callable[[], sf.Step], str, str]] = {
    "a trigger of other stages": (
        lambda: fired("talk", "sign"),
        "'sign' does not lead on from Talking; from here: bid, go, skip, lose. "
        "It leads on from: offer, close.",
        "'sign' nie prowadzi dalej z tego etapu: Rozmowa. Możliwe stąd: bid, go, skip, lose. "
        "'sign' działa na etapach: Oferta, close.",
    ),
    "a trigger where nothing leads on": (
        lambda: fired("lost", "sign"),
        "'sign' does not lead on from lost; from here: none. It leads on from: offer, close.",
        "'sign' nie prowadzi dalej z tego etapu: lost. Możliwe stąd: nic. "
        "'sign' działa na etapach: Oferta, close.",
    ),
    "a loss without its reason": (
        lambda: fired("talk", "lose"),
        "A reason is needed, one of: price, other.",
        "Trzeba podać powód, jeden z: price (Cena), other.",
    ),
    "a role that may not act": (
        lambda: fired("talk", "skip"),
        "Only these roles may do this: boss (head of sales), clerk.",
        "Mogą to zrobić tylko role: boss (szef sprzedaży), clerk.",
    ),
    "a role that may not override": (
        lambda: overridden("talk", "bid"),
        "The role 'intern' may not override; these may: boss (head of sales), clerk.",
        "Rola 'intern' nie może uchylać kryteriów; mogą to robić: boss (szef sprzedaży), clerk.",
    ),
    "an override where nobody may": (
        lambda: overridden("close", "sign"),
        "The role 'intern' may not override; these may: nobody.",
        "Rola 'intern' nie może uchylać kryteriów; mogą to robić: nikt.",
    ),
    "another team": (
        lambda: fired("offer", "sign", team="north"),
        "Only the team north may act here: ewa, jan.",
        "Na tym etapie może działać tylko zespół: Północ (ewa, jan).",
    ),
    "a team that the process does not know": (
        lambda: ENGINE.fire(replace(adopted("offer"), team="south"), "sign", at=NOW),
        "Only the team south may act here: nobody.",
        "Na tym etapie może działać tylko zespół: south (nikt).",
    ),
    "another owner": (
        lambda: fired("close", "sign", owner="ewa"),
        "Only the owner may act here: ewa.",
        "Na tym etapie może działać tylko opiekun szansy: ewa.",
    ),
    "a hold with its reason": (
        lambda: held(until=NOW + DAY, reason="budget round"),
        "It is on hold (budget round, until 2026-03-03): resume it first.",
        "Szansa jest wstrzymana (budget round, do: 2026-03-03): najpierw ją wznów.",
    ),
    "a hold without one": (
        held,
        "It is on hold (no reason given, until resumed): resume it first.",
        "Szansa jest wstrzymana (nie podano powodu, do: wznowienia): najpierw ją wznów.",
    ),
    "a closed opportunity": (
        lambda: ENGINE.hold(adopted("won"), at=NOW),
        "It is closed, in Success.",
        "Szansa jest zamknięta. Etap: Sukces.",
    ),
    "a stage that nothing begins in": (
        lambda: ENGINE.open("A", at=NOW, stage="won"),
        "Opportunities do not begin in Success; they begin in: talk, offer.",
        "Szanse nie zaczynają się na etapie: Sukces. "
        "Możliwe etapy początkowe: talk (Rozmowa), offer (Oferta).",
    ),
    "evidence of another kind": (
        lambda: recorded("post"),
        "need takes evidence of the kinds memo (a memo), email, and this is a letter.",
        "Kamień milowy: Potrzeba. Przyjmowane rodzaje dowodów: memo (notatka), email; "
        "ten dowód to: list.",
    ),
    "evidence of no kind": (
        lambda: recorded(""),
        "need takes evidence of the kinds memo (a memo), email, and this is none.",
        "Kamień milowy: Potrzeba. Przyjmowane rodzaje dowodów: memo (notatka), email; "
        "ten dowód to: brak rodzaju.",
    ),
    "evidence of another maker": (
        lambda: recorded("memo", made_by="seller"),
        "need is proven by evidence made by: buyer, third party; this is made by the seller.",
        "Kamień milowy: Potrzeba. Kto może dostarczyć dowód: klient, strona trzecia; "
        "kto dostarczył ten: sprzedawca.",
    ),
    "evidence that has expired": (
        lambda: recorded("memo", made_at=NOW - 31 * DAY),
        "This evidence for need was in force until 2026-03-01 only.",
        "Dowód był ważny tylko do 2026-03-01. Kamień milowy: Potrzeba.",
    ),
    "no rule of assignment": (
        lambda: ENGINE.assign(adopted("talk"), at=NOW),
        "No rule of assignment is met; these were asked: large, small.",
        "Żadna reguła przydziału nie jest spełniona; sprawdzono: large, small.",
    ),
}


@pytest.mark.parametrize("what", list(REFUSALS))
def test_a_refusal_is_a_sentence_with_the_names_that_its_reader_uses(what: str) -> None:
    refuse, english, polish = REFUSALS[what]
    step = refuse()
    sentences = [step.explain(each).splitlines()[1].partition(": ")[2] for each in ("en", "pl")]
    assert sentences == [english, polish]


def test_a_way_that_an_earlier_one_shadows_names_the_stage_of_that() -> None:
    moves = ENGINE.moves(adopted("talk"), at=NOW)
    (shadowed,) = [each for each in moves if each.target == "close"]
    assert move_text(ENGINE.process, shadowed, "en") == (
        "go: Talking → close, blocked\n"
        "  ✗ shadowed: An earlier transition of the same trigger, to The offer, "
        "is open and is taken."
    )


def test_a_route_has_a_line_for_each_of_its_moves() -> None:
    route = ENGINE.route(adopted("talk"), "renewal", at=NOW)
    assert route_text(ENGINE.process, route, "en") == (
        "skip: Talking → Success, open\nrenew: Success → renewal, open"
    )


def test_a_step_shows_its_command_and_the_codes_of_what_is_in_the_way() -> None:
    wrong = recorded("post", made_by="seller")
    assert repr(wrong) == "<Step record refused: evidence.kind, evidence.maker>"
