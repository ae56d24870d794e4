"""Idempotency-Key: sent again, the same effect once and the same answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected

from bigledger_crm.api.models import IdempotencyRecord
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.testing.client import Answer, ApiClient, api_client
from customers import services as customer_services
from customers.models import Customer

ACME = {"name": "Acme", "email": "billing@acme.com"}


def _customers() -> int:
    return Customer.unscoped.count()


def test_the_same_request_again_gets_the_same_answer(api: ApiClient) -> None:
    first = api.post("/customers", ACME, Idempotency_Key="k-1")
    again = api.post("/customers", ACME, Idempotency_Key="k-1")
    assert (again.status, again.text) == (201, first.text)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    for name in ("Location", "ETag", "Content-Type", "Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name]
    assert _customers() == 1


@pytest.mark.parametrize("path", ["/v1/customers", "/api/v1/customers/"])
def test_another_spelling_of_the_address_is_the_same_request(api: ApiClient, path: str) -> None:
    api.post("/customers", ACME, Idempotency_Key="k-1")
    assert api.post(path, ACME, Idempotency_Key="k-1").headers["Idempotent-Replayed"] == "true"


def test_another_body_or_address_is_refused(api: ApiClient) -> None:
    api.post("/customers", ACME, Idempotency_Key="k-1")
    for path, body in (("/customers", {**ACME, "name": "Other"}), ("/items", ACME)):
        answer = api.post(path, body, Idempotency_Key="k-1")
        assert (answer.status, answer.error["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert _customers() == 1


def test_the_same_json_in_other_bytes_is_the_same_request(api: ApiClient) -> None:
    body = '{"name":"Acme","email":"billing@acme.com","creditLimit":50.00,"customFields":{"a":[1,2.50,1e2],"b":"é"}}'
    first = api.post("/customers", body, Idempotency_Key="k-1")
    same = """{ "email": "billing\\u0040acme.com", "name": "Acme",
        "customFields": {"b": "\\u00e9", "a": [1.0, 2.5, 100]}, "creditLimit": 50 }"""
    for alike in (same, body.replace("50.00", "5e1")):
        again = api.post("/customers", alike, Idempotency_Key="k-1")
        assert (again.status, again.text, again.headers["Idempotent-Replayed"]) == (201, first.text, "true")
    for other in (body.replace("50.00", '"50.00"'), body.replace("50.00", "5e0"), body.replace("[1,2.50", "[2.50,1")):
        assert api.post("/customers", other, Idempotency_Key="k-1").error["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert _customers() == 1


def test_another_key_or_none_is_another_request(api: ApiClient) -> None:
    for headers in ({"Idempotency_Key": "k-1"}, {"Idempotency_Key": "k-2"}, {}, {}):
        assert api.post("/customers", ACME, **headers).status == 201
    assert _customers() == 4


def test_companies_have_their_own_keys(api: ApiClient, stranger_api: ApiClient) -> None:
    first = api.post("/customers", ACME, Idempotency_Key="k-1")
    other = stranger_api.post("/customers", ACME, Idempotency_Key="k-1")
    assert other.status == 201
    assert other.data["id"] != first.data["id"]


def test_a_replay_needs_the_permission_of_the_request(api: ApiClient, company: Company) -> None:
    api.post("/customers", ACME, Idempotency_Key="k-1")
    reader = ApiClient(create_api_key([company], name="Reader", scopes=["read"])[1], company.public_id)
    assert reader.post("/customers", ACME, Idempotency_Key="k-1").status == 403


@pytest.mark.parametrize("key", ["a" * 256, "with space", "tab\tkey", "é", '""', " "])
def test_a_key_is_printable_and_short(api: ApiClient, key: str) -> None:
    answer = api.post("/customers", ACME, Idempotency_Key=key)
    assert (answer.status, answer.error["code"]) == (400, "IDEMPOTENCY_KEY_INVALID")
    assert _customers() == 0


@pytest.mark.parametrize("key", ["a" * 255, "8e03978e-40d5-43dd-bc93-6894a57f9324", '"quoted"', "~!"])
def test_any_printable_key_will_do(api: ApiClient, key: str) -> None:
    assert api.post("/customers", ACME, Idempotency_Key=key).status == 201


def test_a_refusal_is_stored(api: ApiClient) -> None:
    customer = api.post("/customers", ACME).data
    quote = {"customerId": customer["id"], "items": [{"description": "Work", "quantity": 1, "unitPrice": 1}]}
    made = api.post("/quotes", quote).data
    convert = f"/quotes/{made['id']}/convert-to-order"
    first = api.post(convert, None, Idempotency_Key="k-1")
    assert (first.status, first.error["code"]) == (422, "QUOTE_CONVERSION_FAILED")
    api.post(f"/quotes/{made['id']}/accept")
    again = api.post(convert, None, Idempotency_Key="k-1")
    assert (again.status, again.text, again.headers["Idempotent-Replayed"]) == (422, first.text, "true")
    assert api.post(convert, None, Idempotency_Key="k-2").status == 201


def test_a_crash_is_not_stored(api: ApiClient) -> None:
    with patch("customers.services.customers.record", side_effect=RuntimeError("late")):
        assert api.post("/customers", ACME, Idempotency_Key="k-1").status == 500
    assert (_customers(), IdempotencyRecord.unscoped.count()) == (0, 0)
    again = api.post("/customers", ACME, Idempotency_Key="k-1")
    assert (again.status, "Idempotent-Replayed" in again.headers) == (201, False)


def test_what_asks_to_try_again_is_not_stored(api: ApiClient) -> None:
    error = OperationalError("deadlock detected")
    error.__cause__ = DeadlockDetected()
    with patch("customers.services.customers.record", side_effect=error):
        assert api.post("/customers", ACME, Idempotency_Key="k-1").status == 409
    assert (_customers(), IdempotencyRecord.unscoped.count()) == (0, 0)
    assert api.post("/customers", ACME, Idempotency_Key="k-1").status == 201


def test_after_a_day_the_key_is_free(api: ApiClient) -> None:
    api.post("/customers", ACME, Idempotency_Key="k-1")
    with time_machine.travel(clock.now() + timedelta(hours=23, minutes=59)):
        assert api.post("/customers", ACME, Idempotency_Key="k-1").headers["Idempotent-Replayed"] == "true"
    with time_machine.travel(clock.now() + timedelta(hours=24, minutes=1)):
        assert "Idempotent-Replayed" not in api.post("/customers", ACME, Idempotency_Key="k-1").headers
    assert (_customers(), IdempotencyRecord.unscoped.count()) == (2, 1)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_other_methods_take_no_notice(api: ApiClient, method: str) -> None:
    customer = api.post("/customers", ACME).data
    for terms in (10, 20):
        answer = api.request(method, f"/customers/{customer['id']}", {"paymentTerms": terms}, Idempotency_Key="k-1")
        assert answer.data["paymentTerms"] == terms
    assert IdempotencyRecord.unscoped.count() == 0


def _post(client: ApiClient, key: str) -> Answer:
    try:
        return client.post("/customers", ACME, Idempotency_Key=key)
    finally:
        connection.close()


def _client(company: Company) -> ApiClient:
    client = api_client(company)
    client.get("/customers")
    return client


@pytest.mark.usefixtures("committed")
def test_a_second_request_while_the_first_runs_is_told_so(company: Company) -> None:
    client = _client(company)
    inside, go_on = Event(), Event()
    real = customer_services.create_customer

    def slow(*arguments: Any) -> Customer:
        customer = real(*arguments)
        inside.set()
        assert go_on.wait(300)
        return customer

    with patch("customers.api.customer_views.create_customer", slow), ThreadPoolExecutor() as pool:
        first = pool.submit(_post, client, "k-1")
        assert inside.wait(300)
        second = _post(client, "k-1")
        other = api_client(company)
        go_on.set()
        assert first.result().status == 201
    assert (second.status, second.error["code"]) == (409, "IDEMPOTENCY_IN_PROGRESS")
    assert int(second.headers["Retry-After"]) > 0
    assert other.post("/customers", ACME, Idempotency_Key="k-1").text == first.result().text
    assert _customers() == 1


@pytest.mark.usefixtures("committed")
def test_ten_at_once_have_one_effect(company: Company) -> None:
    client = _client(company)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: _post(client, "k-1"), range(10)))
    made = [answer for answer in answers if answer.status == 201]
    assert len({answer.text for answer in made}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in made) == 1
    assert {answer.status for answer in answers} <= {201, 409}
    assert _customers() == 1
