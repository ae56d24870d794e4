"""How the statuses and kinds of e-invoices read."""

from datetime import datetime, timedelta

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from bigledger_crm.web.components import StatusBadge, Text

EINVOICE_STATES = {
    "pending": StatusBadge(_("Pending"), "info"),
    "submitted": StatusBadge(_("Submitted"), "info"),
    "accepted": StatusBadge(_("Accepted"), "good"),
    "rejected": StatusBadge(_("Rejected"), "bad"),
    "cancelled": StatusBadge(_("Cancelled")),
}
NOT_SUBMITTED = StatusBadge(_("Not submitted"))
KINDS: dict[str, Text] = {
    "01": _("Invoice"),
    "02": _("Credit note"),
    "03": _("Debit note"),
    "04": _("Refund note"),
}
ENVIRONMENTS: dict[str, Text] = {
    "simulator": _("Simulator: not LHDN"),
    "sandbox": _("LHDN’s sandbox"),
    "production": _("LHDN"),
}
# The calls to MyInvois that are about an e-invoice.
OPERATIONS: dict[str, Text] = {
    "token": _("Sign-in"),
    "submit": _("Submission"),
    "submission": _("Result"),
    "document": _("Details"),
    "cancel": _("Cancellation"),
    "recent": _("Search"),
    "search": _("Search"),
}


def time_left(until: datetime, now: datetime) -> str:
    """`2 days and 5 hours left`, `20 minutes left`; "" when the time is over."""
    left = until - now
    if left <= timedelta():
        return ""
    days, hours, minutes = left.days, left.seconds // 3600, left.seconds // 60
    in_hours = ngettext("%(count)s hour left", "%(count)s hours left", hours) % {"count": hours}
    if days:
        in_days = ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
        return gettext("%(days)s and %(hours)s") % {"days": in_days, "hours": in_hours}
    minutes_left = ngettext("%(count)s minute left", "%(count)s minutes left", minutes) % {"count": minutes}
    return in_hours if hours else minutes_left
