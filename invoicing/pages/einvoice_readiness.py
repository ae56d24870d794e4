"""The customers who are not ready for e-invoices: what is missing, and what waits for it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.web import formatting
from bigledger_crm.web.views import CompanyView
from customers.models import Customer
from customers.pages.customer_tabs import customer_href
from invoicing.queries.einvoice_readiness import NotReady, customers_not_ready
from invoicing.queries.einvoice_settings import settings_of
from invoicing.rules.einvoice_settings import MALAYSIA


class CustomersNotReadyView(CompanyView):
    """The list, those first whose invoices wait longest."""

    resource = "invoices"

    def get(self, request: HttpRequest) -> HttpResponse:
        """A page of it."""
        if self.actor.company.country != MALAYSIA:
            raise NotFound("Page", request.path)
        after = ids.decode(Customer.PREFIX, request.GET.get("after", ""))
        found = customers_not_ready(self.actor.company, self.actor.today(), after)
        return self.page(
            "invoicing/customers_not_ready.html",
            title=_("Customers not ready"),
            rows=[self._row(row) for row in found.rows],
            is_on=settings_of(self.actor.company) is not None,
            settings=reverse("invoicing:einvoice-settings") if self.actor.may("settings", "manage") else "",
            is_first=after is None,
            next_page=f"?after={ids.encode(Customer.PREFIX, found.after)}" if found.after else "",
        )

    def _row(self, row: NotReady) -> dict[str, Any]:
        customer, waiting = row.customer, row.waiting
        may_correct = self.actor.may("customers", "write")
        edit = reverse("customers:edit", args=[customer.public_id])
        days = (self.actor.today() - waiting.oldest).days
        amounts = waiting.totals.items()
        return {
            "name": customer.name,
            "number": customer.customer_number,
            "href": edit if may_correct else customer_href(customer.public_id),
            "problems": row.problems,
            "invoices": f"{reverse('invoicing:invoices')}?customerId={customer.public_id}",
            "count": waiting.count,
            "totals": [formatting.amount_with_currency(total, currency) for currency, total in amounts],
            "oldest": formatting.day(waiting.oldest),
            "age": ngettext("%(days)s day", "%(days)s days", days) % {"days": days} if days > 0 else _("today"),
        }
