"""The demo company is what a newcomer should find, and its books are right."""

import json
import stat
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db.models import Count, Max, Min
from django.test import override_settings
from pytest_django import Settings

from bigledger_crm.embedded.paths import Layout
from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import ApiKey, Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.services import hash_key
from customers.models import Contact, Customer
from invoicing.demo.customers import MISTYPED
from invoicing.demo.einvoices import SALES
from invoicing.einvoice_simulator.taxpayers import Match, match
from invoicing.einvoice_simulator.testing import running_simulator
from invoicing.integrity import check_integrity
from invoicing.models import CreditNote, EInvoice, Invoice, Payment, Refund, WriteOff
from invoicing.rules import invoice_state
from invoicing.rules.consolidation import LIMIT
from invoicing.services.einvoice_consolidation import to_consolidate
from invoicing.services.einvoice_processing import process_einvoices
from sales.models import Item, Quote, SalesOrder
from sales.queries import expired_quotes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker")]
END = datetime(2026, 6, 17, 4, tzinfo=UTC)


def run() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def fixed_day() -> Iterator[None]:
    """The demo data depends on the weekday that it ends on."""
    with clock.travelling(END):
        yield


def test_the_demo_company(settings: Settings, tmp_path: Path) -> None:
    settings.LAYOUT = Layout(tmp_path / "data")
    assert run().startswith("Created the demo company comp_")
    company = Company.objects.get()
    assert check_integrity() == []
    _check_sign_in(company, settings.LAYOUT.demo)
    with company_scope(company):
        _check_sales(company)
        _check_einvoices(company)
        assert OutboxEmail.objects.count() <= 6
        assert all(email.to[0].endswith(".test") for email in OutboxEmail.objects.all())
    written = settings.LAYOUT.demo.read_bytes()
    assert run() == "The demo company already exists.\n"
    assert settings.LAYOUT.demo.read_bytes() == written
    assert (User.objects.count(), Company.objects.count()) == (3, 1)


def _check_sign_in(company: Company, file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = json.loads(file.read_text())
    assert sorted(written) == ["apiKey", "companyId", "email", "password"]
    assert (written["email"], written["companyId"]) == ("demo@example.com", company.public_id)
    user = authenticate(username=written["email"], password=written["password"])
    assert isinstance(user, User)
    assert user.is_superuser
    assert Membership.objects.get(user=user, company=company).role == "owner"
    marcus = Membership.objects.get(user__email="marcus@example.com", own_records_only=True)
    assert authenticate(username=marcus.user.email, password=written["password"]) == marcus.user
    assert Membership.objects.filter(own_records_only=False, role="sales").count() == 1
    assert ApiKey.objects.get(hash=hash_key(written["apiKey"])).companies.get() == company


def _check_einvoices(company: Company) -> None:
    """They wait for the workers; LHDN takes all but one, and a month of sales to consumers can be reported together."""
    assert set(EInvoice.objects.values_list("status", flat=True)) <= {"pending", "cancelled"}
    waiting = EInvoice.objects.filter(status="pending").count()
    assert waiting > 10
    with running_simulator(at=END) as simulator, override_settings(MYINVOIS_SIMULATOR_URL=simulator.url):
        for seconds in (0, 10, 20):
            with clock.travelling(END + timedelta(seconds=seconds)):
                while process_einvoices(company.pk):
                    pass
        others = Customer.objects.exclude(tin="").exclude(name=MISTYPED)
        pairs = list(others.values_list("tin", "identification_type", "identification_number"))
        assert len(pairs) > 10
        with simulator.simulator.lock:
            known = [match(simulator.simulator, tin, kind.upper(), number) for tin, kind, number in pairs]
        assert set(known) == {Match.YES}
    done = Counter(EInvoice.objects.exclude(status="cancelled").values_list("status", flat=True))
    assert done == {"accepted": waiting - 1, "rejected": 1}
    rejected = EInvoice.objects.get(status="rejected")
    invoice = rejected.sources.get().invoice
    assert invoice is not None
    assert (invoice.customer.name, len(rejected.errors)) == (MISTYPED, 1)
    month = to_consolidate(system_actor(company), END.date().replace(month=END.month - 1))
    assert len(month.together) >= SALES
    large = Invoice.objects.get(customer__einvoice_preference="consolidated", total__gt=LIMIT)
    assert large.einvoice_sources.get().einvoice.status == "accepted"


def _check_sales(company: Company) -> None:
    today = clock.today(company.time_zone)
    widget = Item.objects.select_related("tax_code").get(item_code="WDG-001")
    assert widget.tax_code is not None
    assert (widget.name, widget.unit_price, widget.tax_code.code) == ("Premium Widget", Decimal(25), "SST")
    assert Item.objects.count() == 25
    shares = Customer.objects.order_by("owner").values_list("owner").annotate(count=Count("pk"))
    assert len(shares) == 3
    assert all(owner and count > 10 for owner, count in shares)
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
            written_off=invoice.amount_written_off,
            due_date=invoice.due_date,
            today=today,
        )
        for invoice in Invoice.objects.all()
    ]
    assert 180 <= len(standings) <= 260
    assert {one.status for one in standings} == {"draft", "sent", "overdue", "paid", "cancelled"}
    assert CreditNote.objects.count() > 2
    assert Payment.objects.exclude(voided_at=None).count() > 0
    together = Payment.objects.annotate(parts=Count("allocations")).filter(parts__gt=1, invoice=None)
    assert (together.count(), Refund.objects.count(), WriteOff.objects.count()) == (4, 1, 1)
    assert Payment.objects.filter(unapplied__gt=0).count() + CreditNote.objects.filter(unapplied__gt=0).count() > 0
    assert {one.payment_status for one in standings} == {"unpaid", "partial", "paid"}
    assert SalesOrder.objects.annotate(parts=Count("invoices")).filter(parts=2).count() > 10
    span = Invoice.objects.aggregate(first=Min("invoice_date"), last=Max("invoice_date"))
    assert span["first"] < today - timedelta(days=300)
    assert today - timedelta(days=10) < span["last"] <= today
    assert Payment.objects.filter(payment_date__gt=today).count() == 0
    assert 10_000 < max(Customer.objects.values_list("total_sales", flat=True)) < 200_000
