"""The papers of quotes and orders: frozen when they go out, else made of what the document says now."""

from typing import Any

from django.db.models import Q, QuerySet, Sum

from bigledger_crm.documents.figures import short
from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.documents.names import pdf_filename
from bigledger_crm.documents.services import Paper, current_paper, freeze, made_paper
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from sales import rules
from sales.models import Quote, SalesOrder, Shipment
from sales.services.shared.print_context import customer_on, paper_head, plain_text, print_context


def quote_paper(actor: Actor, quote: Quote) -> Paper:
    """The PDF of a quote: what was sent, else what it says now."""
    mark = rules.watermark(quote.status)
    return current_paper(
        "quote", quote.pk, lambda: quote_context(actor, quote, watermark=mark), moment=quote.updated_at
    )


def order_paper(actor: Actor, order: SalesOrder) -> Paper:
    """The PDF of an order as it is now, whatever was sent before."""
    return made_paper(order_context(actor, order), order.updated_at)


def frozen_quote(actor: Actor, quote: Quote) -> StoredDocument:
    """The quote's frozen paper, made the first time; for the transaction that holds the quote's lock."""
    existing = StoredDocument.objects.filter(kind="quote", document_id=quote.pk).first()
    if existing is not None:
        return existing
    return freeze(
        actor,
        kind="quote",
        document_id=quote.pk,
        number=quote.quote_number,
        filename=quote_filename(quote),
        context=quote_context(actor, quote),
    )


def quote_filename(quote: Quote) -> str:
    """The name of the quote's PDF."""
    return pdf_filename(quote.quote_number)


def quote_context(actor: Actor, quote: Quote, *, watermark: str = "") -> dict[str, Any]:
    """What the paper of a quote says."""
    return print_context(
        actor.company,
        quote,
        list(quote.lines.all()),
        kind="quote",
        title="Quote",
        number=quote.quote_number,
        dates=[("Quote date", quote.quote_date), ("Valid until", quote.valid_until)],
        references=[
            ("Your reference", quote.reference),
            ("Replaces", quote.supersedes.quote_number if quote.supersedes is not None else ""),
        ],
        heading=quote.title,
        description=quote.description,
        watermark=watermark,
    )


def order_context(actor: Actor, order: SalesOrder) -> dict[str, Any]:
    """What the paper of an order says."""
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


def delivery_note(actor: Actor, shipment: Shipment) -> Paper:
    """The paper that goes with a shipment."""
    return made_paper(delivery_note_context(actor, shipment), shipment.created_at)


def delivery_note_number(shipment: Shipment) -> str:
    """The order's number and which of its shipments it is, such as `SO-2024-0001/2`."""
    return f"{shipment.order.order_number}/{_until(shipment).count()}"


def _until(shipment: Shipment) -> "QuerySet[Shipment]":
    """The shipments of the order up to this one."""
    found: QuerySet[Shipment] = shipment.order.shipments.filter(
        Q(created_at__lt=shipment.created_at) | Q(pk=shipment.pk)
    )
    return found


def delivery_note_context(actor: Actor, shipment: Shipment) -> dict[str, Any]:
    """What the paper of a shipment says: what left, of what was ordered, without prices."""
    order, earlier = shipment.order, _until(shipment)
    before = Q(order_line__shipment_lines__shipment__in=earlier.values("pk"))
    lines = shipment.lines.select_related("order_line").annotate(
        so_far=Sum("order_line__shipment_lines__quantity", filter=before)
    )
    head = paper_head(
        actor.company,
        order.customer,
        {**customer_on(order), "billing_address": order.shipping_address or order.billing_address},
        kind="delivery_note",
        title="Delivery note",
        number=delivery_note_number(shipment),
        currency=order.currency,
        dates=[("Shipped on", shipment.shipped_on), ("Order date", order.order_date)],
        references=[
            ("Our order", order.order_number),
            ("Your reference", order.reference),
            ("Carrier", shipment.method),
            ("Tracking number", shipment.tracking_number),
        ],
    )
    rows = [
        {
            "text": line.order_line.description,
            "aside": " · ".join(filter(None, (line.order_line.item_code, line.order_line.unit))),
            "figures": [
                short(plain_text(figure))
                for figure in (line.order_line.quantity, line.quantity, line.order_line.quantity - line.so_far)
            ],
        }
        for line in lines.order_by("order_line__position")
    ]
    table = {"columns": ["Ordered", "Delivered", "Outstanding"], "rows": rows}
    return {**head, "table": table, "notes": order.notes}


def sample_paper(actor: Actor) -> Paper:
    """An invoice of nothing to nobody, as the company's papers look now."""
    company = actor.company
    customer = Customer(company=company, customer_number="CUST-0000", name="Acme Trading", currency=company.currency)
    head = paper_head(
        company,
        customer,
        {"name": customer.name, "billing_address": company.address},
        kind="invoice",
        title="Invoice",
        number="INV-0000",
        currency=company.currency,
        dates=[("Invoice date", actor.today())],
        watermark="SAMPLE",
    )
    line = {"description": "Widget", "quantity": "2", "unit_price": "50.00", "line_total": "100.00"}
    facts = {"lines": [line], "prices_include_tax": False, "subtotal": "100.00", "total": "100.00"}
    return made_paper({**head, **facts, "terms": company.invoice_terms}, clock.now())
