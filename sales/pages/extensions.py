"""What other apps add to the pages of quotes and orders.  The project lists it as `document_pages` in its `urls.py`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.components import Action, Step
from bigledger_crm.web.from_project import from_project
from sales.models import SaleDocument, SalesOrder, SalesOrderLine


class WholeSale(Protocol):
    """The sale around a document, read when a page shows it."""

    @property
    def steps(self) -> Sequence[Step]:
        """How far it has come."""

    @property
    def related(self) -> Sequence[Any]:
        """The documents that belong to it, for `components/related.html`."""


@dataclass(frozen=True)
class DocumentPages:
    """What is added; nothing without the apps above."""

    sale: Callable[[SaleDocument, Actor], WholeSale | None] | None = None
    # Buttons of an order, after the page's own: its next step.
    order_buttons: Sequence[Callable[[SalesOrder, Sequence[SalesOrderLine], Actor], Sequence[Action]]] = ()


def document_pages() -> DocumentPages:
    """What there is."""
    return from_project("document_pages", DocumentPages())
