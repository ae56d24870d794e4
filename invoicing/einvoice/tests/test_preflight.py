"""All that LHDN would reject is found before it is sent, and told in words that help."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.kernel.errors import Path
from invoicing.einvoice.facts import NOT_ON_MYINVOIS, Address, DocumentFacts, Period, Reference, TaxFacts
from invoicing.einvoice.parties import GENERAL_PUBLIC
from invoicing.einvoice.preflight import check
from invoicing.einvoice.tests.support import (
    BUYER,
    CONSUMER,
    CREDIT,
    FOREIGNER,
    INVOICE,
    NOW,
    SCANNER,
    SUPPLIER,
    document,
)

D = Decimal


def found(facts: DocumentFacts) -> list[tuple[Path, str]]:
    return [(problem.path, problem.code) for problem in check(facts, NOW)]


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"kind": "05"}, "kind", "KIND_UNKNOWN"),
        ({"number": " "}, "number", "NUMBER_MISSING"),
        ({"number": "X" * 51}, "number", "NUMBER_TOO_LONG"),
        ({"issued_at": NOW + timedelta(seconds=1)}, "issued_at", "ISSUED_IN_FUTURE"),
        ({"issued_at": NOW - timedelta(hours=72, seconds=1)}, "issued_at", "ISSUED_TOO_LONG_AGO"),
        ({"currency": "USD"}, "exchange_rate", "EXCHANGE_RATE_MISSING"),
        ({"currency": "USD", "exchange_rate": D(0)}, "exchange_rate", "EXCHANGE_RATE_MISSING"),
        ({"references": (NOT_ON_MYINVOIS,)}, "references", "ORIGINAL_UNEXPECTED"),
        ({"kind": "03"}, "references", "ORIGINAL_MISSING"),
        ({"payment_means": "09"}, "payment_means", "PAYMENT_MEANS_UNKNOWN"),
        ({"payment_account": "1" * 151}, "payment_account", "PAYMENT_ACCOUNT_TOO_LONG"),
        ({"payment_terms": "x" * 301}, "payment_terms", "PAYMENT_TERMS_TOO_LONG"),
        ({"total": D(0)}, "total", "TOTAL_NOT_POSITIVE"),
        ({"total": D(-1)}, "total", "TOTAL_NOT_POSITIVE"),
        ({"total": INVOICE.total + D("0.01")}, "total", "SUMS_DIFFER"),
        ({"shipping_cost": D(-1)}, "shipping_cost", "AMOUNT_NEGATIVE"),
    ],
)
def test_heads(changes: dict[str, Any], path: str, code: str) -> None:
    assert found(replace(INVOICE, **changes)) == [((path,), code)]


def test_an_invoice_without_lines() -> None:
    facts = document(total=D(1))
    assert (("lines",), "LINES_MISSING") in found(facts)


def test_periods() -> None:
    backwards = Period(date(2026, 2, 1), date(2026, 1, 31), "x" * 51)
    assert found(replace(INVOICE, period=backwards)) == [
        (("period", "end"), "PERIOD_BACKWARDS"),
        (("period", "frequency"), "FREQUENCY_TOO_LONG"),
    ]


def test_notes_wait_for_their_originals() -> None:
    facts = replace(CREDIT, references=(NOT_ON_MYINVOIS, Reference("INV-0043", "")))
    assert found(facts) == [(("references", 1), "ORIGINAL_NOT_ACCEPTED")]
    assert check(facts, NOW)[0].message == "LHDN hasn't accepted INV-0043 yet"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"name": "\u200b"}, "name", "NAME_MISSING"),
        ({"name": "x" * 301}, "name", "NAME_TOO_LONG"),
        ({"tin": ""}, "tin", "TIN_MISSING"),
        ({"tin": "Q123456780"}, "tin", "TIN_INVALID"),
        ({"id_type": ""}, "id_number", "ID_MISSING"),
        ({"id_number": ""}, "id_number", "ID_MISSING"),
        ({"id_number": "NA"}, "id_number", "ID_MISSING"),
        ({"id_number": "123456-A"}, "id_number", "ID_INVALID"),
        ({"id_type": "nric", "id_number": "771305-02-1234"}, "id_number", "ID_INVALID"),
        ({"id_type": "nric", "id_number": "000000000000"}, "id_number", "ID_MISSING"),
        ({"id_type": "passport", "id_number": "A123456789012"}, "id_number", "ID_INVALID"),
        ({"sst_number": "W10 / 1808"}, "sst_number", "SST_INVALID"),
        ({"tourism_tax_number": "123"}, "tourism_tax_number", "TOURISM_TAX_INVALID"),
        ({"phone": ""}, "phone", "PHONE_MISSING"),
        ({"phone": "NA"}, "phone", "PHONE_INVALID"),
        ({"phone": "+601234"}, "phone", "PHONE_INVALID"),
        ({"email": "a@b.example; c@d.example"}, "email", "EMAIL_INVALID"),
    ],
)
@pytest.mark.parametrize("side", ["supplier", "buyer"])
def test_parties(side: str, changes: dict[str, Any], field: str, code: str) -> None:
    parties: dict[str, Any] = {side: replace({"supplier": SUPPLIER, "buyer": BUYER}[side], **changes)}
    assert found(replace(INVOICE, **parties)) == [((side, field), code)]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"lines": ()}, "lines", "STREET_MISSING"),
        ({"lines": ("x" * 151,)}, "lines", "STREET_TOO_LONG"),
        ({"lines": ("x",) * 4}, "lines", "STREET_TOO_LONG"),
        ({"city": ""}, "city", "CITY_MISSING"),
        ({"city": "x" * 51}, "city", "CITY_TOO_LONG"),
        ({"postcode": "5000"}, "postcode", "POSTCODE_INVALID"),
        ({"country": ""}, "country", "COUNTRY_MISSING"),
        ({"country": "XYZ"}, "country", "COUNTRY_UNKNOWN"),
        ({"state_code": "", "state": ""}, "state", "STATE_MISSING"),
        ({"state_code": "17"}, "state", "STATE_MISSING"),
        ({"state_code": "", "state": "Slangor"}, "state", "STATE_UNKNOWN"),
        ({"state_code": "18"}, "state", "STATE_UNKNOWN"),
        ({"country": "SGP"}, "state", "STATE_UNKNOWN"),
    ],
)
@pytest.mark.parametrize("side", ["supplier", "buyer"])
def test_addresses(side: str, changes: dict[str, Any], field: str, code: str) -> None:
    party = {"supplier": SUPPLIER, "buyer": BUYER}[side]
    parties: dict[str, Any] = {side: replace(party, address=replace(party.address, **changes))}
    assert found(replace(INVOICE, **parties)) == [((side, "address", field), code)]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"msic_code": ""}, "msic_code", "MSIC_MISSING"),
        ({"msic_code": "4651"}, "msic_code", "MSIC_INVALID"),
        ({"business_activity": ""}, "business_activity", "ACTIVITY_MISSING"),
        ({"business_activity": "x" * 301}, "business_activity", "BUSINESS_ACTIVITY_TOO_LONG"),
        ({"tin": "EI00000000010"}, "tin", "SUPPLIER_TIN_GENERAL"),
    ],
)
def test_suppliers(changes: dict[str, Any], field: str, code: str) -> None:
    assert found(replace(INVOICE, supplier=replace(SUPPLIER, **changes))) == [(("supplier", field), code)]


@pytest.mark.parametrize(
    ("party", "changes"),
    [
        (BUYER, {"tin": "EI00000000010"}),
        (BUYER, {"tin": "EI00000000020"}),
        (FOREIGNER, {"tin": "EI00000000030"}),
    ],
)
def test_general_tins_of_others(party: Any, changes: dict[str, Any]) -> None:
    assert found(replace(INVOICE, buyer=replace(party, **changes))) == [(("buyer", "tin"), "TIN_GENERAL")]


@pytest.mark.parametrize(
    "buyer",
    [
        replace(CONSUMER, tin="IG12345678901", id_number="000000000000"),
        replace(FOREIGNER, id_number="NA"),
        replace(FOREIGNER, id_type="passport", id_number="E1234567N"),
        replace(BUYER, tin="EI00000000040", id_number="NA"),
        replace(BUYER, tin="IG12345678901", id_type="army", id_number="T1234567"),
        replace(BUYER, sst_number="W10-1808-32000123;B16-1809-22000456", phone="+60 3-0000 0002;ext=12"),
    ],
)
def test_buyers_of_other_kinds_are_fine(buyer: Any) -> None:
    assert found(replace(INVOICE, buyer=buyer)) == []


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"description": "\u200b"}, ("description",), "DESCRIPTION_MISSING"),
        ({"classification": ""}, ("classification",), "CLASSIFICATION_MISSING"),
        ({"classification": "046"}, ("classification",), "CLASSIFICATION_UNKNOWN"),
        ({"classification": "004"}, ("classification",), "CLASSIFICATION_CONSOLIDATED"),
        ({"unit_code": "pcs"}, ("unit_code",), "UNIT_UNKNOWN"),
        ({"unit_code": ""}, ("unit_code",), "UNIT_UNKNOWN"),
        ({"discount_reason": ""}, ("discount_reason",), "DISCOUNT_REASON_INVALID"),
        ({"subtotal": D(2501), "discount_amount": D(126)}, ("subtotal",), "SUMS_DIFFER"),
        ({"discount_amount": D(126)}, ("net",), "SUMS_DIFFER"),
        ({"unit_price": D(-250)}, ("net",), "AMOUNT_NEGATIVE"),
        ({"tax": TaxFacts("", D(10), D("237.5"))}, ("tax", "type"), "TAX_TYPE_MISSING"),
        ({"tax": TaxFacts("07", D(10), D("237.5"))}, ("tax", "type"), "TAX_TYPE_UNKNOWN"),
        ({"tax": TaxFacts("03", D(10), D("237.5"))}, ("tax", "type"), "TAX_TYPE_UNSUPPORTED"),
        ({"tax": TaxFacts("06", D(10), D("237.5"))}, ("tax", "type"), "TAX_NOT_APPLICABLE"),
        ({"tax": TaxFacts("E", D(10), D("237.5"), "Why")}, ("tax", "amount"), "EXEMPT_WITH_TAX"),
    ],
)
def test_lines(changes: dict[str, Any], path: Path, code: str) -> None:
    facts = replace(INVOICE, lines=(replace(SCANNER, **changes), INVOICE.lines[1]))
    assert found(facts) == [(("lines", 0, *path), code)]


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("", "EXEMPTION_REASON_MISSING"),
        ("x" * 301, "EXEMPTION_REASON_TOO_LONG"),
        ("Order 2018 / 12", "EXEMPTION_REASON_INVALID"),
        ("a_b", "EXEMPTION_REASON_INVALID"),
    ],
)
def test_reasons_of_exemptions(reason: str, code: str) -> None:
    exempt = replace(SCANNER, tax=TaxFacts("E", D(0), D(0), reason))
    assert found(document(exempt)) == [(("lines", 0, "tax", "exemption_reason"), code)]


@pytest.mark.parametrize(("quantity", "code"), [("0", "QUANTITY_NOT_POSITIVE"), ("0.000001", "QUANTITY_TOO_PRECISE")])
def test_quantities(quantity: str, code: str) -> None:
    nothing = replace(SCANNER, quantity=D(quantity), unit_price=D(0), subtotal=D(0), net=D(0), discount_amount=D(0))
    assert found(document(nothing)) == [(("lines", 0, "quantity"), code)]


def test_every_line_of_a_consolidated_invoice_says_so() -> None:
    facts = replace(INVOICE, buyer=GENERAL_PUBLIC, lines=(replace(SCANNER, classification="004"), INVOICE.lines[1]))
    assert found(facts) == [(("lines", 1, "classification"), "CLASSIFICATION_CONSOLIDATED")]


def test_documents_that_are_too_large() -> None:
    facts = document(*(replace(SCANNER, position=position) for position in range(1, 401)))
    assert found(facts) == [(("lines",), "DOCUMENT_TOO_LARGE")]


def test_all_problems_are_told_at_once_and_in_plain_words() -> None:
    buyer = replace(BUYER, tin="", phone="", address=Address((), "", "", "", "MYS", "Slangor"))
    facts = replace(INVOICE, number="X" * 51, buyer=buyer, subtotal=INVOICE.subtotal + 1, total=INVOICE.total + 1)
    assert [problem.message for problem in check(facts, NOW)] == [
        "The number can have at most 50 characters on an e-invoice",
        "The TIN (tax identification number) is missing",
        "The phone number is missing",
        "The street of the address is missing",
        "The city of the address is missing",
        "'Slangor' is no state of Malaysia: choose one, such as Selangor",
        "The lines add up to MYR 2,675.00, but the subtotal is MYR 2,676.00",
    ]
