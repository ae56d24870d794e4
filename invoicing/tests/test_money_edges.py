"""The figures of reports at the borders of days, periods, ages and habits."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bigledger_crm.kernel.clock import travelling
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_quote
from customers.inputs import CustomerInput
from customers.models import Customer
from customers.services import update_customer
from invoicing.analytics.expected_payments import Expected, expected_payments
from invoicing.analytics.payment_behaviour import payment_behaviour
from invoicing.analytics.quiet_customers import quiet_customers
from invoicing.analytics.quote_report import quote_report
from invoicing.analytics.receivables_ageing import receivables_ageing
from invoicing.analytics.tax_summary import TaxReport, tax_summary
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.models import Invoice, Payment
from invoicing.rules.days_to_pay import BANDS
from invoicing.services import cancel_invoice, create_credit_note, record_payment, void_payment
from sales.services import EmailOptions, decline_quote, send_quote

D = Decimal
ZERO = D(0)
pytestmark = pytest.mark.usefixtures("in_company", "no_broker")
NEW_YEAR, LEAP_DAY = date(2024, 1, 1), date(2024, 2, 29)


def on(day: date, hour: int = 4) -> Any:
    """At an hour of a day in UTC: noon in Kuala Lumpur, unless another is said."""
    return travelling(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def pay(actor: Actor, invoice: Invoice, day: date) -> Payment:
    invoice.refresh_from_db()
    return record_payment(actor, invoice, PaymentInput(amount=invoice.amount_due, payment_date=day))


def dues(actor: Actor, *days: date) -> list[Decimal]:
    return [receivables_ageing(actor.company, day).total.total for day in days]


def test_nothing_at_all(actor: Actor) -> None:
    company = actor.company
    ageing = receivables_ageing(company, LEAP_DAY)
    assert (ageing.rows, ageing.currencies, ageing.total.total, ageing.total.balance) == ([], [], ZERO, ZERO)
    report = tax_summary(company, NEW_YEAR, LEAP_DAY)
    assert (report.lines, report.total.net.value, report.total.net.tax) == ([], ZERO, ZERO)
    paid = payment_behaviour(company, NEW_YEAR, LEAP_DAY)
    assert (paid.total.invoices, paid.total.mean_days, paid.total.on_time_share) == (0, None, None)
    assert list(paid.months) == [NEW_YEAR, date(2024, 2, 1)]
    assert expected_payments(company, LEAP_DAY).total == Expected(0, {}, ZERO)
    assert quiet_customers(company, LEAP_DAY) == []
    quotes = quote_report(company, NEW_YEAR, LEAP_DAY, LEAP_DAY)
    assert (quotes.owners, quotes.reasons, quotes.total.win_rate) == ([], [], None)


def test_one_query_each(actor: Actor) -> None:
    for number in range(3):
        make_invoice(actor, make_customer(actor, name=f"Customer {number}"))
        make_quote(actor)
    day, company = actor.today(), actor.company
    figures: list[tuple[int, Any]] = [
        (1, lambda: receivables_ageing(company, day, by="owner")),
        (1, lambda: tax_summary(company, day, day)),
        (1, lambda: payment_behaviour(company, day, day)),
        (1, lambda: expected_payments(company, day)),
        (1, lambda: quiet_customers(company, day)),
        (3, lambda: quote_report(company, day, day, day)),
    ]
    for most, figure in figures:
        with CaptureQueriesContext(connection) as queries:
            figure()
        assert len(queries) == most


def test_ages_begin_and_end_on_their_days(actor: Actor) -> None:
    with on(NEW_YEAR):
        make_invoice(actor, invoice_date=NEW_YEAR, due_date=NEW_YEAR)
    for late, place in ((0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (400, 4)):
        (row,) = receivables_ageing(actor.company, NEW_YEAR + timedelta(days=late)).rows
        assert row.amounts.ages == tuple(D("100.00") if one == place else D("0.00") for one in range(5))
        assert row.amounts.overdue == (D("100.00") if late else D("0.00"))


def test_a_payment_counts_until_it_is_voided(actor: Actor) -> None:
    with on(date(2024, 3, 1)):
        invoice = make_invoice(actor)
    with on(date(2024, 3, 30)):
        payment = pay(actor, invoice, date(2024, 3, 30))
    # 1 April in Kuala Lumpur, still 31 March in London.
    with on(date(2024, 3, 31), 16):
        void_payment(actor, payment)
    days = (date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 29), date(2024, 3, 30), date(2024, 3, 31))
    assert dues(actor, *days) == [D("0.00"), D("100.00"), D("100.00"), D("0.00"), D("0.00")]
    assert dues(actor, date(2024, 4, 1)) == [D("100.00")]


def test_what_is_paid_late_was_due_all_the_while(actor: Actor) -> None:
    paid = NEW_YEAR + timedelta(days=300)
    with on(NEW_YEAR):
        invoice = make_invoice(actor, invoice_date=NEW_YEAR)
    with on(paid):
        pay(actor, invoice, paid)
    assert dues(actor, *(paid - timedelta(days=back) for back in (300, 150, 1, 0))) == [*[D("100.00")] * 3, D("0.00")]


def test_an_invoice_counts_from_its_date_until_it_is_cancelled(actor: Actor) -> None:
    with on(date(2023, 12, 30)):
        invoice = make_invoice(actor, invoice_date=NEW_YEAR)
        ahead = make_invoice(actor, invoice_date=date(2024, 1, 10))
        cancel_invoice(actor, ahead)
    with on(LEAP_DAY):
        cancel_invoice(actor, invoice)
    days = (date(2023, 12, 31), NEW_YEAR, date(2024, 1, 10), LEAP_DAY - timedelta(days=1), LEAP_DAY)
    assert dues(actor, *days) == [D("0.00"), D("100.00"), D("100.00"), D("100.00"), D("0.00")]


def test_three_currencies_are_added_up_in_the_companys_only(actor: Actor) -> None:
    for currency, price, rate in (("MYR", "10.00", "1"), ("JPY", "333", "0.0305"), ("KWD", "1.005", "14.385")):
        customer = make_customer(actor, name=currency, currency=currency)
        make_invoice(actor, customer, [line("1", price)], exchange_rate=D(rate))
    ageing = receivables_ageing(actor.company, actor.today())
    assert [(one.currency, str(one.amounts.total), str(one.base.total)) for one in ageing.currencies] == [
        ("JPY", "333", "10.16"),  # 10.1565
        ("KWD", "1.005", "14.46"),  # 14.456925
        ("MYR", "10.00", "10.00"),
    ]
    assert ageing.total.total == D("34.61")  # 34.613425: rounded once, not 34.62


def test_a_company_in_yen(company: Company, actor: Actor) -> None:
    Company.objects.filter(pk=company.pk).update(currency="JPY")
    actor.company.refresh_from_db()
    customer = make_customer(actor, currency="USD")
    make_invoice(actor, customer, [line("1", "9.99", tax_code="SST")], exchange_rate=D("150.5"))
    ageing, report = receivables_ageing(actor.company, actor.today()), _taxes_today(actor)
    assert str(ageing.total.total) == "1594"  # 10.59 at 150.5: 1593.795
    assert [(str(one.net.value), str(one.net.tax)) for one in report.lines] == [("1503", "90")]


def _taxes_today(actor: Actor) -> TaxReport:
    return tax_summary(actor.company, actor.today(), actor.today())


def _months(actor: Actor) -> list[tuple[str, ...]]:
    """Value and tax of January and February 2024: invoiced, cancelled, credited, net."""
    spans = ((NEW_YEAR, date(2024, 1, 31)), (date(2024, 2, 1), LEAP_DAY))
    totals = [tax_summary(actor.company, *span).total for span in spans]
    return [
        tuple(f"{part.value} {part.tax}" for part in (one.invoiced, one.cancelled, one.credited, one.net))
        for one in totals
    ]


def test_a_credit_note_counts_in_the_period_of_its_own_date(actor: Actor) -> None:
    with on(date(2024, 1, 31)):
        invoice = make_invoice(actor, lines=[line("2", "50.00", tax_code="SST")], shipping_cost=D("5.00"))
    with on(date(2024, 2, 1)):
        create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id))
    assert _months(actor) == [
        ("105.00 6.00", "0.00 0.00", "0.00 0.00", "105.00 6.00"),
        ("0.00 0.00", "0.00 0.00", "105.00 6.00", "-105.00 -6.00"),
    ]


def test_an_invoice_that_is_cancelled_in_a_later_period_stays_in_its_own(actor: Actor) -> None:
    with on(date(2024, 1, 31)):
        later = make_invoice(actor, lines=[line("1", "30.00", tax_code="SST")])
        cancel_invoice(actor, make_invoice(actor, lines=[line("1", "70.00", tax_code="SST")]))
    with on(LEAP_DAY):
        cancel_invoice(actor, later)
    assert _months(actor) == [
        ("30.00 1.80", "0.00 0.00", "0.00 0.00", "30.00 1.80"),
        ("0.00 0.00", "30.00 1.80", "0.00 0.00", "-30.00 -1.80"),
    ]


def test_the_rates_and_kinds_of_tax(actor: Actor) -> None:
    make_invoice(
        actor,
        lines=[
            line("1", "100.00", tax_code="SST"),
            line("1", "50.00", tax_code="SST-S"),
            line("1", "20.00", tax_code="EXEMPT"),
            line("1", "7.00", tax_code="ZERO"),
            line("1", "3.00"),
        ],
        shipping_cost=D("9.00"),
    )
    report = _taxes_today(actor)
    invoice = Invoice.objects.get()
    assert (report.total.net.tax, report.total.net.value) == (invoice.total_tax, invoice.total - invoice.total_tax)
    assert {one.tax_code: one.kind for one in report.lines if one.tax_code} == {
        "SST": "taxable",
        "SST-S": "taxable",
        "EXEMPT": "exempt",
        "ZERO": "zero_rated",
    }
    values = {kind: str(total.net.value) for kind, total in report.kinds.items()}
    assert values == {
        "taxable": "150.00",
        "zero_rated": "7.00",
        "exempt": "20.00",
        "untaxed": "3.00",
        "shipping": "9.00",
    }


def test_bands_of_days_to_pay(actor: Actor) -> None:
    with on(NEW_YEAR):
        invoices = [make_invoice(actor, invoice_date=NEW_YEAR, due_date=date(2024, 1, 31)) for _ in BANDS]
        invoices += [make_invoice(actor, invoice_date=NEW_YEAR, due_date=date(2024, 1, 31)) for _ in BANDS]
    days = [0, 7, 8, 14, 15, 30, 31, 45, 46, 60, 61, 90, 91, 120]
    with on(date(2024, 6, 1)):
        for invoice, taken in zip(invoices, days, strict=True):
            pay(actor, invoice, NEW_YEAR + timedelta(days=taken))
    found = payment_behaviour(actor.company, NEW_YEAR, date(2024, 5, 31)).total
    assert (found.bands, found.on_time, found.median_days) == ((2,) * 7, 6, D("38.0"))
    assert payment_behaviour(actor.company, LEAP_DAY, LEAP_DAY).total.invoices == 0
    # The 59th day of the year after the first is the leap day.
    assert payment_behaviour(actor.company, LEAP_DAY, date(2024, 3, 1)).total.mean_days == D("60.0")


def _paid_late(actor: Actor, customer: Customer, *days: int) -> None:
    for late in days:
        due = date(2023, 11, 1)
        pay(actor, make_invoice(actor, customer, invoice_date=date(2023, 10, 1), due_date=due), due + timedelta(late))


def test_expected_by_due_date_and_by_habit(actor: Actor) -> None:
    today = date(2023, 12, 27)  # a Wednesday
    known, new = make_customer(actor, name="Known"), make_customer(actor, name="New")
    with on(today):
        _paid_late(actor, known, 0, 4, 5, 9)  # 4.5, which is 5
        _paid_late(actor, new, 30, 30)
        for customer in (known, new):
            make_invoice(actor, customer, invoice_date=today, due_date=date(2023, 12, 31))
        make_invoice(actor, known, invoice_date=date(2023, 12, 1), due_date=date(2023, 12, 21))
    found = expected_payments(actor.company, today)
    spans = [(week.first, week.by_due_date.invoices, week.by_habit.invoices) for week in found.weeks]
    assert spans[:4] == [(None, 1, 1), (today, 2, 1), (NEW_YEAR, 0, 1), (date(2024, 1, 8), 0, 0)]
    assert (found.weeks[0].last, found.weeks[1].last) == (date(2023, 12, 26), date(2023, 12, 31))
    assert (len(found.weeks), found.weeks[-1].last, found.without_habit) == (14, None, 1)
    assert found.total == Expected(3, {"MYR": D("300.00")}, D("300.00"))


def test_three_late_invoices_are_a_habit_two_are_none(actor: Actor) -> None:
    customer = make_customer(actor)
    today = date(2023, 12, 4)  # a Monday
    with on(today):
        _paid_late(actor, customer, 8, 8)
        make_invoice(actor, customer, invoice_date=today, due_date=today)
        assert [week.by_habit.invoices for week in expected_payments(actor.company, today).weeks[:3]] == [0, 1, 0]
        _paid_late(actor, customer, 8)
        assert [week.by_habit.invoices for week in expected_payments(actor.company, today).weeks[:3]] == [0, 0, 1]


def test_quiet_after_one_and_a_half_usual_intervals(actor: Actor) -> None:
    customer = make_customer(actor, name="Monthly")
    last = LEAP_DAY
    with on(last):
        for back in (90, 60, 30):
            make_invoice(actor, customer, invoice_date=last - timedelta(days=back))
        assert quiet_customers(actor.company, last + timedelta(days=400)) == []
        for _ in range(2):
            make_invoice(actor, customer, invoice_date=last)
    assert quiet_customers(actor.company, last + timedelta(days=45)) == []
    (found,) = quiet_customers(actor.company, last + timedelta(days=46))
    facts = (found.name, found.last_sale, found.days, found.usual_days, found.sale_days, found.sales)
    assert facts == ("Monthly", last, 46, D("30.0"), 4, D("500.00"))
    # The first of the invoices is 365 days ago, and no more one of the last year.
    assert quiet_customers(actor.company, last + timedelta(days=274))[0].sales == D("500.00")
    assert quiet_customers(actor.company, last + timedelta(days=275))[0].sales == D("400.00")
    update_customer(actor, customer, CustomerInput(status="inactive"))
    assert quiet_customers(actor.company, last + timedelta(days=46)) == []


def test_reasons_are_one_whatever_their_case_and_spaces(actor: Actor) -> None:
    with on(LEAP_DAY):
        for reason in ("Too  dear", "too dear", "", "Late"):
            quote, _ = send_quote(actor, make_quote(actor), EmailOptions(to=["somebody@example.com"]))
            decline_quote(actor, quote, reason=reason)
        make_quote(actor, accepted=True)
    report = quote_report(actor.company, LEAP_DAY, LEAP_DAY, LEAP_DAY)
    assert {lost.reason.lower().replace("  ", " "): lost.quotes.count for lost in report.reasons} == {
        "too dear": 2,
        "": 1,
        "late": 1,
    }
    assert report.total.win_rate == D("20.0")
    later = quote_report(actor.company, date(2024, 3, 1), date(2024, 3, 31), LEAP_DAY)
    assert later.total.stages[0].count == 0
