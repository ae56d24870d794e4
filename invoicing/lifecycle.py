"""The lives of invoices and e-invoices.  An invoice's `paid` and `overdue` are derived, never stored (see rules)."""

from bigledger_crm.kernel.lifecycle import Lifecycle

INVOICE = Lifecycle("Invoice", {"draft": ("sent", "cancelled"), "sent": ("cancelled",), "cancelled": ()})

# As LHDN sees it: `accepted` is its Valid, `rejected` its Invalid.  A pending one is cancelled before it was sent.
EINVOICE = Lifecycle(
    "E-invoice",
    {
        "pending": ("submitted", "rejected", "cancelled"),
        "submitted": ("accepted", "rejected", "cancelled"),
        "accepted": ("cancelled",),
        "rejected": (),
        "cancelled": (),
    },
)
# Of one document only one of these is reported at a time.
LIVE_EINVOICE = ("pending", "submitted", "accepted")
