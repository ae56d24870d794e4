"""Tokens: for whom there is one, and how long it holds."""

from datetime import timedelta
from typing import Any

import pytest

from invoicing.einvoice_simulator.model import Appointment, Client
from invoicing.einvoice_simulator.tests.support import API, NOW, SELLER, MyInvois, myinvois
from invoicing.myinvois.tokens import read_owner, read_token

INTERMEDIARY = "intermediary-client"
SOLE_PROPRIETOR = "IG90000000010:202003099991"


def test_a_token_names_its_taxpayer(lhdn: MyInvois) -> None:
    body = lhdn.token().body
    owner = read_owner(read_token(body))
    assert (owner.tin, owner.name) == ("C99999999010", f"C99999999010:{SELLER}")
    assert {name: value for name, value in body.items() if name != "access_token"} == {
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "InvoicingAPI",
    }


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": ""}, "invalid_request"),
        ({"client_id": "{{client_id}}"}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"scope": "Everything"}, "invalid_scope"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
    ],
)
def test_who_gets_none(lhdn: MyInvois, changes: dict[str, str], error: str) -> None:
    answer = lhdn.token(**changes)
    assert (answer.status, answer.body["error"], answer.body["error_uri"]) == (400, error, "")


def test_a_client_can_have_two_secrets(lhdn: MyInvois) -> None:
    lhdn.simulator.store.put("rotating", Client("rotating", ["old", "new"], "C99999999010"))
    assert [lhdn.token("rotating", secret).status for secret in ("old", "new", "older")] == [200, 200, 400]


@pytest.mark.parametrize(("client", "status"), [("C20880050010", 200), ("C99999999010", 200), ("C0208800500", 400)])
def test_in_an_open_registry_a_tin_is_a_client(lhdn: MyInvois, client: str, status: int) -> None:
    assert lhdn.token(client, "anything").status == status
    lhdn.control("POST", "/settings", {"registry": "strict"})
    assert lhdn.token(client, "anything").status == 400


def test_a_token_ends_after_an_hour(lhdn: MyInvois) -> None:
    assert lhdn.get("/documenttypes").status == 200
    lhdn.simulator.clock.advance(minutes=60)
    assert lhdn.get("/documenttypes").error == (401, "Unauthorized")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x.y.z", "Basic abc"])
def test_calls_without_a_token(lhdn: MyInvois, header: str) -> None:
    assert lhdn.call("GET", f"{API}/documenttypes", authorization=header).error == (401, "Unauthorized")


def test_a_token_of_another_simulator(lhdn: MyInvois) -> None:
    token = lhdn.token().body["access_token"]
    with myinvois() as other:
        other.simulator.secret.secret = "another"
        assert other.call("GET", f"{API}/documenttypes", authorization=f"Bearer {token}").status == 401


@pytest.mark.parametrize("appointed", ["C99999999010", SOLE_PROPRIETOR])
def test_intermediaries_speak_for_who_appointed_them(lhdn: MyInvois, appointed: str) -> None:
    owner = read_owner(read_token(lhdn.token(INTERMEDIARY, on_behalf_of=appointed).body))
    assert owner.tin == appointed.partition(":")[0]


def test_and_for_nobody_else(lhdn: MyInvois) -> None:
    errors = [lhdn.token(INTERMEDIARY, on_behalf_of=other).body["error"] for other in ("C99999998020", "IG90000000010")]
    assert errors == ["unauthorised_client"] * 2


def test_an_appointment_ends(lhdn: MyInvois) -> None:
    client: Any = lhdn.simulator.store.get(Client, INTERMEDIARY)
    client.appointments = [Appointment("C99999999010", NOW + timedelta(days=1))]
    lhdn.simulator.store.put(INTERMEDIARY, client)
    assert lhdn.token(INTERMEDIARY, on_behalf_of="C99999999010").status == 200
    lhdn.simulator.clock.advance(days=1)
    assert lhdn.token(INTERMEDIARY, on_behalf_of="C99999999010").status == 400
