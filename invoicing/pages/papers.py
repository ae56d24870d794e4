"""The papers about money in the browser."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.dateparse import parse_date

from bigledger_crm.pages.pdf import pdf_response
from bigledger_crm.pages.views import CompanyView
from customers.queries import customer_by_public_id
from invoicing.queries import payment_by_public_id
from invoicing.services import receipt, statement


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
        paper = statement(self.actor, customer_by_public_id(public_id), self._day("first"), self._day("last"))
        return pdf_response(paper.content, paper.filename)

    def _day(self, name: str) -> date | None:
        text = self.request.GET.get(name, "")
        try:
            day = parse_date(text)
        except ValueError:
            day = None
        if text and day is None:
            raise Http404("No such day")
        return day
