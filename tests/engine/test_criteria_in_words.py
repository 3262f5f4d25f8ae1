"""A criterion that is not met, line by line: what it asks, what was found, who can help and how."""

from __future__ import annotations

from datetime import UTC, datetime

import salesfsm as sf

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


PROCESS = """
salesfsm: 1
process: small
facts:
  n: {type: integer, label: {en: Number of seats, pl: Liczba miejsc}}
  budget: integer
  authority: bool
  need: text
  decide_by: date
predicates: {vetted: {en: Legal has vetted it, pl: Prawnicy to sprawdzili}}
labels: {memo: {en: a memo, pl: notatka}}
buyer:
  phases:
    - start
    - {name: eu.talks, label: {en: Talks in Europe, pl: Rozmowy w Europie}}
    - eu.choice
  milestones:
    - {name: interest, moves: start -> eu.talks}
    - {name: choice, moves: eu.talks -> eu.choice}
    - name: signature
      label: {en: The signature, pl: Podpis}
      accepts: [email, memo]
      definition: {en: They want it, pl: Chcą tego}
stages:
  - talking
  - {name: mirroring, mirrors: eu.talks}
  - {name: won, outcome: won}
transitions:
  - {trigger: mirror, source: talking, target: mirroring}
  - {trigger: win, source: talking, target: won, when: [CRITERION]}
"""


def explained(
    criterion: str, language: str = "en", trigger: str = "win", **facts: object
) -> list[str]:
    """What a refusal says below its first line where winning asks ``criterion``."""
    process = sf.loads(PROCESS.replace("CRITERION", criterion))
    engine = sf.Engine(process, predicates={"vetted": lambda *_: False})
    deal = engine.open("A", at=NOW, facts=facts).unwrap()
    return engine.explain(deal, trigger, at=NOW, language=language).splitlines()[1:]


def test_english_has_the_rule_beside_the_label_and_polish_the_labels_in_the_rule() -> None:
    assert explained("n > 3") == [
        "  ? n: Number of seats — n > 3",
        "      found: nothing is known yet",
        "      how: Record the fact 'n' (Number of seats).",
    ]
    assert explained("n > 3", "pl") == [
        "  ? n: Liczba miejsc > 3",
        "      obecnie: jeszcze nic nie wiadomo",
        "      jak: Uzupełnij informację 'n' (Liczba miejsc).",
    ]


def test_hints_are_sentences_of_their_own() -> None:
    *_, how = explained("{rule: n > 3, hint: Ask for plan B}")
    assert how == "      how: Ask for plan B. Record the fact 'n' (Number of seats)."


def test_parts_that_have_no_names_and_all_lack_are_not_repeated_below_the_rule() -> None:
    assert explained("n > 3 or budget > 3", n=1, budget=1) == ["  ✗ n+budget: n > 3 or budget > 3"]


def test_the_elements_of_a_set_that_are_met_have_no_line_and_no_hint() -> None:
    assert explained("bant(of=3)", authority=True, budget=3) == [
        "  ✗ bant: 3 of: budget is known, authority, need is known, decide_by is known",
        "      ✗ bant.need: Need — need is known",
        "      ✗ bant.timeline: Timeline — decide_by is known",
        "      how: Have the buyer name the need in their own words. "
        "Ask by when the buyer decides, and why then. "
        "Record the fact 'need'. Record the fact 'decide_by'.",
    ]


def test_a_predicate_says_what_it_asks_once() -> None:
    assert explained("vetted()") == ["  ✗ vetted: Legal has vetted it — vetted"]
    assert explained("vetted()", "pl") == ["  ✗ vetted: Prawnicy to sprawdzili"]


def test_a_predicate_within_a_rule_says_what_it_asks_as_advice() -> None:
    assert explained("vetted() or budget > 3", budget=1) == [
        "  ✗ vetted+budget: vetted or budget > 3",
        "      how: vetted asks: Legal has vetted it.",
    ]


def test_evidence_is_asked_for_by_kinds_and_makers_and_with_what_it_proves() -> None:
    assert explained("proven(signature)") == [
        "  ✗ proven.signature: The signature — signature is proven",
        "      how: Record evidence (email or memo (a memo)) made by the buyer "
        "for 'signature' (The signature). It proves: They want it.",
    ]
    assert explained("proven(signature)", "pl") == [
        "  ✗ proven.signature: dowód: Podpis",
        "      jak: Zarejestruj dowód na 'signature' (Podpis): email lub memo (notatka). "
        "Kto go dostarcza: klient. Czego dowodzi: Chcą tego.",
    ]


def test_a_mirrored_phase_asks_for_the_milestone_that_leads_to_it() -> None:
    assert explained("", trigger="mirror") == [
        "  ✗ mirror.eu.talks: the buyer is proven to be at Talks in Europe",
        "      how: Record evidence made by the buyer for 'interest'.",
    ]


def test_a_criterion_of_two_things_is_not_told_by_the_label_of_one() -> None:
    process = sf.loads("""
salesfsm: 1
process: either
predicates: {vetted: Legal has vetted the account}
facts: {seats: {type: integer, label: Number of seats}}
stages: [{name: talking, exit: "vetted() or seats > 3"}, won]
transitions: [{trigger: win, source: talking, target: won}]
""")
    engine = sf.Engine(process, predicates={"vetted": lambda *_: False})
    deal = engine.open("A", at=NOW, facts={"seats": 2}).unwrap()
    told = engine.explain(deal, "win", at=NOW)
    assert "Number of seats — " not in told
    assert "Legal has vetted the account" in told
