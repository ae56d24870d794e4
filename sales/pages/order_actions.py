"""What is done with an order: a change of its status, a copy."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from bigledger_crm.tenancy.permissions import OVERRIDE_CREDIT_LIMIT
from bigledger_crm.web.form_views import ActionView, ServiceFormView
from sales.lifecycle import ORDER
from sales.models import SalesOrder
from sales.pages.forms import StatusForm
from sales.pages.labels import ORDER_MOVE_TITLES, ORDER_MOVES
from sales.pages.orders import order_href
from sales.queries import order_by_public_id
from sales.services import change_order_status, duplicate_order


class OrderStatusView(ServiceFormView):
    """Moves an order along; the form asks before cancelling and shows what stands against a step."""

    resource = "sales-orders"
    order: SalesOrder

    def prepare(self, public_id: str = "") -> None:
        """The order."""
        self.order = order_by_public_id(public_id)

    def make_form(self, data: Any = None) -> StatusForm:
        """The step, a note, and for those who may the override of the credit limit."""
        may_override = self._target() == "confirmed" and OVERRIDE_CREDIT_LIMIT in self.actor.permissions
        return StatusForm(data, may_override=may_override, initial={"to": self._target()})

    def save(self, form: StatusForm) -> str:
        """Back to the order."""
        values = form.cleaned_data
        override = values.get("override_credit_limit", False)
        change_order_status(self.actor, self.order, values["to"], note=values["note"], override_credit_limit=override)
        return order_href(self.order.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        target = self._target()
        return {
            "title": str(ORDER_MOVE_TITLES[target]) % {"number": self.order.order_number},
            "text": _("A cancelled order stays in the list and keeps its number.") if target == "cancelled" else "",
            "submit": ORDER_MOVES[target],
            "danger": target == "cancelled",
            "back": order_href(self.order.public_id),
        }

    def _target(self) -> str:
        target = self.request.POST.get("to") or self.request.GET.get("to", "")
        if target not in ORDER.states or target not in ORDER_MOVES:
            raise Http404("No such step")
        return target


class OrderDuplicateView(ActionView):
    """Makes a new draft with the same lines."""

    resource = "sales-orders"

    def act(self, public_id: str) -> str:
        """To the copy."""
        original = order_by_public_id(public_id)
        copy = duplicate_order(self.actor, original)
        numbers = {"number": copy.order_number, "original": original.order_number}
        self.done(_("Draft %(number)s created from %(original)s") % numbers)
        return order_href(copy.public_id)

    def back(self, public_id: str) -> str:
        """The order."""
        return order_href(public_id)
