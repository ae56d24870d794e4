"""Whether a document adds up: LHDN doesn't ask, but the simulator does when it is told to be strict."""

from collections.abc import Iterator
from decimal import Decimal

from invoicing.einvoice_simulator.findings import Finding, finding
from invoicing.einvoice_simulator.ubl import Element, child, children, number

TOLERANCE = Decimal("0.005")


def check_totals(invoice: Element) -> list[Finding]:
    """The sums that differ by more than half a cent."""
    return [
        finding("SIM001", f"Invoice.{path}", expected=expected, stated=stated)
        for path, expected, stated in _sums(invoice)
        if abs(expected - stated) > TOLERANCE
    ]


def _sums(invoice: Element) -> Iterator[tuple[str, Decimal, Decimal]]:
    lines, totals = list(children(invoice, "InvoiceLine")), child(invoice, "LegalMonetaryTotal")
    net = _sum(number(line, "LineExtensionAmount") for line in lines)
    tax = _sum(number(line, "TaxTotal", "TaxAmount") for line in lines)
    allowances, charges = _charges(invoice)
    for position, line in enumerate(lines, 1):
        discounts, extra = _charges(line)
        expected = number(line, "ItemPriceExtension", "Amount") - discounts + extra
        yield f"InvoiceLine[{position}].LineExtensionAmount", expected, number(line, "LineExtensionAmount")
    exclusive = net - allowances + charges
    yield "TaxTotal.TaxAmount", tax, number(invoice, "TaxTotal", "TaxAmount")
    yield "LegalMonetaryTotal.TaxExclusiveAmount", exclusive, number(totals, "TaxExclusiveAmount")
    yield "LegalMonetaryTotal.TaxInclusiveAmount", exclusive + tax, number(totals, "TaxInclusiveAmount")
    payable = (
        exclusive + tax - number(invoice, "PrepaidPayment", "PaidAmount") + number(totals, "PayableRoundingAmount")
    )
    yield "LegalMonetaryTotal.PayableAmount", payable, number(totals, "PayableAmount")


def _charges(element: Element) -> tuple[Decimal, Decimal]:
    """The sums of the allowances and of the charges of a document or a line."""
    found = list(children(element, "AllowanceCharge"))
    charges = _sum(number(one, "Amount") for one in found if child(one, "ChargeIndicator").get("_"))
    return _sum(number(one, "Amount") for one in found) - charges, charges


def _sum(amounts: Iterator[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
