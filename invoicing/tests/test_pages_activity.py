"""Each line of a timeline and of the activity on the home page says which document, whose, and how much."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.audit.services import record
from bigledger_crm.kernel.ids import new_id
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_order, make_quote
from bigledger_crm.testing.html import flat
from bigledger_crm.web.timeline import note_of
from customers.inputs import ContactInput
from customers.services import create_contact
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.models import Invoice
from invoicing.pages.activity import objects_of
from invoicing.services import convert_order_to_invoice, create_credit_note, record_payment
from sales.inputs import QuantityInput

pytestmark = pytest.mark.usefixtures("time_in_2024")


def _lines(client: Client, url: str, element: str) -> list[str]:
    """The items of the list on a page, as they are read."""
    page = flat(client.get(url)).replace("\xa0", " ")
    found = re.search(rf'<{element} class="(?:timeline|activity)">(.*?)</{element}>', page, re.DOTALL)
    assert found is not None
    items = re.findall(r"<li.*?</li>", found[1], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", item).split()) for item in items]


def test_each_line_says_which_whose_and_how_much(client: Client, alice: User, actor: Actor) -> None:
    client.force_login(alice)
    with company_scope(actor.company):
        customer = make_customer(actor)
        create_contact(actor, customer, ContactInput(name="Jane"))
        invoice = make_invoice(actor, customer, [line("12.5")])
        record_payment(actor, invoice, PaymentInput(amount=Decimal("1000.00")))
        create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id, items=_two(invoice)))
        order = make_order(actor, customer)
        billed = convert_order_to_invoice(actor, order)
    told = _lines(client, f"/customers/{customer.public_id}", "ol")
    for words in (
        "Invoice issued · INV-2024-0001 · MYR 1,250.00",
        "Payment recorded · INV-2024-0001 · MYR 1,000.00",
        "Sales order confirmed · SO-2024-0001 · MYR 100.00",
    ):
        assert any(one.startswith(words) for one in told), (words, told)
    assert sum(one.count("MYR 1,000.00") for one in told) == 1
    assert not any("Acme" in one for one in told)
    home = [one for one in _lines(client, "/", "ul") if "INV-2024-0001" in one]
    assert home
    assert all(re.search(r"INV-2024-0001 · Acme Corporation · .*MYR \d", one) for one in home), home
    own = _lines(client, f"/invoices/{invoice.public_id}", "ol")
    assert not any("INV-2024-0001 · MYR" in one for one in own)
    of_order = _lines(client, f"/sales-orders/{order.public_id}", "ol")
    assert any(one.startswith(f"Invoice created · {billed.invoice_number} · MYR 100.00") for one in of_order), of_order


def _two(invoice: Invoice) -> list[QuantityInput]:
    return [QuantityInput(item_id=invoice.lines.get().public_id, quantity=Decimal(2))]


def test_documents_stand_beside_what_has_no_amount(actor: Actor) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor, name="Acme")
        quote = make_quote(actor, customer)
        kinds = (("customer.updated", customer.pk), ("email.sent", new_id()), ("quote.updated", quote.pk))
        entries = [record(actor, event, subject) for event, subject in kinds]
        about = objects_of(entries)
    names = [about[entry.pk].name for entry in entries if entry.pk in about]
    assert names == ["Acme", quote.quote_number]


@pytest.mark.parametrize(
    ("event", "note", "shown"),
    [
        ("payment.recorded", "MYR 1693.37", "MYR\u00a01,693.37"),
        ("credit_note.created", "CN-2024-0001: MYR 1212.00 Damaged", "CN-2024-0001: MYR\u00a01,212.00 Damaged"),
        ("quote.declined", "MYR 1693.37", "MYR 1693.37"),
    ],
)
def test_amounts_of_notes_are_shown_as_pages_show_them(event: str, note: str, shown: str) -> None:
    assert note_of(AuditEntry(event=event, note=note)) == shown
