"""SF112: which sentences tell what the seller did, in three languages."""

from __future__ import annotations

import pytest
from poor_processes import sound

import salesfsm as sf
from salesfsm.checks import check
from salesfsm.process.fields import Text

SELLERS = [
    "Proposal sent.",
    "Proposal sent to the customer.",
    "The demo was presented to the buyer's team.",
    "We send an offer.",
    "We have sent an offer.",
    "The account executive has sent the offer",
    "First call held",
    "Had a first call",
    "Discovery call made",
    "Offer delivered",
    "A meeting has taken place",
    "Wysłano ofertę",
    "Wysłaliśmy ofertę klientowi",
    "Oferta złożona",
    "Odbyła się rozmowa",
    "Przeprowadzono prezentację dla klienta",
    "Изпратихме оферта на клиента",
    "Проведена е среща",
    "Направихме презентация",
    {"en": "Proposal sent", "pl": "Wysłano ofertę do klienta"},
    {"en": "The buyer has the offer", "pl": "Wysłano ofertę"},
]

OTHERS = [
    "The buyer has sent a draft.",
    "The first direct talk has been held and the buyer has named a problem.",
    "The purchase order was submitted.",
    "Procurement e-mailed the order.",
    "The CEO called back.",
    "The board has presented its decision.",
    "The hospital has sent its draft of the specification.",
    "The director has called us.",
    "The contract was signed.",
    "Klient otrzymał ofertę.",
    "Zamówienie zostało wysłane przez dział zakupów",
    "Wniosek złożono w przetargu przez zamawiającego",
    "Поръчката е изпратена от отдел доставки",
    "Договорът е изпратен от страна на клиента",
    "A budget is there.",
]


def is_found(text: Text) -> bool:
    data = sound()
    data["stages"][1]["definition"] = text
    return bool(check(sf.Process.model_validate(data), only=["SF112"]))


@pytest.mark.parametrize("text", SELLERS, ids=str)
def test_what_the_seller_did_is_found_also_where_the_buyer_receives_it(text: Text) -> None:
    assert is_found(text)


@pytest.mark.parametrize("text", OTHERS, ids=str)
def test_what_somebody_else_did_is_not(text: Text) -> None:
    assert not is_found(text)
