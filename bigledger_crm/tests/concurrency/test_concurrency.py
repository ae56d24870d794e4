"""Many at once on the same document: one wins, the others are told why, and the books stay right."""

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bigledger_crm.kernel.errors import InvalidStatusTransition, NotFound
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.outbox.webhooks.services import MAX_ENDPOINTS, WebhookLimitReached, create_endpoint
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_order, make_quote
from bigledger_crm.testing.threads import at_once, kinds
from customers.errors import CustomerHasTransactions, CustomerNumberTaken
from customers.inputs import ContactInput, CustomerInput
from customers.models import Contact, Customer, ReceivableEntry
from customers.services import create_contact, delete_customer, update_customer
from invoicing.errors import OrderAlreadyInvoiced, PaymentExceedsAmountDue, ReminderStepLimitReached
from invoicing.inputs import PaymentInput, ReminderStepInput
from invoicing.integrity import check_integrity
from invoicing.models import Invoice, Payment
from invoicing.rules.reminder_texts import DEFAULT_STEPS
from invoicing.rules.reminders import MAX_STEPS
from invoicing.services import (
    cancel_invoice,
    convert_order_to_invoice,
    create_step,
    issue_invoice,
    record_payment,
    send_invoice,
)
from sales.errors import (
    CreditLimitExceeded,
    OrderAlreadyShipped,
    QuantityExceedsRemaining,
    QuoteConversionFailed,
    QuoteNotEditable,
    QuoteNotRevisable,
)
from sales.inputs import QuantityInput, QuoteInput
from sales.models import Quote, SalesOrder, SalesOrderLine
from sales.services import (
    EmailOptions,
    accept_quote,
    cancel_quote,
    change_order_status,
    convert_quote_to_order,
    decline_quote,
    revise_quote,
    send_quote,
    ship_order,
    update_quote,
)

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("committed")
D = Decimal


def test_twenty_payments_of_all_that_is_due(actor: Actor) -> None:
    with company_scope(actor.company):
        invoice = make_invoice(actor)
    pay = partial(record_payment, actor, invoice, PaymentInput(amount=invoice.total))
    taken, refused = at_once([pay] * 20, company=actor.company)
    assert (len(taken), len(refused), kinds(refused)) == (1, 19, {PaymentExceedsAmountDue})
    with company_scope(actor.company):
        assert Payment.objects.count() == 1
        assert Customer.objects.get().current_balance == 0
    assert check_integrity() == []


def test_twenty_payments_of_a_seventh(actor: Actor) -> None:
    with company_scope(actor.company):
        invoice = make_invoice(actor, None, [line("1", "70.00")])
    pay = partial(record_payment, actor, invoice, PaymentInput(amount=D("10.00")))
    taken, refused = at_once([pay] * 20, company=actor.company)
    assert (len(taken), kinds(refused)) == (7, {PaymentExceedsAmountDue})
    assert check_integrity() == []


def test_ten_conversions_of_a_quote(actor: Actor) -> None:
    with company_scope(actor.company):
        quote = make_quote(actor, accepted=True)
    (order,), refused = at_once([partial(convert_quote_to_order, actor, quote)] * 10, company=actor.company)
    assert kinds(refused) == {QuoteConversionFailed}
    told = {error.details[0]["salesOrderId"] for error in refused if isinstance(error, QuoteConversionFailed)}
    assert told == {order.public_id}
    with company_scope(actor.company):
        assert SalesOrder.objects.count() == 1
        assert Quote.objects.get().status == "converted"
    assert check_integrity() == []


def test_ten_invoices_of_a_whole_order(actor: Actor) -> None:
    with company_scope(actor.company):
        order = make_order(actor, None, [line("3"), line("2.5")], shipping_cost=D("9.00"))
    made, refused = at_once([partial(convert_order_to_invoice, actor, order)] * 10, company=actor.company)
    assert (len(made), len(refused), kinds(refused)) == (1, 9, {OrderAlreadyInvoiced})
    with company_scope(actor.company):
        assert Invoice.objects.get().total == order.total
    assert check_integrity() == []


def test_ten_invoices_of_three_tenths(actor: Actor) -> None:
    with company_scope(actor.company):
        order = make_order(actor, None, [line("10", "3.33", tax_code="SST")], shipping_cost=D("9.00"))
        part = QuantityInput(item_id=order.lines.get().public_id, quantity=D(3))
    convert = partial(convert_order_to_invoice, actor, order, partial_items=[part])
    made, refused = at_once([convert] * 10, company=actor.company)
    assert (len(made), kinds(refused)) == (3, {QuantityExceedsRemaining})
    with company_scope(actor.company):
        assert SalesOrderLine.objects.get().invoiced_quantity == 9
        assert sum(invoice.shipping_cost for invoice in Invoice.objects.all()) == 9
        convert_order_to_invoice(actor, order)
        assert sum(invoice.total for invoice in Invoice.objects.all()) == order.total
    assert check_integrity() == []


def test_two_orders_near_the_credit_limit(actor: Actor) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor, credit_limit=D("150.00"))
        orders = [make_order(actor, customer, draft=True) for _ in range(2)]
        quotes = [make_quote(actor, customer, accepted=True) for _ in range(2)]
    calls = [partial(change_order_status, actor, order, "confirmed") for order in orders]
    calls += [partial(convert_quote_to_order, actor, quote) for quote in quotes]
    confirmed, refused = at_once(calls, company=actor.company)
    assert (len(confirmed), kinds(refused)) == (1, {CreditLimitExceeded})
    with company_scope(actor.company):
        assert SalesOrder.objects.filter(status="confirmed").count() == 1
    assert check_integrity() == []


def test_ten_sendings_of_a_draft(actor: Actor) -> None:
    with company_scope(actor.company):
        invoice = make_invoice(actor, draft=True)
    sent, refused = at_once([partial(send_invoice, actor, invoice, EmailOptions())] * 10, company=actor.company)
    assert (len(sent), refused) == (10, [])
    with company_scope(actor.company):
        assert ReceivableEntry.objects.count() == 1
        assert OutboxEmail.objects.count() == 10
        assert len({email.stored_document_id for email in OutboxEmail.objects.all()}) == 1
    assert check_integrity() == []


def test_one_answer_to_a_sent_quote(actor: Actor) -> None:
    """Accepted, declined, cancelled or revised: whatever comes first, the others are told."""
    for _ in range(3):
        with company_scope(actor.company):
            quote, _email = send_quote(actor, make_quote(actor), EmailOptions())
        actions: list[Callable[..., object]] = [accept_quote, decline_quote, cancel_quote, revise_quote]
        done, refused = at_once([partial(act, actor, quote) for act in actions * 2], company=actor.company)
        assert (len(done), len(refused)) == (1, 7)
        assert kinds(refused) <= {InvalidStatusTransition, QuoteNotRevisable}
        with company_scope(actor.company):
            status = Quote.objects.get(pk=quote.pk).status
            assert status in ("accepted", "declined", "cancelled")
            assert Quote.objects.filter(supersedes=quote).exists() <= (status == "cancelled")
    assert check_integrity() == []


def test_ten_revisions_make_one(actor: Actor) -> None:
    with company_scope(actor.company):
        quote, _email = send_quote(actor, make_quote(actor), EmailOptions())
    (revision,), refused = at_once([partial(revise_quote, actor, quote)] * 10, company=actor.company)
    told = {error.details[0].get("supersededBy") for error in refused if isinstance(error, QuoteNotRevisable)}
    assert (len(refused), told) == (9, {revision.public_id})
    assert check_integrity() == []


def test_accepting_while_others_edit(actor: Actor) -> None:
    """What was accepted is what stands there, before or after the edit."""
    for _ in range(3):
        with company_scope(actor.company):
            quote = make_quote(actor)
        edit = partial(update_quote, actor, quote, QuoteInput(items=[line("2"), line("3")]))
        calls: list[Callable[[], object]] = [partial(accept_quote, actor, quote), *[edit] * 3]
        _, refused = at_once(calls, company=actor.company)
        assert kinds(refused) <= {QuoteNotEditable}
        with company_scope(actor.company):
            assert Quote.objects.get(pk=quote.pk).status == "accepted"
    assert check_integrity() == []


def test_shipments_never_exceed_the_order(actor: Actor) -> None:
    with company_scope(actor.company):
        order = make_order(actor, None, [line("10")])
        part = QuantityInput(item_id=order.lines.get().public_id, quantity=D(3))
    shipped, refused = at_once([partial(ship_order, actor, order, items=[part])] * 10, company=actor.company)
    assert (len(shipped), kinds(refused)) == (3, {QuantityExceedsRemaining})
    with company_scope(actor.company):
        assert SalesOrderLine.objects.get().shipped_quantity == 9
    rest: list[Callable[[], object]] = [partial(ship_order, actor, order)] * 5
    rest += [partial(change_order_status, actor, order, "shipped")] * 5
    shipped_rest, refused = at_once(rest, company=actor.company)
    assert (len(shipped_rest), kinds(refused)) == (1, {OrderAlreadyShipped, InvalidStatusTransition})
    with company_scope(actor.company):
        assert SalesOrder.objects.get().status == "shipped"
    assert check_integrity() == []


def test_issuing_and_cancelling_invoices_while_orders_are_confirmed(actor: Actor) -> None:
    """Invoices tell their orders and the customer in one order of locks, so that nobody waits for ever."""
    with company_scope(actor.company):
        customer = make_customer(actor, credit_limit=D("100000.00"))
        orders = [make_order(actor, customer) for _ in range(4)]
        invoices = [convert_order_to_invoice(actor, order) for order in orders]
        drafts = [make_order(actor, customer, draft=True) for _ in range(4)]

    def issue_and_cancel(invoice: Invoice) -> None:
        issue_invoice(actor, invoice)
        cancel_invoice(actor, invoice)

    calls: list[Callable[[], object]] = [partial(issue_and_cancel, invoice) for invoice in invoices]
    calls += [partial(change_order_status, actor, order, "confirmed") for order in drafts]
    assert at_once(calls, company=actor.company)[1] == []
    assert check_integrity() == []


def test_a_customer_number_given_by_many(actor: Actor) -> None:
    make = partial(make_customer, actor, customer_number="CUST-0003")
    made, refused = at_once([make] * 10, company=actor.company)
    assert (len(made), kinds(refused)) == (1, {CustomerNumberTaken})


def test_renumbering_a_customer_while_others_pay(actor: Actor) -> None:
    """A new number changes the row's key, which every payment's reference holds on to."""
    with company_scope(actor.company):
        customer = make_customer(actor)
        invoices = [make_invoice(actor, customer) for _ in range(4)]

    def pay_often(invoice: Invoice) -> None:
        for _ in range(20):
            record_payment(actor, invoice, PaymentInput(amount=D(1)))

    def renumber_often() -> None:
        for number in range(20):
            update_customer(actor, customer, CustomerInput(customer_number=f"K-{number}"))

    calls: list[Callable[[], None]] = [partial(pay_often, invoice) for invoice in invoices]
    assert at_once([*calls, renumber_often], company=actor.company)[1] == []
    assert check_integrity() == []


def test_deleting_a_customer_while_others_quote(actor: Actor) -> None:
    for _ in range(5):
        with company_scope(actor.company):
            customer = make_customer(actor)
        calls: list[Callable[[], object]] = [partial(delete_customer, actor, customer)] * 4
        calls += [partial(make_quote, actor, customer)] * 4
        _, refused = at_once(calls, company=actor.company)
        assert kinds(refused) <= {NotFound, CustomerHasTransactions}
        with company_scope(actor.company):
            quotes = Quote.objects.filter(customer_id=customer.pk).count()
            assert quotes == (4 if Customer.objects.filter(pk=customer.pk).exists() else 0)
    assert check_integrity() == []


def test_ten_primary_contacts(actor: Actor) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor)
    add = partial(create_contact, actor, customer, ContactInput(name="Ali", is_primary=True))
    made, refused = at_once([add] * 10, company=actor.company)
    assert (len(made), refused) == (10, [])
    with company_scope(actor.company):
        assert Contact.objects.filter(is_primary=True).count() == 1


def test_limits_of_a_company_hold_for_those_who_come_at_once(actor: Actor) -> None:
    def add_step(days: int) -> None:
        create_step(actor, ReminderStepInput(document="invoice", days=days, subject="x", message="y"))

    calls: list[Callable[[], object]] = [partial(add_step, days) for days in range(100, 125)]
    taken, refused = at_once(calls, company=actor.company)
    assert (len(taken) + len(DEFAULT_STEPS), kinds(refused)) == (MAX_STEPS, {ReminderStepLimitReached})
    add_endpoint = partial(create_endpoint, actor, EndpointInput(url="https://hooks.customer.test/", events=["*"]))
    made, refused = at_once([add_endpoint] * 25, company=actor.company)
    assert (len(made), kinds(refused)) == (MAX_ENDPOINTS, {WebhookLimitReached})
