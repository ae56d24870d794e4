"""Custom fields of contacts, quotes, orders and invoices: written, shown, handed on, imported and erased."""

import re
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
from django.test import Client

from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.custom_fields.models import CustomFieldValue
from bigledger_crm.custom_fields.services import create_custom_field, delete_custom_field
from bigledger_crm.imports.tests import support
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_customer, make_invoice, make_order, make_quote
from bigledger_crm.testing.forms import form_of
from bigledger_crm.testing.html import flat
from customers.models import Contact
from customers.services import erase_customer
from invoicing.inputs import PaymentInput
from invoicing.models import Invoice
from invoicing.services import convert_order_to_invoice, duplicate_invoice, record_payment
from invoicing.services.invoice_pdf import get_or_freeze_invoice_document
from sales.models import Quote, SalesOrder
from sales.services import (
    EmailOptions,
    change_order_status,
    convert_quote_to_order,
    duplicate_quote,
    revise_quote,
    send_quote,
)

pytestmark = pytest.mark.usefixtures("time_in_2024", "in_company")
KINDS = ("quotes", "sales-orders", "invoices")


def declare(actor: Actor, object_type: str, key: str, type: str = "text", **facts: Any) -> None:
    create_custom_field(
        actor, CustomFieldInput(object_type=object_type, label=key.title(), key=key, type=type, **facts)
    )


@pytest.fixture
def body(api: ApiClient) -> dict[str, Any]:
    """A document of one line."""
    customer = api.post("/customers", {"name": "Acme", "email": "a@acme.example"}).data["id"]
    return {"customerId": customer, "items": [{"description": "Widget", "quantity": 2, "unitPrice": 10}]}


@pytest.mark.parametrize("kind", KINDS)
def test_documents_take_and_show_them(api: ApiClient, actor: Actor, body: dict[str, Any], kind: str) -> None:
    declare(actor, kind, "budget", "money", is_required=True)
    declare(actor, kind, "project", is_unique=True)
    refused = api.post(f"/{kind}", {**body, "customFields": {"budget": "1.234"}, "notes": 5})
    assert {one["field"] for one in refused.error["details"]} >= {"notes"}
    refused = api.post(f"/{kind}", {**body, "customFields": {"budget": "1.234"}})
    assert refused.error["details"] == [
        {"field": "customFields.budget", "message": "At most 2 decimals are allowed"},
    ]
    assert api.post(f"/{kind}", body).error["details"][0]["field"] == "customFields.budget"
    own = {"budget": 10, "project": "Penang", "free": [1]}
    made = api.post(f"/{kind}", {**body, "customFields": own})
    assert made.data["customFields"] == own
    url = f"/{kind}/{made.data['id']}"
    assert api.get(f"/{kind}?customFields.budgetMin=10&customFields.project=PENANG").data[0]["customFields"] == own
    assert api.get(f"/{kind}?customFields.budgetMin=11").data == []
    taken = api.post(f"/{kind}", {**body, "customFields": {"budget": 1, "project": "penang"}})
    assert (taken.status, taken.error["code"]) == (409, "CUSTOM_FIELD_TAKEN")
    assert taken.error["details"][0]["field"] == "customFields.project"
    changed = api.patch(url, {"customFields": {"budget": 12}})
    assert changed.data["customFields"] == {"budget": 12}
    assert api.patch(url, {"reference": "A"}).data["customFields"] == {"budget": 12}
    other = api.post(f"/{kind}", {**body, "customFields": {"budget": 1, "project": "Ipoh"}}).data
    again = api.patch(url, {"customFields": {"budget": 12, "project": "IPOH"}})
    assert again.error["code"] == "CUSTOM_FIELD_TAKEN"
    assert api.put(f"/{kind}/{other['id']}", other).data["updatedAt"] == other["updatedAt"]


def test_contacts_take_and_show_them(api: ApiClient, actor: Actor, body: dict[str, Any]) -> None:
    declare(actor, "contacts", "birthday", "date")
    declare(actor, "contacts", "card", is_unique=True)
    contacts = f"/customers/{body['customerId']}/contacts"
    made = api.post(contacts, {"name": "Jane", "customFields": {"birthday": "1980-05-17", "card": "1", "x": None}})
    assert made.data["customFields"] == {"birthday": "1980-05-17", "card": "1", "x": None}
    refused = api.post(contacts, {"name": "Joe", "customFields": {"birthday": "17/5"}})
    assert refused.error["details"][0]["field"] == "customFields.birthday"
    assert api.post(contacts, {"name": "Joe", "customFields": {"card": "1"}}).error["code"] == "CUSTOM_FIELD_TAKEN"
    url = f"{contacts}/{made.data['id']}"
    assert api.patch(url, {"customFields": {"card": "2"}}).data["customFields"] == {"card": "2"}
    assert [one["name"] for one in api.get(f"{contacts}?customFields.card=2").data] == ["Jane"]
    assert api.get(f"{contacts}?customFields.card=1").data == []
    customer = {"name": "B", "email": "b@b.example", "contacts": [{"name": "C", "customFields": {"birthday": "x"}}]}
    assert api.post("/customers", customer).error["details"][0]["field"] == "contacts[0].customFields.birthday"
    assert api.delete(url).status == 200
    assert not CustomFieldValue.objects.exists()


def test_what_may_change_of_documents_that_are_no_drafts(actor: Actor, api: ApiClient) -> None:
    quote = make_quote(actor, custom_fields={"a": 1})
    send_quote(actor, quote, EmailOptions())
    wanted = {"customFields": {"a": 2}}
    assert api.patch(f"/quotes/{quote.public_id}", wanted).error["code"] == "QUOTE_NOT_EDITABLE"
    order, invoice = make_order(actor, custom_fields={"a": 1}), make_invoice(actor, custom_fields={"a": 1})
    assert api.patch(f"/sales-orders/{order.public_id}", wanted).data["customFields"] == {"a": 2}
    assert api.patch(f"/invoices/{invoice.public_id}", wanted).data["customFields"] == {"a": 2}
    change_order_status(actor, order, "cancelled")
    again = api.patch(f"/sales-orders/{order.public_id}", {"customFields": {"a": 3}})
    assert again.error["code"] == "ORDER_NOT_EDITABLE"


def test_values_go_from_quote_to_order_to_invoice(actor: Actor) -> None:
    for kind in ("quotes", "sales-orders"):
        declare(actor, kind, "project")
        declare(actor, kind, "size", "number")
        declare(actor, kind, "number", is_unique=True)
    declare(actor, "quotes", "only")
    declare(actor, "sales-orders", "plant", default_value="North")
    declare(actor, "sales-orders", "asked", is_required=True)
    declare(actor, "invoices", "size")
    own = {"project": "Penang", "size": 5, "number": "7", "only": "here", "free": {"a": [1]}, "plant": "South"}
    quote = make_quote(actor, accepted=True, custom_fields=own)
    order = convert_quote_to_order(actor, quote)
    assert order.custom_fields == {"project": "Penang", "size": 5, "free": {"a": [1]}, "plant": "South"}
    invoice = convert_order_to_invoice(actor, order)
    assert invoice.custom_fields == {"free": {"a": [1]}}
    found = {value.text or value.number for value in CustomFieldValue.objects.filter(object_id=order.pk)}
    assert found == {"penang", Decimal(5), "south"}


def test_copies_have_what_their_originals_have(actor: Actor) -> None:
    declare(actor, "quotes", "number", is_unique=True)
    declare(actor, "quotes", "project")
    declare(actor, "quotes", "later", is_required=False)
    quote = make_quote(actor, custom_fields={"number": "7", "project": "Penang", "free": 1})
    declare(actor, "quotes", "asked", is_required=True)
    assert duplicate_quote(actor, quote).custom_fields == {"project": "Penang", "free": 1}
    send_quote(actor, quote, EmailOptions())
    assert revise_quote(actor, quote).custom_fields == {"project": "Penang", "free": 1}
    assert duplicate_invoice(actor, make_invoice(actor, custom_fields={"a": "b"})).custom_fields == {"a": "b"}


def test_erasing_a_customer_takes_them_off_what_was_never_issued(actor: Actor) -> None:
    customer = make_customer(actor)
    Contact.objects.create(company=actor.company, customer=customer, name="Jane", custom_fields={"a": 1})
    invoice = make_invoice(actor, customer, custom_fields={"a": 1})
    draft = make_invoice(actor, customer, draft=True, custom_fields={"a": 1})
    quote = make_quote(actor, customer, custom_fields={"a": 1})
    from_api = make_order(actor, customer, draft=True, custom_fields={"a": 1})
    record_payment(actor, invoice, PaymentInput(amount=invoice.total))
    erase_customer(actor, customer)
    assert Invoice.objects.get(pk=invoice.pk).custom_fields == {"a": 1}
    assert Invoice.objects.get(pk=draft.pk).custom_fields == {}
    assert Quote.objects.get(pk=quote.pk).custom_fields == {}
    assert SalesOrder.objects.get(pk=from_api.pk).custom_fields == {}


def test_editors_ask_for_them_and_pages_show_them(alices: Client, actor: Actor, in_company: Company) -> None:
    declare(actor, "invoices", "budget", "money", is_required=True)
    declare(actor, "invoices", "interests", "choices", choices=["A", "B", "C"])
    invoice = make_invoice(actor, draft=True, custom_fields={"budget": 5, "interests": ["A"], "free": 1})
    url = f"/invoices/{invoice.public_id}/edit"
    typed = form_of(flat(alices.get(url)))
    assert (typed["custom_fields_budget"], typed["custom_fields_interests"]) == ("5", "A")
    refused = alices.post(url, typed | {"custom_fields_budget": ""})
    assert refused.status_code == 400
    kept = flat(alices.post(url, typed | {"custom_fields_interests": ["B", "C"], "add_line": "1"}))
    assert 'value="B" id="id_custom_fields_interests_1" checked' in " ".join(kept.split())
    saved = alices.post(url, typed | {"custom_fields_budget": "1,250.50", "custom_fields_interests": ["B", "C"]})
    assert saved.status_code == 302
    invoice.refresh_from_db()
    assert invoice.custom_fields == {"budget": Decimal("1250.5"), "interests": ["B", "C"], "free": 1}
    page = flat(alices.get(f"/invoices/{invoice.public_id}")).replace("\u00a0", " ")
    assert "MYR 1,250.50" in page
    assert "B, C" in page
    file = b"".join(alices.get("/invoices?export=csv&customFields.budgetMin=1250").streaming_content).decode()  # type: ignore[attr-defined]  # a file
    heads, row, *_rest = file.splitlines()
    assert ",Budget MYR,Interests" in heads
    assert ',1250.5,"B, C"' in row


def test_an_issued_invoice_has_them_in_its_editor(alices: Client, actor: Actor) -> None:
    declare(actor, "invoices", "budget")
    invoice = make_invoice(actor)
    url = f"/invoices/{invoice.public_id}/edit"
    typed = form_of(flat(alices.get(url)))
    assert alices.post(url, typed | {"custom_fields_budget": "Later"}).status_code == 302
    invoice.refresh_from_db()
    assert invoice.custom_fields == {"budget": "Later"}


def test_contacts_have_them_on_pages(alices: Client, actor: Actor) -> None:
    declare(actor, "contacts", "birthday", "date")
    customer = make_customer(actor)
    page = f"/customers/{customer.public_id}/contacts"
    made = alices.post(f"{page}/new", {"name": "Jane", "custom_fields_birthday": "1980-05-17", "is_active": "on"})
    assert made.status_code == 302
    contact = Contact.objects.get()
    assert contact.custom_fields == {"birthday": "1980-05-17"}
    assert "Birthday: 17 May 1980" in flat(alices.get(page))
    assert 'value="1980-05-17"' in flat(alices.get(f"{page}/{contact.public_id}"))


def test_rows_of_files_have_them(actor: Actor) -> None:
    declare(actor, "invoices", "project")
    declare(actor, "contacts", "birthday", "date")
    make_customer(actor)
    heads = "Invoice number,Invoice date,Customer name,Total,Project\n"
    job = support.run(actor, heads + "A-1,2024-01-05,Acme Corporation,10.00,Penang\n", kind="invoices")
    assert support.outcomes(job) == ["new"]
    assert Invoice.objects.get(invoice_number="A-1").custom_fields == {"project": "Penang"}
    rows = "Customer name,Name,Birthday\nAcme Corporation,Jane,1980-05-17\n"
    assert support.outcomes(support.run(actor, rows, kind="contacts")) == ["new"]
    assert support.outcomes(support.run(actor, rows.replace("17", "18"), kind="contacts")) == ["changed"]
    assert Contact.objects.get().custom_fields == {"birthday": "1980-05-18"}


def test_a_deleted_field_hides_what_documents_have(actor: Actor, api: ApiClient) -> None:
    field = create_custom_field(actor, CustomFieldInput(object_type="quotes", label="A", key="a", type="text"))
    quote = make_quote(actor, custom_fields={"a": "kept", "b": 1})
    delete_custom_field(actor, field)
    assert api.get(f"/quotes/{quote.public_id}").data["customFields"] == {"b": 1}
    assert api.get("/quotes").data[0]["customFields"] == {"b": 1}
    assert api.patch(f"/quotes/{quote.public_id}", {"customFields": {}}).data["customFields"] == {}
    assert Quote.objects.get().custom_fields == {"a": "kept"}
    assert duplicate_quote(actor, Quote.objects.get()).custom_fields == {}


def test_what_a_pdf_shows_stays_with_an_issued_invoice(actor: Actor, api: ApiClient, alices: Client) -> None:
    declare(actor, "invoices", "project", show_on_paper=True)
    declare(actor, "invoices", "size", "money", show_on_paper=True)
    declare(actor, "invoices", "since", "date", show_on_paper=True)
    declare(actor, "invoices", "vip", "yes_no", show_on_paper=True)
    declare(actor, "invoices", "inner", show_on_paper=False)
    own = {"project": "Penang", "size": 1250, "since": "2026-12-31", "vip": True, "inner": "secret"}
    invoice = make_invoice(actor, custom_fields=own)
    frozen = get_or_freeze_invoice_document(actor, invoice)
    assert frozen.context["custom_fields"] == [
        {"label": "Project", "value": "Penang"},
        {"label": "Size", "value": "MYR 1,250.00"},
        {"label": "Since", "value": "31 December 2026"},
        {"label": "Vip", "value": "Yes"},
    ]
    url = f"/invoices/{invoice.public_id}"
    refused = api.patch(url, {"customFields": {**own, "project": "Ipoh", "inner": "other"}})
    assert (refused.status, refused.error["code"]) == (422, "INVOICE_NOT_EDITABLE")
    assert "customFields.project" in refused.text
    assert api.patch(url, {"customFields": {**own, "inner": "other"}}).data["customFields"]["inner"] == "other"
    typed = form_of(flat(alices.get(f"{url}/edit")))
    assert [name for name in typed if name.startswith("custom_fields_")] == ["custom_fields_inner"]
    assert alices.post(f"{url}/edit", typed | {"custom_fields_inner": "third"}).status_code == 302
    assert Invoice.objects.get().custom_fields == {**own, "inner": "third"}


def test_pdfs_show_them_in_the_language_of_the_customer(actor: Actor, api: ApiClient) -> None:
    for kind in ("quotes", "sales-orders"):
        declare(actor, kind, "vip", "yes_no", show_on_paper=True)
        declare(actor, kind, "since", "date", show_on_paper=True)
    customer = make_customer(actor, language="ms")
    own = {"vip": True, "since": "2026-12-31"}
    documents = {
        "quotes": make_quote(actor, customer, custom_fields=own),
        "sales-orders": make_order(actor, customer, custom_fields=own),
    }
    for kind, document in documents.items():
        content = api.get(f"/{kind}/{document.public_id}/pdf").content
        text = " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
        assert "Ya" in text
        assert "31 Disember 2026" in text


def test_customers_have_no_paper(api: ApiClient) -> None:
    wanted = {"objectType": "customers", "label": "A", "type": "text", "showOnPaper": True}
    assert api.post("/custom-fields", wanted).error["details"] == [
        {
            "field": "showOnPaper",
            "message": "Only fields of these are shown on PDFs: quotes, sales-orders, invoices",
        }
    ]


def test_the_page_that_merges_compares_them(alices: Client, actor: Actor) -> None:
    declare(actor, "customers", "industry")
    declare(actor, "customers", "empty")
    gone = make_customer(actor, name="Gone", custom_fields={"industry": "Steel"})
    kept = make_customer(actor, name="Kept", custom_fields={"free": 1})
    page = flat(alices.get(f"/customers/{gone.public_id}/merge?into={kept.customer_number}"))
    row = r'>Industry</th>\s*<td data-label="Merged">Steel</td>\s*<td data-label="Kept">—</td>'
    assert re.search(row, page)
    assert ">Empty<" not in page
