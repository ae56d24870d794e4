"""How the states and events of customers read."""

from django.utils.translation import gettext_noop

from bigledger_crm.pages.components import Pill
from customers.pages.forms import STATUSES

STATES = {
    "active": Pill(STATUSES["active"], "good"),
    "inactive": Pill(STATUSES["inactive"], "neutral"),
    "blocked": Pill(STATUSES["blocked"], "bad"),
}
EVENTS = (
    gettext_noop("Customer created"),
    gettext_noop("Customer updated"),
    gettext_noop("Customer merged"),
    gettext_noop("Customer statement sent"),
    gettext_noop("Contact created"),
    gettext_noop("Contact updated"),
    gettext_noop("Contact deleted"),
)
