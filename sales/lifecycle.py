"""The lives of quotes and sales orders."""

from bigledger_crm.kernel.lifecycle import Lifecycle

QUOTE = Lifecycle(
    "Quote",
    {
        "draft": ("sent", "accepted", "cancelled"),
        "sent": ("accepted", "declined", "cancelled"),
        "accepted": ("converted",),
        "declined": (),
        "cancelled": (),
        "converted": (),
    },
)

ORDER = Lifecycle(
    "Sales order",
    {
        "draft": ("confirmed", "cancelled"),
        "confirmed": ("shipped", "cancelled"),
        "shipped": ("delivered",),
        "delivered": (),
        "cancelled": (),
    },
)

ORDER_OPEN_STATES = ("confirmed", "shipped", "delivered")
