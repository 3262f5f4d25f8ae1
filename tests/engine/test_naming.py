"""What things of a process are called, in the language of the reader."""

from __future__ import annotations

import pytest

import salesfsm as sf
from salesfsm.engine.naming import Naming
from salesfsm.process.arcs import MoveKind


@pytest.fixture(scope="module")
def process() -> sf.Process:
    return sf.loads("""
salesfsm: 1
process: small
facts: {size: {type: choice, options: [large], label: {en: Size, pl: Wielkość}}}
predicates: {vetted: {en: Legal has vetted it., pl: Prawnicy to sprawdzili.}}
activities: [call, webinar]
labels:
  sales_director: {en: head of sales, pl: dyrektor}
  partners: {en: Through partners, pl: Przez partnerów}
  webinar: {en: web seminar, pl: seminarium}
  large: {en: a large one, pl: duża}
teams: [{name: north, label: {en: The North, pl: Północ}}]
buyer:
  phases: [{name: selecting, label: {en: Selecting, pl: Wybór}}]
  milestones: [{name: shortlist, label: {en: A shortlist, pl: Krótka lista}}]
stages:
  - {name: talking, tasks: [{name: demo, label: {en: Show it, pl: Pokaż}}]}
  - {name: visit, label: {en: On site, pl: U klienta}}
  - {name: lost, outcome: lost, reasons: [{name: price, label: {en: Price, pl: Cena}}, other]}
""")


LABELS = [
    ("fact", "size", "Wielkość"),
    ("predicate", "vetted", "Prawnicy to sprawdzili."),
    ("option", "large", "duża"),
    ("word", "sales_director", "dyrektor"),
    ("phase", "selecting", "Wybór"),
    ("milestone", "shortlist", "Krótka lista"),
    ("task", "demo", "Pokaż"),
    ("stage", "visit", "U klienta"),
    ("team", "north", "Północ"),
    ("reason", "price", "Cena"),
    ("activity", "webinar", "seminarium"),
    ("activity", "call", "telefon"),
    ("buyer_state", "on_hold", "wstrzymany"),
    ("reserved", "days_in_stage", "dni na etapie"),
]


def test_a_choice_is_listed_with_a_word_before_the_last(process):
    english, polish = Naming(process, "en"), Naming(process, "pl")
    assert english.any_of(["email"]) == "email"
    assert english.any_of(["email", "document", "recording"]) == "email, document or recording"
    assert polish.any_of(["email", "dokument"]) == "email lub dokument"


def test_a_word_has_its_label_or_stands_as_it_is_written_with_spaces(process):
    english, polish = Naming(process, "en"), Naming(process, "pl")
    assert (english.word("sales_director"), polish.word("sales_director")) == (
        "head of sales",
        "dyrektor",
    )
    assert polish.word("key_account_team") == "key account team"


def test_nobody_is_called_nothing(process):
    assert Naming(process, "en").owner(None) == ""
    assert Naming(process, "pl").owner("sales_director") == "dyrektor"


def test_a_path_is_called_by_its_plane_its_label_or_itself(process):
    english, polish = Naming(process, "en"), Naming(process, "pl")
    assert (english.path("retention"), polish.path("retention")) == (
        "Retention",
        "Utrzymanie klientów",
    )
    assert (english.path("partners"), polish.path("partners")) == (
        "Through partners",
        "Przez partnerów",
    )
    assert english.path("second_chance") == "Second chance"


@pytest.mark.parametrize(("kind", "name", "polish"), LABELS)
def test_a_thing_is_called_by_the_label_of_the_process_or_the_catalogue(
    process, kind, name, polish
):
    assert Naming(process, "pl").label(kind, name) == polish


def test_a_thing_without_a_label_or_that_is_gone_is_called_by_its_name(process):
    polish = Naming(process, "pl")
    assert polish.label("reason", "other") == "other"
    assert polish.label("reason", "gone") == "gone"
    assert polish.label("fact", "gone") == "gone"


def test_what_is_counted_is_told_in_the_language(process):
    told = Naming(process, "pl").counted("step.refused", 5, who="A", command="win")
    assert told == "A: win – odmowa: 5 przeszkód"


def test_every_kind_of_move_has_a_name_in_every_language(process):
    for language in ("en", "pl", "bg"):
        told = [Naming(process, language).kind(kind) for kind in MoveKind]
        assert len(set(told)) == len(MoveKind)
