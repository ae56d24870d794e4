"""How much a customer may owe."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bigledger_crm.kernel.money import ZERO


def safeguards_of(stored: Mapping[str, Any], values: Mapping[str, Any]) -> list[tuple[str, tuple[str, str]]]:
    """What a change of a customer needs beyond writing customers: the field, and the resource and verb.

    A limit in another currency is another limit.
    """
    needed = []
    limit, wanted = stored["credit_limit"], values.get("credit_limit", stored["credit_limit"])
    if limit is not None and (wanted is None or wanted > limit):
        needed.append(("credit_limit", ("credit-limit", "raise")))
    elif limit is not None and values.get("currency", stored["currency"]) != stored["currency"]:
        needed.append(("currency", ("credit-limit", "raise")))
    if stored["status"] == "blocked" and values.get("status", "blocked") != "blocked":
        needed.append(("status", ("customers", "unblock")))
    return needed


@dataclass(frozen=True, slots=True)
class CreditUse:
    """How much of a customer's credit limit is used, in the customer's currency; without a `limit` there is none."""

    limit: Decimal | None
    owed: Decimal
    open_orders: Decimal
    currency: str

    def excess(self, document: Decimal) -> Decimal:
        """By how much a document of this total takes the customer over the limit; 0 when it doesn't."""
        return ZERO if self.limit is None else max(self.owed + self.open_orders + document - self.limit, ZERO)
