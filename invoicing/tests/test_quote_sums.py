"""Sums of quotes that are kept: the funnel made of them says what the quotes say, whatever has changed since."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from bigledger_crm.kernel.clock import travelling
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer
from customers.models import Customer
from invoicing.analytics.funnel import quote_funnel
from invoicing.analytics.quote_report import quote_report
from invoicing.analytics.sales_sums_job import QUOTES, keep_all_sales_sums, keep_sales_sums, note_all_sales
from invoicing.inputs import InvoiceInput, PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import QuoteChange, QuoteSum
from invoicing.services import (
    cancel_invoice,
    convert_order_to_invoice,
    issue_invoice,
    record_payment,
    update_invoice,
    void_payment,
)
from sales.inputs import QuoteInput
from sales.models import Quote
from sales.services import (
    EmailOptions,
    accept_quote,
    convert_quote_to_order,
    create_quote,
    decline_quote,
    revise_quote,
    send_quote,
    update_quote,
)

pytestmark = pytest.mark.usefixtures("no_broker")
NOW = datetime(2024, 2, 29, 17, tzinfo=UTC)  # in Kuala Lumpur it is the first of March
TO_SOMEBODY = EmailOptions(to=["somebody@example.com"])


@pytest.fixture
def moment() -> Iterator[None]:
    with travelling(NOW):
        yield


def offer(actor: Actor, customer: Customer, price: str = "100", days_ago: int = 0) -> Quote:
    """A sent quote."""
    day = actor.today() - timedelta(days=days_ago)
    fields = QuoteInput(customer_id=customer.public_id, quote_date=day, items=[line(unit_price=price)])
    return send_quote(actor, create_quote(actor, fields), TO_SOMEBODY)[0]


def agree(actor: Actor, customer: Customer) -> bool:
    """Whether the report of kept sums says what is read from the quotes of the only customer."""
    company, today = actor.company, actor.today()
    spans = [(today - timedelta(days=90), today), (today - timedelta(days=29), today - timedelta(days=1))]
    return all(quote_report(company, *span, today) == quote_report(company, *span, today, customer) for span in spans)


def lives(actor: Actor, customer: Customer) -> Iterator[str]:
    """All that can change what became of a quote, one after the other."""
    quote = create_quote(actor, QuoteInput(customer_id=customer.public_id, items=[line()]))
    yield "created"
    quote = update_quote(actor, quote, QuoteInput(items=[line(unit_price="70")]))
    yield "changed"
    quote = send_quote(actor, quote, TO_SOMEBODY)[0]
    yield "sent"
    quote = revise_quote(actor, quote)
    yield "revised"
    quote = send_quote(actor, quote, TO_SOMEBODY)[0]
    quote = accept_quote(actor, quote)
    yield "accepted"
    update_quote(actor, quote, QuoteInput(owner_id=""))
    yield "handed over"
    invoice = convert_order_to_invoice(actor, convert_quote_to_order(actor, quote))
    yield "converted"
    invoice = issue_invoice(actor, invoice)
    yield "issued"
    payment = record_payment(actor, invoice, PaymentInput(amount=invoice.total))
    yield "paid"
    void_payment(actor, payment)
    yield "not paid"
    invoice.refresh_from_db()
    cancel_invoice(actor, invoice)
    yield "not invoiced"
    decline_quote(actor, offer(actor, customer), reason=" Too  dear ")
    yield "declined"
    Company.objects.filter(pk=actor.company.pk).update(time_zone="America/New_York")
    actor.company.time_zone = "America/New_York"
    yield "moved to another time zone"


def test_what_becomes_of_quotes_is_noted(in_company: None, moment: None, actor: Actor) -> None:
    customer = make_customer(actor)
    for change in lives(actor, customer):
        assert QuoteChange.objects.exists(), change
        assert agree(actor, customer), change
        keep_all_sales_sums()
        assert not QuoteChange.objects.exists()
        assert agree(actor, customer), change
        assert check_integrity(actor.company) == [], change


def test_other_changes_are_not_noted(in_company: None, actor: Actor) -> None:
    quote = accept_quote(actor, offer(actor, make_customer(actor)))
    invoice = issue_invoice(actor, convert_order_to_invoice(actor, convert_quote_to_order(actor, quote)))
    keep_all_sales_sums()
    update_invoice(actor, invoice, InvoiceInput(notes="Thank you"))
    assert not QuoteChange.objects.exists()


def test_quotes_of_kept_days_are_not_read(in_company: None, actor: Actor) -> None:
    offer(actor, make_customer(actor))
    keep_all_sales_sums()
    QuoteSum.objects.update(value=1)
    today = actor.today()
    with CaptureQueriesContext(connection) as queries:
        funnel = quote_funnel(actor.company, today, today, today)
    assert len(queries) == 1
    assert (funnel.stages[0].count, funnel.stages[0].value) == (1, Decimal(1))
    wrong = [(found.subject.split(" (")[0], found.recorded.split(" / ")[1]) for found in check_integrity(actor.company)]
    sums = (("day", today), ("month", today.replace(day=1)))
    assert wrong == [(f"quotes of the {unit} {day}", f"1.{14 * '0'}") for unit, day in sums]


def test_quotes_that_came_otherwise_are_added_up(in_company: None, actor: Actor) -> None:
    customer = make_customer(actor)
    for days_ago in (0, 3, 40):
        offer(actor, customer, days_ago=days_ago)
    QuoteChange.objects.all().delete()
    note_all_sales(actor.company.pk)
    keep_all_sales_sums()
    assert QuoteSum.objects.exists()
    assert agree(actor, customer)
    assert check_integrity(actor.company) == []


def test_sums_are_kept_among_writers(committed: None, actor: Actor) -> None:
    """Writers offer and win while a job keeps sums; what is left is noted, and true."""
    month = actor.today().replace(day=1)
    with company_scope(actor.company):
        customer = make_customer(actor)

    def write(number: int) -> None:
        with company_scope(actor.company):
            quote = offer(actor, customer, str(number + 1))
            if number % 2:
                accept_quote(actor, quote)
        connections.close_all()

    def keep(_number: int) -> bool:
        done = keep_sales_sums(actor.company.pk, month, QUOTES)
        connections.close_all()
        return done

    with ThreadPoolExecutor(3) as threads:
        work: list[Callable[[int], object]] = [write, keep]
        for future in [threads.submit(one, number) for number in range(12) for one in work]:
            future.result()
    with company_scope(actor.company):
        assert agree(actor, customer)
        assert check_integrity(actor.company) == []
        keep_all_sales_sums()
        assert agree(actor, customer)
        assert check_integrity(actor.company) == []
