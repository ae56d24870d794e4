"""What columns about money can be."""

from collections.abc import Sequence

from bigledger_crm.registry import Text
from invoicing.rules import PAYMENT_METHODS

# How other programs call the ways to pay.
METHODS = {
    **dict.fromkeys(("cash", "petty cash"), "cash"),
    **dict.fromkeys(("cheque", "check"), "cheque"),
    **dict.fromkeys(
        ("bank transfer", "bank_transfer", "transfer", "bank", "wire transfer", "eft", "ach", "bank remittance"),
        "bank_transfer",
    ),
    **dict.fromkeys(("credit card", "credit_card", "card", "visa", "mastercard", "amex", "stripe"), "credit_card"),
    **dict.fromkeys(("debit card", "debit_card", "debit"), "debit_card"),
    **dict.fromkeys(("e wallet", "e_wallet", "paypal", "wallet", "grabpay", "touch n go"), "e_wallet"),
    **dict.fromkeys(("direct debit", "direct_debit", "gocardless", "sepa"), "direct_debit"),
    **dict.fromkeys(("other", "others", "bank draft", ""), "other"),
}


def method_offers() -> Sequence[tuple[str, Text]]:
    """What a way to pay of another program can be."""
    return [(method, method.replace("_", " ").capitalize()) for method in PAYMENT_METHODS]
