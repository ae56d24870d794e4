"""Fixtures of the tests of invoicing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest

from bigledger_crm.kernel import clock
from bigledger_crm.outbox import worker_notifications
from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line
from customers.inputs import CustomerInput
from customers.services import create_customer
from invoicing.inputs import InvoiceInput, PaymentInput
from invoicing.services import (
    convert_order_to_invoice,
    create_invoice,
    issue_invoice,
    record_payment,
    schedule_of,
)
from invoicing.tests.reminder_runs import ISSUED, moment
from sales.catalogue_inputs import ItemInput
from sales.inputs import LineInput, OrderInput, QuantityInput, QuoteInput
from sales.models import SalesOrderLine
from sales.services import (
    accept_quote,
    change_order_status,
    convert_quote_to_order,
    create_item,
    create_order,
    create_quote,
)


@pytest.fixture
def sold(actor: Actor) -> Iterator[Actor]:
    """A quote turned into an order, billed in two parts, shipped and partly paid; and one direct invoice in draft.

    QT-2024-0001, SO-2024-0001 (11 widgets less 7.5 %, and a fee less 1.11), INV-2024-0001 and 0002 (issued), 0003.
    """
    with company_scope(actor.company), clock.travelling(datetime(2024, 3, 4, 2, tzinfo=UTC)):
        customer = create_customer(actor, CustomerInput(name="Ali & Sons", email="ali@example.com"))
        item = create_item(
            actor, ItemInput(item_code="WDG", name="Widget", unit_price=Decimal("25.33"), tax_code="SST")
        )
        lines = [
            LineInput(item_id=item.public_id, quantity=Decimal(11), discount_percent=Decimal("7.5")),
            line("3", "33.335", description="Fee", discount_amount=Decimal("1.11")),
        ]
        fields: dict[str, Any] = {"customer_id": customer.public_id, "shipping_cost": Decimal("50.00")}
        quote = accept_quote(actor, create_quote(actor, QuoteInput(**fields, items=lines)))
        order = convert_quote_to_order(actor, quote)
        widgets, fee = SalesOrderLine.objects.filter(order=order)
        parts = [
            QuantityInput(item_id=widgets.public_id, quantity=Decimal("3.7")),
            QuantityInput(item_id=fee.public_id, quantity=Decimal(1)),
        ]
        first = issue_invoice(actor, convert_order_to_invoice(actor, order, partial_items=parts))
        issue_invoice(actor, convert_order_to_invoice(actor, order))
        change_order_status(actor, order, "shipped")
        record_payment(actor, first, PaymentInput(amount=Decimal("40.00"), payment_method="cash"))
        create_invoice(actor, InvoiceInput(**fields, items=lines[:1], prices_include_tax=True))
        create_order(actor, OrderInput(**fields, items=lines))
        yield actor


@pytest.fixture
def in_january(actor: Actor, in_company: Company) -> Iterator[None]:
    """Everything is made on 15 January 2024, when the company has its schedule."""
    with clock.travelling(moment(ISSUED)):
        schedule_of(actor)
        yield


@pytest.fixture
def no_broker() -> Iterator[None]:
    """Nobody is told of what waits for a worker."""
    with patch.object(worker_notifications, "notify_worker"):
        yield


@pytest.fixture
def limited(bob: User) -> Membership:
    """Bob, who sees his own records only."""
    Membership.objects.filter(user=bob).update(own_records_only=True)
    return bob.memberships.select_related("company", "user").get()


@pytest.fixture
def bobs_work(bob: User) -> Actor:
    """Bob at work."""
    return actor_for_member(bob.memberships.select_related("company", "user").get())
