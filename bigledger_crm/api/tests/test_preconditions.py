"""ETag, If-None-Match and If-Match."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.client import Answer, ApiClient, api_client

ACME = {
    "name": "Acme",
    "email": "billing@acme.com",
    "address": {"street": "1 Main Street", "city": "Ipoh", "postalCode": "30000", "country": "MY"},
    "customFields": {"longer name": 1, "b": {"zz": 1, "a": "0.10"}},
    "contacts": [{"name": "Jane"}],
}
LINE = {"description": "Work", "quantity": 1, "unitPrice": "10.00"}


@pytest.fixture
def customer(api: ApiClient) -> Answer:
    """A customer whose JSON the database keeps in another order than it came."""
    return api.post("/customers", ACME)


def _make(api: ApiClient, customer: Answer, path: str) -> Answer:
    return api.post(path, {"customerId": customer.data["id"], "items": [LINE]})


def test_what_a_write_answers_is_what_a_get_says(api: ApiClient, customer: Answer) -> None:
    quote = _make(api, customer, "/quotes")
    accepted = api.post(f"/quotes/{quote.data['id']}/accept")
    order = api.post(f"/quotes/{quote.data['id']}/convert-to-order")
    invoice = api.post(f"/sales-orders/{order.data['id']}/convert-to-invoice")
    made = {
        "customers": customer,
        "items": api.post(
            "/items", {"itemCode": "A", "name": "A", "unitPrice": "1.5", "customFields": {"bb": 1, "a": 2}}
        ),
        "tax-codes": api.post("/tax-codes", {"code": "A", "name": "A", "rate": 6}),
        "quotes": _make(api, customer, "/quotes"),
        "sales-orders": _make(api, customer, "/sales-orders"),
        "invoices": _make(api, customer, "/invoices"),
    }
    for path, answer in made.items():
        _agree(answer, api.get(f"/{path}/{answer.data['id']}"))
    assert accepted.status == 200
    issued = api.post(f"/invoices/{invoice.data['id']}/issue")
    _agree(issued, api.get(f"/invoices/{invoice.data['id']}"))
    payment = api.post(f"/invoices/{invoice.data['id']}/payments", {"amount": 1, "paymentMethod": "cash"})
    _agree(payment, api.get(f"/payments/{payment.data['id']}"))
    confirmed = api.patch(f"/sales-orders/{made['sales-orders'].data['id']}/status", {"status": "confirmed"})
    _agree(confirmed, api.get(f"/sales-orders/{confirmed.data['id']}"))


def _agree(written: Answer, read: Answer) -> None:
    assert written.data == read.data
    assert written.headers["ETag"] == read.headers["ETag"]


@pytest.mark.parametrize("path", ["/quotes", "/invoices"])
def test_the_email_is_no_part_of_the_object(api: ApiClient, customer: Answer, path: str) -> None:
    document = _make(api, customer, path).data
    sent = api.post(f"{path}/{document['id']}/send", {"to": ["billing@acme.com"]})
    assert "delivery" in sent.data
    assert sent.headers["ETag"] == api.get(f"{path}/{document['id']}").headers["ETag"]


def test_a_known_object_is_not_sent_again(api: ApiClient, customer: Answer) -> None:
    path = f"/customers/{customer.data['id']}"
    tag = api.get(path).headers["ETag"]
    for wanted in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        answer = api.get(path, If_None_Match=wanted)
        assert (answer.status, answer.text, answer.headers["ETag"]) == (304, "", tag)
    assert api.get(path, If_None_Match='"other"').status == 200
    api.patch(path, {"name": "Other"})
    changed = api.get(path, If_None_Match=tag)
    assert (changed.status, changed.data["name"]) == (200, "Other")


def _writes(api: ApiClient, customer: Answer) -> list[tuple[str, str, Any]]:
    quote, sent = _make(api, customer, "/quotes").data["id"], _make(api, customer, "/quotes").data["id"]
    order, draft = _make(api, customer, "/sales-orders").data["id"], _make(api, customer, "/invoices").data["id"]
    invoice, issued = _make(api, customer, "/invoices").data["id"], _make(api, customer, "/invoices").data["id"]
    api.post(f"/invoices/{issued}/issue")
    email = {"to": ["billing@acme.com"]}
    return [
        ("PUT", f"/customers/{customer.data['id']}", {"name": "Other"}),
        ("PATCH", f"/customers/{customer.data['id']}", {"name": "Another"}),
        ("POST", f"/quotes/{sent}/send", email),
        ("POST", f"/quotes/{quote}/accept", None),
        ("POST", f"/quotes/{quote}/convert-to-order", None),
        ("PATCH", f"/sales-orders/{order}/status", {"status": "confirmed"}),
        ("POST", f"/sales-orders/{order}/convert-to-invoice", None),
        ("POST", f"/invoices/{draft}/send", email),
        ("POST", f"/invoices/{invoice}/issue", None),
        ("POST", f"/invoices/{issued}/payments", {"amount": 1, "paymentMethod": "cash"}),
    ]


def _object(path: str) -> str:
    return "/".join(path.split("/")[:3])


def test_every_write_honours_if_match(api: ApiClient, customer: Answer) -> None:
    for method, path, body in _writes(api, customer):
        before = api.get(_object(path))
        refused = api.request(method, path, body, If_Match='"stale"')
        assert (refused.status, refused.error["code"]) == (412, "PRECONDITION_FAILED"), path
        assert refused.headers["ETag"] == before.headers["ETag"]
        weak = api.request(method, path, body, If_Match=f"W/{before.headers['ETag']}")
        assert weak.status == 412
        assert api.get(_object(path)).text == before.text
        tags = f'"stale", {before.headers["ETag"]}'
        assert api.request(method, path, body, If_Match=tags).status in (200, 201), path


def test_delete_honours_if_match(api: ApiClient, customer: Answer) -> None:
    path = f"/customers/{customer.data['id']}"
    assert api.delete(path, If_Match='"stale"').status == 412
    assert api.get(path).status == 200
    assert api.delete(path, If_Match=customer.headers["ETag"]).data == {"id": customer.data["id"], "deleted": True}


def test_any_version_will_do_if_there_is_one(api: ApiClient, customer: Answer) -> None:
    path = f"/customers/{customer.data['id']}"
    assert api.patch(path, {"name": "Other"}, If_Match="*").status == 200
    api.delete(path)
    assert api.patch(path, {"name": "Other"}, If_Match="*").status == 404


def test_a_list_has_nothing_to_match(api: ApiClient) -> None:
    answer = api.post("/customers", ACME, If_Match='"x"')
    assert (answer.status, answer.error["code"]) == (400, "PRECONDITION_NOT_SUPPORTED")


def test_a_failed_precondition_may_be_met_with_the_same_idempotency_key(api: ApiClient, customer: Answer) -> None:
    quote = _make(api, customer, "/quotes")
    path = f"/quotes/{quote.data['id']}/accept"
    assert api.post(path, None, If_Match='"stale"', Idempotency_Key="k-1").status == 412
    assert api.post(path, None, If_Match=quote.headers["ETag"], Idempotency_Key="k-1").status == 200


@pytest.mark.usefixtures("committed")
def test_of_ten_writers_with_the_same_version_one_wins(company: Company) -> None:
    client = api_client(company)
    customer = client.post("/customers", ACME)
    path = f"/customers/{customer.data['id']}"

    def write(number: int) -> Answer:
        try:
            return client.put(path, {"name": f"Name {number}"}, If_Match=customer.headers["ETag"])
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(write, range(10)))
    assert sorted(answer.status for answer in answers) == [200] + [412] * 9


@pytest.mark.usefixtures("committed")
def test_an_object_that_goes_meanwhile_is_not_found(company: Company) -> None:
    client = api_client(company)
    customers = [client.post("/customers", ACME) for _ in range(5)]

    def write(customer: Answer) -> list[int]:
        path = f"/customers/{customer.data['id']}"
        try:
            return [client.delete(path, If_Match="*").status, client.put(path, {"name": "X"}, If_Match="*").status]
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        statuses = {status for pair in pool.map(write, customers * 4) for status in pair}
    assert statuses <= {200, 404}
