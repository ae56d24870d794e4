"""Consolidating a month on its page."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.testing.einvoices import Reporting, reporting
from bigledger_crm.testing.html import flat
from invoicing.models import EInvoice, EInvoiceSettings

pytestmark = pytest.mark.usefixtures("in_company", "no_broker")
PAGE = "/einvoices/consolidation"


@pytest.fixture
def lhdn(company: Company, actor: Actor) -> Iterator[Reporting]:
    with reporting(company, actor) as found:
        yield found


def seen(client: Client, month: str = "") -> str:
    answer = client.get(PAGE, {"month": month} if month else {})
    assert answer.status_code == 200
    return flat(answer)


def test_a_month_is_looked_at_and_reported(lhdn: Reporting, client: Client, alice: User) -> None:
    client.force_login(alice)
    counter = lhdn.buyer(name="Counter sales", einvoice_preference="consolidated")
    first, large, last = (lhdn.invoice(counter, price=price) for price in ("10.00", "10000.01", "30.00"))
    page = seen(client, "2026-11")
    assert "The month is not over yet" in page
    assert "Consolidate and report" not in page
    client.post(PAGE, {"month": "2026-11"})
    assert "The month is not over yet" in seen(client, "2026-11")
    assert not EInvoice.objects.exists()

    lhdn.pass_time(days=30)
    client.force_login(alice)  # the session has ended
    page = seen(client)  # last month
    for text in ("November 2026", "2 invoices", "40.00", "Due", "7 Dec 2026", large.invoice_number, "Above"):
        assert text in page, text
    answer = client.post(PAGE, {"month": "2026-11"})
    assert answer["Location"] == f"{PAGE}?month=2026-11"
    made = EInvoice.objects.get()
    assert {source.invoice_id for source in made.sources.all()} == {first.pk, last.pk}
    page = seen(client, "2026-11")
    for text in ("E-invoice queued: CONS-2026-11-1", "Pending", "0 invoices"):
        assert text in page, text
    client.post(PAGE, {"month": "2026-11"})
    assert "There are no sales to consumers" in seen(client, "nonsense")
    assert EInvoice.objects.count() == 1


def test_without_einvoices_the_page_leads_to_the_settings(lhdn: Reporting, client: Client, alice: User) -> None:
    client.force_login(alice)
    EInvoiceSettings.objects.update(environment="")
    assert "E-invoices are off" in seen(client)
    client.post(PAGE, {"month": f"{date(2026, 10, 1):%Y-%m}"})
    assert not EInvoice.objects.exists()
