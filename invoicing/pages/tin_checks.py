"""The button that asks LHDN about a customer's TIN once more."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.kernel.errors import DomainError, PermissionDenied
from bigledger_crm.web.components import Action
from bigledger_crm.web.views import CompanyView
from customers.models import Customer
from customers.pages.customer_tabs import customer_href
from customers.pages.forms import TIN_CHECKS
from customers.queries import customer_by_public_id
from invoicing.services.tin_checks import can_check_tin, check_tin_now


def check_tin_button(customer: Customer) -> Action | None:
    """Asks LHDN, where the company reports e-invoices and there is something to ask."""
    if not can_check_tin(customer):
        return None
    label = _("Check TIN again") if customer.tin_check else _("Check TIN")
    return Action(
        label, reverse("invoicing:check-tin", args=[customer.public_id]), post=True, more=True, icon="refresh-cw"
    )


class TinCheckView(CompanyView):
    """Asks LHDN, outside any transaction: it may take a while."""

    resource = "customers"
    verb = "write"

    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Back to the customer, with what LHDN said."""
        customer = customer_by_public_id(public_id)
        try:
            result = check_tin_now(self.actor, customer)
        except PermissionDenied:
            raise
        except DomainError as error:
            messages.error(request, error.message)
        else:
            (messages.success if result == "matches" else messages.error)(request, TIN_CHECKS[result])
        return HttpResponseRedirect(customer_href(public_id))
