"""Quotes and sales orders as rows of files, with their own numbers and dates."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from msgspec import UNSET

from bigledger_crm.imports.applying import remove_each
from bigledger_crm.imports.kinds import ImportField, ImportKind, RowResult, Values
from bigledger_crm.kernel.errors import DomainError, InvalidData, field_error
from bigledger_crm.numbering.services import pass_over
from bigledger_crm.registry import Text
from bigledger_crm.tenancy.actor import Actor
from customers.queries import locking_with_customers
from sales.importing.document_fields import HEADER_FIELDS, LINE_FIELDS
from sales.importing.document_sources import ORDER_SOURCES, QUOTE_SOURCES
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
from sales.inputs import OrderInput, QuoteInput
from sales.models import Quote, SalesOrder
from sales.services import cancel_quote, change_order_status, create_order, create_quote

# How rows call how far a quote or an order has got, here and in other programs.
_CLOSED = dict.fromkeys(
    ("void", "voided", "cancelled", "canceled", "cancel", "declined", "rejected", "lost", "closed", "invoiced"),
    "closed",
) | dict.fromkeys(("completed", "done"), "closed")
# The closed ones have become an order or an invoice elsewhere.
_QUOTE_STATUSES = {
    **_CLOSED,
    **dict.fromkeys(("converted", "ordered", "sales order", "sale"), "closed"),
    **dict.fromkeys(("open", "draft", "sent", "viewed", "accepted", "approved", "expired", "replied"), "open"),
    **dict.fromkeys(("pending", "pending approval", "pending_approval", "quotation", "quotation sent"), "open"),
}
_ORDER_STATUSES = {
    **_CLOSED,
    **dict.fromkeys(("fulfilled", "delivered"), "closed"),
    **dict.fromkeys(("open", "confirmed", "approved", "accepted", "overdue", "sales order", "sale"), "open"),
    **dict.fromkeys(("to deliver and bill", "to deliver", "to bill"), "open"),
    **dict.fromkeys(("draft", "pending approval", "pending_approval", "quotation", "quotation sent"), "draft"),
}
_UNDO_TEXT = _("Documents that the import created are cancelled. Their numbers are not used again.")


def _quote_status_offers() -> Sequence[tuple[str, Text]]:
    return [("open", _("Open")), ("closed", _("Closed"))]


def _order_status_offers() -> Sequence[tuple[str, Text]]:
    return [("open", _("Open")), ("draft", _("Draft")), ("closed", _("Closed"))]


QUOTE_FIELDS = (
    ImportField(
        name="quoteNumber",
        label=_("Quote number"),
        known_as=("quote no", "estimate number", "estimate no", "quotation number", "number", "quote"),
    ),
    ImportField(
        name="quoteDate", label=_("Quote date"), type="date", known_as=("date", "estimate date", "quotation date")
    ),
    ImportField(
        name="validUntil",
        label=_("Valid until"),
        type="date",
        known_as=("expiry date", "expiration date", "valid till", "expiry", "due date"),
    ),
    ImportField(
        name="status",
        label=_("Status"),
        type="choice",
        known_as=("quote status",),
        choices=_QUOTE_STATUSES,
        offers=_quote_status_offers,
        needs_choice=True,
    ),
    *HEADER_FIELDS,
    *LINE_FIELDS,
)
ORDER_FIELDS = (
    ImportField(
        name="orderNumber",
        label=_("Order number"),
        known_as=("order no", "sales order number", "sales order no", "number", "order", "salesorder number"),
    ),
    ImportField(name="orderDate", label=_("Order date"), type="date", known_as=("date", "order date")),
    ImportField(
        name="requiredDate",
        label=_("Required date"),
        type="date",
        known_as=("delivery date", "expected shipment date", "required by"),
    ),
    ImportField(
        name="status",
        label=_("Status"),
        type="choice",
        known_as=("order status",),
        choices=_ORDER_STATUSES,
        offers=_order_status_offers,
        needs_choice=True,
    ),
    *HEADER_FIELDS,
    *LINE_FIELDS,
)


def _refuse_closed(noun: str, values: Values, date_name: str, date_field: str) -> None:
    message = f"Only open {noun.lower()}s are imported" if values.get("status") == "closed" else None
    errors = field_error("status", message)
    errors += field_error(date_field, None if date_name in values else "The date is required")
    if errors:
        raise InvalidData(noun, errors)


def _apply_quotes(actor: Actor, rows: Sequence[Values], match_by: str) -> list[RowResult]:
    known = ImportedRows("Quote", rows)
    there = numbers_there(Quote, "quote_number", [str(values[match_by]) for values in rows])

    def create(values: Values) -> Quote:
        _refuse_closed("Quote", values, "quoteDate", "quote_date")
        day = values["quoteDate"]
        inputs = QuoteInput(**known.inputs(values, day), quote_date=day, valid_until=values.get("validUntil", UNSET))
        number = clean_number("Quote", "quote_number", values["quoteNumber"])
        quote = create_quote(actor, inputs, own_number=number)
        check_amounts("Quote", quote, values)
        return quote

    def differs(quote: Quote, values: Values) -> str:
        return difference(quote, values, ("quoteDate", quote.quote_date), known.customers)

    return apply_documents(rows, match_by, there, create, differs)


def _apply_orders(actor: Actor, rows: Sequence[Values], match_by: str) -> list[RowResult]:
    known = ImportedRows("Sales order", rows)
    there = numbers_there(SalesOrder, "order_number", [str(values[match_by]) for values in rows])

    def create(values: Values) -> SalesOrder:
        _refuse_closed("Sales order", values, "orderDate", "order_date")
        day = values["orderDate"]
        inputs = OrderInput(
            **known.inputs(values, day), order_date=day, required_date=values.get("requiredDate", UNSET)
        )
        number = clean_number("Sales order", "order_number", values["orderNumber"])
        order = create_order(actor, inputs, own_number=number)
        check_amounts("Sales order", order, values)
        return order if values.get("status") == "draft" else change_order_status(actor, order, "confirmed")

    def differs(order: SalesOrder, values: Values) -> str:
        return difference(order, values, ("orderDate", order.order_date), known.customers)

    return apply_documents(rows, match_by, there, create, differs)


def _begin_quotes(actor: Actor, numbers: Iterable[str]) -> None:
    pass_over(actor.company, "quote", numbers)


def _begin_orders(actor: Actor, numbers: Iterable[str]) -> None:
    pass_over(actor.company, "sales_order", numbers)


def _remove_quotes(actor: Actor, keys: Sequence[UUID]) -> Mapping[UUID, DomainError]:
    return remove_each(keys, lambda pk: _cancel_quote(actor, pk))


def _cancel_quote(actor: Actor, pk: UUID) -> None:
    cancel_quote(actor, Quote.objects.get(pk=pk), reason=UNDONE)


def _remove_orders(actor: Actor, keys: Sequence[UUID]) -> Mapping[UUID, DomainError]:
    return remove_each(keys, lambda pk: _cancel_order(actor, pk))


def _cancel_order(actor: Actor, pk: UUID) -> None:
    change_order_status(actor, SalesOrder.objects.get(pk=pk), "cancelled", note=UNDONE)


QUOTES = ImportKind(
    name="quotes",
    label=_("Quotes"),
    noun="Quote",
    object_type="quote",
    resource="quotes",
    fields=QUOTE_FIELDS,
    match_by=("quoteNumber",),
    key=key_of,
    apply=_apply_quotes,
    remove=_remove_quotes,
    restore=never,
    lock=locking_with_customers(Quote),
    sources=QUOTE_SOURCES,
    takes_custom_fields=True,
    lines_by=("quoteNumber",),
    slice=100,
    begin=_begin_quotes,
    undo_text=_UNDO_TEXT,
)
ORDERS = ImportKind(
    name="sales-orders",
    label=_("Sales orders"),
    noun="Sales order",
    object_type="sales_order",
    resource="sales-orders",
    fields=ORDER_FIELDS,
    match_by=("orderNumber",),
    key=key_of,
    apply=_apply_orders,
    remove=_remove_orders,
    restore=never,
    lock=locking_with_customers(SalesOrder),
    undo_rights=(("sales-orders", "cancel"),),
    sources=ORDER_SOURCES,
    takes_custom_fields=True,
    lines_by=("orderNumber",),
    slice=100,
    begin=_begin_orders,
    undo_text=_UNDO_TEXT,
)
