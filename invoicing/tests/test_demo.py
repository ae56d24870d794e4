"""The demo company is what a newcomer should find, and its books are right."""

import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db.models import Count, Max, Min
from pytest_django import Settings

from bigledger_crm.embedded.paths import Layout
from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.models import ApiKey, Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.services import hash_key
from customers.models import Contact, Customer
from invoicing.integrity import check_integrity
from invoicing.models import CreditNote, Invoice, Payment
from invoicing.rules import invoice_state
from sales.models import Item, Quote, SalesOrder
from sales.queries import expired_quotes

pytestmark = pytest.mark.django_db


def run() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def fixed_day() -> Iterator[None]:
    """The demo data depends on the weekday that it ends on."""
    with clock.travelling(datetime(2026, 6, 17, 4, tzinfo=UTC)):
        yield


@pytest.mark.long
def test_the_demo_company(settings: Settings, tmp_path: Path) -> None:
    settings.LAYOUT = Layout(tmp_path / "data")
    assert run().startswith("Created the demo company comp_")
    company = Company.objects.get()
    assert check_integrity() == []
    _check_sign_in(company, settings.LAYOUT.demo)
    with company_scope(company):
        _check_sales(company)
        assert OutboxEmail.objects.count() <= 6
        assert all(email.to[0].endswith(".test") for email in OutboxEmail.objects.all())
    written = settings.LAYOUT.demo.read_bytes()
    assert run() == "The demo company already exists.\n"
    assert settings.LAYOUT.demo.read_bytes() == written
    assert User.objects.count() == Company.objects.count() == 1


def _check_sign_in(company: Company, file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = json.loads(file.read_text())
    assert sorted(written) == ["apiKey", "companyId", "email", "password"]
    assert (written["email"], written["companyId"]) == ("demo@example.com", company.public_id)
    user = authenticate(username=written["email"], password=written["password"])
    assert isinstance(user, User)
    assert user.is_superuser
    assert Membership.objects.get(user=user, company=company).role == "owner"
    assert ApiKey.objects.get(hash=hash_key(written["apiKey"])).companies.get() == company


def _check_sales(company: Company) -> None:
    today = clock.today(company.time_zone)
    widget = Item.objects.select_related("tax_code").get(item_code="WDG-001")
    assert widget.tax_code is not None
    assert (widget.name, widget.unit_price, widget.tax_code.code) == ("Premium Widget", Decimal(25), "SST")
    assert Item.objects.count() == 25
    assert Customer.objects.count() == 40
    assert Contact.objects.count() == 36
    names = "".join(Customer.objects.values_list("name", flat=True))
    assert all(letter in names for letter in ("永", "மு", "ك", "Sdn Bhd"))
    assert Quote.objects.count() == 150
    assert set(Quote.objects.values_list("status", flat=True)) == {"draft", "sent", "accepted", "converted"}
    assert Quote.objects.filter(expired_quotes(today)).count() > 10
    order_states = set(SalesOrder.objects.values_list("status", flat=True))
    assert order_states == {"draft", "confirmed", "shipped", "delivered", "cancelled"}
    standings = [
        invoice_state(
            invoice.status,
            total=invoice.total,
            paid=invoice.amount_paid,
            credited=invoice.amount_credited,
            due_date=invoice.due_date,
            today=today,
        )
        for invoice in Invoice.objects.all()
    ]
    assert 180 <= len(standings) <= 260
    assert {one.status for one in standings} == {"draft", "sent", "overdue", "paid", "cancelled"}
    assert CreditNote.objects.count() > 2
    assert Payment.objects.exclude(voided_at=None).count() > 0
    assert {one.payment_status for one in standings} == {"unpaid", "partial", "paid"}
    assert SalesOrder.objects.annotate(parts=Count("invoices")).filter(parts=2).count() > 10
    span = Invoice.objects.aggregate(first=Min("invoice_date"), last=Max("invoice_date"))
    assert span["first"] < today - timedelta(days=300)
    assert today - timedelta(days=10) < span["last"] <= today
    assert Payment.objects.filter(payment_date__gt=today).count() == 0
    assert 10_000 < max(Customer.objects.values_list("total_sales", flat=True)) < 200_000
