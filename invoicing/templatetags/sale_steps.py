"""Panels about a whole sale, which pages of quotes and orders show too; named by templates, as addresses are."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.pages.components import Step
from invoicing.models import Invoice, Payment
from invoicing.pages.forms import METHODS
from invoicing.rules import amount_due
from sales.models import Quote, SalesOrder, SalesOrderLine

register = template.Library()


@register.filter
def payment_method(payment: Payment) -> str:
    """How the money came, in words."""
    return str(METHODS[payment.payment_method])


@register.inclusion_tag("components/stepper.html")
def sale_steps(document: Quote | SalesOrder | Invoice) -> dict[str, Any]:
    """The life of the sale that a document belongs to: quote, order, invoice, paid."""
    order = _order_of(document)
    quote = document if isinstance(document, Quote) else order.quote if order is not None else None
    invoices = [document] if isinstance(document, Invoice) and order is None else _invoices_of(order)
    is_billed = bool(invoices) and (order is None or not _remains(order))
    is_issued = is_billed and all(invoice.status == "sent" for invoice in invoices)
    stages: list[tuple[str, str, bool]] = []
    if quote is not None:
        stages.append((quote.quote_number, reverse("sales:quote", args=[quote.public_id]), order is not None))
    if order is not None:
        stages.append((order.order_number, reverse("sales:order", args=[order.public_id]), is_billed))
    elif quote is not None:
        stages.append((_("Order"), "", False))
    stages.append((*_invoice_step(order, invoices), is_issued))
    stages.append((_("Paid"), "", is_issued and not any(_due(invoice) for invoice in invoices)))
    return {"steps": _drawn(stages)}


def _order_of(document: Quote | SalesOrder | Invoice) -> SalesOrder | None:
    if isinstance(document, SalesOrder):
        return document
    if isinstance(document, Invoice):
        order: SalesOrder | None = document.order
        return order
    return SalesOrder.objects.filter(quote=document).first()


def _invoices_of(order: SalesOrder | None) -> list[Invoice]:
    if order is None:
        return []
    return list(Invoice.objects.filter(order=order).exclude(status="cancelled").order_by("invoice_date", "pk"))


def _remains(order: SalesOrder) -> bool:
    lines = SalesOrderLine.objects.filter(order=order).values_list("quantity", "invoiced_quantity")
    return any(invoiced < quantity for quantity, invoiced in lines)


def _due(invoice: Invoice) -> bool:
    return amount_due(invoice.status, invoice.total, invoice.amount_paid, invoice.amount_credited) > 0


def _invoice_step(order: SalesOrder | None, invoices: Sequence[Invoice]) -> tuple[str, str]:
    if not invoices:
        return _("Invoice"), ""
    if len(invoices) == 1 or order is None:
        return invoices[0].invoice_number, reverse("invoicing:invoice", args=[invoices[0].public_id])
    label = ngettext("%(count)s invoice", "%(count)s invoices", len(invoices)) % {"count": len(invoices)}
    return label, f"{reverse('invoicing:invoices')}?order={order.public_id}"


def _drawn(stages: Sequence[tuple[str, str, bool]]) -> list[Step]:
    """The first stage that isn't done is the present one."""
    present = next((index for index, (_label, _href, done) in enumerate(stages) if not done), len(stages))
    return [
        Step(label, "done" if done else "current" if index == present else "ahead", href)
        for index, (label, href, done) in enumerate(stages)
    ]
