"""Bank transactions, what they are matched to, and what they may be, as they are in JSON."""

from decimal import Decimal
from typing import Any, Literal

from bigledger_crm.api.responses import ApiStruct, amount, text, timestamp
from bigledger_crm.kernel import ids
from invoicing.api.bank_responses import MOVEMENT_TEXTS
from invoicing.models import BankAccount, BankMatch, BankStatement, BankTransaction, Payment, Refund
from invoicing.queries.bank import matches_of
from invoicing.queries.bank_suggestions import Suggestion
from invoicing.queries.settlement import due_of
from sales.api.document_responses import day


class BankMatchObject(ApiStruct):
    """What a bank transaction is matched to."""

    customer_id: str
    customer_name: str
    payment_id: str | None
    refund_id: str | None
    write_off_id: str | None
    makes_payment: bool
    is_automatic: bool
    matched_by: str
    matched_at: str | None


class BankTransactionRow(ApiStruct):
    """A movement of a bank account in a list; money that came in is positive."""

    id: str
    bank_account_id: str
    bank_statement_id: str
    status: Literal["unmatched", "matched", "ignored"]
    booking_date: str
    value_date: str | None
    amount: Decimal
    currency: str
    description: str | None
    reference: str | None
    counterparty_name: str | None
    counterparty_account: str | None
    bank_reference: str | None
    ignore_reason: str | None
    created_at: str | None
    updated_at: str | None


class BankTransactionObject(BankTransactionRow):
    """A movement of a bank account; money that came in is positive."""

    match: BankMatchObject | None


class BankSuggestedAllocation(ApiStruct):
    """An invoice that a transaction may pay, and how much of it."""

    invoice_id: str
    invoice_number: str
    due_date: str
    amount_due: Decimal
    amount: Decimal


class BankSuggestionReason(ApiStruct):
    """Why something is suggested."""

    code: Literal["reference", "invoice_number", "recorded", "amount_equal", "adds_up", "known_payer"]
    message: str


class BankSuggestion(ApiStruct):
    """What a transaction may be: invoices of a customer, or a payment or refund that was recorded."""

    customer_id: str
    customer_name: str
    payment_id: str | None
    refund_id: str | None
    allocations: list[BankSuggestedAllocation]
    left: Decimal
    reasons: list[BankSuggestionReason]


TRANSACTION_COLUMNS = (
    *("id", "account_id", "statement_id", "status", "booking_date", "value_date", "amount", "currency"),
    *(*MOVEMENT_TEXTS, "ignore_reason", "created_at", "updated_at"),
)


def transaction_row(*columns: Any) -> BankTransactionRow:
    """A transaction of TRANSACTION_COLUMNS."""
    return BankTransactionRow(**_transaction(dict(zip(TRANSACTION_COLUMNS, columns, strict=True))))


def _transaction(row: dict[str, Any]) -> dict[str, Any]:
    return dict(
        id=ids.encode(BankTransaction.PREFIX, row["id"]),
        bank_account_id=ids.encode(BankAccount.PREFIX, row["account_id"]),
        bank_statement_id=ids.encode(BankStatement.PREFIX, row["statement_id"]),
        status=row["status"],
        booking_date=row["booking_date"].isoformat(),
        value_date=day(row["value_date"]),
        amount=amount(row["amount"], row["currency"]),
        currency=row["currency"],
        ignore_reason=text(row["ignore_reason"]),
        created_at=timestamp(row["created_at"]),
        updated_at=timestamp(row["updated_at"]),
        **{name: text(row[name]) for name in MOVEMENT_TEXTS},
    )


def transaction_object(transaction: BankTransaction) -> BankTransactionObject:
    """A whole transaction with what it is matched to."""
    match = matches_of([transaction.pk]).get(transaction.pk)
    facts = {name: getattr(transaction, name) for name in TRANSACTION_COLUMNS}
    return BankTransactionObject(**_transaction(facts), match=_match(match) if match else None)


def _match(match: BankMatch) -> BankMatchObject:
    customer = match.customer
    return BankMatchObject(
        customer_id=customer.public_id,
        customer_name=customer.name,
        payment_id=match.payment.public_id if match.payment else None,
        refund_id=match.refund.public_id if match.refund else None,
        write_off_id=match.write_off.public_id if match.write_off else None,
        makes_payment=match.makes_payment,
        is_automatic=match.is_automatic,
        matched_by=match.created_by,
        matched_at=timestamp(match.created_at),
    )


def suggestion_object(suggestion: Suggestion, currency: str) -> BankSuggestion:
    """A suggestion in the currency of its transaction."""
    recorded = suggestion.recorded
    return BankSuggestion(
        customer_id=suggestion.customer.public_id,
        customer_name=suggestion.customer.name,
        payment_id=recorded.public_id if isinstance(recorded, Payment) else None,
        refund_id=recorded.public_id if isinstance(recorded, Refund) else None,
        allocations=[
            BankSuggestedAllocation(
                invoice_id=invoice.public_id,
                invoice_number=invoice.invoice_number,
                due_date=invoice.due_date.isoformat(),
                amount_due=amount(due_of(invoice), currency),
                amount=amount(part, currency),
            )
            for invoice, part in suggestion.parts
        ],
        left=amount(suggestion.left, currency),
        reasons=[
            BankSuggestionReason(code=reason.code, message=reason.message)  # type: ignore[arg-type]  # one of REASONS
            for reason in suggestion.reasons
        ],
    )
