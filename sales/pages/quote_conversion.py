"""Converting a quote to an order."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.tenancy.permissions import OVERRIDE_CREDIT_LIMIT
from bigledger_crm.web.form_views import ServiceFormView
from sales.errors import QuoteConversionFailed
from sales.models import Quote
from sales.pages.forms import CreditForm
from sales.pages.quotes import quote_href
from sales.queries import quote_by_public_id
from sales.services import (
    convert_quote_to_order,
)


class QuoteConvertView(ServiceFormView):
    """Makes the order.  The form only shows when the customer's credit limit stands against it."""

    resource = "sales-orders"
    quote: Quote

    def prepare(self, public_id: str = "") -> None:
        """The quote."""
        self.quote = quote_by_public_id(public_id)

    def make_form(self, data: Any = None) -> CreditForm:
        """Who may override the limit may say so."""
        return CreditForm(data, may_override=OVERRIDE_CREDIT_LIMIT in self.actor.permissions)

    def save(self, form: CreditForm) -> str:
        """To the order."""
        override = form.cleaned_data.get("override_credit_limit", False)
        order = convert_quote_to_order(self.actor, self.quote, override_credit_limit=override)
        self.done(_("Order %(number)s created and confirmed") % {"number": order.order_number})
        return reverse("sales:order", args=[order.public_id])

    def refuse(self, form: CreditForm, error: DomainError) -> None:
        """A second click is told so."""
        if isinstance(error, QuoteConversionFailed) and "salesOrderId" in error.details[0]:
            form.add_error(None, _("This quote is already ordered."))
        else:
            super().refuse(form, error)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Convert %(number)s to an order") % {"number": self.quote.quote_number},
            "text": _("The order is confirmed immediately because the customer has already agreed."),
            "submit": _("Convert to order"),
            "back": quote_href(self.quote.public_id),
        }
