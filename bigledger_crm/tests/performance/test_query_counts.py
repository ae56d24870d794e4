"""Every list asks the database as often for many rows as for one; the numbers stand in query_counts.json."""

from collections.abc import Callable
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bigledger_crm.custom_fields import services as custom_fields
from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.outbox.webhooks import services
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.einvoice_rows import make_einvoice
from bigledger_crm.testing.factories import (
    line,
    make_bank_statement,
    make_batch,
    make_customer,
    make_invoice,
    make_item,
    make_order,
    make_quote,
)
from bigledger_crm.testing.query_plans import listings
from bigledger_crm.testing.tenancy_imports import make_import
from bigledger_crm.testing.tenancy_people import make_company_export
from bigledger_crm.tests.performance.support.query_baseline import compare_with_baseline
from customers.models import Customer
from invoicing.inputs import BankAccountInput, CreditNoteInput, CustomerPaymentInput, PaymentInput, RefundInput
from invoicing.services import (
    create_bank_account,
    create_credit_note,
    post_journal,
    record_customer_payment,
    record_payment,
    refund_credit,
)
from sales.catalogue_inputs import TaxCodeInput
from sales.services import create_tax_code

MANY = 30  # more than a page of twenty, with what a company begins with at most one of a hundred


def _quote(actor: Actor, customer: Customer, number: int) -> None:
    make_quote(actor, customer, [line(), line()], accepted=number % 2 == 0)


def _order(actor: Actor, customer: Customer, number: int) -> None:
    make_order(actor, customer, [line(), line()])


def _invoice(actor: Actor, customer: Customer, number: int) -> None:
    invoice = make_invoice(actor, customer, [line(), line()])
    record_payment(actor, invoice, PaymentInput(amount=Decimal(1 + number), payment_method="cash"))


def _customer(actor: Actor, customer: Customer, number: int) -> None:
    make_customer(actor, tags=["one", "two"])


def _item(actor: Actor, customer: Customer, number: int) -> None:
    make_item(actor, item_code=f"ITEM-{number}")


def _tax_code(actor: Actor, customer: Customer, number: int) -> None:
    create_tax_code(actor, TaxCodeInput(code=f"TAX-{number}", rate=Decimal(number)))


def _custom_field(actor: Actor, customer: Customer, number: int) -> None:
    with patch.object(custom_fields, "MAX_FIELDS", 1000):
        field = CustomFieldInput(object_type="items", label=f"Field {number}", type="text")
        custom_fields.create_custom_field(actor, field)


def _credit_note(actor: Actor, customer: Customer, number: int) -> None:
    create_credit_note(actor, CreditNoteInput(invoice_id=make_invoice(actor, customer, [line(), line()]).public_id))


def _refund(actor: Actor, customer: Customer, number: int) -> None:
    payment = CustomerPaymentInput(customer_id=customer.public_id, amount=Decimal(9))
    refund_credit(actor, record_customer_payment(actor, payment), RefundInput(amount=Decimal(2)))


def _posted(actor: Actor, customer: Customer, number: int) -> None:
    make_invoice(actor, customer)
    post_journal(actor)


def _webhook(actor: Actor, customer: Customer, number: int) -> None:
    webhook = EndpointInput(url=f"https://hooks.example.com/{number}", events=["item.created"])
    with patch.object(services, "MAX_ENDPOINTS", 1000):
        services.create_endpoint(actor, webhook)


def _batch(actor: Actor, customer: Customer, number: int) -> None:
    make_invoice(actor, customer, draft=True)
    make_batch(actor, customer)


def _bank_account(actor: Actor, customer: Customer, number: int) -> None:
    create_bank_account(actor, BankAccountInput(name=f"Account {number}"))


def _bank_transaction(actor: Actor, customer: Customer, number: int) -> None:
    make_bank_statement(actor, number + 1)


def _einvoice(actor: Actor, customer: Customer, number: int) -> None:
    make_einvoice(make_invoice(actor, customer))


def _import(actor: Actor, customer: Customer, number: int) -> None:
    make_import(actor, "completed", customer.name)


def _company_export(actor: Actor, customer: Customer, number: int) -> None:
    make_company_export(actor)


LISTS: dict[str, Callable[[Actor, Customer, int], None]] = {
    "customers": _customer,
    "items": _item,
    "tax-codes": _tax_code,
    "custom-fields": _custom_field,
    "quotes": _quote,
    "sales-orders": _order,
    "webhooks": _webhook,
    "invoices": _invoice,
    "payments": _invoice,
    "credit-notes": _credit_note,
    "refunds": _refund,
    "journal": _posted,
    "einvoices": _einvoice,
    "batches": _batch,
    "imports": _import,
    "company-exports": _company_export,
    "bank-accounts": _bank_account,
    "bank-transactions": _bank_transaction,
}


def _count(api: ApiClient, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert api.get(path).status == 200
    return len(queries)


def test_every_list_is_counted() -> None:
    assert listings().keys() == LISTS.keys()


@pytest.mark.parametrize("path", LISTS)
def test_a_list_asks_as_often_for_many_rows_as_for_one(api: ApiClient, actor: Actor, path: str) -> None:
    """Every expanded kind is one query more."""
    make, kinds = LISTS[path], list(listings()[path].expand)
    expanded = f"/{path}?expand={','.join(kinds)}"
    with company_scope(actor.company):
        customer = make_customer(actor)
        make(actor, customer, 0)
    api.get(f"/{path}")  # notes that the key was used
    one = _count(api, f"/{path}")
    if kinds:
        assert _count(api, expanded) == one + len(kinds)
    with company_scope(actor.company):
        for number in range(1, MANY):
            make(actor, customer, number)
    api.get(f"/{path}")  # reads the company again where the rows changed it
    assert _count(api, f"/{path}?limit=100") == one
    first = api.get(f"/{path}?limit=20").body["pagination"]
    assert _count(api, f"/{path}?limit=20&cursor={first['nextCursor']}") <= one
    compare_with_baseline(f"GET /{path}", one)
    if kinds:
        assert _count(api, f"{expanded}&limit=100") == one + len(kinds)
        compare_with_baseline(f"GET {expanded}", one + len(kinds))
