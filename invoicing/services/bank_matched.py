"""What is matched to a bank transaction stays as it is until that is undone."""

from typing import TypeAlias

from invoicing.bank_errors import MatchedInBank
from invoicing.models import BankMatch, Payment, Refund

Matched: TypeAlias = Payment | Refund


def refuse_matched(found: Matched) -> None:
    """Raises MatchedInBank for a payment or refund that is a bank transaction; its customer is locked."""
    noun = "payment" if isinstance(found, Payment) else "refund"
    if match := BankMatch.objects.filter(**{noun: found}, undone_at=None).select_related("transaction").first():
        raise MatchedInBank(
            f"The {noun} is matched to a bank transaction: undo that first",
            details=[{"bankTransactionId": match.transaction.public_id}],
        )
