"""Creating, changing and duplicating invoices."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bigledger_crm.custom_fields.queries import declared_fields
from bigledger_crm.custom_fields.services import carried_fields
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.kernel.inputs import given_or
from bigledger_crm.kernel.text import camel_case
from bigledger_crm.numbering.services import next_number
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.lookups import Lookup
from customers import rules as customer_rules
from customers.models import Customer
from invoicing.errors import InvoiceNotEditable
from invoicing.inputs import InvoiceInput
from invoicing.models import Invoice, InvoiceLine
from invoicing.queries import lock_invoice
from invoicing.rules import check_invoice_dates, default_due_date
from invoicing.rules.payment_references import reference_of_key, reference_of_number
from sales.services.shared.discounts import invalid_document
from sales.services.shared.fields import (
    copied,
    custom_fields_of_new,
    customer_for_document,
    insert_document,
    insert_lines,
    prepare_document,
    search_text,
)
from sales.services.shared.updates import (
    Changes,
    DocumentKind,
    apply_changes,
    find_changes,
    refuse_changed,
    save_changes,
)

_KIND = DocumentKind(
    InvoiceLine,
    "invoice",
    own_date="invoice_date",
    number="invoice_number",
    also_searched=("payment_reference",),
)
# The lines of an order bill parts of it, at the order's rates whatever the day: nothing prices them anew.
_AS_PRICED = replace(_KIND, own_date="")
OF_AN_ISSUED_ONE = frozenset({"reference", "notes", "tags", "custom_fields"})
_CHANGEABLE_FIELDS = frozenset(map(camel_case, OF_AN_ISSUED_ONE))
_WITH_REFERENCE = Lookup(Invoice, lambda rows, reference: rows.filter(payment_reference=reference).only("pk")[:1])
_OF_THE_ORDER = frozenset({"items", "shippingCost", "pricesIncludeTax"})
_SAME = ("purchase_order", "send_reminders", "tags")


@transaction.atomic
def create_invoice(
    actor: Actor,
    inputs: InvoiceInput,
    *,
    own_number: str = "",
    is_opening_balance: bool = False,
    copied_fields: dict[str, Any] | None = None,
) -> Invoice:
    """A new draft; with its `own_number` one that is imported from elsewhere.

    `copied_fields` are custom fields of another invoice, which take the place of those of the input.
    Amounts are in the customer's currency; the due date defaults to the invoice date and the customer's payment
    terms.  Raises InvalidData with every failing field, DiscountExceedsLimit, NotFound, CustomFieldTaken.
    """
    customer = customer_for_document(inputs, "Invoice")
    invoice_date = inputs.invoice_date or actor.today()
    due_date = inputs.due_date or default_due_date(invoice_date, customer.payment_terms)
    tags, tag_errors = clean_tags(inputs.tags or ())
    values, lines, errors = prepare_document(actor, customer, inputs, day=invoice_date)
    own, own_errors = custom_fields_of_new(actor, Invoice, inputs, {} if is_opening_balance else copied_fields)
    not_before = None if is_opening_balance else due_date
    errors = [*check_invoice_dates(invoice_date, not_before, actor.today()), *tag_errors, *errors, *own_errors]
    if errors:
        raise invalid_document("Invoice", errors)
    values.setdefault("terms", actor.company.invoice_terms)
    key, number = ids.new_id(), own_number or next_invoice_number(actor, invoice_date)
    payment_reference = new_payment_reference(number, key)
    invoice = Invoice(
        id=key,
        invoice_number=number,
        payment_reference=payment_reference,
        invoice_date=invoice_date,
        due_date=due_date,
        send_reminders=bool(inputs.send_reminders),
        is_imported=bool(own_number),
        is_opening_balance=is_opening_balance,
        tags=tags,
        search_text=search_text(
            number, payment_reference, values.get("reference", ""), customer.name, values.get("title", "")
        ),
        **values,
        **own,
    )
    insert_document(invoice)
    insert_lines(InvoiceLine, invoice, "invoice", lines)
    record(actor, "invoice.created", invoice.pk, customer.pk)
    return invoice


def clean_tags(tags: Sequence[str]) -> tuple[list[str], list[FieldError]]:
    """Tags by the rules of customers' tags, and the errors."""
    try:
        return customer_rules.clean_tags(tags), []
    except ValueError as error:
        return [], field_error("tags", str(error))


def next_invoice_number(actor: Actor, invoice_date: date) -> str:
    """The next number of the series of the invoice's date; the last lock of the creating transaction."""
    return next_number(actor.company, "invoice", invoice_date)


def new_payment_reference(number: str, key: UUID) -> str:
    """The creditor reference of a new invoice: of its number, else of its key where an older one has that already."""
    reference = reference_of_number(number)
    if not reference or _WITH_REFERENCE(reference):
        return reference_of_key(key)
    return reference


@transaction.atomic
def update_invoice(
    actor: Actor, invoice: Invoice, inputs: InvoiceInput, *, expected: datetime | None = None
) -> Invoice:
    """Changes the given fields; what is given as it stands is no change.  The number stays.

    With `expected`, only when the document is as it was at that moment, else ChangedMeanwhile.
    Everything of a draft can change, but not what a draft of an order bills; of an issued invoice reference, notes,
    tags and those custom fields that its PDF doesn't show; of a cancelled one nothing; the owner of any.  `items` are
    all its lines; one with the id of a line that is there takes its place.  Raises InvoiceNotEditable naming the
    fields, InvalidData, DiscountExceedsLimit, CustomFieldTaken, NotFound for an item.
    """
    stored = lock_invoice(invoice.pk)
    refuse_changed(stored, expected)
    tags, tag_errors = clean_tags(given_or(inputs.tags, stored.tags))
    changes, errors = find_changes(actor, stored, inputs if tag_errors else replace(inputs, tags=tags))
    _refuse_locked(stored, changes)
    errors += tag_errors
    if stored.status == "draft":
        invoice_date, due_date = changes.after(stored, "invoice_date"), changes.after(stored, "due_date")
        errors += check_invoice_dates(invoice_date, due_date, actor.today())
    if not changes.fields and not errors:
        return stored
    kind = _KIND if stored.status == "draft" and stored.order_id is None else _AS_PRICED
    lines, line_errors = apply_changes(actor, stored, changes, kind)
    if wrong := [*errors, *line_errors]:
        raise invalid_document("Invoice", wrong)
    save_changes(stored, changes, lines, kind)
    note = ", ".join(changes.fields)
    record(actor, "invoice.updated", stored.pk, stored.customer_id, note=note, changes=changes.recorded)
    return stored


@transaction.atomic
def change_invoice_tags(actor: Actor, invoice: Invoice, add: Sequence[str], remove: Sequence[str]) -> Invoice:
    """Adds tags to those that the invoice has now, and takes others off.  Raises InvalidData, InvoiceNotEditable."""
    stored = lock_invoice(invoice.pk)
    return update_invoice(actor, stored, InvoiceInput(tags=customer_rules.changed_tags(stored.tags, add, remove)))


def _refuse_locked(invoice: Invoice, changes: Changes) -> None:
    wanted = set(changes.beside_owner)
    if invoice.status == "draft":
        locked = wanted & _OF_THE_ORDER if invoice.order_id is not None else set()
    else:
        locked = wanted - _CHANGEABLE_FIELDS if invoice.status == "sent" else wanted
    if invoice.status == "sent" and "custom_fields" in changes.values:
        locked |= {f"customFields.{key}" for key in _printed_changes(invoice, changes.values["custom_fields"])}
    if locked:
        raise InvoiceNotEditable(invoice.public_id, invoice.status, sorted(locked))


def _printed_changes(invoice: Invoice, wanted: Mapping[str, Any]) -> list[str]:
    """The keys of custom fields that the PDF of an issued invoice shows, and that are to change."""
    before = invoice.custom_fields
    fields = declared_fields(invoice.company, "invoices").present
    return [field.key for field in fields if field.show_on_paper and wanted.get(field.key) != before.get(field.key)]


@transaction.atomic
def duplicate_invoice(actor: Actor, invoice: Invoice) -> Invoice:
    """A new draft of today with what an invoice says, at today's tax rates.

    Its lines belong to no order.  Raises InvalidData where something can't be sold any more, such as an inactive item,
    DiscountExceedsLimit.
    """
    same = copied(invoice, invoice.lines.all()) | {name: getattr(invoice, name) for name in _SAME}
    if invoice.order is not None and invoice.reference == invoice.order.order_number:
        same["reference"] = ""
    customer_id = ids.encode(Customer.PREFIX, invoice.customer_id)
    own = carried_fields(invoice, Invoice, actor.company)
    return create_invoice(actor, InvoiceInput(**same, customer_id=customer_id), copied_fields=own)
