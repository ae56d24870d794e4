"""How the states and events of customers read."""

from django.utils.translation import gettext_lazy, gettext_noop

from bigledger_crm.web.components import StatusBadge, Text
from customers.pages.forms import STATUSES

STATES = {
    "active": StatusBadge(STATUSES["active"], "good"),
    "inactive": StatusBadge(STATUSES["inactive"], "neutral"),
    "blocked": StatusBadge(STATUSES["blocked"], "bad"),
}
# What is emailed to a contact, by the names of `rules.RECEIVES`.
RECEIVES: dict[str, Text] = {
    "quotes": gettext_lazy("Quotes"),
    "orders": gettext_lazy("Orders and delivery notes"),
    "invoices": gettext_lazy("Invoices and credit notes"),
    "reminders": gettext_lazy("Payment reminders"),
    "statements": gettext_lazy("Statements"),
}
EVENTS = (
    gettext_noop("Customer created"),
    gettext_noop("Customer updated"),
    gettext_noop("Customer merged"),
    gettext_noop("Statement sent"),
    gettext_noop("Contact created"),
    gettext_noop("Contact updated"),
    gettext_noop("Contact deleted"),
)
