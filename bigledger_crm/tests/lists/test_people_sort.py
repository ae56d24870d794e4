"""Numbers are sorted as people sort them, and compared as people compare them, by the API and the pages alike."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from bigledger_crm.numbering.models import DocumentSequence
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_customer, make_invoice, make_item, make_order, make_quote
from bigledger_crm.testing.html import flat
from customers.models import Customer
from invoicing.inputs import CreditNoteInput
from invoicing.services import create_credit_note

pytestmark = pytest.mark.usefixtures("time_in_2024")


def _count_from(actor: Actor, kind: str, last: int) -> None:
    DocumentSequence.objects.update_or_create(
        company=actor.company, kind=kind, year=2024, defaults={"last_value": last}
    )


def _credit(actor: Actor, customer: Customer) -> object:
    invoice = make_invoice(actor, customer)
    return create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id))


LISTS: dict[str, tuple[str, str, str, Callable[[Actor, Customer], object]]] = {
    "quotes": ("quoteNumber", "QT", "quote", make_quote),
    "sales-orders": ("orderNumber", "SO", "sales_order", make_order),
    "invoices": ("invoiceNumber", "INV", "invoice", make_invoice),
    "credit-notes": ("creditNoteNumber", "CN", "credit_note", _credit),
}


def _walked(api: ApiClient, path: str, name: str, order: str) -> list[str]:
    """All numbers of a list, one by one."""
    numbers, cursor = [], ""
    while True:
        page = api.get(f"/{path}?sort={name}&order={order}&limit=1{cursor}").body
        numbers += [row[name] for row in page["data"]]
        if not page["pagination"]["hasMore"]:
            return numbers
        cursor = f"&cursor={page['pagination']['nextCursor']}"


@pytest.mark.parametrize("path", LISTS)
def test_documents(api: ApiClient, client: Client, actor: Actor, alice: User, path: str) -> None:
    name, prefix, kind, make = LISTS[path]
    with company_scope(actor.company):
        customer = make_customer(actor)
        for last in (8, 9998):
            _count_from(actor, kind, last)
            for _ in range(3):
                make(actor, customer)
    expected = [f"{prefix}-2024-{number}" for number in ("0009", "0010", "0011", "9999", "10000", "10001")]
    assert _walked(api, path, name, "asc") == expected
    assert _walked(api, path, name, "desc") == expected[::-1]
    client.force_login(alice)
    page = flat(client.get(f"/{path}?sort=number"))
    assert list(dict.fromkeys(re.findall(rf"{prefix}-2024-\d+", page))) == expected


def test_customers_and_items(api: ApiClient, actor: Actor) -> None:
    codes = ["ZZ-2", "zz-3", "ZZ-10", "ZZ-10-9", "ZZ-10-10", "ZZ-00010b", "ZZ-123456789012345678901234"]
    with company_scope(actor.company):
        for code in reversed(codes):
            make_customer(actor, customer_number=code)
            make_item(actor, item_code=code)
    for path, name in (("customers", "customerNumber"), ("items", "itemCode")):
        found = _walked(api, path, name, "asc")
        assert [code for code in found if code in codes] == codes
        assert _walked(api, path, name, "desc") == found[::-1]


def test_a_customer_number_is_one_whatever_its_case(api: ApiClient) -> None:
    first = api.post("/customers", {"name": "Acme", "email": "a@acme.com", "customerNumber": "Acme-1"}).data
    assert first["customerNumber"] == "Acme-1"
    other = {"name": "Other", "email": "b@acme.com"}
    assert api.post("/customers", {**other, "customerNumber": "ACME-1"}).error["code"] == "CUSTOMER_NUMBER_TAKEN"
    made = api.post("/customers", {**other, "customerNumber": "cust-0001"}).data
    taken = api.patch(f"/customers/{made['id']}", {"customerNumber": "acme-1"})
    assert (taken.status, taken.error["code"]) == (409, "CUSTOMER_NUMBER_TAKEN")
    assert api.patch(f"/customers/{first['id']}", {"customerNumber": "ACME-1"}).data["customerNumber"] == "ACME-1"
    assert api.post("/customers", {"name": "Third", "email": "c@acme.com"}).data["customerNumber"] == "CUST-0002"


def test_a_tag_is_one_whatever_its_case(api: ApiClient) -> None:
    body = {"name": "Acme", "email": "a@acme.com", "tags": ["VIP", "vip", "Großhandel", "GROSSHANDEL", "Élan"]}
    made = api.post("/customers", body).data
    assert made["tags"] == ["VIP", "Großhandel", "Élan"]
    for wanted, count in (("vip", 1), ("VIP,élan", 1), ("großhandel", 1), ("vip,nobody", 0)):
        assert len(api.get(f"/customers?tags={wanted}").data) == count, wanted
    invoice = {"customerId": made["id"], "items": [{"description": "Work", "quantity": 1, "unitPrice": 1}]}
    assert api.post("/invoices", {**invoice, "tags": ["Late", "LATE", "q1"]}).data["tags"] == ["Late", "q1"]
