"""Credit notes as rows of files, with their own numbers and dates."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bigledger_crm.imports.applying import remove_each
from bigledger_crm.imports.kinds import LINES, ImportField, ImportKind, RowResult, Values
from bigledger_crm.kernel.errors import DomainError, InvalidData, field_error
from bigledger_crm.numbering.services import pass_over
from bigledger_crm.tenancy.actor import Actor
from customers.queries import locking_with_customers
from invoicing.importing.credit_sources import CREDIT_NOTE_SOURCES
from invoicing.importing.fields import DOCUMENT_TYPE, INVOICE
from invoicing.inputs import GoodwillInput
from invoicing.models import CreditNote, Invoice
from invoicing.services import create_goodwill_note, is_reversed, reverse_credit_note
from sales.importing.document_fields import HEADER_FIELDS, LINE_FIELDS
from sales.importing.documents import (
    UNDONE,
    ImportedRows,
    apply_documents,
    check_amounts,
    clean_number,
    difference,
    key_of,
    never,
    numbers_there,
)

NOUN = "Credit note"
_REASON = "Imported"
FIELDS = (
    ImportField(
        name="creditNoteNumber",
        label=_("Credit note number"),
        known_as=("credit note no", "credit number", "number", "credit memo number", "credit note", "credit no"),
    ),
    ImportField(
        name="creditNoteDate", label=_("Credit note date"), type="date", known_as=("date", "credit date", "issue date")
    ),
    ImportField(
        name="invoiceNumber",
        label=_("Invoice number"),
        known_as=("invoice no", "invoice", "applied invoice number", "associated invoice number", "return against"),
    ),
    DOCUMENT_TYPE,
    ImportField(name="reason", label=_("Reason"), known_as=("subject", "description of reason")),
    *(one for one in HEADER_FIELDS if one.name not in ("reference", "shippingCost")),
    *LINE_FIELDS,
)


def _apply(actor: Actor, rows: Sequence[Values], match_by: str) -> list[RowResult]:
    rows = [_positive(values) for values in rows]
    known = ImportedRows(NOUN, rows)
    there = numbers_there(CreditNote, "credit_note_number", [str(values[match_by]) for values in rows])
    wanted = [str(values["invoiceNumber"]) for values in rows if "invoiceNumber" in values]
    invoices = numbers_there(Invoice, "invoice_number", wanted)

    def differs(note: CreditNote, values: Values) -> str:
        if is_reversed(note):
            return "it was taken back, and its number is not used again"
        return difference(note, values, ("creditNoteDate", note.credit_note_date), known.customers)

    return apply_documents(rows, match_by, there, lambda values: _create(actor, known, invoices, values), differs)


def _positive(values: Values) -> Values:
    """What is credited is above 0 here; elsewhere it can be an invoice of less than nothing."""
    if values.get("total", 0) >= 0:
        return values
    lines = [{name: _without_sign(name, value) for name, value in line.items()} for line in values.get(LINES, ())]
    return {**values, **{name: abs(values[name]) for name in ("total", "totalTax") if name in values}, LINES: lines}


def _without_sign(name: str, value: Any) -> Any:
    return abs(value) if name in ("quantity", "amount") else value


def _create(actor: Actor, known: ImportedRows, invoices: Mapping[str, Sequence[Invoice]], values: Values) -> CreditNote:
    if values.get("documentType") == INVOICE:
        raise InvalidData(NOUN, field_error("document_type", "This is an invoice: import invoices by themselves"))
    if "creditNoteDate" not in values:
        raise InvalidData(NOUN, field_error("credit_note_date", "Credit note date is required"))
    day, invoice = values["creditNoteDate"], None
    if "invoiceNumber" in values:
        invoice = next(iter(invoices.get(str(values["invoiceNumber"]).upper(), ())), None)
        customer = known.customers.the_one(values, NOUN)
        message = None if invoice and invoice.customer_id == customer.pk else "The customer has no such invoice"
        if errors := field_error("invoice_number", message):
            raise InvalidData(NOUN, errors)
        message = "The credit note is dated before its invoice" if invoice and day < invoice.invoice_date else None
        if errors := field_error("credit_note_date", message):
            raise InvalidData(NOUN, errors)
    inputs = GoodwillInput(**known.inputs(values, day), credit_note_date=day, reason=str(values.get("reason", _REASON)))
    number = clean_number(NOUN, "credit_note_number", values["creditNoteNumber"])
    note = create_goodwill_note(actor, inputs, own_number=number, settles=invoice)
    check_amounts(NOUN, note, values)
    return note


def _begin(actor: Actor, numbers: Iterable[str]) -> None:
    pass_over(actor.company, "credit_note", numbers)


def _remove(actor: Actor, keys: Sequence[UUID]) -> Mapping[UUID, DomainError]:
    return remove_each(keys, lambda pk: _reverse(actor, pk))


def _reverse(actor: Actor, pk: UUID) -> None:
    reverse_credit_note(actor, CreditNote.objects.get(pk=pk), reason=UNDONE)


CREDIT_NOTES = ImportKind(
    name="credit-notes",
    label=_("Credit notes"),
    noun=NOUN,
    object_type="credit_note",
    resource="credit-notes",
    fields=FIELDS,
    match_by=("creditNoteNumber",),
    key=key_of,
    apply=_apply,
    remove=_remove,
    restore=never,
    lock=locking_with_customers(CreditNote),
    undo_rights=(("invoices", "write"),),
    sources=CREDIT_NOTE_SOURCES,
    lines_by=("creditNoteNumber",),
    slice=100,
    begin=_begin,
    undo_text=_(
        "Issued credit notes stay: an invoice with the same lines and date takes each back, and what it settled is due "
        "again. Balances, sales and tax are what they were."
    ),
)
