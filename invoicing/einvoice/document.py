"""The document: UBL 2.1 in JSON, as MyInvois takes it.

Every element is an array of one object with its value in `_`, in the order of the UBL schema.  Only elements that
MyInvois lists are written, and none that is empty.  Numbers are plain decimals without trailing zeros.

Discounts are those of lines, so AllowanceTotalAmount, which is of the document's, is 0.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from bigledger_crm.kernel.money import plain_number
from bigledger_crm.kernel.text import clean_line
from invoicing.einvoice.facts import DocumentFacts, LineFacts, Party, Period
from invoicing.einvoice.lines import all_lines, exchange_rate_text, tax_groups
from invoicing.einvoice.parties import party_numbers

MAX_DESCRIPTION = 300
_URN = "urn:oasis:names:specification:ubl:schema:xsd:"
_encoder = msgspec.json.Encoder()

Element = dict[str, Any]


def build(facts: DocumentFacts) -> bytes:
    """The document's bytes, which are signed (1.1) or sent (1.0).

    Raises ValueError if a number of a party isn't one: invoicing.einvoice.preflight.check finds all that's wrong first.
    """
    body = {
        "_D": f"{_URN}Invoice-2",
        "_A": f"{_URN}CommonAggregateComponents-2",
        "_B": f"{_URN}CommonBasicComponents-2",
        "Invoice": [_invoice(facts)],
    }
    return _encoder.encode(body)


def document_hash(document: bytes) -> str:
    """What a submission calls documentHash: SHA-256 in lower-case hexadecimal digits."""
    return hashlib.sha256(document).hexdigest()


def _invoice(facts: DocumentFacts) -> Element:
    currency = facts.currency
    lines = all_lines(facts)
    issued = facts.issued_at.astimezone(UTC)
    charged = facts.shipping_cost if facts.shipping_cost and not facts.shipping_as_line else None
    return _element(
        ID=_text(facts.number),
        IssueDate=_text(f"{issued:%Y-%m-%d}"),
        IssueTime=_text(f"{issued:%H:%M:%S}Z"),
        InvoiceTypeCode=_text(facts.kind, listVersionID=facts.version),
        DocumentCurrencyCode=_text(currency),
        InvoicePeriod=_period(facts.period),
        BillingReference=[
            _element(InvoiceDocumentReference=[_element(ID=_text(original.number), UUID=_text(original.uuid))])
            for original in facts.references
        ],
        AccountingSupplierParty=[_element(Party=[_party(facts.supplier, is_supplier=True)])],
        AccountingCustomerParty=[_element(Party=[_party(facts.buyer, is_supplier=False)])],
        PaymentMeans=_payment_means(facts),
        PaymentTerms=[_element(Note=_text(facts.payment_terms))] if clean_line(facts.payment_terms) else [],
        AllowanceCharge=[] if charged is None else [_charge("Shipping", charged, currency, is_charge=True)],
        TaxExchangeRate=_exchange_rate(facts),
        TaxTotal=[_document_tax(lines, currency)],
        LegalMonetaryTotal=[_totals(facts, lines, charged or Decimal(0))],
        InvoiceLine=[_line(line, currency) for line in lines],
    )


def _party(party: Party, *, is_supplier: bool) -> Element:
    numbers = party_numbers(party)
    address = party.address
    return _element(
        IndustryClassificationCode=_text(party.msic_code, name=clean_line(party.business_activity))
        if is_supplier
        else [],
        PartyIdentification=[_element(ID=_text(number, schemeID=scheme)) for scheme, number in numbers.ids],
        PostalAddress=[
            _element(
                CityName=_text(address.city),
                PostalZone=_text(address.postcode),
                CountrySubentityCode=_text(address.state_code),
                AddressLine=[_element(Line=_text(line)) for line in address.lines if clean_line(line)],
                Country=[
                    _element(IdentificationCode=_text(address.country, listID="ISO3166-1", listAgencyID="6")),
                ],
            )
        ],
        PartyLegalEntity=[_element(RegistrationName=_text(party.name))],
        Contact=[_element(Telephone=_text(numbers.phone), ElectronicMail=_text(party.email))],
    )


def _period(period: Period | None) -> list[Element]:
    if period is None:
        return []
    return [
        _element(
            StartDate=_text(period.start.isoformat()),
            EndDate=_text(period.end.isoformat()),
            Description=_text(period.frequency),
        )
    ]


def _payment_means(facts: DocumentFacts) -> list[Element]:
    if not facts.payment_means:
        return []
    account = clean_line(facts.payment_account)
    return [
        _element(
            PaymentMeansCode=_text(facts.payment_means),
            PayeeFinancialAccount=[_element(ID=_text(account))] if account else [],
        )
    ]


def _exchange_rate(facts: DocumentFacts) -> list[Element]:
    if facts.currency == "MYR" or facts.exchange_rate is None:
        return []
    rate = msgspec.Raw(exchange_rate_text(facts.exchange_rate).encode())
    return [
        _element(
            SourceCurrencyCode=_text(facts.currency), TargetCurrencyCode=_text("MYR"), CalculationRate=[{"_": rate}]
        )
    ]


def _document_tax(lines: Iterable[LineFacts], currency: str) -> Element:
    groups = tax_groups(lines)
    return _element(
        TaxAmount=_amount(sum((group.amount for group in groups), Decimal(0)), currency),
        TaxSubtotal=[
            _element(
                TaxableAmount=_amount(group.taxable, currency),
                TaxAmount=_amount(group.amount, currency),
                TaxCategory=[_tax_category(group.type, group.exemption_reason)],
            )
            for group in groups
        ],
    )


def _totals(facts: DocumentFacts, lines: Iterable[LineFacts], charges: Decimal) -> Element:
    currency = facts.currency
    net = sum((line.net for line in lines), Decimal(0))
    tax = sum((line.tax.amount for line in lines), Decimal(0))
    return _element(
        LineExtensionAmount=_amount(net, currency),
        TaxExclusiveAmount=_amount(net + charges, currency),
        TaxInclusiveAmount=_amount(net + charges + tax, currency),
        AllowanceTotalAmount=_amount(Decimal(0), currency),
        ChargeTotalAmount=_amount(charges, currency),
        PayableAmount=_amount(facts.total, currency),
    )


def _line(line: LineFacts, currency: str) -> Element:
    tax = line.tax
    percent = [] if line.tax.type == "06" else _number(tax.rate)
    discount = [_discount(line, currency)] if line.discount_amount else []
    return _element(
        ID=_text(str(line.position)),
        InvoicedQuantity=_number(line.quantity, unitCode=line.unit_code),
        LineExtensionAmount=_amount(line.net, currency),
        AllowanceCharge=discount,
        TaxTotal=[
            _element(
                TaxAmount=_amount(tax.amount, currency),
                TaxSubtotal=[
                    _element(
                        TaxableAmount=_amount(line.net, currency),
                        TaxAmount=_amount(tax.amount, currency),
                        Percent=percent,
                        TaxCategory=[_tax_category(tax.type, tax.exemption_reason)],
                    )
                ],
            )
        ],
        Item=[
            _element(
                Description=_text(description(line)),
                CommodityClassification=[_element(ItemClassificationCode=_text(line.classification, listID="CLASS"))],
            )
        ],
        Price=[_element(PriceAmount=_amount(line.unit_price, currency))],
        ItemPriceExtension=[_element(Amount=_amount(line.subtotal, currency))],
    )


def description(line: LineFacts) -> str:
    """A line's description as one line of at most 300 characters; a longer one ends in …"""
    text = clean_line(line.description)
    return text if len(text) <= MAX_DESCRIPTION else f"{text[: MAX_DESCRIPTION - 1].rstrip()}…"


def _discount(line: LineFacts, currency: str) -> Element:
    percent = line.discount_percent or None
    return _charge(line.discount_reason, line.discount_amount, currency, is_charge=False, percent=percent)


def _charge(reason: str, amount: Decimal, currency: str, *, is_charge: bool, percent: Decimal | None = None) -> Element:
    return _element(
        ChargeIndicator=[{"_": is_charge}],
        AllowanceChargeReason=_text(reason),
        MultiplierFactorNumeric=[] if percent is None else _number(percent.scaleb(-2)),
        Amount=_amount(amount, currency),
    )


def _tax_category(tax_type: str, exemption_reason: str) -> Element:
    return _element(
        ID=_text(tax_type),
        TaxExemptionReason=_text(exemption_reason) if tax_type == "E" else [],
        TaxScheme=[_element(ID=_text("OTH", schemeID="UN/ECE 5153", schemeAgencyID="6"))],
    )


def _element(**children: list[Element]) -> Element:
    """An element with those of its children that have something in them."""
    return {name: child for name, child in children.items() if child}


def _text(value: str, **attributes: str) -> list[Element]:
    text = clean_line(value)
    return [_with_attributes(text, attributes)] if text else []


def _number(value: Decimal, **attributes: str) -> list[Element]:
    return [_with_attributes(msgspec.Raw(plain_number(value).encode()), attributes)]


def _amount(value: Decimal, currency: str) -> list[Element]:
    return _number(value, currencyID=currency)


def _with_attributes(value: object, attributes: Mapping[str, str]) -> Element:
    return {"_": value, **{name: text for name, text in attributes.items() if text}}


def reissued(body: bytes, before: datetime, after: datetime) -> bytes:
    """An unsigned document with another time of issue: `before` is the one that it has."""
    return body.replace(_issue_elements(before), _issue_elements(after), 1)


def _issue_elements(moment: datetime) -> bytes:
    issued = moment.astimezone(UTC)
    return f'"IssueDate":[{{"_":"{issued:%Y-%m-%d}"}}],"IssueTime":[{{"_":"{issued:%H:%M:%S}Z"}}]'.encode()
