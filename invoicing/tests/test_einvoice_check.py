"""What the tax office would reject of an invoice, by the API and on its page."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_item
from bigledger_crm.testing.html import flat
from customers.models import Customer
from invoicing.models import Invoice
from sales.models import TaxCode

pytestmark = pytest.mark.usefixtures("in_company")
ADDRESS = {
    "street": "1 Jalan Ampang",
    "city": "Kuala Lumpur",
    "state": "Selangor",
    "postalCode": "50450",
    "country": "MY",
}
COMPANY: dict[str, Any] = {
    "legal_name": "Tech Supplies Sdn Bhd",
    "tin": "C20880050010",
    "registration_number": "202301234567 (1234567-X)",
    "msic_code": "46510",
    "business_activity": "Wholesale of computers",
    "phone": "+60312345678",
    "address": ADDRESS,
}
CUSTOMER: dict[str, Any] = {
    "phone": "+60123456789",
    "address": ADDRESS,
    "tin": "C10203040050",
    "identification_type": "brn",
    "identification_number": "201901000005",
}


@pytest.fixture
def customer(actor: Actor) -> Customer:
    return make_customer(actor, name="Kedai Kopi", **CUSTOMER)


@pytest.fixture
def ready(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(**COMPANY)


def problems(api: ApiClient, invoice: Invoice) -> list[tuple[str, str]]:
    answer = api.get(f"/invoices/{invoice.public_id}/einvoice/check").data
    assert answer["ready"] == (not answer["problems"])
    return [(one["field"], one["code"]) for one in answer["problems"]]


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("draft", [True, False])
def test_what_says_everything_is_ready(
    api: ApiClient, alices: Client, actor: Actor, customer: Customer, draft: bool
) -> None:
    item = make_item(actor, item_code="W", classification_code="011")
    lines = [
        line("3", "33.33", item_id=item.public_id, tax_code="SST"),
        line("1", "5.00", discount_percent=Decimal(10)),
    ]
    invoice = make_invoice(actor, customer, lines, draft=draft, shipping_cost=Decimal("7.50"))
    assert problems(api, invoice) == []
    assert "Nothing to correct" in flat(alices.get(f"/invoices/{invoice.public_id}/einvoice"))


@pytest.mark.usefixtures("ready")
def test_a_foreign_customer_in_a_foreign_currency(api: ApiClient, actor: Actor) -> None:
    abroad = {"street": "1 High Street", "city": "Singapore", "country": "SG"}
    customer = make_customer(actor, currency="USD", phone="+6561234567", address=abroad)
    invoice = make_invoice(actor, customer, [line("2", "9.99")], exchange_rate=Decimal("4.5"))
    assert problems(api, invoice) == []


def test_all_that_is_missing_is_said_at_once(api: ApiClient, actor: Actor) -> None:
    invoice = make_invoice(actor, make_customer(actor), [line("1", "5.00", tax_code="EXEMPT")])
    assert problems(api, invoice) == [
        ("supplier.tin", "TIN_MISSING"),
        ("supplier.idNumber", "ID_MISSING"),
        ("supplier.msicCode", "MSIC_MISSING"),
        ("supplier.businessActivity", "ACTIVITY_MISSING"),
        ("supplier.phone", "PHONE_MISSING"),
        ("supplier.address.lines", "STREET_MISSING"),
        ("supplier.address.city", "CITY_MISSING"),
        ("supplier.address.state", "STATE_MISSING"),
        ("buyer.tin", "TIN_MISSING"),
        ("buyer.idNumber", "ID_MISSING"),
        ("buyer.phone", "PHONE_MISSING"),
        ("buyer.address.lines", "STREET_MISSING"),
        ("buyer.address.city", "CITY_MISSING"),
        ("buyer.address.state", "STATE_MISSING"),
        ("lines[0].tax.exemptionReason", "EXEMPTION_REASON_MISSING"),
    ]


def test_each_problem_leads_to_the_page_that_corrects_it(
    alices: Client, bob: User, actor: Actor, client: Client
) -> None:
    item = make_item(actor, item_code="W", classification_code="999")
    customer = make_customer(actor)
    lines = [line("1", "5.00", tax_code="EXEMPT"), line("1", "5.00", item_id=item.public_id, tax_code="ZERO")]
    invoice = make_invoice(actor, customer, lines)
    code = TaxCode.objects.get(code="EXEMPT")
    url = f"/invoices/{invoice.public_id}/einvoice"
    page = flat(alices.get(url))
    own = "/settings/company"
    for href in (
        own,
        f"/customers/{customer.public_id}/edit",
        f"/settings/taxes/{code.public_id}",
        f"/items/{item.public_id}",
    ):
        assert f'<h3><a href="{href}">' in page
    assert f'href="{url}"' in flat(alices.get(f"/invoices/{invoice.public_id}"))
    client.force_login(bob)
    theirs = flat(client.get(url))
    assert "MSIC" in theirs
    assert f'<h3><a href="{own}">' not in theirs


def test_elsewhere_nobody_is_asked(alices: Client, actor: Actor, company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(country="SG")
    invoice = make_invoice(actor)
    assert "e-invoice" not in flat(alices.get(f"/invoices/{invoice.public_id}"))
