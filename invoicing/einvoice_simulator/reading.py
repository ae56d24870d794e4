"""What the simulator keeps of a document that it takes."""

from datetime import UTC, datetime
from decimal import Decimal

from invoicing.einvoice_simulator.model import Party, Totals
from invoicing.einvoice_simulator.ubl import Element, child, children, number, party_ids, text

_CENT = Decimal("0.01")
SCHEMES = ("BRN", "NRIC", "PASSPORT", "ARMY")


def read_party(invoice: Element, role: str) -> Party:
    """The Supplier or the Customer."""
    party = child(invoice, f"Accounting{role}Party", "Party")
    ids = party_ids(party)
    tin = next((given for scheme, given in ids if scheme == "TIN"), "")
    id_type, id_number = next((pair for pair in ids if pair[0] in SCHEMES), ("", ""))
    return Party(tin, id_type, id_number, text(party, "PartyLegalEntity", "RegistrationName"))


def read_issued_at(invoice: Element) -> datetime | None:
    """The time of issue; None where it isn't one."""
    issued = f"{text(invoice, 'IssueDate')}T{text(invoice, 'IssueTime')}"
    try:
        return datetime.strptime(issued, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def read_kind(invoice: Element) -> tuple[str, str]:
    """The type of the document, and its version."""
    return text(invoice, "InvoiceTypeCode"), str(child(invoice, "InvoiceTypeCode").get("listVersionID", ""))


def read_totals(invoice: Element) -> Totals:
    """The totals in MYR."""
    rate = number(invoice, "TaxExchangeRate", "CalculationRate") or Decimal(1)
    totals = child(invoice, "LegalMonetaryTotal")
    line_discounts = sum(
        (
            number(allowance, "Amount")
            for allowance in children(invoice, "InvoiceLine", "AllowanceCharge")
            if not child(allowance, "ChargeIndicator").get("_")
        ),
        Decimal(0),
    )
    discount = number(totals, "AllowanceTotalAmount") + line_discounts
    amounts = (
        number(totals, "TaxExclusiveAmount"),
        discount,
        number(totals, "LineExtensionAmount"),
        number(totals, "PayableAmount"),
    )
    return Totals(*((amount * rate).quantize(_CENT) for amount in amounts))


def read_references(invoice: Element) -> list[tuple[str, str]]:
    """The number and the uuid of each document that a note corrects."""
    found = children(invoice, "BillingReference", "InvoiceDocumentReference")
    return [(text(one, "ID"), text(one, "UUID")) for one in found]
