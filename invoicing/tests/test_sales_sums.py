"""Sums of sales that are kept: reports made of them say what the documents say, whatever has changed since."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from bigledger_crm.kernel.clock import travelling
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from customers.inputs import CustomerInput
from customers.services import merge_customers, update_customer
from invoicing.analytics.sales_breakdown import sales_by
from invoicing.analytics.sales_sums_job import keep_all_sales_sums, keep_sales_sums
from invoicing.analytics.tax_summary import tax_summary
from invoicing.inputs import CreditNoteInput, GoodwillInput, InvoiceInput, PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import Invoice, SalesChange, SalesSum
from invoicing.services import (
    cancel_invoice,
    change_invoice_tags,
    create_credit_note,
    create_goodwill_note,
    record_payment,
    update_invoice,
)
from invoicing.tests.report_history import ReportHistory

pytestmark = pytest.mark.usefixtures("no_broker")
NOW = datetime(2024, 4, 10, 4, tzinfo=UTC)
DIMENSIONS = ("day", "customer", "owner", "country", "tag", "origin", "item")
SPANS = (
    ((date(2024, 1, 1), date(2024, 3, 31)), (date(2023, 10, 1), date(2023, 12, 31))),
    ((date(2024, 2, 29), date(2024, 2, 29)), None),
    ((date(2023, 1, 1), date(2024, 4, 10)), (date(2021, 9, 22), date(2022, 12, 31))),
    ((date(2023, 12, 15), date(2024, 3, 1)), (date(2023, 2, 1), date(2024, 1, 10))),
)


def reports(actor: Actor) -> list[Any]:
    """All that is made of sums, over spans of whole months and others."""
    company = actor.company
    found: list[Any] = [
        sales_by(company, dimension, span, before) for dimension in DIMENSIONS for span, before in SPANS
    ]
    for dimension in DIMENSIONS:
        whole, few = (sales_by(company, dimension, *SPANS[2], most=most) for most in (None, 2))
        assert (few.groups, few.count, few.total) == (whole.groups[:2], whole.count, whole.total)
    orders = ("value", "quantity")
    found += [sales_by(company, "item", *SPANS[2], with_customers=True, counted=(order, 2)) for order in orders]
    return [*found, *(tax_summary(company, *span) for span, _ in SPANS)]


def reports_of_documents(actor: Actor) -> list[Any]:
    """The same when nothing is kept."""
    kept = list(SalesSum.objects.all())
    changes = list(SalesChange.objects.all())
    days = {*Invoice.objects.values_list("invoice_date", flat=True)}
    days |= {one.day for one in kept} | {one.day for one in changes}
    SalesSum.objects.all().delete()
    every = [SalesChange(company_id=actor.company.pk, day=day) for day in days]
    SalesChange.objects.bulk_create(every)
    found = reports(actor)
    SalesChange.objects.all().delete()
    SalesSum.objects.bulk_create(kept)
    SalesChange.objects.bulk_create(changes)
    return found


@pytest.mark.usefixtures("in_company")
@pytest.mark.parametrize("seed", range(3))
def test_reports_are_the_same_with_and_without(actor: Actor, bob: User, seed: int) -> None:
    with travelling(NOW):
        history = ReportHistory(actor, seed, ["", bob.public_id])
        for _ in range(3):
            history.live(8)
            assert reports(actor) == reports_of_documents(actor)  # part of it has changed
            keep_all_sales_sums()
            assert not SalesChange.objects.exists()
            assert reports(actor) == reports_of_documents(actor)
            assert check_integrity(actor.company) == []


@pytest.fixture
def sold(in_company: None, actor: Actor) -> Invoice:
    """An issued invoice, whose sums are kept."""
    invoice = make_invoice(actor, make_customer(actor, name="Acme"), [line()], tags=["new"])
    keep_all_sales_sums()
    return invoice


def credited(actor: Actor, invoice: Invoice) -> None:
    create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id))


def forgiven(actor: Actor, invoice: Invoice) -> None:
    note = GoodwillInput(customer_id=invoice.customer.public_id, reason="Sorry", items=[line()])
    create_goodwill_note(actor, note)


def handed_over(actor: Actor, invoice: Invoice) -> None:
    update_invoice(actor, invoice, InvoiceInput(owner_id=""))


def merged(actor: Actor, invoice: Invoice) -> None:
    merge_customers(actor, invoice.customer, make_customer(actor, name="Acme Holding"))


CHANGES: dict[str, Callable[[Actor, Invoice], object]] = {
    "issued": lambda actor, invoice: make_invoice(actor, invoice.customer, [line()]),
    "cancelled": cancel_invoice,
    "credited": credited,
    "goodwill": forgiven,
    "handed over": handed_over,
    "tagged": lambda actor, invoice: change_invoice_tags(actor, invoice, ["VIP"], ["new"]),
    "merged": merged,
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_sales_is_noted(actor: Actor, sold: Invoice, change: str) -> None:
    CHANGES[change](actor, sold)
    assert SalesChange.objects.filter(company_id=actor.company.pk, day=actor.today()).exists()
    assert reports(actor) == reports_of_documents(actor)
    keep_all_sales_sums()
    assert check_integrity(actor.company) == []


def test_credit_follows_its_owner(actor: Actor, sold: Invoice) -> None:
    forgiven(actor, sold)
    credited(actor, sold)
    keep_all_sales_sums()
    update_customer(actor, sold.customer, CustomerInput(owner_id=""))
    assert SalesChange.objects.exists()
    keep_all_sales_sums()
    update_invoice(actor, sold, InvoiceInput(owner_id=""))
    assert SalesChange.objects.exists()
    keep_all_sales_sums()
    assert check_integrity(actor.company) == []


def test_other_changes_are_not_noted(actor: Actor, sold: Invoice) -> None:
    make_invoice(actor, sold.customer, [line()], draft=True)
    record_payment(actor, sold, PaymentInput(amount=sold.total, payment_method="cash"))
    update_invoice(actor, sold, InvoiceInput(notes="Paid"))
    update_customer(actor, sold.customer, CustomerInput(name="Acme Sdn Bhd"))
    assert not SalesChange.objects.exists()


def test_documents_of_kept_days_are_not_read(actor: Actor, sold: Invoice) -> None:
    SalesSum.objects.filter(dimension="owner").update(invoiced=1)
    today = actor.today()
    with CaptureQueriesContext(connection) as queries:
        (group,) = sales_by(actor.company, "owner", (today, today)).groups
    assert len(queries) == 1
    assert (group.sales.invoiced, group.sales.invoices) == (Decimal(1), 1)
    wrong = {(found.subject, found.recorded.split(" / ")[2]) for found in check_integrity(actor.company)}
    sums = (("day", today), ("month", today.replace(day=1)))
    assert wrong == {(f"sales by owner {group.key} of the {unit} {day}", f"1.{14 * '0'}") for unit, day in sums}


def test_what_takes_long_is_continued(in_company: None, actor: Actor) -> None:
    months = (date(2024, 1, 31), date(2024, 3, 1))
    for day in months:
        make_invoice(actor, make_customer(actor, name=f"Of {day}"), [line()], invoice_date=day)
    changed = SalesChange.objects.order_by("day").values_list("day", flat=True)
    keep_all_sales_sums(seconds=0)
    assert [*changed.all()] == [*months]
    keep_sales_sums(actor.company.pk, date(2024, 3, 1))
    assert [*changed.all()] == [months[0]]
    keep_all_sales_sums()
    assert not changed.all()


def test_companies_are_apart(db: None, actor: Actor, stranger: Actor) -> None:
    for number, one in enumerate((actor, stranger)):
        with company_scope(one.company):
            make_invoice(one, make_customer(one), [line(unit_price=str(number + 7))])
    keep_all_sales_sums()
    assert {*SalesSum.objects.values_list("company_id", flat=True)} == {actor.company.pk, stranger.company.pk}
    for number, one in enumerate((actor, stranger)):
        with company_scope(one.company):
            assert sales_by(one.company, "day", (date(2000, 1, 1), date(2100, 1, 1))).total.invoiced == number + 7
            assert check_integrity(one.company) == []


def test_sums_are_kept_among_writers(committed: None, actor: Actor) -> None:
    """Writers issue and cancel while two jobs keep sums; what is left is noted, and true."""
    today = actor.today()
    with company_scope(actor.company):
        customer = make_customer(actor)

    def write(number: int) -> None:
        with company_scope(actor.company):
            invoice = make_invoice(actor, customer, [line(unit_price=str(number + 1))])
            if number % 3 == 0:
                cancel_invoice(actor, invoice)
        connections.close_all()

    def keep(_number: int) -> bool:
        done = keep_sales_sums(actor.company.pk, today.replace(day=1))
        connections.close_all()
        return done

    with ThreadPoolExecutor(4) as threads:
        writers = [threads.submit(write, number) for number in range(24)]
        keepers = [threads.submit(keep, number) for number in range(24)]
        for future in writers:
            future.result()
        assert any(future.result() for future in keepers)
    with company_scope(actor.company):
        assert reports(actor) == reports_of_documents(actor)
        assert check_integrity(actor.company) == []
        keep_all_sales_sums()
        assert check_integrity(actor.company) == []
        assert sales_by(actor.company, "day", (today, today)).total.invoices == 16
