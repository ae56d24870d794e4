"""What columns about money can be."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from bigledger_crm.imports.kinds import ImportField
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


# The notes of a payment that the file of its invoice tells of, by which it is told from those of a file of payments.
PAID_WITH_INVOICE = "As the imported invoice says"
# Files with invoices and credit notes together say in each row which it is.
INVOICE, CREDIT_NOTE = "invoice", "credit_note"
DOCUMENT_TYPE = ImportField(
    name="documentType",
    label=_("Type of document"),
    type="choice",
    known_as=("type", "transaction type"),
    choices={
        **dict.fromkeys(("sales invoice", "invoice", "customer invoice"), INVOICE),
        **dict.fromkeys(("sales credit note", "credit note", "credit memo", "customer credit note"), CREDIT_NOTE),
    },
)


def method_offers() -> Sequence[tuple[str, Text]]:
    """What a way to pay of another program can be."""
    return [(method, method.replace("_", " ").capitalize()) for method in PAYMENT_METHODS]
