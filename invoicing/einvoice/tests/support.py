"""Facts of documents of fictitious companies, and other forms of the documents made of them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from bigledger_crm.kernel.money import ZERO
from invoicing.einvoice.amounts import line_amounts
from invoicing.einvoice.facts import (
    CREDIT_NOTE,
    REFUND_NOTE,
    Address,
    DocumentFacts,
    LineFacts,
    Party,
    Reference,
    TaxFacts,
)
from invoicing.einvoice.parties import buyer_identity

D = Decimal
NOW = datetime(2026, 11, 29, 4, tzinfo=UTC)
URN = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = f"{URN}CommonAggregateComponents-2", f"{URN}CommonBasicComponents-2"

SUPPLIER = Party(
    name="Contoh Rekaan Sdn. Bhd.",
    tin="C99999999010",
    id_type="brn",
    id_number="209901000001",
    phone="+60300000001",
    email="akaun@contoh.example",
    address=Address(("1 Jalan Rekaan",), "Shah Alam", "40000", "10", "MYS", "Selangor"),
    msic_code="46510",
    business_activity="Wholesale of computer hardware, software and peripherals",
)
BUYER = Party(
    name="Pembeli Khayalan Sdn. Bhd.",
    tin="C99999998020",
    id_type="brn",
    id_number="209901000002",
    phone="+60300000002",
    address=Address(("2 Jalan Khayalan",), "Kuala Lumpur", "50000", "14", "MYS", "Kuala Lumpur"),
)
CONSUMER = replace(
    BUYER,
    name="Aminah binti Rekaan",
    tin=buyer_identity("", "nric", "770305-02-1234", country="MYS").tin,
    id_type="nric",
    id_number="770305-02-1234",
)
FOREIGNER = replace(
    BUYER,
    name="Imaginary Trading Pte. Ltd.",
    tin=buyer_identity("", "brn", "209912345K", country="SGP").tin,
    id_number="209912345K",
    address=Address(("3 Fiction Road",), "Singapore", "018956", "17", "SGP"),
)


def line(
    description: str,
    quantity: str,
    price: str,
    rate: str = "0",
    *,
    position: int = 1,
    percent: str = "0",
    tax_type: str = "",
    unit: str = "H87",
    reason: str = "",
    currency_units: str = "0.01",
) -> LineFacts:
    """A line as the calculator prices it: prices without tax, rounded to `currency_units`."""
    gross = (D(quantity) * D(price)).quantize(D(currency_units))
    discount = (gross * D(percent) / 100).quantize(D(currency_units))
    amount = ((gross - discount) * D(rate) / 100).quantize(D(currency_units))
    return LineFacts(
        position=position,
        description=description,
        classification="022",
        unit_code=unit,
        quantity=D(quantity),
        unit_price=D(price),
        subtotal=gross,
        net=gross - discount,
        tax=TaxFacts(tax_type or ("01" if D(rate) else "06"), D(rate), amount, reason),
        discount_amount=discount,
        discount_percent=D(percent),
    )


def document(*lines: LineFacts, shipping: str = "0", **changes: Any) -> DocumentFacts:
    """An invoice of these lines to BUYER, in MYR, unless `changes` say otherwise."""
    subtotal = sum((one.net for one in lines), ZERO)
    tax = sum((one.tax.amount for one in lines), ZERO)
    facts = DocumentFacts(
        kind="01",
        number="INV-0042",
        issued_at=datetime(2026, 11, 28, 2, 15, tzinfo=UTC),
        currency="MYR",
        supplier=SUPPLIER,
        buyer=BUYER,
        lines=lines,
        subtotal=subtotal,
        total_tax=tax,
        total=subtotal + tax + D(shipping),
        shipping_cost=D(shipping),
    )
    return replace(facts, **changes)


SCANNER = line("Barcode scanner", "10", "250", "10", percent="5")
SET_UP = line("Set-up at the site", "3", "100", position=2, unit="HUR")
INVOICE = document(SCANNER, SET_UP, shipping="50")
NOTE_CHANGES: dict[str, Any] = {
    "number": "CN-0007",
    "issued_at": datetime(2026, 11, 29, 3, tzinfo=UTC),
    "references": (Reference("INV-0042", "FKT0000000000000000000AB10"),),
}
_TAKEN_BACK = line("Barcode scanner (2 taken back)", "2", "250", "10", percent="5")
CREDIT = document(_TAKEN_BACK, kind=CREDIT_NOTE, **NOTE_CHANGES)
EXEMPTION = "Exempted person, Sales Tax (Persons Exempted from Payment of Tax) Order 2018"
DOCUMENTS = {
    "invoice": INVOICE,
    "invoice_with_shipping_line": replace(INVOICE, shipping_as_line=True),
    "foreign_currency": document(
        line("Consulting", "12.5", "1234.567", percent="10", currency_units="0.001", unit="HUR"),
        line("Licence", "1", "99.125", "8", position=2, tax_type="02", currency_units="0.001"),
        shipping="7.250",
        currency="KWD",
        exchange_rate=D("14.4012345678"),
        buyer=FOREIGNER,
        payment_means="03",
        payment_account="MY-514 000 123",
        payment_terms="30 days",
    ),
    "exempt": document(
        line("Rice", "2", "30.50", tax_type="E", reason=EXEMPTION), line("Bag", "1", "4", "10", position=2)
    ),
    "consumer": document(SET_UP, buyer=CONSUMER),
    "credit_note": CREDIT,
    "refund_note": replace(CREDIT, kind=REFUND_NOTE, number="CN-0008"),
}


def from_sale(priced: Any, terms: Any, quantity: Decimal, position: int, currency: str) -> LineFacts:
    """The facts of a line from those of the calculator: sales.pricing's PricedLine and LineTerms."""
    amounts = line_amounts(
        quantity=quantity,
        unit_price=terms.unit_price,
        discount_amount=priced.discount_amount,
        line_total=priced.line_total,
        tax_rate=terms.tax_rate,
        prices_include_tax=priced.prices_include_tax,
        currency=currency,
    )
    return LineFacts(
        position=position,
        description="Anything",
        classification="022",
        unit_code="C62",
        quantity=quantity,
        unit_price=amounts.unit_price,
        subtotal=amounts.subtotal,
        net=amounts.net,
        tax=TaxFacts("01" if terms.tax_rate else "06", terms.tax_rate, priced.tax_amount),
        discount_amount=amounts.discount_amount,
        discount_percent=terms.discount_percent,
    )


def read(document_bytes: bytes) -> dict[str, Any]:
    """The Invoice element, its numbers exact."""
    found: dict[str, Any] = json.loads(document_bytes, parse_float=D, parse_int=D)["Invoice"][0]
    return found


def values(element: dict[str, Any], *path: str) -> Iterator[Any]:
    """All values at a path of names below an element."""
    name, *rest = path
    for child in element.get(name, []):
        if rest:
            yield from values(child, *rest)
        else:
            yield child["_"]


def value(element: dict[str, Any], *path: str) -> Any:
    """The one value at a path."""
    (found,) = values(element, *path)
    return found


def as_xml(document_bytes: bytes) -> etree._Element:
    """The same document in XML, its elements in the order that they have in JSON."""
    root = etree.Element(f"{{{URN}Invoice-2}}Invoice", nsmap={None: f"{URN}Invoice-2", "cac": CAC, "cbc": CBC})
    _add_children(root, read(document_bytes))
    return root


def _add_children(parent: etree._Element, element: dict[str, Any]) -> None:
    for name, children in element.items():
        for child in children if isinstance(children, list) else []:
            is_value = "_" in child
            made = etree.SubElement(parent, f"{{{CBC if is_value else CAC}}}{name}")
            if is_value:
                text = child["_"]
                made.text = str(text).lower() if isinstance(text, bool) else str(text)
                for attribute, given in child.items():
                    if attribute != "_":
                        made.set(attribute, given)
            else:
                _add_children(made, child)
