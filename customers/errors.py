"""What can be refused about customers."""

from collections.abc import Mapping

from bigledger_crm.kernel.errors import Conflict


class CustomerHasTransactions(Conflict):
    """A customer with documents can't be deleted; `counts` says how many of each kind."""

    code = "CUSTOMER_HAS_TRANSACTIONS"

    def __init__(self, counts: Mapping[str, int]) -> None:
        super().__init__("Customer has transactions and cannot be deleted", details=[dict(counts)])


class CurrencyFixed(Conflict):
    """The currency of a customer with documents can't be changed."""

    code = "CUSTOMER_CURRENCY_FIXED"


class CustomerNumberTaken(Conflict):
    """Another customer has this number."""

    code = "CUSTOMER_NUMBER_TAKEN"


class CustomerMerged(Conflict):
    """The customer was merged into another one, which has its documents now."""

    code = "CUSTOMER_MERGED"

    def __init__(self, number: str, kept: str = "", kept_number: str = "") -> None:
        """Without `kept` it isn't told which: somebody asks who doesn't see it."""
        details = [{"customerId": kept}] if kept else []
        super().__init__(f"Customer {number} was merged into {kept_number or 'another customer'}", details=details)


class CustomersDiffer(Conflict):
    """Two customers that can't be merged: they are one and the same, or have different currencies."""

    code = "CUSTOMERS_DIFFER"


class CustomerAnonymised(Conflict):
    """Personal data about the customer was erased: it takes part in nothing new any more."""

    code = "CUSTOMER_ANONYMISED"

    def __init__(self, number: str) -> None:
        super().__init__(f"Personal data about customer {number} was erased; nothing new can be recorded about it")


class CustomerInUse(Conflict):
    """A customer with business that is still in progress can't be erased; `counts` says how much of each kind."""

    code = "CUSTOMER_IN_USE"

    def __init__(self, counts: Mapping[str, int]) -> None:
        super().__init__("Personal data cannot be erased while business is in progress", details=[dict(counts)])
