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
