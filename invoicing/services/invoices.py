"""Creating, changing and duplicating invoices."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.numbering.services import next_number
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers import rules as customer_rules
from customers.models import Customer
from invoicing.errors import InvoiceNotEditable
from invoicing.models import Invoice, InvoiceLine
from invoicing.queries import lock_invoice
from sales import rules
from sales.services.shared.fields import copied, customer_for_document, insert_lines, prepare_document, search_text
from sales.services.shared.updates import Changes, DocumentKind, apply_changes, find_changes, refuse_changed

_KIND = DocumentKind("Invoice", InvoiceLine, "invoice", "invoice_date", "invoice_number")
# The lines of an order bill parts of it, at the order's rates whatever the day: nothing prices them anew.
_AS_PRICED = replace(_KIND, own_date="")
OF_AN_ISSUED_ONE = frozenset({"reference", "notes", "tags"})
_OF_THE_ORDER = frozenset({"items", "shippingCost", "pricesIncludeTax"})
_SAME = ("purchase_order", "send_reminders", "tags")


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


def clean_tags(tags: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Tags by the rules of customers' tags, and the errors."""
    try:
        return customer_rules.clean_tags(tags), {}
    except ValueError as error:
        return [], {"tags": str(error)}


def next_invoice_number(actor: Actor, invoice_date: date) -> str:
    """The next number of the series of the invoice's date; the last lock of the creating transaction."""
    return next_number(actor.company, "invoice", invoice_date)


@transaction.atomic
def update_invoice(
    actor: Actor, invoice: Invoice, fields: Mapping[str, Any], *, expected: datetime | None = None
) -> Invoice:
    """Changes the given fields; what is given as it stands is no change.  The number stays.

    With `expected`, only when the document is as it was at that moment, else ChangedMeanwhile.
    Everything of a draft can change, but not what a draft of an order bills; of an issued invoice reference, notes and
    tags; of a cancelled one nothing.  `items` are all its lines, as in sales' `apply_changes`.  Raises
    InvoiceNotEditable naming the fields, InvalidData, NotFound for an item.
    """
    stored = lock_invoice(invoice.pk)
    refuse_changed(stored, expected)
    tags, errors = clean_tags(fields.get("tags", stored.tags))
    changes = find_changes(actor, stored, fields if errors else {**fields, "tags": tags})
    changes.errors |= errors
    _refuse_locked(stored, changes)
    if stored.status == "draft":
        dates = [changes.values.get(name, getattr(stored, name)) for name in ("invoice_date", "due_date")]
        invoice_date, due_date = dates
        changes.errors |= rules.merge(
            {"invoiceDate": rules.check_document_date(invoice_date, actor.today())},
            {"dueDate": rules.check_dates(invoice_date, due_date, "invoice date", "Due date")},
        )
    if changes.errors:
        raise InvalidData("Invoice", changes.errors)
    if changes.fields:
        is_free = stored.status == "draft" and stored.order_id is None
        apply_changes(actor, stored, changes, _KIND if is_free else _AS_PRICED, texts="reference title")
        record(actor, "invoice.updated", stored.pk, stored.customer_id, note=", ".join(changes.fields))
    return stored


@transaction.atomic
def change_invoice_tags(actor: Actor, invoice: Invoice, add: Sequence[str], remove: Sequence[str]) -> Invoice:
    """Adds tags to those that the invoice has now, and takes others off.  Raises InvalidData, InvoiceNotEditable."""
    stored = lock_invoice(invoice.pk)
    return update_invoice(actor, stored, {"tags": customer_rules.changed_tags(stored.tags, add, remove)})


def _refuse_locked(invoice: Invoice, changes: Changes) -> None:
    wanted = set(changes.fields)
    if invoice.status == "draft":
        locked = wanted & _OF_THE_ORDER if invoice.order_id is not None else set()
    else:
        locked = wanted - OF_AN_ISSUED_ONE if invoice.status == "sent" else wanted
    if locked:
        raise InvoiceNotEditable(invoice.public_id, invoice.status, sorted(locked))


@transaction.atomic
def duplicate_invoice(actor: Actor, invoice: Invoice) -> Invoice:
    """A new draft of today with what an invoice says, at today's tax rates.

    Its lines belong to no order.  Raises InvalidData where something can't be sold any more, such as an inactive item.
    """
    fields = copied(invoice, invoice.lines.all()) | {name: getattr(invoice, name) for name in _SAME}
    if invoice.order is not None and invoice.reference == invoice.order.order_number:
        fields["reference"] = ""
    return create_invoice(actor, {**fields, "customer_id": ids.encode(Customer.PREFIX, invoice.customer_id)})
