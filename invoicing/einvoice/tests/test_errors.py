"""Both shapes of LHDN's errors, with what real answers have been seen to vary."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoicing.einvoice.errors import LhdnError, read_errors

STEPS = {
    "uuid": "FKT0000000000000000000AB10",
    "validationResults": {
        "status": "Invalid",
        "validationSteps": [
            {"status": "Valid", "name": "Step03-Duplicated Submission Validator", "error": None},
            {
                "status": "Invalid",
                "name": "Step05-Taxpayer Profile Validator",
                "error": {
                    "propertyName": None,
                    "propertyPath": None,
                    "errorCode": "Error05",
                    "error": "Step05-Invalid Taxpayer Profile Validator",
                    "errorMs": "Pengesah Profil Pembayar Cukai Tidak Sah",
                    "innerError": [
                        {
                            "propertyName": "IssueDate AND IssueTime",
                            "propertyPath": "Invoice.IssueDate AND Invoice.IssueTime",
                            "errorCode": "CF321",
                            "error": "Issuance date time is invalid",
                            "errorMs": "Tarikh tidak sah",
                            "innerError": [],
                        },
                        {
                            "propertyPath": "Invoice.AccountingCustomerParty.Party.PostalAddress.CountrySubentityCode",
                            "errorCode": "XX999",
                            "error": "<b>State</b> is wrong - Buyer. https://sdk.example/code-validator-error/#XX999.",
                            "errorMS": "Negeri salah",
                            "innerError": None,
                        },
                    ],
                },
            },
        ],
    },
}
TAXPAYER = "Step05-Taxpayer Profile Validator"


def test_the_innermost_errors_of_validation_steps() -> None:
    assert read_errors(STEPS) == [
        LhdnError(
            TAXPAYER,
            "CF321",
            "Invoice.IssueDate AND Invoice.IssueTime",
            "Issuance date time is invalid",
            "Tarikh tidak sah",
        ),
        LhdnError(
            TAXPAYER,
            "XX999",
            "Invoice.AccountingCustomerParty.Party.PostalAddress.CountrySubentityCode",
            "State is wrong - Buyer.",
            "Negeri salah",
            "https://sdk.example/code-validator-error/#XX999",
        ),
    ]


def test_known_codes_have_advice_and_others_lhdns_own_text() -> None:
    known, unknown = read_errors(STEPS)
    assert known.message == "The time of issue was in the future or more than 72 hours ago. Submit the document again."
    assert unknown.message == "State is wrong - Buyer."


REJECTED: dict[str, Any] = {
    "code": "ValidationError",
    "message": "Validation Error",
    "target": 1,
    "propertyPath": None,
    "details": [
        {"code": None, "message": "First", "target": "ID", "propertyPath": "Invoice.ID", "details": None},
        {"errorCode": "CF414", "message": "Too short", "propertyName": "Telephone", "details": []},
        {"errorCode": "CF414", "message": "Too short", "propertyName": "Telephone", "details": []},
    ],
}
LEAVES = [LhdnError("", "", "Invoice.ID", "First", ""), LhdnError("", "CF414", "Telephone", "Too short", "")]


@pytest.mark.parametrize(
    "answer",
    [
        REJECTED,
        {"error": REJECTED},
        {"submissionUid": None, "acceptedDocuments": [], "rejectedDocuments": [{"error": REJECTED}]},
        [{"invoiceCodeNumber": "INV-1", "error": REJECTED}],
    ],
)
def test_the_innermost_errors_of_a_call(answer: object) -> None:
    assert read_errors(answer) == LEAVES


def test_names_in_any_case() -> None:
    shouted = json.loads(json.dumps(STEPS).replace('"error', '"ERROR').replace('"innerError', '"InnerError'))
    shouted["ValidationResults"] = shouted.pop("validationResults")
    assert read_errors(shouted) == read_errors(STEPS)


def test_an_error_without_inner_ones_is_told_itself() -> None:
    assert read_errors({"error": {"code": "NotFound", "message": None}}) == [LhdnError("", "NotFound", "", "", "")]
    assert read_errors({"error": {"code": "NotFound", "message": None}})[0].message == "NotFound"


def test_a_code_of_two_steps() -> None:
    duplicate = LhdnError("Step03-Duplicated Submission Validator", "DS302", "", "Duplicate", "")
    signature = LhdnError("Step08-Document Signature Validator", "DS302", "", "Two signatures", "")
    assert duplicate.message == "LHDN has the same document already."
    assert signature.message == "Two signatures"


@pytest.mark.parametrize("answer", [None, "", [], {}, 5, {"error": None}, {"validationResults": None}, {"error": []}])
def test_answers_without_errors(answer: object) -> None:
    assert read_errors(answer) == []


def test_answers_that_nest_without_end() -> None:
    answer: dict[str, Any] = {"errorCode": "DEEP"}
    for _ in range(5000):
        answer = {"innerError": [answer]}
    assert read_errors(answer) == [LhdnError("", "DEEP", "", "", "")]


NAMES = st.sampled_from(
    "error errorCode errorMs innerError details message code target name validationSteps propertyPath other".split()
)
ANSWERS = st.recursive(
    st.sampled_from([None, True, 7, "", "x", "<b>", "see https://x.example."]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100)
@given(ANSWERS)
def test_no_answer_is_too_strange(answer: object) -> None:
    for error in read_errors(answer):
        assert error.message
