"""The figures of reports against the plain oracle, over random histories in four currencies."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F, Sum

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from customers.models import Customer
from invoicing.analytics.expected_payments import expected_payments
from invoicing.analytics.payment_behaviour import payment_behaviour
from invoicing.analytics.quiet_customers import quiet_customers
from invoicing.analytics.receivables_ageing import AgedBalance, By, receivables_ageing
from invoicing.analytics.tax_by_document import tax_by_document
from invoicing.analytics.tax_summary import PARTS, tax_summary
from invoicing.models import CreditNote, Invoice, Payment
from invoicing.tests import money_oracle as oracle
from invoicing.tests.money_history import MoneyHistory

D = Decimal
ZERO = D(0)
pytestmark = pytest.mark.usefixtures("in_company", "no_broker")
WAYS: tuple[By, ...] = ("customer", "owner")
# A leap day, the end of a year, and the first day of one.
LAST_DAYS = (date(2024, 2, 29), date(2024, 12, 31), date(2025, 1, 1))


@pytest.mark.parametrize("seed", range(3))
def test_random_histories(actor: Actor, bob: User, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    last = LAST_DAYS[seed]
    history = MoneyHistory(actor, seed, last, [actor.member, bob.pk, bob.pk, None])
    history.live(70)
    books = oracle.Books()
    for day in (*history.days[::14], last, last + timedelta(days=400)):
        _ageing_agrees(actor, books, day)
        with monkeypatch.context() as patch:  # what takes longer than usual is asked for apart
            patch.setattr("invoicing.analytics.receivables_ageing.USUAL_DAYS", 3)
            _ageing_agrees(actor, books, day)
    first_of_month = last.replace(day=1)
    for first, end in (
        (first_of_month, last),
        (history.days[0] - timedelta(days=30), first_of_month - timedelta(days=1)),
        (history.days[0] - timedelta(days=30), last + timedelta(days=30)),
        (last, last),
    ):
        _taxes_agree(actor, books, first, end)
        _payments_agree(actor, books, first, end)
    for day in (last, last + timedelta(days=40)):
        _expected_agrees(actor, books, day)
        found = quiet_customers(actor.company, day)
        assert [(one.name, one.last_sale, one.days, one.usual_days, one.sales) for one in found] == oracle.quiet(
            books, day
        )
    _later_is_the_present(actor, last + timedelta(days=400))


def _ageing_agrees(actor: Actor, books: oracle.Books, day: date) -> None:
    found = receivables_ageing(actor.company, day)
    assert {(row.key, row.currency): row.amounts.balance for row in found.rows if row.amounts.balance} == oracle.ledger(
        books, day
    )
    for by in WAYS:
        rows = receivables_ageing(actor.company, day, by=by).rows
        assert {(row.key, row.currency): _aged(row) for row in rows} == oracle.ageing(books, day, by)
        few = receivables_ageing(actor.company, day, by=by, most=2)
        assert (few.rows, few.count, few.total) == (rows[:2], len(rows), found.total)
        whole = receivables_ageing(actor.company, day, by=by, by_currency=False).rows
        expected = oracle.ageing(books, day, by, in_base=True)
        assert {(row.key, row.currency): list(row.base.ages) for row in whole} == {
            key: one["base"] for key, one in expected.items()
        }
        assert all(row.amounts == row.base and row.invoices == expected[row.key, "MYR"]["invoices"] for row in whole)
    for of_currency in found.currencies:
        parts = [row for row in found.rows if row.currency == of_currency.currency]
        assert of_currency.amounts.total == sum((row.amounts.total for row in parts), ZERO)
        assert of_currency.amounts.overdue == sum((row.amounts.overdue for row in parts), ZERO)
        assert of_currency.invoices == sum(row.invoices for row in parts)
    if found.rows:
        one = found.rows[0]
        only = receivables_ageing(actor.company, day, customer=one.key)
        assert only.rows == [one]
        assert only.total == one.base


def _aged(row: AgedBalance) -> dict[str, Any]:
    return {
        "ages": list(row.amounts.ages),
        "base": list(row.base.ages),
        "base_balance": row.base.balance,
        "credit": row.amounts.credit,
        "invoices": row.invoices,
        "oldest": row.oldest,
    }


def _later_is_the_present(actor: Actor, day: date) -> None:
    """Once everything is dated before, what was owed is what is owed."""
    rows = receivables_ageing(actor.company, day).rows
    balances = Customer.objects.exclude(current_balance=0).values_list("pk", "current_balance")
    assert {row.key: row.amounts.balance for row in rows if row.amounts.balance} == dict(balances)
    open_now = Invoice.objects.filter(stage="open").order_by().values_list("customer_id")
    assert {row.key: row.amounts.total for row in rows if row.invoices} == dict(
        open_now.annotate(sum=Sum("amount_due"))
    )
    credit: dict[Any, Decimal] = {}
    for model in (Payment, CreditNote):
        for pk, left in model.objects.filter(unapplied__gt=0).values_list("customer_id", "unapplied"):
            credit[pk] = credit.get(pk, ZERO) + left
    assert {row.key: row.amounts.credit for row in rows if row.amounts.credit} == credit


def _taxes_agree(actor: Actor, books: oracle.Books, first: date, last: date) -> None:
    found = tax_summary(actor.company, first, last)
    assert {
        (one.kind, one.tax_code, one.rate): [
            (part.value, part.tax) for part in (one.invoiced, one.cancelled, one.credited, one.net)
        ]
        for one in found.lines
    } == oracle.taxes(books, first, last)
    sums: dict[Any, list[Decimal]] = {}
    for one in tax_by_document(actor.company, first, last):
        amounts = sums.setdefault((one.kind, one.tax_code, one.rate, one.part), [ZERO, ZERO])
        amounts[:] = [amounts[0] + one.value, amounts[1] + one.tax]
    assert {key: [oracle.rounded(amount) for amount in amounts] for key, amounts in sums.items()} == {
        (line.kind, line.tax_code, line.rate, part): [getattr(line, part).value, getattr(line, part).tax]
        for line in found.lines
        for part in PARTS
        if (line.kind, line.tax_code, line.rate, part) in sums or getattr(line, part).value
    }
    notes = CreditNote.objects.filter(credit_note_date__range=(first, last))
    credited = notes.aggregate(
        tax=Sum(F("total_tax") * F("exchange_rate"), default=ZERO),
        value=Sum((F("total") - F("total_tax")) * F("exchange_rate"), default=ZERO),
    )
    assert (found.total.credited.value, found.total.credited.tax) == (
        oracle.rounded(credited["value"]),
        oracle.rounded(credited["tax"]),
    )


def _payments_agree(actor: Actor, books: oracle.Books, first: date, last: date) -> None:
    found = payment_behaviour(actor.company, first, last)
    paid = oracle.paid_invoices(books, first, last)
    assert vars(found.total) == oracle.payments(paid)
    for month, payments in found.months.items():
        inside = [one for one in paid if one.last_payment_date and one.last_payment_date.replace(day=1) == month]
        assert vars(payments) == oracle.payments(inside)
    assert sum(payments.invoices for payments in found.months.values()) == len(paid)
    assert {one.key: vars(one.payments) for one in found.customers} == {
        pk: oracle.payments([one for one in paid if one.customer_id == pk]) for pk in {one.customer_id for one in paid}
    }
    few = payment_behaviour(actor.company, first, last, most=2)
    assert (few.customers, few.count, few.total) == (found.customers[:2], len(found.customers), found.total)
    known = [one.payments.median_late or ZERO for one in found.customers if one.payments.invoices >= 3]
    assert known == sorted(known, reverse=True)
    assert [one.has_habit for one in found.customers] == [True] * len(known) + [False] * (
        len(found.customers) - len(known)
    )


def _expected_agrees(actor: Actor, books: oracle.Books, today: date) -> None:
    found = expected_payments(actor.company, today)
    made: dict[tuple[str, Any], dict[str, Decimal]] = {}
    for week in found.weeks:
        for basis, part in (("due", week.by_due_date), ("habit", week.by_habit)):
            if part.invoices:
                made[basis, week.first] = part.amounts
    assert made == oracle.expected(books, today)
    assert found.total.invoices == Invoice.objects.filter(stage="open").count()
