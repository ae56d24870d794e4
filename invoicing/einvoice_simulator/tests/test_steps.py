"""The validation in the background: what makes a document Invalid, and how that is told."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from invoicing.einvoice.document import build
from invoicing.einvoice.errors import read_errors
from invoicing.einvoice.facts import CREDIT_NOTE, NOT_ON_MYINVOIS, Address, Reference
from invoicing.einvoice.parties import GENERAL_PUBLIC
from invoicing.einvoice.tests.support import BUYER, CONSUMER, FOREIGNER, INVOICE, SUPPLIER, D, document, line
from invoicing.einvoice_simulator.tests.changes import changed, set_id
from invoicing.einvoice_simulator.tests.support import BUYER as BUYER_TIN
from invoicing.einvoice_simulator.tests.support import MyInvois, myinvois
from invoicing.einvoice_simulator.ubl import child

Found = list[tuple[str, str]]
CODES, TAXPAYERS = "Step04-Code Field Validator", "Step05-Taxpayer Profile Validator"
REFERENCES, CURRENCY = "Step06-Document References Validator", "Step07-Document Currency Validator"
CLASSIFICATION = ("InvoiceLine", "Item", "CommodityClassification")
ADDRESS = ("AccountingCustomerParty", "Party", "PostalAddress")
OTHER_TAXPAYERS = [(TAXPAYERS, "The BRN does not match the TIN C12345678900")]
RECEIPT = replace(line("R0001-R0087", "1", "80"), classification="004")
CONSOLIDATED = document(RECEIPT, buyer=GENERAL_PUBLIC)


def found(lhdn: MyInvois, *sources: Any) -> Found:
    """Step and code, or text, of all that is wrong with the last of these documents."""
    uuid = [lhdn.accepted(source) for source in sources][-1][0]
    results = lhdn.get(f"/documents/{uuid}/details").body["validationResults"]
    return [(error.step, error.code or error.english) for error in read_errors(results)]


def test_the_whole_shape_of_an_invalid_document(lhdn: MyInvois) -> None:
    (uuid,) = lhdn.accepted(replace(INVOICE, buyer=replace(BUYER, tin=SUPPLIER.tin)))
    details = lhdn.get(f"/documents/{uuid}/details").body
    assert (details["status"], details["longId"], details["dateTimeValidated"]) == (
        "Invalid",
        None,
        "2026-11-28T02:16:00Z",
    )
    passed = [
        "Step01-Document Structure Validator",
        "Step02-Core Field Validator",
        "Step03-Duplicated Submission Validator",
        "Step04-Code Field Validator",
    ]
    assert details["validationResults"] == {
        "status": "Invalid",
        "validationSteps": [
            *({"name": name, "status": "Valid", "error": None} for name in passed),
            {
                "name": "Step05-Taxpayer Profile Validator",
                "status": "Invalid",
                "error": {
                    "propertyName": None,
                    "propertyPath": None,
                    "errorCode": "Error05",
                    "error": "Step05-Invalid Taxpayer Profile Validator",
                    "errorMs": "Step05-Taxpayer Profile Validator Tidak Sah",
                    "target": None,
                    "metaData": None,
                    "innerError": [
                        {
                            "propertyName": "ID",
                            "propertyPath": "Invoice.AccountingCustomerParty.Party.PartyIdentification.ID",
                            "errorCode": None,
                            "error": "The BRN does not match the TIN C99999999010",
                            "errorMs": "TIN dan nombor pengenalan tidak sepadan",
                            "innerError": [],
                        }
                    ],
                },
            },
            {"name": REFERENCES, "status": "Valid", "error": None},
            {"name": CURRENCY, "status": "Valid", "error": None},
            {"name": "Step08-Document Signature Validator", "status": "Valid", "error": None},
        ],
    }
    assert lhdn.get(f"/documents/{uuid}/raw").error == (404, "NotFound")
    uid = details["submissionUid"]
    assert lhdn.get(f"/documentsubmissions/{uid}").body["overallStatus"] == "invalid"


@pytest.mark.parametrize(
    ("path", "change", "expected"),
    [
        (("InvoiceTypeCode",), {"_": "05"}, "EInvoiceTypes"),
        (("PaymentMeans", "PaymentMeansCode"), {"_": "99"}, "PaymentMethods"),
        (("AccountingSupplierParty", "Party", "IndustryClassificationCode"), {"_": "99999"}, "MSIC"),
        (("TaxTotal", "TaxSubtotal", "TaxCategory", "ID"), {"_": "07"}, "TaxTypes"),
        (("InvoiceLine", "TaxTotal", "TaxSubtotal", "TaxCategory", "ID"), {"_": "07"}, "TaxTypes"),
        (("InvoiceLine", "InvoicedQuantity"), {"unitCode": "PCS"}, "UnitTypes"),
        ((*CLASSIFICATION, "ItemClassificationCode"), {"_": "999"}, "ClassificationCodes"),
        ((*CLASSIFICATION, "ItemClassificationCode"), {"listID": "PTC"}, "ClassificationCodes"),
        ((*ADDRESS, "CountrySubentityCode"), {"_": "20"}, "StateCodes"),
        ((*ADDRESS, "Country", "IdentificationCode"), {"_": "MY"}, "CountryCodes"),
        (("TaxExchangeRate", "SourceCurrencyCode"), {"_": "XXY"}, "CurrencyCodes"),
    ],
)
def test_codes_that_are_not_listed(
    lhdn: MyInvois, path: tuple[str, ...], change: dict[str, str], expected: str
) -> None:
    facts = replace(INVOICE, currency="SGD", exchange_rate=D("3.4"), payment_means="03")
    (uuid,) = lhdn.accepted(changed(lambda invoice: child(invoice, *path).update(change), facts))
    results = lhdn.get(f"/documents/{uuid}/details").body["validationResults"]
    (error,) = read_errors(results)
    assert (error.step, error.code, error.english.rpartition(" ")[2]) == (CODES, "CV302", expected)


@pytest.mark.parametrize(
    ("buyer", "expected"),
    [
        (replace(BUYER, address=replace(BUYER.address, state_code="17")), [(CODES, "CV317")]),
        (replace(FOREIGNER, address=replace(FOREIGNER.address, state_code="14")), [(CODES, "CV316")]),
        (FOREIGNER, []),
        (replace(BUYER, tin="C12345678900", id_number="202001000077"), []),
        (
            replace(BUYER, tin="C12345678900", id_number="209901000002"),
            [(TAXPAYERS, "The BRN does not match the TIN C12345678900")],
        ),
        (replace(BUYER, tin="EI00000000010"), [(TAXPAYERS, "ERR245")]),
        (CONSUMER, []),
        (replace(CONSUMER, id_number="000000000000"), [(TAXPAYERS, "ERR236")]),
        (replace(CONSUMER, tin="IG90000000030"), [(TAXPAYERS, "ERR206")]),
        (replace(CONSUMER, tin="IG90000000030", id_number="880214-12-5566"), []),
        (replace(CONSUMER, tin="IG90000000030", id_number="000000000000"), []),
        (replace(CONSUMER, tin="IG90000000040", id_type="passport", id_number="C01X00T47"), []),
        (replace(FOREIGNER, tin="EI00000000030"), [(TAXPAYERS, "ERR208")]),
        (replace(BUYER, tin="EI00000000040"), []),
        (replace(CONSUMER, tin="EI00000000040"), [(TAXPAYERS, "ERR205")]),
        (replace(BUYER, tin="IG90000000010", id_number="202003099991"), []),
        (
            replace(BUYER, tin="IG90000000050", id_number="202103099992"),
            [(TAXPAYERS, "The BRN does not match the TIN IG90000000050")],
        ),
    ],
)
def test_buyers(lhdn: MyInvois, buyer: Any, expected: Found) -> None:
    assert found(lhdn, replace(INVOICE, buyer=buyer)) == expected


def test_in_a_strict_registry_only_listed_taxpayers_are_known() -> None:
    with myinvois(registry="strict") as lhdn:
        assert found(lhdn, INVOICE) == []
        unknown = replace(INVOICE, number="A-2", buyer=replace(BUYER, tin="C12345678900"))
        assert found(lhdn, unknown) == [(TAXPAYERS, "ERR406")]


@pytest.mark.parametrize(
    ("tin", "expected"),
    [("EI00000000020", [(TAXPAYERS, "ERR208")]), ("EI00000000010", [(TAXPAYERS, "A supplier needs a TIN of its own")])],
)
def test_a_supplier_has_a_tin_of_its_own(lhdn: MyInvois, tin: str, expected: Found) -> None:
    lhdn.control("POST", "/clients", {"id": "general", "secrets": ["general"], "tin": tin})
    lhdn.tokens["general", ""] = lhdn.token("general", "general").body["access_token"]
    (uuid,) = lhdn.accepted(changed(lambda invoice: set_id(invoice, "Supplier", 0, tin)), client="general")
    results = lhdn.get(f"/documents/{uuid}/details", client="general").body["validationResults"]
    assert [(error.step, error.code or error.english) for error in read_errors(results)] == expected


def test_consolidated_e_invoices(lhdn: MyInvois) -> None:
    assert found(lhdn, CONSOLIDATED) == []
    named = replace(CONSOLIDATED, number="A-2", buyer=replace(GENERAL_PUBLIC, name="Walk-in customer"))
    assert found(lhdn, named) == [(TAXPAYERS, "ERR205")]
    in_kl = replace(GENERAL_PUBLIC, address=replace(GENERAL_PUBLIC.address, state_code="14"))
    assert found(lhdn, replace(CONSOLIDATED, number="A-3", buyer=in_kl)) == [(CODES, "CV317")]
    lhdn.control("POST", "/settings", {"consolidatedState": "lenient"})
    assert found(lhdn, replace(CONSOLIDATED, number="A-4", buyer=in_kl)) == []
    mixed = document(RECEIPT, line("Pen", "1", "2", position=2), buyer=GENERAL_PUBLIC, number="A-5")
    assert found(lhdn, mixed) == [(CODES, "CV317"), (TAXPAYERS, "ERR236")]


def note(lhdn: MyInvois, original: Any = None, **changes: Any) -> Any:
    """A credit note for INVOICE, which is submitted, unless `original` is another reference."""
    if original is None:
        (uuid,) = lhdn.accepted(INVOICE)
        original = Reference(INVOICE.number, uuid)
    return document(line("Back", "1", "10"), kind=CREDIT_NOTE, number="CN-1", references=(original,), **changes)


def test_notes(lhdn: MyInvois) -> None:
    good = note(lhdn)
    assert found(lhdn, good) == []
    lhdn.later(minutes=11)
    assert found(lhdn, replace(good, number="CN-2", buyer=CONSUMER)) == [(REFERENCES, "DR308")]
    other = Reference("INV-1", good.references[0].uuid)
    assert found(lhdn, replace(good, number="CN-3", references=(other,))) == [
        (REFERENCES, f"The number of {other.uuid} is not INV-1")
    ]
    assert found(lhdn, replace(good, number="CN-4", references=())) == [
        (REFERENCES, "A note needs the document that it corrects")
    ]


def test_a_note_for_nothing(lhdn: MyInvois) -> None:
    unknown = Reference("INV-1", "Z" * 26)
    assert found(lhdn, note(lhdn, unknown)) == [(REFERENCES, f"The document {'Z' * 26} does not exist")]
    assert found(lhdn, note(lhdn, NOT_ON_MYINVOIS, issued_at=INVOICE.issued_at - timedelta(minutes=1))) == []


def test_a_note_for_a_document_that_is_not_valid(lhdn: MyInvois) -> None:
    credit = note(lhdn)
    lhdn.change(credit.references[0].uuid, "cancelled")
    assert found(lhdn, credit) == [(REFERENCES, "DR303")]


def test_a_note_after_its_original_in_one_call(lhdn: MyInvois) -> None:
    with myinvois(delay_seconds=2) as slow:
        credit = note(slow)
        slow.later(seconds=1)
        (uuid,) = slow.accepted(credit)
        slow.later(seconds=60)
        assert slow.status(uuid) == "Valid"


def test_amounts_have_the_currency_of_the_document(lhdn: MyInvois) -> None:
    def in_dollars(invoice: dict[str, Any]) -> None:
        invoice["LegalMonetaryTotal"][0]["PayableAmount"][0]["currencyID"] = "USD"

    assert found(lhdn, changed(in_dollars)) == [(CURRENCY, "DC502")]


def test_taxes_in_another_currency_and_a_rate_to_another(lhdn: MyInvois) -> None:
    def change(invoice: dict[str, Any]) -> None:
        invoice["TaxCurrencyCode"] = [{"_": "MYR"}]
        invoice["TaxExchangeRate"][0]["TargetCurrencyCode"][0]["_"] = "SGD"

    dollars = replace(INVOICE, currency="USD", exchange_rate=D("4.72"))
    where = [(CURRENCY, "DC501")] * 4 + [(CURRENCY, "DC511")]
    assert found(lhdn, changed(change, dollars)) == where


def test_the_same_document_within_two_hours(lhdn: MyInvois) -> None:
    duplicate = [("Step03-Duplicated Submission Validator", "DV302")]
    assert found(lhdn, INVOICE) == []
    lhdn.later(minutes=119)
    assert found(lhdn, INVOICE) == duplicate
    assert found(lhdn, replace(INVOICE, issued_at=INVOICE.issued_at + timedelta(seconds=1))) == []
    lhdn.later(minutes=60)
    assert found(lhdn, INVOICE) == []


def test_sums_are_checked_when_it_is_strict(lhdn: MyInvois) -> None:
    def change(invoice: dict[str, Any]) -> None:
        invoice["LegalMonetaryTotal"][0]["PayableAmount"][0]["_"] = 2962.51

    assert found(lhdn, changed(change)) == []
    lhdn.control("POST", "/settings", {"totals": "strict"})
    (uuid,) = lhdn.accepted(changed(change, replace(INVOICE, number="A-2")))
    (error,) = read_errors(lhdn.get(f"/documents/{uuid}/details").body["validationResults"])
    assert (error.code, error.english) == ("SIM001", "Simulator, strict totals: 2962.5 is expected, 2962.51 is stated")


def test_self_billed_documents_are_the_buyers(lhdn: MyInvois) -> None:
    bill = json.loads(build(replace(INVOICE, kind="11")))
    source = json.dumps(bill, separators=(",", ":")).encode()
    assert lhdn.submit(source).error == (403, "IncorrectSubmitter")
    (uuid,) = lhdn.accepted(source, client=BUYER_TIN)
    row = lhdn.get(f"/documents/{uuid}/details").body
    assert (row["status"], row["issuerTin"], row["typeName"]) == ("Valid", BUYER_TIN, "Self-billed invoice")
    assert lhdn.change(uuid, "cancelled").error == (403, "Forbidden")
    assert lhdn.change(uuid, "rejected").status == 200


def test_an_address_abroad_has_a_state_of_any_name(lhdn: MyInvois) -> None:
    address = Address(("3 Fiction Road",), "Perth", "6000", "Western Australia", "AUS")
    assert found(lhdn, replace(INVOICE, buyer=replace(FOREIGNER, address=address))) == []
