"""Opening balances as rows of files: what a customer owed when the company began here."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from msgspec import UNSET

from bigledger_crm.imports.kinds import NO_MATCH, ImportField, ImportKind, RowResult, Values
from bigledger_crm.kernel.errors import InvalidData, field_error
from bigledger_crm.tenancy.actor import Actor
from customers.importing.customers import key_of as customer_key
from customers.importing.named import CUSTOMER_BY, CUSTOMER_EMAIL, CUSTOMER_FIELDS, NamedCustomers
from customers.queries import locking_with_customers
from invoicing.importing.credit_sources import OPENING_BALANCE_SOURCES
from invoicing.importing.invoices import OWN_EVENTS, begin, remove_invoices
from invoicing.inputs import InvoiceInput
from invoicing.models import Invoice
from invoicing.services import create_invoice, issue_invoice
from sales.importing.documents import (
    apply_documents,
    check_amounts,
    clean_number,
    difference,
    key_of,
    never,
    numbers_there,
)
from sales.inputs import LineInput

NOUN = "Opening balance"
FIELDS = (
    *CUSTOMER_FIELDS,
    CUSTOMER_EMAIL,
    ImportField(
        name="number",
        label=_("Document number"),
        known_as=("document", "document no", "doc no", "doc number", "invoice", "invoice number", "invoice no", "no"),
    ),
    ImportField(
        name="invoiceDate",
        label=_("Date"),
        type="date",
        known_as=("date", "as of", "opening date", "balance date"),
        is_asked=True,
    ),
    ImportField(name="dueDate", label=_("Due date"), type="date", known_as=("due", "due on")),
    ImportField(
        name="total",
        label=_("Amount"),
        type="number",
        known_as=("amount", "balance", "opening balance", "amount due", "outstanding"),
    ),
    ImportField(name="currency", label=_("Currency"), known_as=("currency code",)),
    ImportField(name="exchangeRate", label=_("Exchange rate"), type="number", known_as=("currency rate",)),
    ImportField(name="reference", label=_("Reference"), known_as=("customer reference", "po number")),
    ImportField(name="notes", label=_("Notes"), known_as=("note", "memo", "description")),
    ImportField(name="sendReminders", label=_("Send reminders when overdue"), type="yes_no", is_asked=True),
)


def _key(values: Values, match_by: str) -> str:
    """Of each customer one without a number."""
    if match_by == "number" and match_by in values:
        return key_of(values, match_by)
    named = match_by if match_by in CUSTOMER_BY else next((name for name in CUSTOMER_BY if name in values), "")
    told = customer_key({CUSTOMER_BY[named]: values[named]}, CUSTOMER_BY[named]) if named else ""
    return told if match_by in CUSTOMER_BY else NO_MATCH + told


def _apply(actor: Actor, rows: Sequence[Values], _match_by: str) -> list[RowResult]:
    customers = NamedCustomers(rows)
    numbered = [{**values, "number": _number(customers, values)} for values in rows]
    there = numbers_there(Invoice, "invoice_number", [values["number"] for values in numbered])

    def differs(invoice: Invoice, values: Values) -> str:
        if invoice.status == "cancelled":
            return "it was cancelled, and its number is not used again"
        return difference(invoice, values, ("invoiceDate", invoice.invoice_date), customers)

    return apply_documents(
        numbered,
        "number",
        there,
        lambda values: _create(actor, customers, values),
        differs,
        column="invoice_number",
    )


def _number(customers: NamedCustomers, values: Values) -> str:
    """The number of a row, else one of its customer; "" where nobody can tell which one that is."""
    if "number" in values:
        return str(values["number"])
    several = customers.of(values)
    return f"OB-{several[0].customer_number}" if len(several) == 1 else ""


def _create(actor: Actor, customers: NamedCustomers, values: Values) -> Invoice:
    customer, amount = customers.the_one(values, NOUN), values.get("total", Decimal(0))
    errors = field_error("total", None if amount > 0 else "An opening balance must be above 0")
    errors += field_error("invoice_date", None if "invoiceDate" in values else "Date is required")
    if "dueDate" in values:  # usually before the day of the balance
        errors += field_error(
            "due_date", "Dates before 1900 are not accepted" if values["dueDate"].year < 1900 else None
        )
    if errors:
        raise InvalidData(NOUN, errors)
    line = LineInput(description=NOUN, quantity=Decimal(1), unit_price=amount, tax_code="")
    inputs = InvoiceInput(
        customer_id=customer.public_id,
        invoice_date=values["invoiceDate"],
        due_date=values.get("dueDate", values["invoiceDate"]),
        currency=values.get("currency", UNSET),
        exchange_rate=values.get("exchangeRate", UNSET),
        reference=values.get("reference", UNSET),
        notes=values.get("notes", UNSET),
        send_reminders=values.get("sendReminders", False),
        title=NOUN,
        items=[line],
    )
    number = clean_number(NOUN, "number", values["number"])
    draft = create_invoice(actor, inputs, own_number=number, is_opening_balance=True)
    check_amounts(NOUN, draft, values)
    return issue_invoice(actor, draft)


OPENING_BALANCES = ImportKind(
    name="opening-balances",
    label=_("Opening balances"),
    noun=NOUN,
    object_type="invoice",
    resource="invoices",
    fields=FIELDS,
    match_by=("number", *(name for name in CUSTOMER_BY)),
    key=_key,
    apply=_apply,
    remove=remove_invoices,
    restore=never,
    lock=locking_with_customers(Invoice),
    undo_rights=(("invoices", "cancel"), ("payments", "void")),
    sources=OPENING_BALANCE_SOURCES,
    slice=100,
    may_lack=("number",),
    begin=begin,
    own_events=OWN_EVENTS,
    undo_text=_("Opening balances that the import posted are cancelled. Their numbers are not used again."),
)
