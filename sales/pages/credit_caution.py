"""What pages say of a customer's credit limit before somebody runs into it."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Text
from customers.models import Customer
from customers.rules import CreditUse
from sales.models import Quote, SalesOrder
from sales.queries import credit_use

_TAKES: dict[str, Text] = {
    "quote": gettext_lazy("This quote takes %(customer)s %(excess)s over the credit limit of %(limit)s."),
    "order": gettext_lazy("This order takes %(customer)s %(excess)s over the credit limit of %(limit)s."),
    "invoice": gettext_lazy("This invoice takes %(customer)s %(excess)s over the credit limit of %(limit)s."),
}
_STATES = {"quote": ("draft", "sent", "accepted"), "order": ("draft",)}


def credit_caution(kind: str, customer_name: str, use: CreditUse, total: Decimal) -> str:
    """By how much a quote, order or invoice would go over the limit, and what is used of it; "" where it doesn't."""
    excess = use.excess(total)
    if not excess:
        return ""
    amounts = {"excess": excess, "limit": use.limit, "owed": use.owed, "orders": use.open_orders}
    words = {name: formatting.amount_with_currency(amount, use.currency) for name, amount in amounts.items()}
    takes = str(_TAKES[kind]) % {"customer": customer_name, **words}
    return takes + " " + _("Balance: %(owed)s. Open orders: %(orders)s.") % words


def caution_of(actor: Actor, document: Quote | SalesOrder) -> str:
    """The caution of a quote or a draft order that isn't agreed yet, for those who may see customers."""
    kind = "quote" if isinstance(document, Quote) else "order"
    if document.status not in _STATES[kind] or not actor.may("customers", "read"):
        return ""
    customer = Customer.objects.filter(pk=document.customer_id).first()
    if customer is None or customer.credit_limit is None:
        return ""
    return credit_caution(kind, customer.name, credit_use(customer), document.total)
