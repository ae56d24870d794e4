"""A year of a trading company's sales, told through the services."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from django.apps import apps
from django.db import connection

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.money import quantize
from bigledger_crm.tenancy.actor import Actor
from customers.inputs import ContactInput
from customers.models import Customer
from customers.services import create_customer
from invoicing.demo import einvoices, money
from invoicing.demo.customers import DEMO_CUSTOMERS, DemoCustomer, customer_input
from invoicing.demo.items import DEMO_ITEMS, DemoItem
from invoicing.demo.timeline import Timeline
from invoicing.inputs import CreditNoteInput, InvoiceInput, PaymentInput
from invoicing.models import Invoice, Payment
from invoicing.services import (
    cancel_invoice,
    convert_order_to_invoice,
    create_credit_note,
    create_invoice,
    issue_invoice,
    note_overdue,
    record_payment,
    void_payment,
)
from sales.catalogue_inputs import ItemInput
from sales.inputs import LineInput, OrderInput, QuantityInput, QuoteInput
from sales.models import Item, Quote, SalesOrder, SalesOrderLine
from sales.services import (
    EmailOptions,
    accept_quote,
    change_order_status,
    convert_quote_to_order,
    create_item,
    create_order,
    create_quote,
    send_quote,
)

QUOTES = 150
ORDERS = 45
EMAILS = 5
RINGGIT_PER_SINGAPORE_DOLLAR = Decimal("3.32")
TITLES = ("Office fit-out", "Yearly supplies", "Workshop equipment", "Replacement furniture", "Printing", "")
CUSTOMERS_WITH_CONTRACT = 4
# Places of customers whose money comes otherwise than invoice by invoice.
PAYS_QUARTERLY, PAYS_TWICE, SENDS_BACK = 0, 1, 2
YEAR = timedelta(days=365)
RECENT = timedelta(days=14)
_APPS = ("customers", "sales", "invoicing")
METHODS = ("bank_transfer", "bank_transfer", "bank_transfer", "cheque", "e_wallet", "cash", "credit_card")


class DemoGenerator:
    """Plans the year at once and tells it day by day; the same seed on the same day gives the same year."""

    def __init__(self, actor: Actor, end: datetime, chance: Random, owners: Iterator[str]) -> None:
        self.actor = actor
        self.chance = chance
        self.owners = owners
        self.start = end - YEAR
        self.calendar = Timeline(end, actor.company.time_zone, chance)
        self.customers: list[Customer] = []
        self.items: list[tuple[DemoItem, Item]] = []
        self.maintenance: list[Invoice] = []
        self.emails = 0

    def tell(self) -> None:
        """Makes the year.  For a transaction inside the company's scope."""
        self.calendar.at(self.start, self._stock_up)
        for position, person in enumerate(DEMO_CUSTOMERS):
            moment = self.calendar.working_moment(self.start, position if position < 20 else 9 * position - 160)
            self.calendar.at(moment, self._joining(person, position))
        for _ in range(QUOTES):
            self._some_time(self._quote)
        for _ in range(ORDERS):
            self._some_time(self._order)
        for month in range(12):
            self.calendar.at(self.calendar.working_moment(self.start, 25 + 30 * month), self._bill_contracts)
        for quarter in range(4):
            self.calendar.at(self.start + timedelta(days=20 + 90 * quarter), _analyse)
            moment = self.calendar.working_moment(self.start, 88 + 90 * quarter)
            self.calendar.at(moment, partial(self._pay_quarter, quarter))
        self.calendar.at(self.calendar.working_moment(self.start, 330), self._pay_twice)
        self.calendar.at(self.calendar.working_moment(self.start, 345), self._take_goods_back)
        for day in range(1, YEAR.days + 1):
            self.calendar.at(self.start + timedelta(days=day), lambda: note_overdue(self.actor))
        einvoices.plan(self.actor, self.calendar, self.customers)
        self.calendar.run()

    def _some_time(self, step: Callable[[], None]) -> None:
        """At some time of the year; business grows, so the later part has more."""
        day = int(5 + 359 * self.chance.random() ** 0.8)
        self.calendar.at(self.calendar.working_moment(self.start, day), step)

    def _is_recent(self) -> bool:
        return self.calendar.end - clock.now() < RECENT

    def _stock_up(self) -> None:
        for good in DEMO_ITEMS:
            item = ItemInput(
                item_code=good.code,
                name=good.name,
                description=good.description,
                unit=good.unit,
                type=good.type,
                unit_price=good.price,
                tax_code=good.tax_code,
            )
            self.items.append((good, create_item(self.actor, item)))

    def _joining(self, person: DemoCustomer, position: int) -> Callable[[], None]:
        def join() -> None:
            contact = ContactInput(
                name=person.contact, title=person.title, email=f"office@{person.domain}.test", is_primary=True
            )
            customer = replace(customer_input(person, position, self.chance), owner_id=next(self.owners))
            self.customers.append(create_customer(self.actor, customer, [contact] if person.is_business else []))

        return join

    def _document(self) -> dict[str, Any]:
        """A customer, often one of the first, and one to five lines."""
        customer = self.customers[int(len(self.customers) * self.chance.random() ** 1.6)]
        goods = self.chance.sample(self.items, self.chance.choice((1, 2, 2, 3, 3, 4, 5)))
        shipping = self.chance.choice(("0", "0", "25.00", "50.00", "80.00"))
        return {
            **_foreign(customer),
            "customer_id": customer.public_id,
            "items": [self._line(good, item, customer.currency) for good, item in goods],
            "shipping_cost": Decimal(shipping),
        }

    def _line(self, good: DemoItem, item: Item, currency: str) -> LineInput:
        is_foreign = currency != self.actor.company.currency
        return LineInput(
            item_id=item.public_id,
            quantity=Decimal(self.chance.choice(good.quantities)),
            discount_percent=Decimal(self.chance.choice((0, 0, 0, 0, 5, 5, 10))),
            unit_price=quantize(good.price / RINGGIT_PER_SINGAPORE_DOLLAR, currency) if is_foreign else None,
        )

    def _quote(self) -> None:
        title = self.chance.choice(TITLES)
        quote = create_quote(self.actor, QuoteInput(title=title, **self._document()))
        if self._is_recent() and self.emails < EMAILS:
            self.emails += 1
            self.calendar.later(0, 0, lambda: self._send(quote))
        elif self.chance.random() < 0.8:
            self.calendar.later(1, 14, lambda: self._accept(quote))

    def _send(self, quote: Quote) -> None:
        send_quote(self.actor, quote, EmailOptions())

    def _accept(self, quote: Quote) -> None:
        accepted = accept_quote(self.actor, quote, accepted_by=quote.customer_name)
        if self.chance.random() < 0.92:
            self.calendar.later(0, 3, lambda: self._convert(accepted))

    def _convert(self, quote: Quote) -> None:
        order = convert_quote_to_order(self.actor, quote, override_credit_limit=True)
        self._fulfil(order)

    def _order(self) -> None:
        reference = f"PO-{self.chance.randint(1000, 9999)}"
        order = create_order(self.actor, OrderInput(reference=reference, **self._document()))
        if self._is_recent() and self.chance.random() < 0.5:
            return
        answer = "cancelled" if self.chance.random() < 0.15 else "confirmed"
        self.calendar.later(0, 5, lambda: self._decide(order, answer))

    def _decide(self, order: SalesOrder, answer: str) -> None:
        decided = change_order_status(self.actor, order, answer, override_credit_limit=True)
        if answer == "confirmed":
            self._fulfil(decided)

    def _fulfil(self, order: SalesOrder) -> None:
        if self.chance.random() < 0.35:
            self.calendar.later(1, 2, lambda: self._invoice_half(order))
        self.calendar.later(5, 21, lambda: self._ship(order))

    def _ship(self, order: SalesOrder) -> None:
        shipped = change_order_status(self.actor, order, "shipped")
        self.calendar.later(0, 2, lambda: self._invoice_rest(shipped))
        self.calendar.later(2, 9, lambda: self._deliver(shipped))

    def _deliver(self, order: SalesOrder) -> None:
        change_order_status(self.actor, order, "delivered")

    def _invoice_half(self, order: SalesOrder) -> None:
        """A first part: half of each line, of a single piece all."""
        lines = SalesOrderLine.objects.filter(order=order)
        parts = [QuantityInput(item_id=line.public_id, quantity=(line.quantity / 2).quantize(1)) for line in lines]
        wanted = [part for part in parts if part.quantity]
        if wanted:
            self._issue(convert_order_to_invoice(self.actor, order, partial_items=wanted))

    def _invoice_rest(self, order: SalesOrder) -> None:
        if any(line.invoiced_quantity < line.quantity for line in SalesOrderLine.objects.filter(order=order)):
            self._issue(convert_order_to_invoice(self.actor, order))

    def _bill_contracts(self) -> None:
        """The month's maintenance for the customers who have a contract."""
        _, item = next(pair for pair in self.items if pair[0].code == "SRV-MNT")
        month = f"{self.actor.today():%B %Y}"
        for customer in self.customers[:CUSTOMERS_WITH_CONTRACT]:
            line = LineInput(item_id=item.public_id, quantity=Decimal(1), description=f"Maintenance, {month}")
            invoice = create_invoice(self.actor, InvoiceInput(customer_id=customer.public_id, items=[line]))
            if customer == self.customers[PAYS_QUARTERLY]:
                self.maintenance.append(issue_invoice(self.actor, invoice))
            else:
                self._issue(invoice)

    def _pay_quarter(self, quarter: int) -> None:
        money.pay_in_one(self.actor, self.customers[PAYS_QUARTERLY], self.maintenance, quarter)

    def _pay_twice(self) -> None:
        payment = money.pay_twice(self.actor, self.customers[PAYS_TWICE])
        if payment is not None:
            self.calendar.later(4, 9, lambda: money.give_back(self.actor, payment))

    def _take_goods_back(self) -> None:
        money.take_goods_back(self.actor, self.customers[SENDS_BACK])

    def _issue(self, draft: Invoice) -> None:
        """Issues an invoice within a day or so; some of the newest are drafts still."""
        if self._is_recent() and self.chance.random() < 0.4:
            return
        self.calendar.later(0, 1, lambda: self._issue_now(draft))

    def _issue_now(self, draft: Invoice) -> None:
        """Most pay in time, some late, some in two parts, a few not at all."""
        invoice = issue_invoice(self.actor, draft)
        terms = (invoice.due_date - invoice.invoice_date).days
        manner = self.chance.random()
        if manner < 0.60:
            self.calendar.later(2, max(3, terms), lambda: self._pay(invoice, invoice.total))
        elif manner < 0.80:
            self.calendar.later(terms + 1, terms + 40, lambda: self._pay(invoice, invoice.total))
        elif manner < 0.83:
            self.calendar.later(1, 9, lambda: self._cancel(invoice))
        elif manner < 0.87:
            self.calendar.later(3, 12, lambda: self._credit(invoice))
        elif manner < 0.90:
            self.calendar.later(2, terms, lambda: self._pay_with_bad_cheque(invoice))
        elif manner < 0.95:
            half = quantize(invoice.total / 2, invoice.currency)
            self.calendar.later(5, terms + 10, lambda: self._pay(invoice, half))
            self.calendar.later(terms + 11, terms + 90, lambda: self._pay(invoice, invoice.total - half))

    def _cancel(self, invoice: Invoice) -> None:
        """Made by mistake; what it billed of an order is billed anew."""
        cancel_invoice(self.actor, invoice, reason="Purchase order number missing")
        if invoice.order is not None:
            self._invoice_rest(invoice.order)

    def _credit(self, invoice: Invoice) -> None:
        """A piece came back damaged; the rest is paid."""
        line = invoice.lines.all()[0]
        part = QuantityInput(item_id=line.public_id, quantity=min(line.quantity, Decimal(1)))
        note = CreditNoteInput(invoice_id=invoice.public_id, items=[part], reason="Returned damaged")
        rest = invoice.total - create_credit_note(self.actor, note).total
        if rest:
            self.calendar.later(5, 30, lambda: self._pay(invoice, rest))

    def _pay_with_bad_cheque(self, invoice: Invoice) -> None:
        payment = record_payment(self.actor, invoice, PaymentInput(amount=invoice.total, payment_method="cheque"))
        self.calendar.later(3, 8, lambda: self._return_cheque(payment))

    def _return_cheque(self, payment: Payment) -> None:
        void_payment(self.actor, payment, reason="Cheque returned unpaid")

    def _pay(self, invoice: Invoice, amount: Decimal) -> None:
        payment = PaymentInput(
            amount=amount,
            payment_method=self.chance.choice(METHODS),
            reference=f"TRX-{self.chance.randint(100000, 999999)}",
        )
        record_payment(self.actor, invoice, payment)


def _foreign(customer: Customer) -> Mapping[str, Any]:
    return {"exchange_rate": RINGGIT_PER_SINGAPORE_DOLLAR} if customer.currency == "SGD" else {}


def _analyse() -> None:
    """Tells the planner of rows that no other transaction sees yet: it would take the tables for empty."""
    tables = {model._meta.db_table for name in _APPS for model in apps.get_app_config(name).get_models()}
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(sorted(tables))}")
