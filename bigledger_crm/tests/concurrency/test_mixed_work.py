"""Everything at once on a few documents: only refusals of the domain, no deadlock, no constraint that leaks."""

import random
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_item, make_order, make_quote
from bigledger_crm.testing.threads import at_once
from customers.inputs import ContactInput, CustomerInput
from customers.models import Customer
from customers.services import create_contact, update_customer
from invoicing.inputs import InvoiceInput, PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import Invoice
from invoicing.services import convert_order_to_invoice, create_invoice, record_payment, send_invoice
from sales.catalogue_inputs import ItemInput
from sales.inputs import LineInput, OrderInput, QuantityInput, QuoteInput
from sales.models import Item, Quote, SalesOrder
from sales.services import (
    EmailOptions,
    accept_quote,
    change_order_status,
    convert_quote_to_order,
    create_order,
    create_quote,
    send_quote,
    update_item,
)

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS, STEPS = 6, 120
D = Decimal


class Worker:
    """Does one random thing after another with the company's few documents."""

    def __init__(self, actor: Actor, seed: int) -> None:
        self.actor = actor
        self.random = random.Random(seed)
        self.outcomes: Counter[str] = Counter()
        self.steps: list[Callable[[], object]] = [
            self.quote,
            self.send_quote,
            self.agree,
            self.convert_quote,
            self.order,
            self.move_order,
            self.convert_order,
            self.convert_part,
            self.invoice,
            self.send,
            self.pay,
            self.pay,
            self.rename,
            self.renumber,
            self.contact,
            self.reprice,
        ]

    def work(self) -> Counter[str]:
        """Counts what was done and, by their codes, what was refused."""
        for _ in range(STEPS):
            step = self.random.choice(self.steps)
            try:
                step()
            except DomainError as refusal:
                self.outcomes[refusal.code] += 1
            else:
                self.outcomes[step.__name__] += 1
        return self.outcomes

    def fields(self) -> dict[str, Any]:
        item, customer = Item.objects.get(), self.random.choice(Customer.objects.all())
        lines = [LineInput(item_id=item.public_id, quantity=D(self.random.randint(1, 5))), line("2.5", "3.33")]
        return {"customer_id": customer.public_id, "items": lines}

    def any_quote(self) -> Quote:
        return self.random.choice(Quote.objects.all())

    def any_order(self) -> SalesOrder:
        return self.random.choice(SalesOrder.objects.all())

    def any_invoice(self) -> Invoice:
        return self.random.choice(Invoice.objects.all())

    def quote(self) -> object:
        return create_quote(self.actor, QuoteInput(**self.fields()))

    def send_quote(self) -> object:
        return send_quote(self.actor, self.any_quote(), EmailOptions())

    def agree(self) -> object:
        return accept_quote(self.actor, self.any_quote())

    def convert_quote(self) -> object:
        return convert_quote_to_order(self.actor, self.any_quote())

    def order(self) -> object:
        return change_order_status(self.actor, create_order(self.actor, OrderInput(**self.fields())), "confirmed")

    def move_order(self) -> object:
        target = self.random.choice(["confirmed", "shipped", "delivered", "cancelled"])
        return change_order_status(self.actor, self.any_order(), target)

    def convert_order(self) -> object:
        return convert_order_to_invoice(self.actor, self.any_order())

    def convert_part(self) -> object:
        order = self.any_order()
        row = self.random.choice(order.lines.all())
        return convert_order_to_invoice(
            self.actor, order, partial_items=[QuantityInput(item_id=row.public_id, quantity=D("0.7"))]
        )

    def invoice(self) -> object:
        return create_invoice(self.actor, InvoiceInput(**self.fields()))

    def send(self) -> object:
        return send_invoice(self.actor, self.any_invoice(), EmailOptions())

    def pay(self) -> object:
        return record_payment(
            self.actor, self.any_invoice(), PaymentInput(amount=D(self.random.randint(1, 2000)) / 100)
        )

    def rename(self) -> object:
        name = f"Name {self.random.random()}"
        return update_customer(self.actor, self.random.choice(Customer.objects.all()), CustomerInput(name=name))

    def renumber(self) -> object:
        number = f"K-{self.random.randint(1, 4)}"
        return update_customer(
            self.actor, self.random.choice(Customer.objects.all()), CustomerInput(customer_number=number)
        )

    def contact(self) -> object:
        customer = self.random.choice(Customer.objects.all())
        return create_contact(self.actor, customer, ContactInput(name="Ali", is_primary=True))

    def reprice(self) -> object:
        return update_item(self.actor, Item.objects.get(), ItemInput(unit_price=D(self.random.randint(1, 99))))


@pytest.mark.usefixtures("committed")
def test_a_mixed_load_neither_deadlocks_nor_leaks(actor: Actor) -> None:
    with company_scope(actor.company):
        customers = [make_customer(actor), make_customer(actor, credit_limit=D("900.00"))]
        make_item(actor)
        for customer in customers:
            make_quote(actor, customer, [line("10", "10.00", tax_code="SST")], accepted=True)
            order = make_order(actor, customer, [line("20", "7.77"), line("9", "1.11")])
            convert_order_to_invoice(
                actor, order, partial_items=[QuantityInput(item_id=order.lines.all()[0].public_id, quantity=D(1))]
            )
    workers = [Worker(actor, seed) for seed in range(THREADS)]
    done, failures = at_once([worker.work for worker in workers], company=actor.company)
    assert failures == []
    total = sum(done, Counter())
    assert sum(total.values()) == THREADS * STEPS
    assert {"pay", "convert_part", "send", "renumber", "move_order"} <= total.keys()
    assert check_integrity() == []
