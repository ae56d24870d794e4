"""What goes along a sale: the quote's title, and whose number is whose on every document."""

from typing import Any

import pypdfium2
import pytest
from django.db import IntegrityError, transaction

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_customer, make_invoice, make_order, make_quote
from invoicing.inputs import CreditNoteInput
from invoicing.models import Invoice
from invoicing.services import (
    convert_order_to_invoice,
    create_credit_note,
    duplicate_invoice,
    issue_invoice,
    render_credit_note_pdf,
    render_invoice_pdf,
)
from sales.models import SalesOrder
from sales.services import accept_quote, convert_quote_to_order, render_order_pdf

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
TITLE = "Office fit-out, phase 2"


@pytest.fixture
def order(actor: Actor) -> SalesOrder:
    """The order of a quote with a title, by the customer's own number."""
    quote = make_quote(actor, make_customer(actor), title=TITLE, reference="PO-4711")
    return convert_quote_to_order(actor, accept_quote(actor, quote))


def printed(content: bytes) -> str:
    """The text of the first page, runs of white space made one space."""
    return " ".join(pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range().split())


def test_the_title_goes_along(actor: Actor, order: SalesOrder) -> None:
    invoice = issue_invoice(actor, convert_order_to_invoice(actor, order))
    note = create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id))
    assert [document.title for document in (order, invoice, note)] == [TITLE] * 3
    pdfs = (render_order_pdf(actor, order), render_invoice_pdf(actor, invoice), render_credit_note_pdf(actor, note))
    assert all(TITLE in printed(pdf.content) for pdf in pdfs)
    assert "office fit-out" in order.search_text
    assert "office fit-out" in invoice.search_text
    assert duplicate_invoice(actor, invoice).title == TITLE


def test_the_database_keeps_the_title_of_what_went_out(actor: Actor, order: SalesOrder) -> None:
    invoice = issue_invoice(actor, convert_order_to_invoice(actor, order))
    for model, key in ((SalesOrder, order.pk), (Invoice, invoice.pk)):
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            model.objects.filter(pk=key).update(title="Other")


def references(document_id: Any) -> list[tuple[str, str]]:
    """What a stored document names."""
    context = StoredDocument.objects.get(document_id=document_id).context
    return [(row["label"], row["value"]) for row in context["references"]]


def test_whose_number_is_whose(actor: Actor, order: SalesOrder) -> None:
    invoice = issue_invoice(actor, convert_order_to_invoice(actor, order))
    note = create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id))
    theirs = [("Your purchase order", "PO-4711"), ("Our order", "SO-2024-0001")]
    assert references(invoice.pk) == theirs
    assert references(note.pk) == [("Our invoice", "INV-2024-0001"), *theirs]
    assert "Your purchase order PO-4711" in printed(render_credit_note_pdf(actor, note).content)


def test_of_an_invoice_without_an_order(actor: Actor) -> None:
    invoice = make_invoice(actor, reference="Call of 3 May", purchase_order="PO-9")
    expected = [("Your reference", "Call of 3 May"), ("Your purchase order", "PO-9")]
    assert references(invoice.pk) == expected
    note = create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id))
    assert references(note.pk) == [("Our invoice", "INV-2024-0001"), *expected]


def test_the_title_over_the_api(api: ApiClient, actor: Actor) -> None:
    order = make_order(actor, draft=True)
    path = f"/sales-orders/{order.public_id}"
    assert api.get(path).data["title"] is None
    assert api.patch(path, {"title": f" {TITLE} "}).data["title"] == TITLE
    assert [row["title"] for row in api.get("/sales-orders?search=fit-out").data] == [TITLE]
    api.patch(f"{path}/status", {"status": "confirmed"})
    assert api.patch(path, {"title": "Other"}).error["code"] == "ORDER_NOT_EDITABLE"
    invoice = api.post(f"{path}/convert-to-invoice").data
    assert invoice["title"] == TITLE
    assert api.patch(f"/invoices/{invoice['id']}", {"title": "Other"}).data["title"] == "Other"
