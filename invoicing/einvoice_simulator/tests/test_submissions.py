"""From a submission to a document that is Valid."""

from datetime import timedelta

import urllib3

from invoicing.einvoice.document import build
from invoicing.einvoice.tests.support import DOCUMENTS, INVOICE
from invoicing.einvoice_simulator.testing import running_simulator
from invoicing.einvoice_simulator.tests.support import NOW, SELLER, MyInvois, myinvois, numbered, submission


def test_a_document_becomes_valid_when_its_time_has_come() -> None:
    with myinvois(delay_seconds=2, hidden_seconds=1) as lhdn:
        answer = lhdn.submit(INVOICE)
        uid, uuid = answer.body["submissionUid"], answer.body["acceptedDocuments"][0]["uuid"]
        assert (answer.status, answer.body) == (
            202,
            {
                "submissionUid": uid,
                "acceptedDocuments": [{"uuid": uuid, "invoiceCodeNumber": "INV-0042"}],
                "rejectedDocuments": [],
            },
        )
        assert len(uid) == len(uuid) == 26
        assert lhdn.get(f"/documentsubmissions/{uid}").error == (404, "NotFound")
        lhdn.simulator.clock.advance(seconds=1)
        before = lhdn.get(f"/documentsubmissions/{uid}").body
        assert (before["overallStatus"], before["documentSummary"][0]["status"]) == ("in progress", "Submitted")
        assert before["documentSummary"][0]["longId"] is None
        lhdn.simulator.clock.advance(seconds=1)
        after = lhdn.get(f"/documentsubmissions/{uid}").body
        long_id = after["documentSummary"][0].pop("longId")
        assert len(long_id) == 40
        assert after == {
            "submissionUid": uid,
            "documentCount": 1,
            "dateTimeReceived": "2026-11-28T02:16:00Z",
            "overallStatus": "valid",
            "documentSummary": [
                {
                    "uuid": uuid,
                    "submissionUid": uid,
                    "internalId": "INV-0042",
                    "typeName": "Invoice",
                    "typeVersionName": "1.0",
                    "issuerTin": "C99999999010",
                    "issuerName": "Contoh Rekaan Sdn. Bhd.",
                    "receiverId": "209901000002",
                    "receiverName": "Pembeli Khayalan Sdn. Bhd.",
                    "dateTimeIssued": "2026-11-28T02:15:00Z",
                    "dateTimeReceived": "2026-11-28T02:16:00Z",
                    "dateTimeValidated": "2026-11-28T02:16:02Z",
                    "totalExcludingTax": 2725.0,
                    "totalDiscount": 125.0,
                    "totalNetAmount": 2675.0,
                    "totalPayableAmount": 2962.5,
                    "status": "Valid",
                    "cancelDateTime": None,
                    "rejectRequestDateTime": None,
                    "documentStatusReason": None,
                    "createdByUserId": "C99999999010:7d5a6f5e-0000-4000-8000-000000000000",
                }
            ],
        }


def test_the_same_ids_in_every_run() -> None:
    made = []
    for _ in range(2):
        with myinvois() as lhdn:
            made.append(lhdn.submit(INVOICE).body)
    assert made[0] == made[1]


def test_the_product_documents_are_accepted_and_valid() -> None:
    """All that the product makes, but for notes, whose original the simulator hasn't."""
    for name, facts in DOCUMENTS.items():
        with myinvois(totals="strict") as lhdn:
            lhdn.simulator.clock.set(facts.issued_at + timedelta(minutes=1))
            lhdn.simulator.settings.registry = "open"
            (uuid,) = lhdn.accepted(facts)
            expected = "Invalid" if facts.references else "Valid"
            details = lhdn.get(f"/documents/{uuid}/details").body
            assert (name, details["status"], details["validationResults"]) == (
                name,
                expected,
                details["validationResults"] if facts.references else None,
            )


def test_the_source_is_given_back_byte_for_byte(lhdn: MyInvois) -> None:
    (uuid,) = lhdn.accepted(INVOICE)
    raw = lhdn.get(f"/documents/{uuid}/raw").body
    assert raw["document"].encode() == build(INVOICE)


def test_a_page_of_a_submission(lhdn: MyInvois) -> None:
    uid = lhdn.submit(*numbered("A-1", "A-2", "A-3")).body["submissionUid"]
    page = lhdn.get(f"/documentsubmissions/{uid}?pageNo=2&pageSize=2").body
    assert (page["documentCount"], [one["internalId"] for one in page["documentSummary"]]) == (3, ["A-3"])
    assert lhdn.get(f"/documentsubmissions/{uid}?pageSize=101").error == (400, "BadArgument")


def test_over_the_network() -> None:
    with running_simulator(at=NOW) as simulator:
        http = urllib3.PoolManager()
        form = {"client_id": SELLER, "client_secret": "contoh-secret", "grant_type": "client_credentials"}
        token = http.request("POST", f"{simulator.url}/connect/token", fields=form, encode_multipart=False).json()
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        url = f"{simulator.url}/api/v1.0/documentsubmissions/"
        answer = http.request("POST", url, json=submission(INVOICE), headers=headers)
        (accepted,) = answer.json()["acceptedDocuments"]
        assert (answer.status, answer.headers["X-Simulator"]) == (202, "not LHDN")
        (document,) = simulator.documents()
        assert (document.uuid, document.status) == (accepted["uuid"], "Valid")
        simulator.reject(document.uuid)
        (document,) = simulator.documents()
        assert document.rejection_requested_at == NOW
        assert [note.path for note in simulator.requests()] == ["/connect/token", "/api/v1.0/documentsubmissions/"]
