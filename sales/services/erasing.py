"""Taking personal data out of documents; the guards of the database let it go where it is noted that it is erased."""

from typing import Any

from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf

from bigledger_crm.kernel import clock
from sales.models import OrderStatusChange, Quote, QuoteLine, SalesOrder, SalesOrderLine

# What no law wants on a document.
_CONTACT: dict[str, Any] = {"customer_email": "", "customer_phone": ""}
_PERSONAL: dict[str, Any] = {
    **_CONTACT,
    "customer_tax_number": "",
    "billing_address": None,
    "shipping_address": None,
    "title": "",
    "reference": "",
    "notes": "",
    "custom_fields": {},
}


def erase_documents(
    rows: QuerySet[Any], name: str, *, number: str, lines: type[Model], parent: str, **more: Any
) -> None:
    """Empties documents that were never issued or agreed; numbers, days, items and amounts stay.

    `name` stands for the customer then, `number` is the column of the document's number, `parent` that of the lines'
    document, and `more` are columns of this kind with what they say then.
    """
    keys = list(rows.values_list("pk", flat=True))
    documents = rows.model._default_manager.filter(pk__in=keys)
    texts = {"customer_name": name, "search_text": Lower(F(number)), "updated_at": clock.now()}
    documents.update(**_PERSONAL, **more, **texts)
    code = Coalesce(NullIf("item_code", Value("")), Value("—"), output_field=CharField())
    lines._default_manager.filter(**{f"{parent}__in": keys}).update(description=code, notes="")


def soften_documents(rows: QuerySet[Any], *, number: str) -> None:
    """Takes the customer's email address and telephone off documents that are kept, and off what searches look at."""
    rows.update(**_CONTACT, search_text=Lower(F(number)), updated_at=clock.now())


def erase_quotes(rows: QuerySet[Quote], name: str) -> None:
    """Empties quotes."""
    texts = {"description": "", "accepted_by": "", "decline_reason": "", "cancel_reason": ""}
    erase_documents(rows, name, number="quote_number", lines=QuoteLine, parent="quote", **texts)


def erase_orders(rows: QuerySet[SalesOrder], name: str) -> None:
    """Empties orders, with what people noted at their steps."""
    _erase_steps(rows)
    erase_documents(rows, name, number="order_number", lines=SalesOrderLine, parent="order", tracking_number="")


def soften_orders(rows: QuerySet[SalesOrder]) -> None:
    """Takes contact data off orders, and what people noted at their steps."""
    _erase_steps(rows)
    soften_documents(rows, number="order_number")


def _erase_steps(rows: QuerySet[SalesOrder]) -> None:
    OrderStatusChange.objects.filter(order__in=rows.values("pk")).exclude(note="").update(note="")
