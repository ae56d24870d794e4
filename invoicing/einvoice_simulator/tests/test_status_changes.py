"""Cancelling and rejecting: who may, and until when."""

from dataclasses import replace

import pytest

from invoicing.einvoice.facts import CREDIT_NOTE, Reference
from invoicing.einvoice.tests.support import INVOICE, document, line
from invoicing.einvoice_simulator.tests.support import BUYER, MyInvois, myinvois


def test_the_issuer_cancels(lhdn: MyInvois) -> None:
    (uuid,) = lhdn.accepted(INVOICE)
    answer = lhdn.change(uuid, "cancelled", "Wrong quantity")
    assert (answer.status, answer.body) == (200, {"uuid": uuid, "status": "Cancelled"})
    row = lhdn.get(f"/documents/{uuid}/details").body
    assert (row["status"], row["documentStatusReason"], row["cancelDateTime"]) == (
        "Cancelled",
        "Wrong quantity",
        "2026-11-28T02:16:00Z",
    )
    assert lhdn.change(uuid, "cancelled").error == (400, "IncorrectState")
    assert lhdn.get(f"/documentsubmissions/{row['submissionUid']}").body["overallStatus"] == "valid"


@pytest.mark.parametrize(
    ("hours", "minutes", "error"), [(71, 59, None), (72, 0, None), (72, 1, (400, "OperationPeriodOver"))]
)
def test_72_hours_from_the_validation(hours: int, minutes: int, error: tuple[int, str] | None) -> None:
    with myinvois(delay_seconds=60) as lhdn:
        (cancelled, rejected) = lhdn.accepted(INVOICE, replace(INVOICE, number="A-2"))
        lhdn.later(hours=hours, minutes=minutes, seconds=60)
        answers = [lhdn.change(cancelled, "cancelled")]
        lhdn.later(seconds=60)
        answers.append(lhdn.change(rejected, "rejected", client=BUYER))
        assert [answer.error if answer.status >= 400 else None for answer in answers] == [error, error]


def test_the_receiver_asks_for_a_rejection_once_and_it_stays_valid(lhdn: MyInvois) -> None:
    (uuid,) = lhdn.accepted(INVOICE)
    answer = lhdn.change(uuid, "rejected", "Not ours", client=BUYER)
    assert (answer.status, answer.body) == (200, {"uuid": uuid, "status": "Requested for Rejection"})
    row = lhdn.get(f"/documents/{uuid}/details").body
    assert (row["status"], row["documentStatusReason"], row["rejectRequestDateTime"]) == (
        "Valid",
        "Not ours",
        "2026-11-28T02:16:00Z",
    )
    assert lhdn.change(uuid, "rejected", client=BUYER).error == (400, "IncorrectState")
    assert lhdn.change(uuid, "cancelled").status == 200


def test_neither_does_what_is_the_others(lhdn: MyInvois) -> None:
    (uuid,) = lhdn.accepted(INVOICE)
    assert lhdn.change(uuid, "rejected").error == (403, "Forbidden")
    assert lhdn.change(uuid, "cancelled", client=BUYER).error == (403, "Forbidden")
    assert lhdn.change(uuid, "cancelled", client="demo-client").error == (404, "NotFound")


def test_a_valid_note_keeps_its_original(lhdn: MyInvois) -> None:
    (uuid,) = lhdn.accepted(INVOICE)
    credit = document(
        line("Back", "1", "10"), kind=CREDIT_NOTE, number="CN-1", references=(Reference(INVOICE.number, uuid),)
    )
    (note,) = lhdn.accepted(credit)
    assert lhdn.change(uuid, "cancelled").error == (400, "ActiveReferencingDocuments")
    assert lhdn.change(note, "cancelled").status == 200
    assert lhdn.change(uuid, "cancelled").status == 200


@pytest.mark.parametrize(
    ("status", "reason", "target"),
    [
        ("deleted", "x", "status"),
        ("cancelled", "", "reason"),
        ("cancelled", " ", "reason"),
        ("rejected", "x" * 301, "reason"),
    ],
)
def test_what_cannot_be_asked_for(lhdn: MyInvois, status: str, reason: str, target: str) -> None:
    (uuid,) = lhdn.accepted(INVOICE)
    client = BUYER if status == "rejected" else "contoh-client"
    answer = lhdn.change(uuid, status, reason, client=client)
    assert (answer.error, answer.body["error"]["target"]) == ((400, "BadArgument"), target)


def test_a_document_that_is_not_valid_yet() -> None:
    with myinvois(delay_seconds=2) as lhdn:
        (uuid,) = lhdn.accepted(INVOICE)
        assert lhdn.change(uuid, "cancelled").error == (400, "IncorrectState")
        assert lhdn.get(f"/documents/{uuid}/details", client=BUYER).error == (404, "NotFound")


def test_documents_are_forgotten_after_three_months(lhdn: MyInvois) -> None:
    (uuid,) = lhdn.accepted(INVOICE)
    lhdn.later(days=92)
    assert lhdn.status(uuid) == "Valid"
    lhdn.later(seconds=1)
    assert lhdn.get(f"/documents/{uuid}/details").error == (404, "NotFound")


def test_an_intermediary_sees_what_it_submitted(lhdn: MyInvois) -> None:
    (own,) = lhdn.accepted(INVOICE)
    through = {"client": "intermediary-client", "on_behalf_of": "C99999999010"}
    (theirs,) = lhdn.accepted(replace(INVOICE, number="A-2"), **through)
    assert lhdn.get(f"/documents/{own}/details", **through).status == 404
    assert [lhdn.get(f"/documents/{theirs}/details", **who).status for who in (through, {})] == [200, 200]
    row = lhdn.get(f"/documents/{theirs}/details").body
    assert row["createdByUserId"].startswith("C90000000030:")
    assert lhdn.get(f"/documentsubmissions/{row['submissionUid']}").status == 404
