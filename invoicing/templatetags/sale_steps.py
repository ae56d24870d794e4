"""A whole sale, which pages of quotes and orders show too; named by templates, as addresses are."""

from django import template
from django.template import Context

from invoicing.models import Invoice
from invoicing.pages.related_documents import Sale
from sales.models import Quote, SalesOrder

register = template.Library()


@register.simple_tag(takes_context=True)
def sale_of(context: Context, document: Quote | SalesOrder | Invoice) -> Sale:
    """The `steps` of the sale that a document belongs to, and what is `related`; read once for all blocks of a page."""
    request = context["request"]
    known: Sale | None = getattr(request, "sale", None)
    if known is None or known.document is not document:
        known = request.sale = Sale(document, context["actor"])
    return known
