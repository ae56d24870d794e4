"""Delivery notes by email."""

from typing import TYPE_CHECKING

from django.db import transaction

from bigledger_crm.documents.filenames import pdf_filename
from bigledger_crm.documents.services import freeze_as_now
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import queue
from bigledger_crm.registry import EmailContent
from bigledger_crm.tenancy.actor import Actor
from sales.email_kinds import tracking_sentence
from sales.models import Shipment
from sales.queries import lock_order
from sales.services.delivery_note_pdf import delivery_note_context, delivery_note_number
from sales.services.shared.email import EmailOptions, document_email_content, draft_document_email, email_language

if TYPE_CHECKING:
    from datetime import date


@transaction.atomic
def send_delivery_note(actor: Actor, shipment: Shipment, message: EmailOptions) -> OutboxEmail:
    """Queues the email of a shipment's delivery note.  Raises InvalidData."""
    order = lock_order(shipment.order_id)
    email = draft_delivery_note_email(actor, shipment, message)
    number = delivery_note_number(shipment)
    document = freeze_as_now(
        actor,
        kind="delivery_note",
        document_id=shipment.pk,
        number=number,
        filename=pdf_filename(number),
        context=delivery_note_context(actor, shipment),
    )
    queue(email, document if message.attach_pdf else None, held=message.held)
    note = ", ".join([*email.to, *email.cc])
    record(actor, "sales_order.delivery_note_sent", order.pk, shipment.pk, order.customer_id, note=note)
    return email


def draft_delivery_note_email(actor: Actor, shipment: Shipment, message: EmailOptions) -> OutboxEmail:
    """The email of a delivery note, not queued.  Raises InvalidData."""
    order = shipment.order
    content, language = delivery_note_email_content(actor, shipment)
    to = message.receivers(order.customer_id, "orders")
    kind = "sales_order.delivery_note.sent"
    return draft_document_email(actor, message, content, language, kind=kind, related_id=order.pk, to=to)


def delivery_note_email_content(actor: Actor, shipment: Shipment) -> tuple[EmailContent, str]:
    """What the company writes with a delivery note, and in which language."""
    order = shipment.order
    language = email_language(actor, order.customer_id)
    tracking = tracking_sentence(language, carrier=shipment.method, number=shipment.tracking_number)
    facts: dict[str, str | date] = {
        "order": order.order_number,
        "shipped_on": shipment.shipped_on,
        "tracking": tracking,
    }
    return document_email_content(actor, "delivery_note", order, delivery_note_number(shipment), **facts)
