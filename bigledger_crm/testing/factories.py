"""Makers of legal objects: they call the services, inside the actor's company scope, so nothing they make is odd."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from bigledger_crm.outbox import worker_notifications
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from customers.inputs import CustomerInput
from customers.models import Customer
from customers.services import create_customer
from invoicing.bank_files.statement import Movement, Statement, settled
from invoicing.inputs import (
    BankAccountInput,
    BankMatchInput,
    CustomerPaymentInput,
    InvoiceInput,
    RefundInput,
    SavedReportInput,
    WriteOffInput,
)
from invoicing.models import (
    BankAccount,
    BankStatement,
    BankTransaction,
    Batch,
    Invoice,
    SavedReport,
    SavedReportRecipient,
)
from invoicing.reports.mailing import send_report
from invoicing.reports.saved import create_saved_report
from invoicing.rules.batches import ISSUE
from invoicing.services import (
    create_bank_account,
    create_batch,
    create_invoice,
    import_statement,
    issue_invoice,
    keep_upload,
    match_transaction,
    post_journal,
    record_customer_payment,
    refund_credit,
    write_off_invoice,
)
from sales.catalogue_inputs import ItemInput
from sales.inputs import LineInput, OrderInput, QuoteInput
from sales.models import Item, Quote, SalesOrder
from sales.services import (
    accept_quote,
    change_order_status,
    convert_quote_to_order,
    create_item,
    create_order,
    create_quote,
)


def line(quantity: str = "1", unit_price: str = "100.00", **fields: Any) -> LineInput:
    """A line as callers give it, without an item and untaxed unless `fields` says otherwise."""
    given = {"description": "Widget", "quantity": Decimal(quantity), "unit_price": Decimal(unit_price)}
    return LineInput(**{**given, **fields})


def make_customer(actor: Actor, **fields: Any) -> Customer:
    """A customer in the company's currency."""
    return create_customer(
        actor, CustomerInput(**{"name": "Acme Corporation", "email": "billing@acme.example.com", **fields})
    )


def make_item(actor: Actor, **fields: Any) -> Item:
    """An item at 25.00, taxed with SST."""
    given = {"item_code": "WDG-001", "name": "Premium Widget", "unit_price": Decimal("25.00"), "tax_code": "SST"}
    return create_item(actor, ItemInput(**{**given, **fields}))


def make_quote(
    actor: Actor,
    customer: Customer | None = None,
    lines: Sequence[LineInput] = (),
    *,
    accepted: bool = False,
    **fields: Any,
) -> Quote:
    """A draft quote, of one line of 100.00 unless `lines` says otherwise; accepted where asked for."""
    quote = create_quote(actor, QuoteInput(**_fields(actor, customer, lines, fields)))
    return accept_quote(actor, quote) if accepted else quote


def make_order(
    actor: Actor,
    customer: Customer | None = None,
    lines: Sequence[LineInput] = (),
    *,
    draft: bool = False,
    **fields: Any,
) -> SalesOrder:
    """A confirmed order, of one line of 100.00 unless `lines` says otherwise; a draft where asked for."""
    order = create_order(actor, OrderInput(**_fields(actor, customer, lines, fields)))
    return order if draft else change_order_status(actor, order, "confirmed")


def make_order_from_quote(actor: Actor, quote: Quote | None = None) -> SalesOrder:
    """The order of an accepted quote."""
    return convert_quote_to_order(actor, quote or make_quote(actor, accepted=True))


def make_invoice(
    actor: Actor,
    customer: Customer | None = None,
    lines: Sequence[LineInput] = (),
    *,
    draft: bool = False,
    **fields: Any,
) -> Invoice:
    """An issued invoice, of one line of 100.00 unless `lines` says otherwise; a draft where asked for."""
    invoice = create_invoice(actor, InvoiceInput(**_fields(actor, customer, lines, fields)))
    return invoice if draft else issue_invoice(actor, invoice)


def make_settlement(actor: Actor, customer: Customer) -> None:
    """A payment for no invoice with a refund of it, an invoice that is written off, and the journal of them."""
    received = CustomerPaymentInput(customer_id=customer.public_id, amount=Decimal(9))
    refund_credit(actor, record_customer_payment(actor, received), RefundInput(amount=Decimal(1)))
    write_off_invoice(actor, make_invoice(actor, customer), WriteOffInput(kind="bank_charge"))
    post_journal(actor)


def make_bank_statement(actor: Actor, *amounts: Any, name: str = "Current account", **facts: Any) -> BankStatement:
    """An imported statement with movements of these amounts, dated today; `facts` are those of each movement."""
    account = BankAccount.objects.filter(name=name).first()
    account = account or create_bank_account(actor, BankAccountInput(name=name, account_number="514012345678"))
    movements = [
        Movement(**{"booking_date": actor.today(), "description": "Payment", **facts}, amount=Decimal(amount))
        for amount in amounts
    ]
    statement = settled(Statement(format="csv", movements=tuple(movements)))
    content = repr(statement).encode()
    return import_statement(actor, account, statement, filename=f"{name}.csv", content=content)


def make_bank_match(actor: Actor, customer: Customer) -> BankTransaction:
    """A movement matched to money of a customer, beside a file that waits to be imported."""
    row = make_bank_statement(actor, 1).transactions.get()
    keep_upload(actor, row.account, filename="a.csv", content=b"a")
    return match_transaction(actor, row, BankMatchInput(customer_id=customer.public_id, excess="credit"))


def make_batch(actor: Actor, customer: Customer) -> Batch:
    """A batch that issues the invoices of a customer; nobody works at it."""
    with patch.object(worker_notifications, "notify_worker"):
        return create_batch(actor, ISSUE, Invoice.objects.filter(customer=customer))


def make_saved_report(actor: Actor, **fields: Any) -> SavedReport:
    """The sales report of this year as the actor's own, called Sales, unless `fields` says otherwise."""
    return create_saved_report(actor, SavedReportInput(**{"report": "sales", "name": "Sales", **fields}))


def make_report_email(actor: Actor) -> OutboxEmail | None:
    """The email of a saved report that is sent to the actor every month, as if it had been so for long."""
    sending = {"sends": "monthly", "send_day": 1, "file_format": "pdf", "recipients": [actor.id]}
    recipient = SavedReportRecipient.objects.get(saved_report=make_saved_report(actor, **sending))
    SavedReportRecipient.objects.filter(pk=recipient.pk).update(since=recipient.since - timedelta(days=62))
    return send_report(actor, recipient.pk, actor.today())


def _fields(
    actor: Actor, customer: Customer | None, lines: Sequence[LineInput], fields: dict[str, Any]
) -> dict[str, Any]:
    buyer = customer or make_customer(actor)
    return {"customer_id": buyer.public_id, "items": list(lines) or [line()], **fields}
