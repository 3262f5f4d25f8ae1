"""The example with Django: its admin, through Django's own client, on a real database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import django
import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment

import salesfsm as sf

if TYPE_CHECKING:
    from crm_django.deals.models import Deal


@pytest.fixture(scope="module")
def database() -> Iterator[None]:
    """The example's settings, with its tables in a database in memory."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "crm_django.settings"
    django.setup()
    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0)
    yield
    connection.creation.destroy_test_db(name, verbosity=0)
    teardown_test_environment()
    del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.fixture
def client(database: None) -> Iterator[Client]:
    """A client of the admin; whatever it does is rolled back."""
    from django.contrib.auth.models import User  # needs the settings

    with transaction.atomic():
        user = User.objects.create_superuser("anna")
        made = Client()
        made.force_login(user)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def deal(client: Client) -> Deal:
    """A deal of which the task is still to be done."""
    from crm_django.deals.models import Deal

    made = Deal.objects.create(name="ACME", budget=50_000, need="speed")
    made.proofs.create(milestone="reason_to_act", kind="email")
    return made


def press(client: Client, deal: Deal, move: str, **fields: str) -> str:
    """Press a button on the page of the deal; the page that follows."""
    page = f"/admin/deals/deal/{deal.pk}/change/"
    (proof,) = deal.proofs.all()
    form = {
        "name": deal.name, "budget": "50000", "need": "speed", "tasks_done": "", "owner": "",
        "proofs-TOTAL_FORMS": "1", "proofs-INITIAL_FORMS": "1",
        "proofs-0-id": str(proof.pk), "proofs-0-deal": str(deal.pk),
        "proofs-0-milestone": proof.milestone, "proofs-0-kind": proof.kind,
        "proofs-0-made_by": "buyer", "proofs-0-ref": "",
        "proofs-0-made_at_0": f"{proof.made_at:%Y-%m-%d}",
        "proofs-0-made_at_1": f"{proof.made_at:%H:%M:%S}",
        "_move": move,
    }  # fmt: skip
    answer = client.post(page, form | fields, follow=True)
    assert answer.status_code == 200
    deal.refresh_from_db()
    return answer.content.decode()


def test_the_list_shows_which_moves_are_open(client: Client, deal: Deal) -> None:
    page = client.get("/admin/deals/deal/").content.decode()
    assert '<td class="field-open_moves">lose</td>' in page
    deal.tasks_done = "discovery_call"
    deal.save()
    page = client.get("/admin/deals/deal/").content.decode()
    assert '<td class="field-open_moves">qualify, lose</td>' in page


def test_the_page_of_a_deal_has_a_button_for_each_move(client: Client, deal: Deal) -> None:
    page = client.get(f"/admin/deals/deal/{deal.pk}/change/").content.decode()
    assert 'value="qualify:" class="blocked">' in page
    assert 'value="lose:price" class="">lose price' in page
    assert 'name="stage"' not in page


def test_a_refused_move_says_why_and_leaves_the_deal(client: Client, deal: Deal) -> None:
    page = press(client, deal, "qualify:")
    assert "discovery_call is done" in page
    assert deal.stage == "qualification"
    assert not deal.history.exists()


def test_a_move_changes_stage_and_history(client: Client, deal: Deal) -> None:
    press(client, deal, "qualify:", tasks_done="discovery_call")
    assert (deal.stage, deal.sequence) == ("closing", 1)
    event = sf.event_from_json(deal.history.get().event)
    assert (event.by, event.trigger) == ("anna", "qualify")


def test_a_reason_comes_with_its_button(client: Client, deal: Deal) -> None:
    press(client, deal, "lose:silent")
    assert (deal.stage, deal.lost_reason) == ("lost", "silent")


@pytest.mark.parametrize(
    ("move", "told"),
    [
        ("qualfy:", "did you mean &#x27;qualify&#x27;"),
        ("win:", "It leads on from: closing"),
        ("lose:prise", "did you mean &#x27;price&#x27;"),
    ],
)
def test_a_forged_button_is_told_and_does_nothing(
    client: Client, deal: Deal, move: str, told: str
) -> None:
    assert told in press(client, deal, move)
    assert deal.stage == "qualification"


def test_of_two_who_move_a_deal_at_once_one_is_told(client: Client, deal: Deal) -> None:
    other = type(deal).objects.get(pk=deal.pk)
    assert deal.lose(reason="price")
    with pytest.raises(IntegrityError), transaction.atomic():
        other.lose(reason="silent")


def test_the_models_pass_djangos_own_checks(database: None) -> None:
    call_command("check", fail_level="WARNING")


def test_saving_the_form_does_not_undo_what_somebody_else_moved(client: Client, deal: Deal) -> None:
    from crm_django.deals.models import Deal, machine
    from django.contrib import admin

    stale = Deal.objects.get(pk=deal.pk)
    machine.fire(deal, "lose", reason="price")
    deal.save()
    stale.budget = 60_000
    form = type("Form", (), {"changed_data": ["budget"]})()
    admin.site.get_model_admin(Deal).save_model(None, stale, form, change=True)
    deal.refresh_from_db()
    assert (deal.stage, deal.sequence, deal.budget) == ("lost", 1, 60_000)


def test_a_move_that_somebody_else_made_first_is_told(
    client: Client, deal: Deal, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crm_django.deals.models import machine

    def taken(*_: object, **__: object) -> None:
        raise IntegrityError("UNIQUE constraint failed")

    monkeypatch.setattr(machine, "fire", taken)
    assert "Somebody else moved it: look again" in press(client, deal, "lose:price")


def test_the_root_leads_to_the_deals(client: Client) -> None:
    assert client.get("/").headers["Location"] == "admin/deals/deal/"
