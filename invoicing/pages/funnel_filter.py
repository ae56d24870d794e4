"""The list of quotes with the filters `reached` and `lostReason`: the rows behind each figure of the sales funnel."""

from datetime import date
from functools import partial
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, Func, OuterRef, Q, Sum, Value, When
from django.db.models.functions import Lower, Trim
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy

from bigledger_crm.filtering import DerivedFilter, TextFilter
from bigledger_crm.filtering.parameters import read_text
from bigledger_crm.web.components import Text
from bigledger_crm.web.lists import FilterField
from sales.filters import QuoteFilters
from sales.models import SalesOrder
from sales.pages.lists import QuoteListView
from sales.queries import expired_quotes
from sales.rules import MAX_REASON

REACHED: dict[str, Text] = {
    "quoted": gettext_lazy("Quoted"),
    "sent": gettext_lazy("Sent"),
    "accepted": gettext_lazy("Accepted"),
    "ordered": gettext_lazy("Ordered"),
    "invoiced": gettext_lazy("Invoiced"),
    "paid": gettext_lazy("Paid"),
    "open": gettext_lazy("Open"),
    "declined": gettext_lazy("Declined"),
    "expired": gettext_lazy("Expired"),
    "cancelled": gettext_lazy("Cancelled"),
}
_WON = ("accepted", "converted")


def quotes_that_reached(stage: str, today: date) -> Q:
    """The last versions of the quotes that came so far, or stopped there."""
    return Q(superseded_by=None) & _came_to(stage, today)


def _came_to(stage: str, today: date) -> Q:
    orders = SalesOrder.objects.filter(quote=OuterRef("pk"))
    meanings = {
        "quoted": Q(),
        "sent": Q(sent_at__isnull=False) | Q(status__in=_WON),
        "accepted": Q(status__in=_WON),
        "ordered": Q(status="converted"),
        "invoiced": Q(Exists(orders.filter(invoices__status="sent"))),
        "paid": Q(
            Exists(
                orders.annotate(
                    billed=Sum("invoices__total", filter=Q(invoices__status="sent")),
                    owing=Count("invoices", filter=Q(invoices__stage="open")),
                ).filter(billed__gte=F("total"), owing=0)
            )
        ),
        "open": Q(status__in=("draft", "sent"), valid_until__gte=today),
        "expired": expired_quotes(today),
    }
    return meanings[stage] if stage in meanings else Q(status=stage)


class LostReasonFilter(TextFilter):
    """Declined or cancelled for a reason, whatever its upper case and spaces; without one, or expired: `none`."""

    NONE = "none"

    def __init__(self) -> None:
        about = "Why the quote was declined or cancelled, or `none`"
        super().__init__("", about=about, check=partial(read_text, most=MAX_REASON))

    def condition(self, value: str) -> Q:
        """The quotes that were lost so."""
        given = Case(
            When(status="declined", then=F("decline_reason")),
            When(status="cancelled", then=F("cancel_reason")),
            default=Value(""),
            output_field=CharField(),
        )
        wanted = "" if value == self.NONE else value
        return Q(Exact(same_reason(given), same_reason(Value(wanted))))


def same_reason(text: Any) -> Func:
    """A reason as an expression, without what doesn't set it apart from another."""
    spaces = Func(
        Trim(text), Value(r"\s+"), Value(" "), Value("g"), function="regexp_replace", output_field=CharField()
    )
    return Lower(spaces)


class FunnelQuoteFilters(QuoteFilters):
    """With what the figures of home and analytics lead to."""

    reached = DerivedFilter(list(REACHED), quotes_that_reached, about="Stage that the quote reached")
    lost_reason = LostReasonFilter()


class FunnelQuoteListView(QuoteListView):
    """All quotes, which people can narrow by how far they came; in the project's URLs it stands for sales' own list."""

    filters = FunnelQuoteFilters
    narrow_by = (
        *QuoteListView.narrow_by[:-1],
        FilterField("reached", gettext_lazy("Stage reached"), words=REACHED),
        FilterField("lostReason", gettext_lazy("Reason of loss")),
        QuoteListView.narrow_by[-1],
    )
