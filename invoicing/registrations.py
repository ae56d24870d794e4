"""What invoicing tells the core."""

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
from invoicing.email_kinds import CREDIT_NOTE, GOODWILL, INVOICE, STATEMENT

_EINVOICE = ObjectType(
    "einvoice",
    "einv",
    (
        "queued",
        "submitted",
        "accepted",
        "rejected",
        "rejection_requested",
        "cancel_requested",
        "cancel_failed",
        "cancelled",
    ),
    page="invoicing:einvoice",
    resource="einvoices",
    icons={
        "queued": "file-check",
        "submitted": "send",
        "rejected": "circle-x",
        "rejection_requested": "circle-alert",
        "cancel_failed": "circle-alert",
    },
    titles={
        "queued": _("E-invoice queued"),
        "submitted": _("E-invoice submitted to LHDN"),
        "accepted": _("E-invoice accepted by LHDN"),
        "rejected": _("E-invoice rejected by LHDN"),
        "rejection_requested": _("Buyer asked for the e-invoice to be rejected"),
        "cancel_requested": _("Cancellation of the e-invoice requested"),
        "cancel_failed": _("E-invoice could not be cancelled"),
        "cancelled": _("E-invoice cancelled"),
        "differs": _("E-invoice differs from LHDN's"),
    },
)

_BATCH = ObjectType(
    "batch",
    "batch",
    ("completed", "cancelled"),
    page="invoicing:batch",
    resource="invoices",
    icons={"completed": "circle-check"},
    titles={"created": _("Batch created"), "completed": _("Batch completed"), "cancelled": _("Batch cancelled")},
)


def register() -> None:
    """Registers the kinds of documents, emails and objects."""
    document_kinds.register(*map(DocumentKind, ("invoice", "credit_note", "receipt", "statement")))
    fielded_kinds.register(FieldedKind("invoices", _("Invoices"), "invoicing.Invoice", is_printed=True))
    email_kinds.register(INVOICE, CREDIT_NOTE, GOODWILL, STATEMENT)
    object_types.register(
        ObjectType(
            "invoice",
            "inv",
            (
                "created",
                "updated",
                "issued",
                "sent",
                "paid",
                "overdue",
                "cancelled",
                "reminded",
                "written_off",
                "write_off_reversed",
            ),
            page="invoicing:invoice",
            emails=("invoice",),
            resource="invoices",
            titles={
                "reminded": _("Invoice reminder sent"),
                "written_off": _("Invoice written off"),
                "write_off_reversed": _("Write-off reversed"),
            },
            counted=lambda count: (
                ngettext("%(count)s open invoice", "%(count)s open invoices", count) % {"count": count}
            ),
            after_withdrawal={"invoice.sent": _("The invoice remains issued. You can send it again or cancel it.")},
        ),
        ObjectType(
            "credit_note",
            "cn",
            ("created", "allocated", "unallocated"),
            page="invoicing:credit-note",
            emails=("credit_note",),
            resource="credit-notes",
            notes_are_amounts=True,
        ),
        ObjectType(
            "payment",
            "pay",
            ("recorded", "voided", "allocated", "unallocated"),
            page="invoicing:payment",
            notes_are_amounts=True,
        ),
        _EINVOICE,
        _BATCH,
        ObjectType("refund", "rf", ("recorded", "voided"), resource="payments", notes_are_amounts=True),
        ObjectType("bank_statement", "bs", ("imported",)),
        ObjectType("bank_transaction", "bt", ("matched", "unmatched", "ignored")),
    )
