"""The example with FastAPI, asked over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from crm_fastapi.app import Deal, app, deals

import salesfsm as sf
from awaiting import awaited


class Client:
    """Asks the application over HTTP, one request at a time."""

    def get(self, path: str) -> httpx.Response:
        return self.ask("GET", path)

    def post(self, path: str, **options: object) -> httpx.Response:
        return self.ask("POST", path, **options)

    def ask(self, method: str, path: str, **options: object) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://crm") as client:
                return await client.request(method, path, **options)

        return awaited(asked())


@pytest.fixture
def client() -> Iterator[Client]:
    """A client, and one deal of which the task is still to be done."""
    proof = sf.Evidence("reason_to_act", kind="email", made_at=datetime.now(UTC))
    deals["ACME-1"] = Deal("ACME-1", budget=50_000, need="speed", evidence=[proof])
    yield Client()
    deals.clear()


def test_a_refusal_is_409_with_the_explanation(client: Client) -> None:
    answer = client.post("/deals/ACME-1/qualify", json={}, headers={"accept-language": "pl"})
    assert answer.status_code == 409
    told = answer.json()
    assert told["blockers"] == [{"code": "task.discovery_call", "owner": None}]
    assert "qualify" in told["explanation"]
    assert "Wykonaj zadanie" in told["explanation"]
    assert deals["ACME-1"].stage == "qualification"


def test_a_move_is_200_with_the_new_stage(client: Client) -> None:
    deals["ACME-1"].tasks.append("discovery_call")
    answer = client.post("/deals/ACME-1/qualify", json={"by": "anna"})
    assert (answer.status_code, answer.json()["stage"]) == (200, "closing")


def test_a_trigger_that_leads_nowhere_from_here_is_409_too(client: Client) -> None:
    answer = client.post("/deals/ACME-1/win", json={})
    assert answer.status_code == 409
    assert answer.json()["blockers"][0]["code"] == "trigger.unavailable"


def test_what_the_process_does_not_have_is_422_with_what_is_meant(client: Client) -> None:
    answer = client.post("/deals/ACME-1/qualfy", json={})
    assert answer.status_code == 422
    assert "did you mean 'qualify'" in answer.json()["error"]
    answer = client.post("/deals/ACME-1/lose", json={"reason": "prise"})
    assert answer.status_code == 422
    assert client.post("/deals/NO-1/win", json={}).status_code == 404


def test_the_moves_tell_a_page_which_buttons_to_show(client: Client) -> None:
    found = {move["trigger"]: move for move in client.get("/deals/ACME-1/moves").json()}
    assert found["lose"]["allowed"]
    assert found["lose"]["reasons"] == ["price", "competitor", "silent"]
    assert found["qualify"]["blockers"] == ["task.discovery_call"]


def test_a_deal_is_opened_once(client: Client) -> None:
    answer = client.post("/deals", json={"id": "ACME-2", "budget": 500})
    assert (answer.status_code, answer.json()["stage"]) == (201, "qualification")
    assert client.post("/deals/ACME-2/qualify", json={}).status_code == 409
    assert client.post("/deals", json={"id": "ACME-2"}).status_code == 409
