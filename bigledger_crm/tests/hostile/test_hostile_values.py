"""Values that nobody means: refused at their field, before they become numbers, emails or errors of the database."""

from typing import Any

import pytest

from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.testing.client import ApiClient
from invoicing.integrity import check_integrity

pytestmark = pytest.mark.usefixtures("time_in_2024")
LINE = {"description": "Work", "quantity": 1, "unitPrice": 100}


def fields(api: ApiClient, path: str, body: dict[str, Any]) -> set[str]:
    """The fields that a request is refused for."""
    answer = api.post(path, body)
    assert answer.status == 400, answer.text
    return set(answer.field_errors)


@pytest.mark.parametrize(
    ("path", "field"), [("/quotes", "quoteDate"), ("/sales-orders", "orderDate"), ("/invoices", "invoiceDate")]
)
def test_the_year_24_is_a_slip(api: ApiClient, customer_id: str, path: str, field: str) -> None:
    body = {"customerId": customer_id, "items": [LINE]}
    assert fields(api, path, {**body, field: "0024-01-15"}) == {field}
    assert api.post(path, {**body, field: "1999-12-31"}).status == 201
    assert check_integrity() == []


def test_an_invoice_of_an_order_has_no_date_of_the_year_1(api: ApiClient, customer_id: str) -> None:
    order = api.post("/sales-orders", {"customerId": customer_id, "items": [LINE]}).data["id"]
    api.patch(f"/sales-orders/{order}/status", {"status": "confirmed"})
    path = f"/sales-orders/{order}/convert-to-invoice"
    assert fields(api, path, {"invoiceDate": "0001-01-01"}) == {"invoiceDate"}


def test_an_email_goes_to_the_whole_address_or_not_at_all(api: ApiClient, customer_id: str) -> None:
    quote = api.post("/quotes", {"customerId": customer_id, "items": [LINE]}).data["id"]
    domain = ".".join(["a" * 50] * 4)
    for address in (f"{'b' * 64}@{domain}.com", '"a\x01b"@example.com'):
        assert fields(api, f"/quotes/{quote}/send", {"to": [address]}) == {"to[0]"}


def test_names_are_one_line_that_reads_one_way(api: ApiClient, customer_id: str) -> None:
    """Line breaks, control characters and marks that turn the direction of reading are not kept."""
    hostile = "Acme\r\nBcc: all@example.com\u202egnp.exe\u2066\x07"
    clean = "Acme Bcc: all@example.comgnp.exe"
    for path, names in (
        ("/customers", {"name": hostile, "email": "a@acme.com"}),
        ("/items", {"itemCode": "A", "name": hostile, "unitPrice": 1}),
        ("/quotes", {"customerId": customer_id, "items": [LINE], "title": hostile, "reference": hostile}),
    ):
        made = api.post(path, names).data
        assert {made[name] for name, value in names.items() if value == hostile} == {clean}


def test_an_email_has_one_subject_and_no_header_more(api: ApiClient) -> None:
    named = {"name": "Acme\r\nBcc: all@example.com", "email": "billing@acme.com"}
    body = {"customerId": api.post("/customers", named).data["id"], "items": [LINE], "title": "One\r\nBcc: a@b.com"}
    quote = f"/quotes/{api.post('/quotes', body).data['id']}/send"
    for subject in ("One\r\nBcc: a@b.com", "One\nTwo", "One\rTwo", "One\x0bTwo", "One\u2028Two"):
        assert fields(api, quote, {"subject": subject}) == {"subject"}
    for address in ("a@b.com\r\nBcc: c@d.com", "a@b.com,c@d.com", "a@b.com\nc@d.com"):
        assert fields(api, quote, {"to": [address]}) == {"to[0]"}
    delivery = api.post(quote).data["delivery"]
    assert len(delivery["subject"].splitlines()) == 1
    assert (delivery["to"], delivery["cc"]) == (["billing@acme.com"], [])


def test_a_long_name_is_cut_in_the_subject(api: ApiClient, company: Company, customer_id: str) -> None:
    Company.objects.filter(pk=company.pk).update(name="x" * 200)
    quote = api.post("/quotes", {"customerId": customer_id, "items": [LINE]}).data["id"]
    assert len(api.post(f"/quotes/{quote}/send").data["delivery"]["subject"]) == 200


def test_a_discount_beyond_every_column_is_refused(api: ApiClient, customer_id: str) -> None:
    line = {"description": "x", "quantity": 9, "unitPrice": 999999999999, "discountPercent": 100}
    assert fields(api, "/quotes", {"customerId": customer_id, "items": [line] * 3}) == {"items"}


def test_making_an_order_of_a_quote_needs_the_permission_for_orders(
    api: ApiClient, company: Company, customer_id: str
) -> None:
    quote = api.post("/quotes", {"customerId": customer_id, "items": [LINE]}).data["id"]
    api.post(f"/quotes/{quote}/accept")
    _, secret = create_api_key([company], name="Quotes only", scopes=["quotes:write"])
    quotes_only = ApiClient(secret, company.public_id)
    assert quotes_only.post(f"/quotes/{quote}/convert-to-order").status == 403
    assert api.post(f"/quotes/{quote}/convert-to-order").status == 201


def test_nothing_but_json_under_the_api(api: ApiClient) -> None:
    for path in ("/api/docsfoo", "/api/docsfoo/x"):
        assert api.get(path, Host="evil.example").error["code"] == "BAD_REQUEST"
        assert api.get(path).error["code"] == "NOT_FOUND"
