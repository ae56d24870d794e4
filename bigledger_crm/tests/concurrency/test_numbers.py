"""Numbers of real documents: no gap and no double, whatever fails or dies."""

import subprocess
import sys
from datetime import date

import pytest
from django.conf import settings
from django.db import connection, transaction

from bigledger_crm.numbering.models import DocumentSequence
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer, make_invoice, make_order, make_quote
from bigledger_crm.testing.threads import at_once
from invoicing.integrity import check_integrity
from invoicing.models import Invoice
from sales.models import Quote, SalesOrder

pytestmark = pytest.mark.usefixtures("committed")


def test_documents_made_at_once_leave_no_gap(actor: Actor) -> None:
    """8 threads make quotes, orders and invoices of two years; every seventh is rolled back."""
    with company_scope(actor.company):
        customer = make_customer(actor)

    def make_seven() -> None:
        for turn in range(7):
            day = date(2023 + turn % 2, 6, 1)
            with transaction.atomic():
                make_quote(actor, customer, quote_date=day)
                make_order(actor, customer, order_date=day, draft=True)
                make_invoice(actor, customer, invoice_date=day, draft=True)
                transaction.set_rollback(turn == 0)

    _, failures = at_once([make_seven] * 8, company=actor.company)
    assert failures == []
    with company_scope(actor.company):
        for numbers, prefix in (
            (Quote.objects.values_list("quote_number", flat=True), "QT"),
            (SalesOrder.objects.values_list("order_number", flat=True), "SO"),
            (Invoice.objects.values_list("invoice_number", flat=True), "INV"),
        ):
            expected = [f"{prefix}-{year}-{number:04d}" for year in (2023, 2024) for number in range(1, 25)]
            assert sorted(numbers) == expected
    assert check_integrity() == []


def test_a_process_killed_between_counter_and_commit_leaves_no_gap(actor: Actor) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor)
        first = make_quote(actor, customer)
        year = first.quote_date.year
        killed = subprocess.run(
            [
                sys.executable,
                "-m",
                "bigledger_crm.tests.concurrency.support.killed_while_numbering",
                connection.settings_dict["NAME"],
                str(actor.company.pk),
                customer.public_id,
                "5",
            ],
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert killed.stdout == f"QT-{year}-0002 SIGKILL\n" * 5, killed.stderr
        assert Quote.objects.count() == 1
        assert DocumentSequence.objects.get(kind="quote").last_value == 1
        assert make_quote(actor, customer).quote_number == f"QT-{year}-0002"
    assert check_integrity() == []
