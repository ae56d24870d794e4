"""Makes random rows for every list."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bigledger_crm.kernel.text import fold
from bigledger_crm.tenancy.models import Company
from customers.models import Customer
from invoicing.models import Invoice, Payment
from invoicing.rules import PAYMENT_METHODS
from sales.lifecycle import ORDER, QUOTE
from sales.models import Item, Quote, SalesOrder, TaxCode
from sales.rules import PRIORITIES

NOW = "2024-06-15T09:00:00+08:00"
TODAY = date(2024, 6, 15)
ROWS = 150
PATHS = ("customers", "items", "quotes", "sales-orders", "invoices", "payments")
NAMES = ("Élan Café", "Acme Trading", "ACME 100%", "Straße_Bau", "李明 Supplies", "Kedai O'Neil")
Row = Any


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
    numbers = {"invoice_number": f"INV-{number}", "payment_reference": f"RF00{number}"}
    return Invoice(invoice_date=first, due_date=last, status=status, **numbers, **amounts, **fields)


def _payment(luck: random.Random, company: Company, number: int) -> Payment:
    invoice = luck.choice(Invoice.unscoped.filter(company=company)[:5])
    reference = luck.choice(("", "TXN-1", "Überweisung 2"))
    return Payment(
        invoice=invoice,
        customer=invoice.customer,
        amount=luck.choice((Decimal("0.01"), Decimal(100))),
        currency="MYR",
        exchange_rate=Decimal(1),
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
