"""What is rejected in the answer to a submission: calls as a whole, and single documents."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from invoicing.einvoice.document import build, document_hash
from invoicing.einvoice.errors import read_errors
from invoicing.einvoice.tests.support import INVOICE
from invoicing.einvoice_simulator.tests.changes import (
    Change,
    changed,
    make_nric,
    set_id,
    set_line,
    set_phone,
)
from invoicing.einvoice_simulator.tests.support import MyInvois, item, myinvois, numbered, submission


def rejected(lhdn: MyInvois, source: bytes, **headers: str) -> list[tuple[str, str, str]]:
    """Code, path and text of each error of a rejected document."""
    body = lhdn.submit(source, **headers).body
    assert (body["submissionUid"], body["acceptedDocuments"]) == (None, [])
    (one,) = body["rejectedDocuments"]
    return [(error.code, error.path, error.english) for error in read_errors(one["error"])]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda invoice: invoice.update(IssueDate=[{"_": "28.11.2026"}]), "DateExpected"),
        (lambda invoice: invoice.update(IssueDate=[{"_": ""}]), "DateExpected"),
        (lambda invoice: invoice.update(IssueTime=[{"_": "2:15"}]), "TimeExpected"),
        (lambda invoice: invoice.update(IssueTime=[{"_": "02:16:01Z"}]), "CF321"),
        (lambda invoice: invoice.update(IssueDate=[{"_": "2026-11-25"}]), "CF321"),
        (lambda invoice: make_nric(invoice, "770230021234"), "CF324"),
        (lambda invoice: make_nric(invoice, "770305-02-1234"), "CF324"),
        (lambda invoice: set_line(invoice, "Supplier", "x" * 151), "CF345"),
        (lambda invoice: set_line(invoice, "Customer", "x" * 151), "CF346"),
        (lambda invoice: set_id(invoice, "Customer", 0, "\u200bC99999998020"), "CF358"),
        (lambda invoice: invoice.pop("DocumentCurrencyCode"), "CF378"),
        (lambda invoice: set_id(invoice, "Supplier", 3, "12345"), "CF407"),
        (lambda invoice: set_phone(invoice, "Supplier", "03-1234567"), "CF410"),
        (lambda invoice: set_phone(invoice, "Supplier", "+6012345"), "CF414"),
        (lambda invoice: set_phone(invoice, "Customer", "1234567"), "CF415"),
        (lambda invoice: set_phone(invoice, "Customer", "ring me twice"), "CF415"),
    ],
)
def test_fields_with_a_code(lhdn: MyInvois, change: Change, code: str) -> None:
    assert [error[0] for error in rejected(lhdn, changed(change))] == [code]


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        (
            lambda invoice: invoice.update(OrderReference=[{"ID": [{"_": "PO-1"}]}]),
            "Invoice.OrderReference",
            "Invalid child element OrderReference",
        ),
        (
            lambda invoice: invoice.update(Note=[]),
            "Invoice.Note",
            "Invalid child element Note",
        ),
        (
            lambda invoice: invoice.update(BillingReference=[]),
            "Invoice.BillingReference",
            "An element must not be empty",
        ),
        (
            lambda invoice: invoice.update(PaymentTerms=[{"Note": [{"_": ""}]}]),
            "Invoice.PaymentTerms.Note",
            "Note is required",
        ),
        (
            lambda invoice: invoice.update(PaymentTerms=[{"Note": [{"_": "x" * 301}]}]),
            "Invoice.PaymentTerms.Note",
            "Note has more than 300 characters",
        ),
        (lambda invoice: invoice.pop("InvoiceLine"), "Invoice.InvoiceLine", "InvoiceLine is required"),
        (
            lambda invoice: invoice.update(TaxTotal={"TaxAmount": 1}),
            "Invoice.TaxTotal",
            "Each element must be a list of objects",
        ),
        (
            lambda invoice: invoice["LegalMonetaryTotal"][0]["PayableAmount"][0].update(_="2962.50"),
            "Invoice.LegalMonetaryTotal.PayableAmount",
            "The value must be a number",
        ),
        (
            lambda invoice: invoice["AllowanceCharge"][0]["ChargeIndicator"][0].update(_="true"),
            "Invoice.AllowanceCharge.ChargeIndicator",
            "The value must be a boolean",
        ),
        (
            lambda invoice: invoice["InvoiceTypeCode"][0].update(listVersionID="2.0"),
            "Invoice.InvoiceTypeCode",
            "The version 2.0 is unknown",
        ),
        (
            lambda invoice: invoice.update(DocumentCurrencyCode=[{"_": "USD"}]),
            "Invoice.TaxExchangeRate.CalculationRate",
            "A document in a foreign currency needs its exchange rate",
        ),
        (
            lambda invoice: invoice.update(
                TaxExchangeRate=[
                    {
                        "SourceCurrencyCode": [{"_": "USD"}],
                        "TargetCurrencyCode": [{"_": "MYR"}],
                        "CalculationRate": [{"_": 4.12345678901234}],
                    }
                ]
            ),
            "Invoice.TaxExchangeRate.CalculationRate",
            "CalculationRate has more than 15 characters",
        ),
        (
            lambda invoice: invoice["LegalMonetaryTotal"][0]["PayableAmount"][0].update(_=0),
            "Invoice.LegalMonetaryTotal.PayableAmount",
            "PayableAmount must not be 0",
        ),
        (
            lambda invoice: set_id(invoice, "Supplier", 2, "B16-1808-31012345;" * 2),
            "Invoice.AccountingSupplierParty.Party.PartyIdentification.ID",
            "Supplier: an SST number, or two, or NA are required",
        ),
        (
            lambda invoice: set_id(invoice, "Supplier", 1, "1321672-X"),
            "Invoice.AccountingSupplierParty.Party.PartyIdentification.ID",
            "Supplier: the BRN is invalid",
        ),
    ],
)
def test_fields_without_a_code(lhdn: MyInvois, change: Change, path: str, message: str) -> None:
    assert rejected(lhdn, changed(change)) == [("", path, message)]


def test_the_whole_shape_of_a_rejection(lhdn: MyInvois) -> None:
    body = lhdn.submit(changed(lambda invoice: set_phone(invoice, "Customer", "1"))).body
    path = "Invoice.AccountingCustomerParty.Party.Contact.Telephone"
    assert body == {
        "submissionUid": None,
        "acceptedDocuments": [],
        "rejectedDocuments": [
            {
                "invoiceCodeNumber": "INV-0042",
                "error": {
                    "code": "ValidationError",
                    "message": "Validation Error",
                    "target": "INV-0042",
                    "propertyPath": None,
                    "details": [
                        {
                            "code": None,
                            "errorCode": "CF415",
                            "message": "The buyer's phone number is invalid or has fewer than 8 digits",
                            "target": "Telephone",
                            "propertyName": "Telephone",
                            "propertyPath": path,
                            "details": None,
                        }
                    ],
                },
            }
        ],
    }


def test_texts_in_malay(lhdn: MyInvois) -> None:
    ((_, _, message),) = rejected(
        lhdn, changed(lambda invoice: set_phone(invoice, "Customer", "1")), accept_language="ms"
    )
    assert message == "Nombor telefon pembeli tidak sah atau kurang daripada 8 digit"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"{", "JSON is not valid"),
        (b"[" * 100_000, "JSON is nested too deeply"),
        (b'{"Invoice":[{"ID":[{"_":"\xff"}]}]}', "The document is not UTF-8"),
        (json.dumps(build(INVOICE).decode()).encode(), "Invalid structure"),
        (b'{"Invoice":[]}', "Invalid structure"),
        (build(INVOICE).replace(b"2962.5", b"29.625e2"), "29.625e2 has an exponent"),
        (build(INVOICE).replace(b"2962.5", b"NaN"), "NaN is not a number"),
    ],
)
def test_documents_that_cannot_be_read(lhdn: MyInvois, source: bytes, message: str) -> None:
    given = item(INVOICE) | {"document": base64.b64encode(source).decode(), "documentHash": document_hash(source)}
    body = lhdn.ask("POST", "/documentsubmissions", {"documents": [given]}).body
    (error,) = read_errors(body["rejectedDocuments"][0]["error"])
    assert error.english == message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"documentHash": "0" * 64}, "Document hash is not valid."),
        ({"document": "no base64!"}, "The document is not valid base64"),
        ({"format": "XML"}, "The simulator takes documents in JSON only"),
        ({"codeNumber": "INV-0043"}, "The number differs from codeNumber"),
    ],
)
def test_items_that_are_wrong(lhdn: MyInvois, changes: dict[str, str], message: str) -> None:
    body = lhdn.ask("POST", "/documentsubmissions/", {"documents": [item(INVOICE) | changes]}).body
    (error,) = read_errors(body["rejectedDocuments"][0]["error"])
    assert error.english == message


def test_too_large_a_document(lhdn: MyInvois) -> None:
    large = changed(lambda invoice: invoice.update(InvoiceLine=invoice["InvoiceLine"] * 300))
    assert len(large) > 300 * 1024
    assert rejected(lhdn, large) == [("", "document", "The document is larger than 300 KB")]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ([], (400, "BadStructure")),
        ({"documents": []}, (400, "BadStructure")),
        ({"documents": ["x"]}, (400, "BadStructure")),
        ({"documents": [item(INVOICE), item(INVOICE) | {"format": "XML"}]}, (400, "BadStructure")),
        ({"documents": [{"format": "JSON"}] * 101}, (400, "MaximumSizeExceeded")),
        ({"documents": [{"format": "JSON", "document": "x" * 5_300_000}]}, (400, "MaximumSizeExceeded")),
    ],
)
def test_calls_that_are_wrong(lhdn: MyInvois, body: Any, error: tuple[int, str]) -> None:
    assert lhdn.ask("POST", "/documentsubmissions", body).error == error


def test_documents_of_another_taxpayer(lhdn: MyInvois) -> None:
    foreign = replace(INVOICE, number="B-1", supplier=replace(INVOICE.supplier, tin="C99999998020"))
    assert lhdn.submit(foreign).error == (403, "IncorrectSubmitter")
    body = lhdn.submit(INVOICE, foreign).body
    (one,) = body["rejectedDocuments"]
    (error,) = read_errors(one["error"])
    assert (one["invoiceCodeNumber"], error.english) == (
        "B-1",
        "The authenticated TIN and documents TIN is not matching",
    )
    assert len(body["acceptedDocuments"]) == 1


def test_the_same_call_again_within_ten_minutes(lhdn: MyInvois) -> None:
    assert lhdn.submit(INVOICE).status == 202
    lhdn.later(minutes=9)
    again = lhdn.submit(INVOICE)
    assert (again.error, again.headers["Retry-After"]) == ((422, "DuplicateSubmission"), "60")
    lhdn.later(minutes=1)
    assert lhdn.submit(INVOICE).status == 202


def test_what_was_rejected_may_come_again_at_once(lhdn: MyInvois) -> None:
    body = submission(changed(lambda invoice: set_phone(invoice, "Customer", "1")))
    assert [lhdn.ask("POST", "/documentsubmissions", body).status for _ in range(2)] == [202, 202]


def test_lengths_and_empty_texts_before_august_2026() -> None:
    def change(invoice: dict[str, Any]) -> None:
        invoice.update(PaymentTerms=[{"Note": [{"_": "x" * 301}]}], TaxCurrencyCode=[{"_": ""}])
        invoice.update(InvoicePeriod=[{"StartDate": [{"_": ""}]}], BillingReference=[])

    with myinvois(profile="before-2026-08-15") as lhdn:
        assert len(lhdn.accepted(changed(change))) == 1


def test_the_time_of_issue_may_be_72_hours_ago(lhdn: MyInvois) -> None:
    old = lhdn.simulator.clock.now() - timedelta(hours=72)
    assert lhdn.submit(replace(INVOICE, issued_at=old)).body["rejectedDocuments"] == []
    older = replace(INVOICE, number="A-2", issued_at=old - timedelta(seconds=1))
    assert rejected(lhdn, build(older))[0][0] == "CF321"


def test_several_errors_are_told_at_once(lhdn: MyInvois) -> None:
    def shorten(invoice: dict[str, Any]) -> None:
        for role in ("Customer", "Supplier"):
            set_phone(invoice, role, "1")

    source = changed(shorten)
    assert [code for code, _, _ in rejected(lhdn, source)] == ["CF414", "CF415"]


def test_a_hundred_documents_in_one_call(lhdn: MyInvois) -> None:
    assert len(lhdn.accepted(*numbered(*(f"A-{position}" for position in range(100))))) == 100
