"""The papers about money in the browser."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from bigledger_crm.web.pdf_response import pdf_response
from bigledger_crm.web.views import CompanyView
from customers.queries import customer_by_public_id
from invoicing.pages.statement import read_day, statement_href
from invoicing.queries import payment_by_public_id
from invoicing.rules import check_span
from invoicing.services import Span, receipt, statement


class Receipt(CompanyView):
    """What was received, as PDF."""

    resource = "payments"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The PDF."""
        paper = receipt(self.actor, payment_by_public_id(public_id))
        return pdf_response(paper.content, paper.filename)


class StatementPaper(CompanyView):
    """A customer's statement of account, of the days `first` to `last`, as PDF."""

    resource = "payments"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The PDF."""
        customer = customer_by_public_id(public_id)
        span = Span(read_day(request.GET.get("first", "")), read_day(request.GET.get("last", "")))
        if check_span(span.first, span.last):  # the page of the statement says so at the field
            return HttpResponseRedirect(statement_href(public_id, span))
        paper = statement(self.actor, customer, span)
        return pdf_response(paper.content, paper.filename)
