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
labels:
  sales_director: {en: head of sales, pl: dyrektor}
  partners: {en: Through partners, pl: Przez partnerów}
teams: [{name: north, label: {en: The North, pl: Północ}}]
stages:
  - talking
  - {name: lost, outcome: lost, reasons: [{name: price, label: {en: Price, pl: Cena}}, other]}
""")


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


def test_teams_and_reasons_are_called_by_their_labels(process):
    polish = Naming(process, "pl")
    assert polish.label("team", "north") == "Północ"
    assert polish.label("reason", "price") == "Cena"
    assert polish.label("reason", "other") == "other"


def test_every_kind_of_move_has_a_name_in_every_language(process):
    for language in ("en", "pl", "bg"):
        told = [Naming(process, language).kind(kind) for kind in MoveKind]
        assert len(set(told)) == len(MoveKind)
