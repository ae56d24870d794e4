"""A customer whose words are all over the place, and the search for them in the whole database."""

import json
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.documents.services import ensure_rendered
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import line, make_invoice, make_order, make_quote
from customers.models import Customer
from customers.services import erase_customer
from invoicing.inputs import CreditNoteInput, CustomerPaymentInput, PaymentInput, RefundInput, WriteOffInput
from invoicing.models import Invoice
from invoicing.services import (
    convert_order_to_invoice,
    create_credit_note,
    post_journal,
    record_customer_payment,
    record_payment,
    refund_credit,
    send_invoice,
    send_statement,
    write_off_invoice,
)
from invoicing.services.statement_pdf import Span
from sales.services import (
    EmailOptions,
    attach_file,
    change_order_status,
    convert_quote_to_order,
    decline_quote,
    send_quote,
)

# Each stands in many columns; none is part of anything else.
NAME, MAIL, PHONE, STREET, TAX, WORD = "Meiling", "meiling@", "+60123456789", "Lorong Kenanga", "IG998877", "sunflower"
OF_DECLINED = "FROM sales_quote q WHERE q.id = quote_id AND q.status = 'declined'"
TRACES = (NAME, MAIL, PHONE, STREET, TAX, WORD, NAME.lower())


def sell(actor: Actor, customer: Customer) -> Invoice:
    """From the quote to the paid invoice; and quotes, an order and an invoice that came to nothing."""
    words: dict[str, Any] = {"notes": WORD, "reference": WORD, "title": WORD}
    message = EmailOptions(to=[f"{MAIL}example.com"], subject=f"For {NAME}", message=f"Dear {NAME}")
    quote = make_quote(actor, customer, [line("1", description=WORD)], accepted=True)
    order = convert_quote_to_order(actor, quote)
    invoice = convert_order_to_invoice(actor, order)
    invoice, _ = send_invoice(actor, invoice, message)
    change_order_status(actor, order, "shipped", note=f"{NAME} was in")
    record_payment(actor, invoice, PaymentInput(amount=invoice.amount_due, payment_method="cash"))
    other = make_invoice(actor, customer, [line()])
    create_credit_note(actor, CreditNoteInput(invoice_id=other.public_id))
    declined, _ = send_quote(actor, make_quote(actor, customer, [line(description=WORD)], **words), message)
    attach_file(actor, declined, "quote", filename=f"{NAME}.txt", content=WORD.encode())
    decline_quote(actor, declined, reason=f"{NAME} thinks it is dear")
    make_quote(actor, customer, [line(description=WORD)], **words)
    make_order(actor, customer, [line(description=WORD)], draft=True, **words)
    make_invoice(actor, customer, [line(description=WORD)], draft=True, **words)
    _settle(actor, customer)
    send_statement(actor, customer, Span(None, None), message)
    for stored in StoredDocument.objects.all():
        ensure_rendered(stored)
    return invoice


def _settle(actor: Actor, customer: Customer) -> None:
    """Money received for an invoice and more, given back; a remainder given up; all of it in the journal."""
    invoice = make_invoice(actor, customer)
    paid = CustomerPaymentInput(customer_id=customer.public_id, amount=Decimal(109), auto_allocate="oldest", notes=WORD)
    refund_credit(actor, record_customer_payment(actor, paid), RefundInput(amount=Decimal(9), notes=WORD))
    assert Invoice.objects.get(pk=invoice.pk).amount_due == 0
    bad = WriteOffInput(kind="bad_debt", reason=f"{NAME} moved away")
    write_off_invoice(actor, make_invoice(actor, customer), bad)
    post_journal(actor, everything=True)


def found(*words: str) -> dict[str, set[str]]:
    """In which columns of which tables of the whole database any of the words stands."""
    places: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            cursor.execute(f'SELECT to_jsonb(t) FROM "{table}" t')
            for (row,) in cursor.fetchall():
                for column, value in (row if isinstance(row, dict) else json.loads(row)).items():
                    if any(word in str(value) for word in words):
                        places.setdefault(table, set()).add(column)
    return places


def erased(actor: Actor, customer: Customer, capture: Any, **options: Any) -> Customer | None:
    with capture(execute=True):
        return erase_customer(actor, customer, **options)
