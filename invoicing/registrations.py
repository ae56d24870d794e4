"""What invoicing tells the core."""

from django.utils.translation import gettext_lazy as _

from bigledger_crm.registry import DocumentKind, ObjectType, document_kinds, email_kinds, object_types
from invoicing.email_kinds import CREDIT_NOTE, INVOICE, STATEMENT


def register() -> None:
    """Registers the kinds of documents, emails and objects."""
    document_kinds.register(*map(DocumentKind, ("invoice", "credit_note", "receipt", "statement")))
    email_kinds.register(INVOICE, CREDIT_NOTE, STATEMENT)
    object_types.register(
        ObjectType(
            "invoice",
            "inv",
            ("created", "updated", "issued", "sent", "paid", "overdue", "cancelled", "reminded"),
            page="invoicing:invoice",
            emails=("invoice",),
            resource="invoices",
            titles={"reminded": _("Invoice reminder sent")},
            after_withdrawal={"invoice.sent": _("The invoice remains issued. You can send it again or cancel it.")},
        ),
        ObjectType(
            "credit_note",
            "cn",
            ("created",),
            page="invoicing:credit-note",
            emails=("credit_note",),
            resource="credit-notes",
            notes_are_amounts=True,
        ),
        ObjectType("payment", "pay", ("recorded", "voided"), page="invoicing:payment", notes_are_amounts=True),
    )
