"""Many objects by one request: each row on its own."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from bigledger_crm.testing.client import Answer, ApiClient
from bigledger_crm.testing.threads import at_once
from customers.models import Customer
from invoicing.integrity import check_integrity
from invoicing.models import Invoice
from sales.models import Quote, SalesOrder


def _customer(number: int) -> dict[str, Any]:
    return {"name": f"Customer {number}", "email": f"c{number}@example.com", "contacts": [{"name": "Ali"}]}


def _document(customer: str, **fields: Any) -> dict[str, Any]:
    return {"customerId": customer, "items": [{"description": "Work", "quantity": 2, "unitPrice": "10.00"}], **fields}


@pytest.mark.usefixtures("time_in_2024")
def test_a_bad_row_spoils_no_other(api: ApiClient) -> None:
    rows = [_customer(1), {"name": "", "colour": "red"}, "nonsense", {**_customer(2), "customerNumber": "CUST-0001"}]
    answer = api.post("/customers/bulk", {"rows": [*rows, _customer(3)]})
    results = answer.data.pop("results")
    assert (answer.status, answer.data) == (200, {"succeeded": 2, "failed": 3})
    assert [(row["index"], row["status"], row["success"]) for row in results] == [
        (0, 201, True),
        (1, 400, False),
        (2, 400, False),
        (3, 409, False),
        (4, 201, True),
    ]
    assert [row["data"]["customerNumber"] for row in results if row["success"]] == ["CUST-0001", "CUST-0002"]
    assert results[0]["data"] == api.get(f"/customers/{results[0]['data']['id']}").data
    alone = [api.post("/customers", row) for row in (rows[1], rows[3])]
    assert [results[1]["error"], results[3]["error"]] == [refused.error for refused in alone]
    assert [contact["name"] for contact in results[4]["data"]["contacts"]] == ["Ali"]
    assert Customer.unscoped.count() == 2


@pytest.mark.usefixtures("time_in_2024")
@pytest.mark.parametrize("path", ["quotes", "sales-orders", "invoices"])
def test_documents(api: ApiClient, path: str) -> None:
    customer = api.post("/customers", _customer(1)).data["id"]
    rows = [_document(customer), _document("cust_unknown"), _document(customer, shippingCost="1.005")]
    results = api.post(f"/{path}/bulk", {"rows": [*rows, _document(customer)]}).data["results"]
    assert [row["status"] for row in results] == [201, 404, 400, 201]
    made = [row["data"] for row in results if row["success"]]
    assert [document["total"] for document in made] == [Decimal("20.00")] * 2
    assert [api.get(f"/{path}/{document['id']}").data for document in made] == made
    assert check_integrity() == []


@pytest.mark.usefixtures("time_in_2024")
def test_what_is_no_bulk(api: ApiClient) -> None:
    item = {"itemCode": "A", "name": "A", "unitPrice": 1}
    bodies: tuple[Any, ...] = ({}, [], {"rows": []}, {"rows": [item] * 101}, {"rows": {}}, {"rows": None})
    for body in bodies:
        refused = api.post("/items/bulk", body)
        assert (refused.status, refused.error["code"]) == (400, "INVALID_REQUEST_DATA")
    refused = api.post("/items/bulk", {"rows": [item], "dryRun": True})
    assert refused.error["details"] == [{"field": "dryRun", "message": "Unknown field"}]


@pytest.mark.usefixtures("time_in_2024")
def test_a_key_covers_the_whole_request(api: ApiClient) -> None:
    body = {"rows": [_customer(1), {"name": ""}]}
    first, second = (api.post("/customers/bulk", body, Idempotency_Key="bulk-1") for _ in range(2))
    assert (first.text, second.headers["Idempotent-Replayed"]) == (second.text, "true")
    assert Customer.unscoped.count() == 1


@pytest.mark.usefixtures("time_in_2024")
def test_an_unforeseen_fault_undoes_the_whole_request(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("customers.api.customer_views.customer_object", lambda customer: 1 / 0)
    assert api.post("/customers/bulk", {"rows": [_customer(1)]}).status == 500
    assert not Customer.unscoped.exists()


@pytest.mark.usefixtures("committed")
def test_many_at_once_wait_for_each_other_and_not_in_a_circle(api: ApiClient) -> None:
    customers = [api.post("/customers", _customer(number)).data["id"] for number in range(6)]
    dated = [_document(customer, quoteDate=f"{2020 + index}-01-01") for index, customer in enumerate(customers)]
    plain = [_document(customer) for customer in customers]

    def send(path: str, rows: list[dict[str, Any]]) -> Answer:
        return api.post(path, {"rows": rows} if path.endswith("bulk") else rows[0])

    calls = [
        *(partial(send, "/quotes/bulk", rows) for rows in (dated, dated[::-1], plain, plain[::-1])),
        *(partial(send, "/sales-orders/bulk", rows) for rows in (plain, plain[::-1])),
        *(partial(send, "/invoices/bulk", rows) for rows in (plain, plain[::-1])),
        *(partial(send, "/quotes", [row]) for row in dated[:3]),
    ]
    answers, failures = at_once(calls)
    assert failures == []
    assert {answer.status for answer in answers} == {200, 201}
    counts = [model.unscoped.count() for model in (Quote, SalesOrder, Invoice)]
    assert counts == [4 * 6 + 3, 12, 12]
    assert check_integrity() == []
