"""Every filter of every list, alone and together, against plain Python over random rows."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
import time_machine
from pytest_django.plugin import DjangoDbBlocker

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.text import fold
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.client import ApiClient, api_client
from bigledger_crm.testing.database import empty_the_database
from bigledger_crm.testing.query_plans import MODELS, listings
from customers.models import Customer
from invoicing.models import Invoice, Payment
from invoicing.rules import PAYMENT_METHODS, invoice_state
from sales.lifecycle import ORDER, QUOTE
from sales.models import Item, Quote, SalesOrder, TaxCode
from sales.rules import PRIORITIES, shown_quote_status
from sales.services import open_company

NOW = "2024-06-15T09:00:00+08:00"
TODAY = date(2024, 6, 15)
ZONE = ZoneInfo("Asia/Kuala_Lumpur")
ROWS = 150
PATHS = ("customers", "items", "quotes", "sales-orders", "invoices", "payments")
NAMES = ("Élan Café", "Acme Trading", "ACME 100%", "Straße_Bau", "李明 Supplies", "Kedai O'Neil")
Row = Any
Holds = Callable[[Row, str], bool]


def _customer(luck: random.Random, company: Company, number: int) -> Customer:
    name, email = luck.choice(NAMES), luck.choice(("a@acme.example.com", "b@example.org", ""))
    return Customer(
        customer_number=f"CUST-{number:04}",
        name=name,
        email=email,
        phone="+60123456789",
        search_text=fold(f"{name} {email} CUST-{number:04}"),
        type=luck.choice(("individual", "business")),
        status=luck.choice(("active", "inactive", "blocked")),
        currency=luck.choice(("MYR", "USD", "JPY")),
        credit_limit=luck.choice((None, Decimal(0), Decimal("1000.50"), Decimal(5000))),
        current_balance=luck.choice((Decimal("-10.25"), Decimal(0), Decimal(100), Decimal("99.99"))),
        tags=luck.sample(("retail", "vip", "new"), luck.randint(0, 3)),
    )


def _item(luck: random.Random, company: Company, number: int) -> Item:
    name = luck.choice(NAMES)
    tax = luck.choice((None, *TaxCode.unscoped.filter(company=company)))
    code = f"ITM-{number:04}"
    text = fold(f"{code} {name}")
    rest = {"type": luck.choice(("goods", "service")), "is_active": luck.random() < 0.5}
    return Item(item_code=code, name=name, unit_price=1, tax_code=tax, search_text=text, **rest)


def _document(luck: random.Random, company: Company, number: str, title: str = "") -> dict[str, Any]:
    buyer = luck.choice(Customer.unscoped.filter(company=company)[:3])
    reference, total = luck.choice(("", "PO-Ä1", "po-b2")), luck.choice((Decimal(0), Decimal("99.99"), Decimal(100)))
    return {
        "customer": buyer,
        "customer_name": buyer.name,
        "currency": "MYR",
        "exchange_rate": 1,
        "reference": reference,
        "subtotal": total,
        "total_discount": 0,
        "total_tax": 0,
        "total": total,
        "search_text": fold(f"{number} {reference} {buyer.name} {title}"),
    }


def _days(luck: random.Random) -> tuple[date, date]:
    first = TODAY + timedelta(days=luck.randint(-40, 5))
    return first, first + timedelta(days=luck.choice((0, 10, 35)))


def _quote(luck: random.Random, company: Company, number: int) -> Quote:
    (first, last), title = _days(luck), luck.choice(("", "Été"))
    fields = _document(luck, company, f"QT-{number}", title)
    return Quote(
        quote_number=f"QT-{number}",
        title=title,
        quote_date=first,
        valid_until=last,
        status=luck.choice(QUOTE.states),
        **fields,
    )


def _order(luck: random.Random, company: Company, number: int) -> SalesOrder:
    first, last = _days(luck)
    return SalesOrder(
        order_number=f"SO-{number}",
        order_date=first,
        required_date=luck.choice((None, last)),
        status=luck.choice(ORDER.states),
        priority=luck.choice(PRIORITIES),
        **_document(luck, company, f"SO-{number}"),
    )


def _invoice(luck: random.Random, company: Company, number: int) -> Invoice:
    (first, last), fields = _days(luck), _document(luck, company, f"INV-{number}")
    status = luck.choice(("draft", "sent", "sent", "sent", "cancelled"))
    paid = luck.choice((0, fields["total"] / 3, fields["total"])) if status == "sent" else 0
    credited = luck.choice((0, fields["total"] - paid)) if status == "sent" else 0
    amounts = {"amount_paid": round(paid, 2), "amount_credited": round(credited, 2)}
    return Invoice(
        invoice_number=f"INV-{number}", invoice_date=first, due_date=last, status=status, **amounts, **fields
    )


def _payment(luck: random.Random, company: Company, number: int) -> Payment:
    invoice = luck.choice(Invoice.unscoped.filter(company=company)[:5])
    reference = luck.choice(("", "TXN-1", "Überweisung 2"))
    return Payment(
        invoice=invoice,
        customer=invoice.customer,
        amount=luck.choice((Decimal("0.01"), Decimal(100))),
        currency="MYR",
        payment_date=_days(luck)[0],
        payment_method=luck.choice(PAYMENT_METHODS[:3]),
        reference=reference,
        search_text=fold(reference),
        voided_at=luck.choice((None, datetime.now(UTC))),
    )


MAKERS = {
    "customers": _customer,
    "items": _item,
    "quotes": _quote,
    "sales-orders": _order,
    "invoices": _invoice,
    "payments": _payment,
}


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Company]:
    """A company with random rows in every list, and a neighbour with more of them."""
    luck = random.Random(20240615)
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        neighbour, company = open_company("Neighbour"), open_company("Lists")
        for path in PATHS:
            for owner in (neighbour, company):
                rows: list[Row] = [MAKERS[path](luck, owner, number) for number in range(ROWS)]
                for row in rows:
                    row.company = owner
                    row.created_at = datetime.fromisoformat(NOW) + timedelta(hours=luck.randint(-2000, 0))
                MODELS[path]._base_manager.bulk_create(rows)
        yield company
        empty_the_database()


def _is(column: str) -> Holds:
    return lambda row, text: str(getattr(row, column)) == text


def _limit(column: str, read: Callable[[str], Any], *, low: bool) -> Holds:
    def holds(row: Row, text: str) -> bool:
        value = getattr(row, column)
        return value is not None and (value >= read(text) if low else value <= read(text))

    return holds


def _range(name: str, column: str, read: Callable[[str], Any], ends: tuple[str, str]) -> dict[str, Holds]:
    return {f"{name}{ends[0]}": _limit(column, read, low=True), f"{name}{ends[1]}": _limit(column, read, low=False)}


def _amounts(name: str, column: str) -> dict[str, Holds]:
    return _range(name, column, Decimal, ("Min", "Max"))


def _dates(name: str, column: str) -> dict[str, Holds]:
    return _range(name, column, date.fromisoformat, ("From", "To"))


def _found(*columns: str) -> Holds:
    return lambda row, text: fold(text) in fold(" ".join(str(getattr(row, column)) for column in columns))


def _stands(row: Row) -> Any:
    paid, credited = row.amount_paid, row.amount_credited
    return invoice_state(row.status, total=row.total, paid=paid, credited=credited, due_date=row.due_date, today=TODAY)


def _belongs(column: str, prefix: str) -> Holds:
    return lambda row, text: ids.encode(prefix, getattr(row, column)) == text


_DOCUMENT = {"customerId": _belongs("customer_id", "cust"), **_amounts("total", "total")}
ORACLE: dict[str, dict[str, Holds]] = {
    "customers": {
        "search": _found("name", "email", "customer_number"),
        "status": _is("status"),
        "type": _is("type"),
        "currency": _is("currency"),
        "tags": lambda row, text: set(text.split(",")) <= set(row.tags),
        **_amounts("creditLimit", "credit_limit"),
        **_amounts("balance", "current_balance"),
        "createdAfter": lambda row, text: row.created_at.astimezone(ZONE).date() >= date.fromisoformat(text),
        "createdBefore": lambda row, text: row.created_at.astimezone(ZONE).date() <= date.fromisoformat(text),
    },
    "items": {
        "search": _found("item_code", "name"),
        "isActive": lambda row, text: row.is_active == (text == "true"),
        "taxCode": lambda row, text: row.tax_code is not None and row.tax_code.code == text,
        "type": lambda row, text: row.type == text,
    },
    "quotes": {
        **_DOCUMENT,
        "search": _found("quote_number", "reference", "customer_name", "title"),
        "status": lambda row, text: shown_quote_status(row.status, row.valid_until, TODAY) == text,
        **_dates("quoteDate", "quote_date"),
        **_dates("validUntil", "valid_until"),
    },
    "sales-orders": {
        **_DOCUMENT,
        "search": _found("order_number", "reference", "customer_name"),
        "status": _is("status"),
        "priority": _is("priority"),
        **_dates("orderDate", "order_date"),
        **_dates("requiredDate", "required_date"),
    },
    "invoices": {
        **_DOCUMENT,
        "search": _found("invoice_number", "reference", "customer_name"),
        "status": lambda row, text: _stands(row).status == text,
        "paymentStatus": lambda row, text: _stands(row).payment_status == text,
        "overdue": lambda row, text: (_stands(row).overdue_by > 0) == (text == "true"),
        **_dates("invoiceDate", "invoice_date"),
        **_dates("dueDate", "due_date"),
    },
    "payments": {
        "search": _found("reference"),
        "customerId": _belongs("customer_id", "cust"),
        "invoiceId": _belongs("invoice_id", "inv"),
        "status": _is("status"),
        "paymentMethod": _is("payment_method"),
        **_dates("paymentDate", "payment_date"),
        **_amounts("amount", "amount"),
    },
}


def _samples(path: str, name: str, company: Company) -> list[str]:
    """Values to filter by: every choice, and for the open ones some that stand in the rows and some beside them."""
    schema = listings()[path].filters.base_filters[name].schema
    if "enum" in schema:
        return list(schema["enum"])
    if schema["type"] == "boolean":
        return ["true", "false"]
    if schema["type"] == "number":
        return ["-10.25", "0", "99.99", "100", "100.00", "1000.5", "99999999999999999999.9999999999"]
    if schema.get("format") == "date" or name.startswith("created"):
        return ["2024-05-06", "2024-06-14", "2024-06-15", "2024-06-16", "1900-01-01", "9999-12-31"]
    if name == "customerId":
        return [customer.public_id for customer in Customer.unscoped.filter(company=company)[:2]]
    if name == "invoiceId":
        return [invoice.public_id for invoice in Invoice.unscoped.filter(company=company)[:2]]
    return {
        "search": [
            "acme",
            "ÉLAN cafe",
            "elan",
            "100%",
            "_bau",
            "STRASSE",
            "李",
            "o'neil",
            "-1",
            "po-a",
            "ete",
            "x1z",
            "ü",
        ],
        "tags": ["retail", "vip,retail", "retail,vip,new", "nobody"],
        "currency": ["MYR", "JPY", "CHF"],
        "taxCode": ["SST", "ZERO", "NOTHING"],
    }[name]


def _ask(api: ApiClient, path: str, filters: dict[str, str]) -> set[str]:
    found: list[str] = []
    query = urlencode({**filters, "limit": "100"})
    page = api.get(f"/{path}?{query}")
    found += [row["id"] for row in page.data]
    while page.body["pagination"]["hasMore"]:
        page = api.get(f"/{path}?{query}&cursor={page.body['pagination']['nextCursor']}")
        found += [row["id"] for row in page.data]
    assert len(found) == len(set(found)) == page.body["pagination"]["total"]
    return set(found)


@cache
def _rows(path: str, company: Company) -> list[Row]:
    return list(MODELS[path]._base_manager.filter(company=company))


def _expect(path: str, company: Company, filters: dict[str, str]) -> set[str]:
    return {
        row.public_id
        for row in _rows(path, company)
        if all(ORACLE[path][name](row, text) for name, text in filters.items())
    }


@pytest.mark.parametrize("path", PATHS)
def test_the_oracle_knows_every_filter(path: str) -> None:
    assert set(ORACLE[path]) == set(listings()[path].filters.base_filters)


@pytest.mark.parametrize(("path", "name"), [(path, name) for path in PATHS for name in ORACLE[path]])
def test_a_filter_finds_what_it_says(company: Company, db: None, path: str, name: str) -> None:
    api = api_client(company)
    sizes = set()
    with time_machine.travel(NOW, tick=False):
        for value in _samples(path, name, company):
            expected = _expect(path, company, {name: value})
            assert _ask(api, path, {name: value}) == expected, f"{name}={value}"
            sizes.add(len(expected))
    assert any(0 < size < ROWS for size in sizes)


@pytest.mark.parametrize("path", PATHS)
def test_filters_work_together(company: Company, db: None, path: str) -> None:
    api, luck = api_client(company), random.Random(path)
    samples = {name: _samples(path, name, company) for name in ORACLE[path]}
    hits = 0
    with time_machine.travel(NOW, tick=False):
        for _ in range(60):
            chosen = luck.sample(sorted(samples), luck.randint(2, 3))
            filters = {name: luck.choice(samples[name]) for name in chosen}
            answer = api.get(f"/{path}?{urlencode(filters)}")
            if answer.status == 400:  # from and to, the wrong way round
                assert all(detail["message"].startswith("Must not be ") for detail in answer.error["details"])
                continue
            expected = _expect(path, company, filters)
            assert _ask(api, path, filters) == expected, filters
            hits += bool(expected)
    assert hits > 5
