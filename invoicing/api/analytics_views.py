"""The addresses of analytics."""

from datetime import date

from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.errors import invalid_parameters
from bigledger_crm.api.operations import operation
from bigledger_crm.api.responses import success
from bigledger_crm.api.views import ApiView, SingleView
from customers.models import Customer
from customers.queries import customer_by_public_id
from invoicing.analytics.funnel import DEFAULT_DAYS, sales_funnel
from invoicing.analytics.summary import customer_summary
from invoicing.api.analytics_objects import CustomerSummaryObject, FunnelObject, funnel_object, summary_object
from invoicing.filters import FunnelFilters
from sales.models import Quote


class CustomerSummaryView(SingleView[Customer]):
    """How a customer buys and pays: sales, payments, trends and the products that count most."""

    resource = "analytics"

    def find(self, public_id: str) -> Customer:
        """The customer of the path."""
        return customer_by_public_id(public_id)

    def show(self, row: Customer) -> CustomerSummaryObject:
        """The customer's figures today."""
        return summary_object(row, customer_summary(row, self.actor.today()))


class SalesFunnelView(ApiView):
    """From quote to money."""

    resource = "analytics"
    filters = FunnelFilters

    @operation(gives=FunnelObject)
    def get(self, request: HttpRequest) -> HttpResponse:
        """What became of the quotes dated in a range, by default the last 90 days."""
        given, problems = self.read_parameters(frozenset(self.filters.base_filters))
        read = self.filters(given, Quote.objects.none(), company=self.actor.company)
        problems |= read.problems()
        values = read.form.cleaned_data
        last: date = values.get("dateTo") or read.today
        first: date = values.get("dateFrom") or date.fromordinal(max(last.toordinal() - DEFAULT_DAYS + 1, 1))
        if first > last and not problems:
            problems["dateFrom"] = "Must not be after today"
        if problems:
            raise invalid_parameters(problems)
        wanted = values.get("customerId")
        customer = customer_by_public_id(wanted) if wanted is not None else None
        return success(funnel_object(sales_funnel(self.actor.company, first, last, read.today, customer)))
