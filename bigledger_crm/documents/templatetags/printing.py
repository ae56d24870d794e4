"""The printed look of figures and addresses, for templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bigledger_crm.documents import formatting, measures
from bigledger_crm.documents.line_table import LineTable, line_table, ready_table
from bigledger_crm.documents.translations import translate

register = Library()
_AMOUNTS = (
    "list_price",
    "discount",
    "tax_inside",
    "subtotal",
    "total_tax",
    "shipping_cost",
    "total",
    "amount_paid",
    "amount_due",
)
_TOTALS, _PADDING, _LABELS = 221.0, 18.0, 120.0  # points: the block, before its figures, and the least for their names
_AGE = measures.PAGE / 5 - 8  # of a column of the ageing
register.filter(formatting.amount)
register.filter(formatting.short)
register.filter(formatting.is_zero)
register.filter(formatting.day)
register.filter("word", translate)
register.filter(formatting.contact_lines)
register.filter(formatting.company_lines)
register.filter(formatting.customer_lines)
register.filter(formatting.postal_lines)


@register.simple_tag(takes_context=True)
def table_of_lines(context: Mapping[str, Any]) -> LineTable:
    """The document's lines, laid out, or the table that stands in its facts."""
    if "table" in context:
        return ready_table(context["table"])
    return line_table(context["lines"], prices_include_tax=bool(context["prices_include_tax"]), sample=context["total"])


@dataclass(frozen=True)
class TotalsLayout:
    """The style attributes of the block of totals and of its figures; empty while the usual ones do."""

    table: SafeString | str = ""
    figure: SafeString | str = ""


@register.simple_tag(takes_context=True)
def layout_of_totals(context: Mapping[str, Any]) -> TotalsLayout:
    """Room for the longest amount in the type of the total."""
    texts = [formatting.amount(context.get(name)) for name in _AMOUNTS]
    figure = max(measures.width(text, measures.GRAND, bold=True) for text in texts) + _PADDING
    if figure <= _TOTALS / 2:
        return TotalsLayout()
    table = max(_TOTALS, figure + _LABELS)
    return TotalsLayout(_style("width", table), _style("width", figure))


@register.simple_tag(takes_context=True)
def size_of_ageing(context: Mapping[str, Any]) -> SafeString | str:
    """The size of type in which the amounts of the ages fit beside each other."""
    widest = measures.widest(formatting.amount(part["amount"]) for part in context["ageing"])
    return _style("font-size", measures.BODY * _AGE / widest) if widest > _AGE else ""


def _style(name: str, points: float) -> SafeString:
    return format_html(' style="{}:{}pt"', name, f"{points:.1f}")
