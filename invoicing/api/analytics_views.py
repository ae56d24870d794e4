"""The resources of analytics."""

from datetime import date

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.exceptions import invalid_parameters
from bigledger_crm.api.parameters import read_parameters
from bigledger_crm.api.viewsets import ApiViewSet
from customers.models import Customer
from customers.queries import customer_by_public_id
from invoicing.analytics.funnel import DEFAULT_DAYS, sales_funnel
from invoicing.analytics.summary import customer_summary
from invoicing.api.analytics_responses import CustomerSummaryObject, FunnelObject, funnel_object, summary_object
from invoicing.filters import FunnelFilters
from sales.models import Quote


class CustomerSummaryViewSet(ApiViewSet):
    """A customer's figures."""

    resource = "analytics"

    def get_object(self) -> Customer:
        """The customer of the path."""
        return customer_by_public_id(self.kwargs["public_id"])

    def serialize(self, row: Customer) -> CustomerSummaryObject:
        """The customer's figures today."""
        return summary_object(row, customer_summary(row, self.actor.company, self.actor.today()))

    @extend_schema(responses=Answer(CustomerSummaryObject, conditional=True))
    @action(detail=True)
    def summary(self, request: Request, public_id: str) -> HttpResponseBase:
        """How a customer buys and pays: sales, payments, trends and the products that count most."""
        return self.one()


class SalesFunnelViewSet(ApiViewSet):
    """From quote to money."""

    resource = "analytics"
    filters = FunnelFilters

    def check_parameters(self) -> None:
        """Left to `list`, which says all that is wrong at once."""

    @extend_schema(responses=Answer(FunnelObject))
    def list(self, request: Request) -> Response:
        """What became of the quotes dated in a range, by default the last 90 days."""
        given, problems = read_parameters(request, self.filters.base_filters)
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
        return Response(funnel_object(sales_funnel(self.actor.company, first, last, read.today, customer)))
