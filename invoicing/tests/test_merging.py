"""Two customers become one, with everything that they have."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Event
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_order, make_quote
from bigledger_crm.testing.threads import at_once
from customers.errors import CustomerMerged, CustomersDiffer
from customers.inputs import ContactInput, CustomerInput
from customers.models import Customer, ReceivableEntry
from customers.queries import lock_customer_of, lock_unmerged_customer, possible_duplicates
from customers.services import create_contact, merge_customers, merging, update_customer
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import CreditNote, Invoice, Payment
from invoicing.queries import lock_invoice
from invoicing.services import cancel_invoice, create_credit_note, record_payment, void_payment
from sales.inputs import QuantityInput
from sales.models import Quote, SalesOrder
from sales.services import accept_quote

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("in_company")


def _busy(actor: Actor, **fields: Any) -> tuple[Customer, Invoice]:
    """A customer with one of everything, in every state that the database guards."""
    customer = make_customer(actor, **fields)
    create_contact(actor, customer, ContactInput(name="Nurul", is_primary=True))
    make_quote(actor, customer)
    make_order(actor, customer, [line()])
    invoice = make_invoice(actor, customer, [line("4")])
    payment = record_payment(actor, invoice, PaymentInput(amount=Decimal(10), payment_method="cash"))
    record_payment(actor, invoice, PaymentInput(amount=Decimal(20), payment_method="cash"))
    void_payment(actor, payment, reason="Bounced")
    lines = [QuantityInput(item_id=invoice.lines.get().public_id, quantity=Decimal(1))]
    create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id, reason="One too many", items=lines))
    cancel_invoice(actor, make_invoice(actor, customer, [line()]), reason="By mistake")
    return customer, invoice


def test_everything_goes_over_and_the_books_stay_right(actor: Actor, company: Company) -> None:
    kept, _ = _busy(actor, name="Acme Sdn Bhd", email="", phone="+60123456789", tags=["retail"])
    gone, invoice = _busy(actor, name="ACME", email="hello@acme.example.com", tags=["vip", "retail"], website="")
    before = {customer.pk: Customer.objects.get(pk=customer.pk) for customer in (kept, gone)}
    merged = merge_customers(actor, gone, kept)
    assert check_integrity(company) == []
    for model in (Quote, SalesOrder, Invoice, Payment, CreditNote, ReceivableEntry):
        assert set(model.objects.values_list("customer", flat=True)) == {kept.pk}, model
    assert merged.contacts.count() == 2
    assert merged.contacts.filter(is_primary=True).count() == 1
    assert (merged.email, merged.phone, merged.tags) == ("hello@acme.example.com", "+60123456789", ["retail", "vip"])
    assert merged.current_balance == before[kept.pk].current_balance + before[gone.pk].current_balance
    assert merged.total_sales == before[kept.pk].total_sales + before[gone.pk].total_sales
    left = Customer.objects.get(pk=gone.pk)
    assert (left.status, left.merged_into_id) == ("inactive", kept.pk)
    assert Invoice.objects.get(pk=invoice.pk).customer_name == "ACME"  # as it was issued
    entry = AuditEntry.objects.get(event="customer.merged")
    assert entry.subjects == [kept.pk, gone.pk]
    record_payment(actor, Invoice.objects.get(pk=invoice.pk), PaymentInput(amount=Decimal(5), payment_method="cash"))
    assert check_integrity(company) == []


def test_what_is_merged_gets_nothing_more(actor: Actor) -> None:
    kept, gone = make_customer(actor), make_customer(actor)
    merge_customers(actor, gone, kept)
    with pytest.raises(InvalidData) as refused:
        make_quote(actor, gone)
    assert [error.path for error in refused.value.errors] == [("customer_id",)]
    for attempt in (
        lambda: create_contact(actor, gone, ContactInput(name="Nurul")),
        lambda: update_customer(actor, gone, CustomerInput(status="active")),
        lambda: merge_customers(actor, gone, kept),
        lambda: merge_customers(actor, kept, gone),
    ):
        with pytest.raises(CustomerMerged):
            attempt()


def test_what_cannot_be_one_is_refused(actor: Actor) -> None:
    customer, foreign = make_customer(actor), make_customer(actor, currency="USD")
    for other in (customer, foreign):
        with pytest.raises(CustomersDiffer):
            merge_customers(actor, other, customer)


TABLES = (
    "sales_quote",
    "sales_salesorder",
    "invoicing_invoice",
    "invoicing_payment",
    "invoicing_creditnote",
    "customers_receivableentry",
)


@pytest.mark.parametrize("table", TABLES)
def test_no_other_way_leads_to_another_customer(actor: Actor, table: str) -> None:
    customer, _ = _busy(actor)
    quote = make_quote(actor, customer)
    accept_quote(actor, quote)
    other = make_customer(actor)
    statement = f"UPDATE {table} SET customer_id = %s WHERE customer_id = %s"
    if table.startswith("sales_"):
        statement += " AND status <> 'draft'"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [other.pk, customer.pk])


@pytest.mark.usefixtures("committed")
def test_payments_meanwhile_are_not_lost(actor: Actor, company: Company) -> None:
    kept, (gone, invoice) = make_customer(actor), _busy(actor)

    def pay() -> object:
        return record_payment(actor, invoice, PaymentInput(amount=Decimal(1), payment_method="cash"))

    def bill() -> object:
        try:
            return make_invoice(actor, gone, [line()])
        except InvalidData as error:
            return error

    work: list[Callable[[], object]] = [lambda: merge_customers(actor, gone, kept), *[pay] * 5, *[bill] * 3]
    _, failures = at_once(work, company=company)
    assert failures == []
    assert check_integrity(company) == []
    assert set(Invoice.objects.values_list("customer", flat=True)) == {kept.pk}
    assert Payment.objects.filter(amount=1, customer=kept).count() == 5


@pytest.mark.usefixtures("committed")
def test_who_has_the_customer_has_its_invoice_too(
    actor: Actor, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other holds the customer, is waited for, and takes an invoice then: nobody waits in a circle."""
    kept, gone = make_customer(actor), make_customer(actor)
    invoice = make_invoice(actor, gone)
    is_held, is_waited_for = Event(), Event()

    def hold() -> None:
        with company_scope(company), contextlib.closing(connection), transaction.atomic():
            customer = lock_customer_of(invoice)
            is_held.set()
            assert is_waited_for.wait(300)
            lock_invoice(invoice.pk)
            Customer.objects.filter(pk=customer.pk).update(name="Held")

    def lock_later(pk: UUID, *, with_key: bool) -> Customer:
        is_waited_for.set()
        return lock_unmerged_customer(pk, with_key=with_key)

    monkeypatch.setattr(merging, "lock_unmerged_customer", lock_later)
    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(hold)
        assert is_held.wait(300)
        merge_customers(actor, gone, kept)
        other.result()
    assert Customer.objects.get(pk=gone.pk).name == "Held"
    assert set(Invoice.objects.values_list("customer", flat=True)) == {kept.pk}
    assert check_integrity(company) == []


@pytest.mark.usefixtures("committed")
def test_the_customer_of_what_went_over_is_the_other(actor: Actor) -> None:
    kept, gone = make_customer(actor), make_customer(actor)
    before = make_invoice(actor, gone)
    merge_customers(actor, gone, kept)
    with transaction.atomic():
        assert lock_customer_of(before) == kept


def test_who_may_be_meant_already(actor: Actor) -> None:
    known = make_customer(actor, name="Élan Supplies", email="hello@elan.example.com", phone="+60123456789")
    make_customer(actor, name="Elan Supplies and more", email="other@elan.example.com", phone="+60123456780")
    assert possible_duplicates("ELAN  supplies", "", "") == [known]
    assert possible_duplicates("Somebody", "Hello@elan.example.com", "") == [known]
    assert possible_duplicates("Somebody", "", "+60123456789") == [known]
    assert possible_duplicates("Elan", "x@elan.example.com", "+6012345678") == []
