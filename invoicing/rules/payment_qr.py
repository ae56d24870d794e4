"""The QR code that pays an invoice: plain values in, plain values out."""

from dataclasses import dataclass
from decimal import Decimal

from bigledger_crm.kernel import emv_qr

_LONGEST_NAME = 70
_MOST_EUR = Decimal("999999999.99")


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid, as the company's settings say; "" for what they don't say."""

    name: str
    iban: str
    bic: str
    static_qr: str


def payment_qr(payee: Payee, currency: str, amount: Decimal, reference: str) -> str:
    """The text of the QR code for an amount of a currency; "" where none can be made.

    In euros to an IBAN by the guideline EPC069-12; else by the company's own static code, where it has the currency.
    """
    if amount <= 0:
        return ""
    if currency == "EUR" and payee.iban:
        return epc_qr(payee, amount, reference)
    if payee.static_qr and emv_qr.currency_of(payee.static_qr) == currency:
        try:
            return emv_qr.dynamic_qr(payee.static_qr, amount, reference)
        except ValueError:  # an amount that such codes can't say
            return ""
    return ""


def epc_qr(payee: Payee, amount: Decimal, reference: str) -> str:
    """A SEPA credit transfer by EPC069-12, version 002, in UTF-8; "" for an amount that it can't say."""
    if amount > _MOST_EUR:
        return ""
    lines = (
        *("BCD", "002", "1", "SCT", payee.bic, payee.name[:_LONGEST_NAME].strip(), payee.iban),
        *(f"EUR{amount:.2f}", "", reference),
    )
    return "\n".join(lines)
