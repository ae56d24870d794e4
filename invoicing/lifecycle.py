"""The life of an invoice: `paid` and `overdue` are derived, never stored (see rules)."""

from bigledger_crm.kernel.lifecycle import Lifecycle

INVOICE = Lifecycle("Invoice", {"draft": ("sent", "cancelled"), "sent": ("cancelled",), "cancelled": ()})
