"""Customers whose invoices wait for something that their e-invoices have to say of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from bigledger_crm.testing.html import flat
from customers.models import Customer
from invoicing.models import EInvoiceSettings
from invoicing.queries import einvoice_readiness
from invoicing.queries.einvoice_readiness import TIN_DIFFERS, customers_not_ready

pytestmark = pytest.mark.usefixtures("in_company")
ADDRESS = {"street": "1 Jalan Ampang", "city": "Kuala Lumpur", "state": "Selangor", "country": "MY"}
READY: dict[str, Any] = {
    "phone": "+60123456789",
    "address": ADDRESS,
    "tin": "C10203040050",
    "identification_type": "brn",
    "identification_number": "201901000005",
}


def names(actor: Actor, **options: Any) -> list[str]:
    return [row.customer.name for row in customers_not_ready(actor.company, actor.today(), **options).rows]


def test_who_is_listed_and_why(actor: Actor) -> None:
    ready = make_customer(actor, name="Ready", **READY)
    lacking = make_customer(actor, name="Lacking", **READY | {"tin": "", "address": None})
    wrong = make_customer(actor, name="Wrong", **READY)
    Customer.objects.filter(pk=wrong.pk).update(tin_check="differs", tin_checked_at=wrong.created_at)
    consumer = make_customer(actor, name="Consumer", einvoice_preference="consolidated")
    make_customer(actor, name="Without invoices")
    for customer in (ready, wrong, consumer):
        make_invoice(actor, customer)
    make_invoice(actor, lacking, [line("2", "10.00")], draft=True)
    make_invoice(actor, lacking, [line("1", "10.00")])
    found = {row.customer.name: row for row in customers_not_ready(actor.company, actor.today()).rows}
    assert found.keys() == {"Lacking", "Wrong"}
    assert found["Wrong"].problems == [TIN_DIFFERS]
    assert [problem.split(" (")[0] for problem in found["Lacking"].problems[:2]] == [
        "The TIN",
        "The street of the address is missing",
    ]
    assert found["Lacking"].waiting.count == 2


def test_only_what_is_still_to_be_reported_counts(actor: Actor) -> None:
    today = actor.today()
    old, new = (make_customer(actor, name=name) for name in ("Old", "New"))
    for customer, days in ((old, 60), (new, 10)):
        make_invoice(actor, customer, invoice_date=today - timedelta(days=days))
    assert names(actor) == ["Old", "New"]
    EInvoiceSettings.objects.create(company=actor.company, starts_on=today - timedelta(days=30))
    assert names(actor) == ["New"]


def test_a_page_leads_to_the_next(
    actor: Actor, client: Client, alice: User, monkeypatch: pytest.MonkeyPatch, company: Company
) -> None:
    monkeypatch.setattr(einvoice_readiness, "PAGE_SIZE", 1)
    for name in ("Alpha", "Beta"):
        make_invoice(actor, make_customer(actor, name=name))
    client.force_login(alice)
    first = client.get("/einvoices/customers")
    shown = flat(first)
    assert ("Alpha" in shown, "Beta" in shown) == (True, False)
    assert "The TIN (tax identification number) is missing" in shown
    second = flat(client.get(f"/einvoices/customers{first.context['next_page']}"))
    assert ("Alpha" in second, "Beta" in second) == (False, True)
    Company.objects.filter(pk=company.pk).update(country="SG")
    assert client.get("/einvoices/customers").status_code == 404
