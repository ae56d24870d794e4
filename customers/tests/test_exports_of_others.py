"""The exports of other programs, in files of our own in their shape, become customers and contacts."""

from pathlib import Path

import pytest

from bigledger_crm.imports.models import ImportRow
from bigledger_crm.imports.tests import support
from bigledger_crm.tenancy.actor import Actor
from customers.models import Contact, Customer

pytestmark = pytest.mark.usefixtures("in_company")
EXPORTS = Path(__file__).parent / "exports"
# What each says of the bakery: number, phone, street, country, terms.
CUSTOMERS = {
    "Invoice Ninja": ("0001", "+60312345678", "12 Jalan Pasar", "MY", 30),
    "Odoo": ("HB-1", "+60312345678", "12 Jalan Pasar", "MY", 30),
    "ERPNext": ("CUST-2024-00001", "+60123456701", None, None, 30),
    "Zoho Books": ("CUS-00001", "+60312345678", "12 Jalan Pasar", "MY", 30),
    "Xero": ("HB-1", "+60312345678", "12 Jalan Pasar", "MY", None),
    "QuickBooks": (None, "+60312345678", "12 Jalan Pasar", "MY", 30),
}


def export(source: str) -> bytes:
    """The file in the shape of a program's export."""
    return (EXPORTS / f"{source.lower().replace(' ', '_')}.csv").read_bytes()


@pytest.mark.parametrize("source", CUSTOMERS)
def test_customers(actor: Actor, source: str) -> None:
    job = support.run(actor, export(source))
    assert (job.source, support.errors(job), support.outcomes(job)) == (source, {}, ["new", "new"])
    bakery = Customer.objects.get(name="Harbour Bakery")
    number, phone, street, country, terms = CUSTOMERS[source]
    assert number in (None, bakery.customer_number)
    assert bakery.phone == phone
    address = bakery.billing_address or bakery.address or {}
    assert (address.get("street"), address.get("country")) == (street, country)
    assert terms in (None, bakery.payment_terms)
    again = support.run(actor, export(source))
    assert support.outcomes(again) == ["same", "same"]


@pytest.mark.parametrize("source", ["Invoice Ninja", "Zoho Books", "Xero"])
def test_contacts_of_the_same_file(actor: Actor, source: str) -> None:
    support.run(actor, export(source))
    job = support.run(actor, export(source), "contacts")
    assert (job.source, support.errors(job)) == (source, {})
    mei = Contact.objects.get(email="mei@harbour.example")
    assert (mei.name, mei.customer.name) == ("Mei Tan", "Harbour Bakery")


def test_cards(actor: Actor) -> None:
    support.run(actor, "name,email\nHarbour Bakery,hello@harbour.example\n", match_by="name")
    job = support.run(actor, (EXPORTS / "people.vcf").read_bytes(), "contacts")
    assert (job.source, support.errors(job)) == ("vCard", {})
    mei, hans = Contact.objects.order_by("-name")
    assert (mei.name, mei.title, mei.department, mei.mobile) == ("Mei Tan", "Owner", "Front office", "+60123456701")
    assert mei.notes == "Prefers email, and answers quickly"
    assert (hans.name, hans.phone) == ("Hans Müller", "+60312345678")
    assert list(ImportRow.objects.filter(job=job).values_list("line", flat=True).order_by("position")) == [1, 12]
