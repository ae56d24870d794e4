"""The PDF of an order, rendered from what the order says now."""

from typing import Any

from bigledger_crm.documents.filenames import pdf_filename
from bigledger_crm.documents.services import RenderedPdf, render_unstored
from bigledger_crm.tenancy.actor import Actor
from sales import rules
from sales.models import SalesOrder
from sales.services.shared.print_context import print_context


def render_order_pdf(actor: Actor, order: SalesOrder) -> RenderedPdf:
    """The PDF of an order as it is now, whatever was sent before."""
    return render_unstored(order_context(actor, order), order.updated_at)


def order_context(actor: Actor, order: SalesOrder) -> dict[str, Any]:
    """What the PDF of the order says."""
    return print_context(
        actor.company,
        order,
        list(order.lines.all()),
        kind="order",
        title="Sales order",
        number=order.order_number,
        dates=[
            ("Order date", order.order_date),
            ("Required date", order.required_date),
            ("Promised date", order.promised_date),
        ],
        references=[
            ("Your reference", order.reference),
            ("Our quote", order.quote.quote_number if order.quote is not None else ""),
        ],
        heading=order.title,
        watermark=rules.watermark(order.status),
    )


def order_filename(order: SalesOrder) -> str:
    """The name of the order's PDF."""
    return pdf_filename(order.order_number)
