"""What is asked of a customer before something is agreed or billed."""

from decimal import Decimal

from bigledger_crm.kernel.errors import PermissionDenied
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.permissions import OVERRIDE_CREDIT_LIMIT
from customers.models import Customer
from customers.rules import CreditUse
from sales.errors import CreditLimitExceeded, CustomerBlocked


def check_credit(
    actor: Actor, customer: Customer, use: CreditUse, total: Decimal, *, kind: str, override: bool
) -> None:
    """Refuses an `order` or `invoice` of this total for a blocked customer, or one above the credit limit.

    For the transaction that holds the customer's lock.  Raises CustomerBlocked, CreditLimitExceeded, and
    PermissionDenied where somebody overrides the limit who may not.
    """
    if customer.status == "blocked":
        raise CustomerBlocked(
            f"Customer {customer.customer_number} is blocked", details=[{"customerId": customer.public_id}]
        )
    if not use.excess(total):
        return
    if not override:
        raise CreditLimitExceeded(kind, customer.public_id, customer.name, use, total)
    if OVERRIDE_CREDIT_LIMIT not in actor.permissions:
        raise PermissionDenied(f"Overriding a credit limit needs the permission '{OVERRIDE_CREDIT_LIMIT}'")
