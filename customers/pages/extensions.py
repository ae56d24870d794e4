"""What other apps add to the pages of customers.  The project lists it as `customer_page` in its `urls.py`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bigledger_crm.web.components import Action, Text
from bigledger_crm.web.from_project import from_project
from bigledger_crm.web.lists import BulkAction
from customers.models import Customer


@dataclass(frozen=True)
class CustomerTab:
    """A part of the page, for those who may read `resource`; `page` is the name of its URL."""

    page: str
    label: Text
    resource: str


@dataclass(frozen=True)
class CustomerPage:
    """Each page is the name of a URL; "" for one that isn't there."""

    # Stand between the contacts and the activity.
    tabs: Sequence[CustomerTab] = ()
    # Buttons for those who may write customers, after the page's own; None for none of this customer.
    buttons: Sequence[Callable[[Customer], Action | None]] = ()
    # What can be done to chosen rows of the list, before the list's own.
    bulk: Sequence[BulkAction] = ()
    # How the customer buys and pays, which the overview fetches by itself.
    summary: str = ""
    # The lists of invoices and orders, to which the figures lead.
    invoices: str = ""
    orders: str = ""


def customer_page() -> CustomerPage:
    """What there is."""
    return from_project("customer_page", CustomerPage())
