"""Walks through whole lists while they change: ties, holes, inserts and deletes; every row that stays comes once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count, cycle
from typing import Any
from uuid import UUID

import pytest
import time_machine
from pytest_django.plugin import DjangoDbBlocker

from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.client import Answer, ApiClient, api_client
from bigledger_crm.testing.database import empty_the_database
from bigledger_crm.testing.query_plans import MODELS, listings
from customers.models import Customer
from invoicing.models import Invoice
from invoicing.rules import SHOWN_INVOICE_STATES, invoice_state
from sales.lifecycle import ORDER
from sales.models import Quote, SalesOrder
from sales.rules import PRIORITIES, SHOWN_QUOTE_STATES, shown_quote_status
from sales.services import open_company

pytestmark = pytest.mark.timeout(1200)
ROWS, TIED, EMPTY = 450, 250, 75
NOW = "2024-06-15T09:00:00+08:00"
TODAY = date(2024, 6, 15)
LIMITS = (1, 7, 100, 100, 100)
PATHS = ("customers", "quotes", "sales-orders", "invoices")
_NUMBERS = count(1)
Row = Any


def _value(number: int) -> int | None:
    """A row's sort value: 250 rows share one, 75 have none where there may be none, and 125 have their own."""
    return 7 if number < TIED else None if number < TIED + EMPTY else number - TIED - EMPTY


def _make(path: str, company: Company, buyer: Customer | None, value: int | None) -> Row:
    """A row that isn't saved yet; the tied ones are alike in every column that lists sort by."""
    number, some = next(_NUMBERS), value or 0
    moment, day, total = datetime(2024, 1, 1 + some % 28, tzinfo=UTC), TODAY + timedelta(days=some - 7), Decimal(some)
    if path == "customers":
        name = f"name {some:04}"
        figures: dict[str, Any] = {"current_balance": total, "total_sales": total}
        figures |= {"created_at": moment, "updated_at": moment, "email": "a@example.com", "currency": "MYR"}
        return Customer(company=company, customer_number=f"C-{number}", name=name, name_sort=name, **figures)
    common: dict[str, Any] = {"company": company, "customer": buyer, "customer_name": "Buyer", "created_at": moment}
    common |= {"currency": "MYR", "exchange_rate": 1, "subtotal": total, "total": total}
    common |= {"total_discount": 0, "total_tax": 0}
    if path == "quotes":
        states = ("draft", "sent", "accepted", "converted", "declined", "cancelled")
        status = "sent" if value == 7 else states[number % len(states)]
        return Quote(quote_number=f"QT-{number}", quote_date=day, valid_until=day, status=status, **common)
    if path == "sales-orders":
        status = "confirmed" if value == 7 else ORDER.states[number % 5]
        priority = "normal" if value == 7 else PRIORITIES[number % 4]
        required = None if value is None else day
        dates = {"order_date": day, "required_date": required}
        return SalesOrder(order_number=f"SO-{number}", status=status, priority=priority, **dates, **common)
    status = "sent" if value == 7 else ("draft", "sent", "cancelled")[number % 3]
    common["amount_paid"] = total if status == "sent" and number % 2 else 0
    common |= {"invoice_number": f"INV-{number}", "payment_reference": f"RF00{number}"}
    return Invoice(invoice_date=day, due_date=day, status=status, **common)


def _add(path: str, company: Company, values: list[int | None]) -> list[UUID]:
    """Rows straight into the table."""
    buyer = Customer.unscoped.filter(company=company, customer_number="BUYER").first()
    rows = [_make(path, company, buyer, value) for value in values]
    return [row.pk for row in MODELS[path]._base_manager.bulk_create(rows)]


@pytest.fixture(scope="module")
def big_company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Company]:
    """A company with 450 of everything; each test changes it in a transaction that is rolled back."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        company = open_company("Big Company")
        for path in PATHS:
            _add(path, company, [_value(number) for number in range(ROWS)])
            if path == "customers":
                Customer.unscoped.filter(pk=_add(path, company, [3])[0]).update(customer_number="BUYER")
        yield company
        empty_the_database()


def _invoice_status(row: Row, today: date) -> str:
    paid, credited = row.amount_paid, row.amount_credited
    return invoice_state(
        row.status, total=row.total, paid=paid, credited=credited, due_date=row.due_date, today=today
    ).status


def _sort_value(path: str, sort: str, row: Row, today: date) -> Any:
    """What the list is sorted by, in plain Python."""
    if sort == "priority":
        return (PRIORITIES.index(row.priority), row.order_date)
    if sort != "status":
        return getattr(row, listings()[path].sorts[sort].column)
    if path == "sales-orders":
        return (ORDER.states.index(row.status), row.order_date)
    if path == "quotes":
        shown = shown_quote_status(row.status, row.valid_until, today)
        return (SHOWN_QUOTE_STATES.index(shown), row.quote_date)
    return (SHOWN_INVOICE_STATES.index(_invoice_status(row, today)), row.invoice_date)


def _expected(path: str, sort: str, order: str, company: Company) -> list[str]:
    """The ids of all rows in the order that the list should have."""
    rows: list[Row] = list(MODELS[path]._base_manager.filter(company=company))
    pairs = [(_sort_value(path, sort, row, TODAY), row.pk, row.public_id) for row in rows]
    valued = sorted((pair for pair in pairs if pair[0] is not None), reverse=order == "desc")
    empty = sorted((pair[1:] for pair in pairs if pair[0] is None), reverse=order == "desc")
    return [pair[-1] for pair in [*valued, *empty]]


def _ids(answer: Answer) -> list[str]:
    return [row["id"] for row in answer.data]


def _walk(api: ApiClient, path: str, query: str, limits: tuple[int, ...]) -> Iterator[list[str]]:
    cursor = ""
    for limit in cycle(limits):
        page = api.get(f"/{path}?{query}&limit={limit}{cursor}")
        yield _ids(page)
        if not page.body["pagination"]["hasMore"]:
            return
        cursor = f"&cursor={page.body['pagination']['nextCursor']}"


def _all_sorts() -> list[tuple[str, str]]:
    return [(path, sort) for path in PATHS for sort in listings()[path].sorts]


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize(("path", "sort"), _all_sorts())
def test_every_row_comes_once_and_in_order(big_company: Company, db: None, path: str, sort: str, order: str) -> None:
    with time_machine.travel(NOW, tick=False):
        pages = _walk(api_client(big_company), path, f"sort={sort}&order={order}", LIMITS)
        assert [public_id for page in pages for public_id in page] == _expected(path, sort, order, big_company)


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize(("path", "sort"), _all_sorts())
def test_rows_that_come_and_go_disturb_no_others(
    big_company: Company, db: None, path: str, sort: str, order: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        before = _expected(path, sort, order, big_company)
        seen: list[str] = []
        gone: set[str] = set()
        for page in _walk(api_client(big_company), path, f"sort={sort}&order={order}", LIMITS):
            seen += page
            _add(path, big_company, [0, 7, 150, None])
            if path == "customers":  # a numbered document is never deleted
                ahead = [public_id for public_id in before[len(seen) : len(seen) + 200 : 100] if public_id not in seen]
                victims = {seen[-1], *ahead}  # the row that the cursor stands on, and some that are still to come
                pks = [ids.decode(Customer.PREFIX, victim) or UUID(int=0) for victim in victims]
                Customer.unscoped.filter(pk__in=pks).exclude(customer_number="BUYER").delete()
                gone |= victims - set(seen)
        assert len(seen) == len(set(seen))
        assert set(before) - gone <= set(seen)
        assert not gone & set(seen)


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 7])
def test_rows_without_a_value_come_last_in_pages_of_any_size(
    big_company: Company, db: None, order: str, limit: int
) -> None:
    """Small pages throughout, from just before the last row with a value on."""
    with time_machine.travel(NOW, tick=False):
        api, query = api_client(big_company), f"sort=requiredDate&order={order}"
        expected = _expected("sales-orders", "requiredDate", order, big_company)
        cursor = ""
        for _ in range(3):
            page = api.get(f"/sales-orders?{query}&limit=100{cursor}")
            cursor = f"&cursor={page.body['pagination']['nextCursor']}"
        found: list[str] = []
        while cursor and len(found) < 140:
            page = api.get(f"/sales-orders?{query}&limit={limit}{cursor}")
            found += _ids(page)
            cursor = f"&cursor={page.body['pagination']['nextCursor']}" if page.body["pagination"]["hasMore"] else ""
        assert found == expected[300 : 300 + len(found)]
        assert expected.index(found[-1]) > ROWS - EMPTY  # past the last of those with a value


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize(
    ("path", "query"),
    [("quotes", "sort=status"), ("invoices", "sort=status"), ("quotes", "status=sent"), ("invoices", "overdue=false")],
)
def test_a_list_stays_on_the_day_of_its_first_page(
    big_company: Company, db: None, path: str, query: str, order: str
) -> None:
    """Over midnight rows change their derived status; none is lost or repeated for that."""
    api = api_client(big_company)
    with time_machine.travel(NOW, tick=False):
        whole = [public_id for page in _walk(api, path, f"{query}&order={order}", (100,)) for public_id in page]
    assert len(whole) > 200
    seen: list[str] = []
    for number, moment in enumerate(_days()):
        with time_machine.travel(moment, tick=False):
            if number == 0:
                page = api.get(f"/{path}?{query}&order={order}&limit=90")
            else:
                cursor = page.body["pagination"]["nextCursor"]
                page = api.get(f"/{path}?{query}&order={order}&limit=90&cursor={cursor}")
        seen += _ids(page)
        if not page.body["pagination"]["hasMore"]:
            break
    assert seen == whole


def _days() -> Iterator[datetime]:
    """Nine in the morning, day after day."""
    for number in count():
        yield datetime.fromisoformat(NOW) + timedelta(days=number)
