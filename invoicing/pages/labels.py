"""How the states and events of invoices and payments read."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext

from bigledger_crm.web import formatting
from bigledger_crm.web.components import StatusBadge, Text
from invoicing.models import Invoice
from invoicing.rules import InvoiceState

INVOICE_STATES = {
    "draft": StatusBadge(_("Draft")),
    "sent": StatusBadge(_("Due"), "warn"),
    "partial": StatusBadge(_("Partially paid"), "partly"),
    "overdue": StatusBadge(_("Overdue"), "bad"),
    "paid": StatusBadge(_("Paid"), "good"),
    "cancelled": StatusBadge(_("Cancelled")),
}
INVOICE_NEXT: dict[str, Text] = {
    "draft": _("Review it and send it. It then counts as a receivable, and only its notes can be changed."),
    "sent": _("Awaiting payment. Record it when it arrives."),
    "overdue": _("Payment is overdue. Send the invoice again, or record the payment."),
}
UNISSUABLE_INVOICES: dict[str, Text] = {
    "sent": _("already sent"),
    "overdue": _("already sent"),
    "paid": _("already paid"),
    "cancelled": _("cancelled"),
}
PAYMENT_STATUSES: dict[str, Text] = {"unpaid": _("Not yet"), "partial": _("In part"), "paid": _("In full")}
PAYMENT_STATES = {"recorded": StatusBadge(_("Recorded"), "good"), "voided": StatusBadge(_("Voided"))}
EVENTS = (
    gettext_noop("Invoice created"),
    gettext_noop("Invoice issued"),
    gettext_noop("Invoice sent"),
    gettext_noop("Invoice paid"),
    gettext_noop("Invoice overdue"),
    gettext_noop("Invoice cancelled"),
    gettext_noop("Invoice reminder sent"),
    gettext_noop("Invoice reminder skipped"),
    gettext_noop("Quote reminder sent"),
    gettext_noop("Quote reminder skipped"),
    gettext_noop("Payment recorded"),
    gettext_noop("Payment voided"),
    gettext_noop("Credit note created"),
    gettext_noop("Credit note sent"),
)


def invoice_badge(state: InvoiceState) -> StatusBadge:
    """How an invoice stands."""
    in_part = state.status == "sent" and state.payment_status == "partial"
    return INVOICE_STATES["partial" if in_part else state.status]


def due_text(invoice: Invoice, state: InvoiceState) -> Text:
    """`15 Feb 2024`, and by how much that is past."""
    day = formatting.day(invoice.due_date)
    if not state.overdue_by:
        return day
    days = state.overdue_by
    late = ngettext("%(days)s day overdue", "%(days)s days overdue", days) % {"days": days}
    return f"{day} · {late}"


WRITE_OFF_KINDS: dict[str, Text] = {
    "bad_debt": _("Bad debt"),
    "small_difference": _("Small difference"),
    "bank_charge": _("Bank charge"),
}
