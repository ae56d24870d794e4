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

    def __init__(self, number: str, kept: str, kept_number: str) -> None:
        super().__init__(f"Customer {number} was merged into {kept_number}", details=[{"customerId": kept}])


class CustomersDiffer(Conflict):
    """Two customers that can't be merged: they are one and the same, or have different currencies."""

    code = "CUSTOMERS_DIFFER"
