"""API keys over HTTP: what they may, until when, and that they stay secret."""

import logging
from contextlib import nullcontext
from datetime import timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.response import Response

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import ApiKey, Company
from bigledger_crm.tenancy.permissions import RESOURCES
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_order, make_quote
from bigledger_crm.testing.tenancy_calls import CALLS

ITEM = {"itemCode": "A", "name": "A", "unitPrice": 1}


def _client(company: Company, *scopes: str) -> ApiClient:
    return ApiClient(create_api_key([company], name="Shop", scopes=scopes)[1], company.public_id)


@pytest.mark.parametrize(
    ("scopes", "reads_items", "writes_items", "reads_quotes"),
    [
        (["read"], 200, 403, 200),
        (["write"], 200, 201, 200),
        (["read", "write"], 200, 201, 200),
        (["items:read"], 200, 403, 403),
        (["items:write"], 200, 201, 403),
        (["quotes:read", "items:write"], 200, 201, 200),
        (["credit-limit:override"], 403, 403, 403),
    ],
)
def test_scopes(company: Company, scopes: list[str], reads_items: int, writes_items: int, reads_quotes: int) -> None:
    client = _client(company, *scopes)
    assert client.get("/items").status == reads_items
    assert client.post("/items", ITEM).status == writes_items
    assert client.get("/quotes").status == reads_quotes


CUSTOMER = {"name": "Acme", "email": "a@acme.example.com"}
OWE_MORE = [
    ({"creditLimit": "1000.01"}, "creditLimit", "credit-limit:raise"),
    ({"creditLimit": None}, "creditLimit", "credit-limit:raise"),
    ({"currency": "USD"}, "currency", "credit-limit:raise"),
    ({"status": "active"}, "status", "customers:unblock"),
    ({"status": "inactive"}, "status", "customers:unblock"),
]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(("change", "field", "scope"), OWE_MORE, ids=str)
def test_customers_write_lets_nobody_owe_more(
    company: Company, method: str, change: dict[str, object], field: str, scope: str
) -> None:
    narrow = _client(company, "customers:write")
    made = narrow.post("/customers", {**CUSTOMER, "creditLimit": 1000, "status": "blocked"}).data
    path = f"/customers/{made['id']}"
    refused = narrow.request(method, path, change)
    message = f"This needs the permission '{scope}'"
    assert (refused.status, refused.error["code"]) == (403, "PERMISSION_DENIED")
    assert refused.error["details"] == [{"field": field, "message": message}]
    assert narrow.get(path).data == made
    assert _client(company, "customers:write", scope).request(method, path, change).status == 200
    assert _client(company, "write").request(method, path, {"paymentTerms": 14, **change}).status == 200


def test_customers_write_may_be_cautious(company: Company) -> None:
    client = _client(company, "customers:write")
    path = f"/customers/{client.post('/customers', CUSTOMER).data['id']}"
    for change in ({"creditLimit": 1000}, {"creditLimit": 999}, {"status": "blocked"}, {"status": "blocked"}):
        assert client.patch(path, change).status == 200


@pytest.mark.parametrize(
    ("scopes", "to_order", "to_invoice"),
    [
        (["sales-orders:write"], 403, 403),
        (["quotes:write"], 403, 403),
        (["invoices:write"], 403, 403),
        (["quotes:write", "sales-orders:write"], 201, 403),
        (["sales-orders:write", "invoices:write"], 403, 201),
        (["write"], 201, 201),
    ],
    ids=str,
)
def test_converting_needs_both_documents(
    actor: Actor, in_company: Company, scopes: list[str], to_order: int, to_invoice: int
) -> None:
    quote, order = make_quote(actor, accepted=True), make_order(actor)
    client = _client(actor.company, *scopes)
    assert client.post(f"/quotes/{quote.public_id}/convert-to-order").status == to_order
    assert client.post(f"/sales-orders/{order.public_id}/convert-to-invoice").status == to_invoice


def test_a_changed_scope_counts_at_once(company: Company) -> None:
    client = _client(company, "read", "write")
    assert client.post("/items", ITEM).status == 201
    ApiKey.objects.update(scopes=["read"])
    refused = client.post("/items", {**ITEM, "itemCode": "B"})
    assert (refused.status, refused.error["code"]) == (403, "PERMISSION_DENIED")
    assert refused.error["message"] == "This needs the permission 'items:write'"


def test_every_resource_of_the_api_has_scopes() -> None:
    # Under invoices, payments, bank and analytics.
    others = {"batches", "calculate", "refunds", "bank-accounts", "bank-transactions", "saved-reports"}
    assert {call.route.partition("/")[0] for call in CALLS} - others <= {*RESOURCES}


def test_an_expiry_is_to_the_second(company: Company) -> None:
    with time_machine.travel("2024-01-15T09:00:00Z", tick=False) as traveller:
        secret = create_api_key([company], name="Shop", expires_at=clock.now() + timedelta(hours=1))[1]
        client = ApiClient(secret, company.public_id)
        traveller.shift(timedelta(minutes=59, seconds=59))
        assert client.get("/items").status == 200
        traveller.shift(timedelta(seconds=1))
        refused = client.get("/items")
        assert (refused.status, refused.error["code"]) == (401, "INVALID_API_KEY")
        assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_key_stops_at_once_and_for_every_company(company: Company, other_company: Company) -> None:
    key, secret = create_api_key([company, other_company], name="Shop")
    clients = [ApiClient(secret, owner.public_id) for owner in (company, other_company)]
    assert [client.get("/items").status for client in clients] == [200, 200]
    call_command("revoke_api_key", key.public_id)
    assert [client.get("/items").status for client in clients] == [401, 401]


def test_a_key_revoked_during_a_request_ends_with_it(api: ApiClient) -> None:
    def revoke(*args: object, **options: object) -> object:
        call_command("revoke_api_key", ApiKey.objects.get().public_id)
        return Response([])

    with patch("bigledger_crm.api.viewsets.ApiViewSet.run", revoke):
        assert api.get("/items").status == 200
    assert api.get("/items").status == 401


def test_the_last_use_is_noted_once_a_minute(api: ApiClient) -> None:
    def used() -> object:
        with CaptureQueriesContext(connection) as queries:
            assert api.get("/items").status == 200
        writes = [query["sql"] for query in queries if query["sql"].startswith("UPDATE")]
        return len(writes), ApiKey.objects.get().last_used_at

    with time_machine.travel("2024-01-15T09:00:00Z", tick=False) as traveller:
        first = clock.now()
        assert used() == (1, first)
        traveller.shift(timedelta(seconds=59))
        assert used() == (0, first)
        traveller.shift(timedelta(seconds=1))
        assert used() == (1, clock.now())


def test_refused_keys_are_not_noted_as_used(company: Company, other_company: Company) -> None:
    stranger = ApiClient(_client(company, "read").key, other_company.public_id)
    assert stranger.get("/items").status == 403
    assert ApiKey.objects.get().last_used_at is None


@pytest.mark.parametrize("broken", [False, True], ids=["served", "failed"])
def test_no_log_line_has_a_key(api: ApiClient, caplog: pytest.LogCaptureFixture, broken: bool) -> None:
    secret = api.key or ""
    caplog.set_level(logging.DEBUG)
    failing = patch("bigledger_crm.api.viewsets.ApiViewSet.run", side_effect=RuntimeError("broken"))
    with failing if broken else nullcontext():
        assert api.get("/items").status == (500 if broken else 200)
    api.get(f"/items?key={secret}")
    api.request("GET", "/items", Authorization=f"Bearer  {secret}x")
    api.request("GET", "/items", Authorization=secret)
    assert len(caplog.records) >= 4
    written = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert ("Unhandled error" in written) is broken
    assert secret not in written
    assert secret[8:40] not in written


def test_a_key_in_the_query_is_no_key(api: ApiClient) -> None:
    named = ApiClient(None, api.company_id).get(f"/items?key={api.key}")
    assert (named.status, named.error["code"]) == (401, "AUTHENTICATION_REQUIRED")
    unknown = api.get(f"/items?key={api.key}")
    assert (unknown.status, unknown.error["details"]) == (400, [{"field": "key", "message": "Unknown parameter"}])
