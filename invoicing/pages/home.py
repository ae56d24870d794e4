"""The first page: what is owed, what waits, and what was done last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.kernel.money import quantize
from bigledger_crm.pages import formats
from bigledger_crm.pages.components import Column, Figure, Move, Pill, Table, make_table
from bigledger_crm.pages.views import CompanyView
from bigledger_crm.tenancy.actor import Actor
from invoicing.models import Invoice
from invoicing.pages.invoices import invoice_href
from invoicing.pages.words import invoice_pill
from invoicing.queries import open_receivables, standing_of
from sales.models import Quote, SalesOrder
from sales.pages.orders import order_href
from sales.pages.quotes import quote_href, quote_pill
from sales.pages.words import ORDER_STATES
from sales.queries import expired_quotes

_RECENT = 10


@dataclass(frozen=True)
class Recent:
    """A document among the newest of all kinds."""

    number: str
    kind: str
    customer: str
    state: Pill
    created_at: datetime
    total: Decimal
    currency: str
    href: str


class Home(CompanyView):
    """The company at a glance."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        may_quote = self.actor.may("quotes", "write")
        return self.page(
            "invoicing/home.html",
            title=_("Home"),
            figures=_figures(self.actor),
            table=_recent_table(self.actor),
            moves=[Move(_("New quote"), reverse("sales:new-quote"), primary=True)] if may_quote else [],
        )


def _figures(actor: Actor) -> list[Figure]:
    currency, invoices, quotes = actor.company.currency, reverse("invoicing:invoices"), reverse("sales:quotes")
    owed, overdue = open_receivables(actor.today())
    drafts = Invoice.objects.filter(status="draft").count()
    waiting = Quote.objects.filter(status="sent").exclude(expired_quotes(actor.today())).count()
    return [
        _owed_figure(_("Receivables"), owed, f"{invoices}?show=open", currency),
        _owed_figure(_("Overdue"), overdue, f"{invoices}?show=overdue", currency, alarming=True),
        Figure(_("Draft invoices"), formats.number(drafts), f"{invoices}?show=draft", _("to be sent")),
        Figure(_("Quotes out"), formats.number(waiting), f"{quotes}?show=sent", _("waiting for an answer")),
    ]


def _owed_figure(label: str, sums: tuple[Decimal, int], href: str, currency: str, *, alarming: bool = False) -> Figure:
    amount, count = sums
    note = ngettext("%(count)s invoice", "%(count)s invoices", count) % {"count": formats.number(count)}
    tone: Any = "bad" if alarming and count else "neutral"
    return Figure(label, formats.amount(quantize(amount, currency), currency), href, note, currency, tone)


def _recent_table(actor: Actor) -> Table:
    columns: Sequence[Column] = (
        Column(_("Document"), lambda row: row.number, "main", note=lambda row: row.kind),
        Column(_("Customer"), lambda row: row.customer),
        Column(_("Status"), lambda row: row.state, "pill"),
        Column(_("Made"), lambda row: row.created_at, "moment"),
        Column(_("Total"), lambda row: row.total, "amount"),
    )
    return make_table(columns, _recent(actor), lambda row: row.href)


def _recent(actor: Actor) -> list[Recent]:
    """The newest documents that the actor may read."""
    found: list[Recent] = []
    if actor.may("quotes", "read"):
        found += [
            _row(quote, quote.quote_number, _("Quote"), quote_pill(quote, actor), quote_href(quote.public_id))
            for quote in Quote.objects.order_by("-created_at")[:_RECENT]
        ]
    if actor.may("sales-orders", "read"):
        found += [
            _row(order, order.order_number, _("Order"), ORDER_STATES[order.status], order_href(order.public_id))
            for order in SalesOrder.objects.order_by("-created_at")[:_RECENT]
        ]
    if actor.may("invoices", "read"):
        today = actor.today()
        found += [
            _row(
                invoice,
                invoice.invoice_number,
                _("Invoice"),
                invoice_pill(standing_of(invoice, today)),
                invoice_href(invoice.public_id),
            )
            for invoice in Invoice.objects.order_by("-created_at")[:_RECENT]
        ]
    return sorted(found, key=lambda row: row.created_at, reverse=True)[:_RECENT]


def _row(document: Quote | SalesOrder | Invoice, number: str, kind: str, state: Pill, href: str) -> Recent:
    return Recent(
        number=number,
        kind=kind,
        customer=document.customer_name,
        state=state,
        created_at=document.created_at,
        total=document.total,
        currency=document.currency,
        href=href,
    )
