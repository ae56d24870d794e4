"""What sales tell the core."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bigledger_crm.registry import (
    DocumentKind,
    FieldedKind,
    ObjectType,
    document_kinds,
    email_kinds,
    fielded_kinds,
    object_types,
)
from sales.email_kinds import DELIVERY_NOTE, ORDER, QUOTE

_CHANGES = ("created", "updated", "deleted")


def register() -> None:
    """Registers the kinds of documents, emails and objects."""
    document_kinds.register(*map(DocumentKind, ("quote", "order", "delivery_note")))
    email_kinds.register(QUOTE, ORDER, DELIVERY_NOTE)
    fielded_kinds.register(
        FieldedKind("items", _("Items"), "sales.Item"),
        FieldedKind("quotes", _("Quotes"), "sales.Quote", is_printed=True),
        FieldedKind("sales-orders", _("Sales orders"), "sales.SalesOrder", is_printed=True),
    )
    object_types.register(
        ObjectType("item", "item", _CHANGES),
        ObjectType("tax_code", "tax", _CHANGES),
        ObjectType(
            "quote",
            "quote",
            ("created", "updated", "sent", "accepted", "declined", "cancelled", "revised", "converted", "reminded"),
            page="sales:quote",
            emails=("quote",),
            resource="quotes",
            titles={"converted": _("Quote converted to order"), "reminded": _("Quote reminder sent")},
            counted=lambda count: ngettext("%(count)s open quote", "%(count)s open quotes", count) % {"count": count},
            after_withdrawal={
                "quote.sent": _("The quote remains marked as sent. You can send it again, revise it or cancel it.")
            },
        ),
        ObjectType(
            "sales_order",
            "so",
            ("created", "updated", "confirmed", "shipped", "delivered", "cancelled"),
            page="sales:order",
            emails=("sales_order",),
            resource="sales-orders",
            titles={"sent": _("Order confirmation sent"), "delivery_note_sent": _("Delivery note sent")},
            counted=lambda count: ngettext("%(count)s open order", "%(count)s open orders", count) % {"count": count},
        ),
        ObjectType("shipment", "ship", ("created",), page="sales:shipment", icons={"created": "truck"}),
    )
