"""Making, issuing and sending invoices."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.documents.names import pdf_filename
from bigledger_crm.documents.services import Paper, current_paper, freeze
from bigledger_crm.kernel import clock
from bigledger_crm.numbering.services import next_number
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.letters.services import letter_for, money_words
from bigledger_crm.outbox.letters.standard import Letter, payments_sentence
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import draft_email, queue
from bigledger_crm.tenancy.actor import Actor
from customers import rules as customer_rules
from customers.queries import lock_customer
from customers.services import post_receivable
from invoicing.lifecycle import INVOICE
from invoicing.models import Invoice, InvoiceLine
from invoicing.queries import lock_invoice
from invoicing.rules import customer_reference
from invoicing.services.settling import note_paid
from sales import rules
from sales.queries import credit_use
from sales.services import Message, mark_order_issued
from sales.services.credit_limit import check_credit
from sales.services.shared.email import email_language, letter_about
from sales.services.shared.fields import customer_for_document, insert_lines, prepare_document, search_text
from sales.services.shared.print_context import print_context

# What tells of payments in a company's own text; to one without it a paragraph is added.
NAMES_WHAT_IS_DUE = re.compile(r"\{(payments|amount_due)\}")


@transaction.atomic
def create_invoice(actor: Actor, fields: Mapping[str, Any]) -> Invoice:
    """A new draft.  `fields` are the contract's, in snake case, with `items` as in sales' `prepare_lines`.

    Amounts are in the customer's currency; the due date defaults to the invoice date and the customer's payment
    terms.  Raises InvalidData with every failing field, NotFound.
    """
    customer = customer_for_document(fields, "Invoice")
    invoice_date = fields.get("invoice_date") or actor.today()
    due_date = fields.get("due_date") or rules.days_later(invoice_date, customer.payment_terms)
    errors = rules.merge(
        {"invoiceDate": rules.check_document_date(invoice_date, actor.today())},
        {"dueDate": rules.check_dates(invoice_date, due_date, "invoice date", "Due date")},
    )
    tags, tag_errors = clean_tags(fields.get("tags") or ())
    errors |= tag_errors
    values, lines = prepare_document(actor, customer, fields, day=invoice_date, errors=errors, resource="Invoice")
    values.setdefault("terms", actor.company.invoice_terms)
    number = next_invoice_number(actor, invoice_date)
    invoice = Invoice.objects.create(
        invoice_number=number,
        invoice_date=invoice_date,
        due_date=due_date,
        send_reminders=bool(fields.get("send_reminders")),
        tags=tags,
        search_text=search_text(number, values.get("reference", ""), customer.name, values.get("title", "")),
        **values,
    )
    insert_lines(InvoiceLine, invoice, "invoice", lines)
    record(actor, "invoice.created", invoice.pk, customer.pk)
    return invoice


@transaction.atomic
def issue_invoice(actor: Actor, invoice: Invoice, *, override_credit_limit: bool = False) -> Invoice:
    """Posts a draft to the customer's ledger and freezes it, without mail.

    Raises InvalidStatusTransition, CustomerBlocked, CreditLimitExceeded.
    """
    stored = lock_invoice(invoice.pk)
    return _issue(actor, stored, override_credit_limit)


@transaction.atomic
def send_invoice(
    actor: Actor,
    invoice: Invoice,
    message: Message,
    *,
    send_reminders: bool | None = None,
    override_credit_limit: bool = False,
) -> tuple[Invoice, OutboxEmail]:
    """Issues a draft and queues its mail; an issued invoice is mailed again.

    Raises InvalidStatusTransition for a cancelled one, InvalidData for the mail's fields; of a draft CustomerBlocked,
    CreditLimitExceeded.
    """
    stored = lock_invoice(invoice.pk)
    if stored.status != "sent":
        stored = _issue(actor, stored, override_credit_limit)
    document = frozen_invoice(actor, stored)
    email = queue(invoice_email(actor, stored, message), document if message.attach_pdf else None, held=message.held)
    if send_reminders is not None:
        stored.send_reminders = send_reminders
    stored.updated_at = clock.now()
    stored.save(update_fields=["send_reminders", "updated_at"])
    record(actor, "invoice.sent", stored.pk, stored.customer_id, note=", ".join([*email.to, *email.cc]))
    return stored, email


def invoice_email(actor: Actor, invoice: Invoice, message: Message) -> OutboxEmail:
    """The mail that an invoice goes out with, not queued.  Raises InvalidData."""
    letter, language = invoice_letter(actor, invoice)
    return draft_email(
        actor,
        kind="invoice.sent",
        related_id=invoice.pk,
        to=message.receivers(invoice.customer_id, "invoices"),
        cc=message.cc,
        subject=message.subject or letter.subject,
        body=message.message or letter.body,
        reply_to=actor.email or actor.company.email,
        language=language,
        figure=(letter.figure, letter.figure_note),
    )


def invoice_letter(actor: Actor, invoice: Invoice) -> tuple[Letter, str]:
    """What the company writes with an invoice, and in which language."""
    left = invoice.total - invoice.amount_paid - invoice.amount_credited
    settled = {"paid": invoice.amount_paid, "credited": invoice.amount_credited, "due": left}
    words = {name: money_words(amount, invoice.currency) if amount else "" for name, amount in settled.items()}
    payments = payments_sentence(email_language(actor, invoice.customer_id), **words)
    letter, language = letter_about(
        actor,
        "invoice",
        invoice,
        invoice.invoice_number,
        title=invoice.title,
        due_date=invoice.due_date,
        amount_due=money_words(left, invoice.currency),
        payments=payments,
    )
    if payments and not NAMES_WHAT_IS_DUE.search(letter_for("invoice", language).body):
        letter = replace(letter, body=f"{letter.body}\n\n{payments}")
    return (letter if left else replace(letter, figure="", figure_note="")), language


def clean_tags(tags: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Tags by the rules of customers' tags, and the errors."""
    try:
        return customer_rules.clean_tags(tags), {}
    except ValueError as error:
        return [], {"tags": str(error)}


def next_invoice_number(actor: Actor, invoice_date: date) -> str:
    """The next number of the year of the invoice's date; the last lock of the creating transaction."""
    company = actor.company
    return next_number(
        company.pk, "invoice", invoice_date.year, prefix=company.invoice_prefix, width=company.number_width
    )


def frozen_invoice(actor: Actor, invoice: Invoice) -> StoredDocument:
    """The invoice's frozen paper, made when it is issued; for the transaction that holds the invoice's lock."""
    existing = StoredDocument.objects.filter(kind="invoice", document_id=invoice.pk).first()
    if existing is not None:
        return existing
    return freeze(
        actor,
        kind="invoice",
        document_id=invoice.pk,
        number=invoice.invoice_number,
        filename=invoice_filename(invoice),
        context=invoice_context(actor, invoice),
    )


def invoice_paper(actor: Actor, invoice: Invoice) -> Paper:
    """The PDF of an invoice: what was issued, else what it says now."""
    mark = rules.watermark(invoice.status)
    return current_paper(
        "invoice", invoice.pk, lambda: invoice_context(actor, invoice, watermark=mark), moment=invoice.updated_at
    )


def invoice_filename(invoice: Invoice) -> str:
    """The name of the invoice's PDF."""
    return pdf_filename(invoice.invoice_number)


def invoice_context(actor: Actor, invoice: Invoice, *, watermark: str = "") -> dict[str, Any]:
    """What the paper of an invoice says."""
    return print_context(
        actor.company,
        invoice,
        list(invoice.lines.all()),
        kind="invoice",
        title="Invoice",
        number=invoice.invoice_number,
        dates=[("Invoice date", invoice.invoice_date), ("Due date", invoice.due_date)],
        references=references_of(invoice),
        heading=invoice.title,
        watermark=watermark,
    )


def references_of(invoice: Invoice) -> list[tuple[str, str]]:
    """Under which numbers the customer and the company know an invoice, for its paper and for those about it."""
    order_number = invoice.order.order_number if invoice.order is not None else ""
    reference = customer_reference(invoice.reference, order_number)
    return [
        ("Your reference", reference),
        ("Your purchase order", "" if invoice.purchase_order == reference else invoice.purchase_order),
        ("Our order", order_number),
    ]


def _issue(actor: Actor, invoice: Invoice, override_credit_limit: bool) -> Invoice:
    INVOICE.check(invoice.status, "sent")
    invoice.status = "sent"
    invoice.issued_at = invoice.updated_at = clock.now()
    invoice.save(update_fields=["status", "issued_at", "updated_at"])
    if invoice.order_id is not None:
        mark_order_issued(invoice.order_id, invoice.total)
    customer = lock_customer(invoice.customer_id)
    # What the invoice bills of its order is no open order any more: it counts once.
    check_credit(actor, customer, credit_use(customer), invoice.total, kind="invoice", override=override_credit_limit)
    post_receivable(
        actor,
        invoice.customer_id,
        kind="invoice",
        amount=invoice.total,
        sales_amount=invoice.total,
        entry_date=invoice.invoice_date,
        document_id=invoice.pk,
        document_number=invoice.invoice_number,
        sale_date=invoice.invoice_date,
    )
    record(actor, "invoice.issued", invoice.pk, invoice.customer_id)
    if not invoice.total:
        note_paid(actor, invoice, why="nothing is due")
    frozen_invoice(actor, invoice)
    return invoice
