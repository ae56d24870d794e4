"""Whether the tax office knows customers by their TIN and number: an app above asks it, and registers here."""

from collections.abc import Callable
from dataclasses import dataclass

from bigledger_crm.kernel import clock
from bigledger_crm.registry import Registry
from customers.models import Customer
from customers.rules import TAX_IDENTITY


@dataclass(frozen=True)
class TinChecker:
    """Who asks.  `request` is called in the transaction that saves a customer, and lets it be checked after that."""

    name: str
    request: Callable[[Customer], None]


tin_checkers: Registry[TinChecker] = Registry()


def forget_tin_check(customer: Customer) -> list[str]:
    """Lets a customer with another TIN or number say that nobody was asked; the fields to save."""
    customer.tin_check, customer.tin_checked_at = "", None
    return ["tin_check", "tin_checked_at"]


def request_tin_check(customer: Customer) -> None:
    """Has the TIN of a customer that was saved checked, if there is one with a number."""
    if customer.tin and customer.identification_number:
        for checker in tin_checkers:
            checker.request(customer)


def keep_tin_check(customer: Customer, result: str) -> bool:
    """Keeps what came of a check, one of `rules.TIN_CHECKS`, unless the TIN or the number has changed meanwhile.

    The customer counts as unchanged: nobody who edits it now has to look at it again.
    """
    asked = Customer.objects.filter(pk=customer.pk, **{name: getattr(customer, name) for name in TAX_IDENTITY})
    return bool(asked.update(tin_check=result, tin_checked_at=clock.now()))
