"""The printed look of figures and addresses, for templates."""

from collections.abc import Mapping
from typing import Any

from django.template import Library

from bigledger_crm.documents import figures
from bigledger_crm.documents.line_table import LineTable, line_table, ready_table
from bigledger_crm.documents.words import word

register = Library()
register.filter(figures.amount)
register.filter(figures.short)
register.filter(figures.is_zero)
register.filter(figures.day)
register.filter(word)
register.filter(figures.contact_lines)
register.filter(figures.company_lines)
register.filter(figures.customer_lines)
register.filter(figures.postal_lines)


@register.simple_tag(takes_context=True)
def table_of_lines(context: Mapping[str, Any]) -> LineTable:
    """The document's lines, laid out, or the table that stands in its facts."""
    if "table" in context:
        return ready_table(context["table"])
    return line_table(context["lines"], prices_include_tax=bool(context["prices_include_tax"]), sample=context["total"])
