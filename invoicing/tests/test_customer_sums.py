"""Sums of customers that triggers keep: what they are after each kind of change, and among writers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_item
from customers.models import Customer
from customers.services import merge_customers
from invoicing.analytics.customer_sums import add_up_customers
from invoicing.analytics.summary import customer_summary
from invoicing.inputs import CreditNoteInput, GoodwillInput, PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import CustomerDay, CustomerItem
from invoicing.services import cancel_invoice, create_credit_note, create_goodwill_note, record_payment, void_payment
from invoicing.tests import analytics_oracle as oracle
from sales.inputs import LineInput
from sales.models import Item

pytestmark = pytest.mark.usefixtures("no_broker")


def trade(actor: Actor, customer: Customer, item: Item, number: int) -> None:
    """An invoice, and one of the things that become of invoices."""
    lines = [LineInput(item_id=item.public_id, quantity=Decimal(number + 1), unit_price=Decimal(10)), line("1", "7")]
    day = actor.today() - timedelta(days=number % 3)
    invoice = make_invoice(actor, customer, lines, invoice_date=day)
    if number % 5 == 0:
        cancel_invoice(actor, invoice)
    elif number % 5 == 1:
        create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id))
    elif number % 5 == 2:
        create_goodwill_note(
            actor, GoodwillInput(customer_id=customer.public_id, reason="Sorry", items=[lines[0], line("1", "3")])
        )
    else:
        payment = record_payment(actor, invoice, PaymentInput(amount=invoice.total, payment_method="cash"))
        if number % 5 == 3:
            void_payment(actor, payment)


def agree(actor: Actor, customer: Customer) -> bool:
    """Whether the summary says what the documents do."""
    customer.refresh_from_db()
    made: dict[str, Any] = {**vars(customer_summary(customer, actor.company, actor.today()))}
    made["top_products"] = [(part.item_code, part.quantity, part.value) for part in made["top_products"]]
    expected = oracle.summary(customer, actor.today())
    return made == expected


def test_what_becomes_of_documents_is_added_up(in_company: None, actor: Actor) -> None:
    customer, gone, item = make_customer(actor), make_customer(actor, name="Old Acme"), make_item(actor)
    for number in range(5):
        trade(actor, customer, item, number)
        trade(actor, gone, item, number)
        assert check_integrity(actor.company) == []
    assert agree(actor, customer)
    merge_customers(actor, gone, customer)
    assert check_integrity(actor.company) == []
    assert agree(actor, customer)
    assert agree(actor, gone)
    assert customer_summary(gone, actor.company, actor.today()).total_invoices == 0


def test_documents_that_came_otherwise_are_added_up(in_company: None, actor: Actor) -> None:
    customer, item = make_customer(actor), make_item(actor)
    for number in range(5):
        trade(actor, customer, item, number)
    CustomerDay.objects.all().delete()
    CustomerItem.objects.all().delete()
    add_up_customers(actor.company.pk)
    assert check_integrity(actor.company) == []
    assert agree(actor, customer)


def test_wrong_sums_are_found(in_company: None, actor: Actor) -> None:
    customer, item, day = make_customer(actor), make_item(actor), actor.today()
    make_invoice(actor, customer, [LineInput(item_id=item.public_id, quantity=Decimal(2), unit_price=Decimal(10))])
    CustomerDay.objects.update(invoiced=1)
    CustomerItem.objects.all().delete()
    found = {(one.subject, one.recorded, one.expected) for one in check_integrity(actor.company)}
    assert found == {
        (f"customer {customer.pk} day {day}", "1 / 1 / 0 / 0 / 0 / 0 / 0", "1 / 21.2 / 0 / 0 / 0 / 0 / 0"),
        (f"customer {customer.pk} item {item.pk}", "0 / 0", "2 / 20"),
    }


def test_all_documents_of_an_own_customer_count(in_company: None, actor: Actor, bob: User) -> None:
    """Who is limited to own records sees what others sold to the own customer too."""
    customer, item = make_customer(actor, owner_id=bob.public_id), make_item(actor)
    trade(actor, customer, item, 4)
    with company_scope(actor.company, owner=bob.pk):
        assert agree(actor, customer)
        assert customer_summary(customer, actor.company, actor.today()).total_invoices == 1


def test_sums_are_kept_among_writers(committed: None, actor: Actor) -> None:
    """Four members sell to two customers at once."""
    with company_scope(actor.company):
        customers, item = [make_customer(actor), make_customer(actor, name="Other")], make_item(actor)

    def write(number: int) -> None:
        with company_scope(actor.company):
            trade(actor, customers[number % 2], item, number)
        connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        for future in [threads.submit(write, number) for number in range(20)]:
            future.result()
    with company_scope(actor.company):
        assert check_integrity(actor.company) == []
        assert all(agree(actor, customer) for customer in customers)
