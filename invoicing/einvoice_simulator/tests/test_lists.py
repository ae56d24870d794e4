"""Lists of documents, notifications, and types of documents."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from invoicing.einvoice.tests.support import CONSUMER, INVOICE
from invoicing.einvoice_simulator.tests.support import BUYER, MyInvois

TODAY = "submissionDateFrom=2026-11-28T00:00:00Z&submissionDateTo=2026-11-29T00:00:00Z"


@pytest.fixture
def three(lhdn: MyInvois) -> MyInvois:
    """A-1 to BUYER, A-2 to a person half an hour later and cancelled, A-3 rejected in the background."""
    lhdn.accepted(replace(INVOICE, number="A-1"))
    lhdn.later(minutes=30)
    (second,) = lhdn.accepted(replace(INVOICE, number="A-2", buyer=CONSUMER))
    lhdn.change(second, "cancelled")
    lhdn.fault("invalid")
    lhdn.accepted(replace(INVOICE, number="A-3", issued_at=INVOICE.issued_at + timedelta(minutes=1)))
    return lhdn


def numbers(lhdn: MyInvois, path: str, **options: str) -> list[str]:
    return [row["internalId"] for row in lhdn.get(path, **options).body["result"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["A-3", "A-2", "A-1"]),
        ("status=Cancelled", ["A-2"]),
        ("status=invalid", ["A-3"]),
        ("documentType=02", []),
        (f"receiverTin={BUYER}", ["A-3", "A-1"]),
        ("receiverIdType=NRIC", ["A-2"]),
        ("issuerTin=C99999999010&issuerIdType=BRN&issuerId=209901000001", ["A-3", "A-2", "A-1"]),
        ("InvoiceDirection=Received", []),
        ("invoiceDirection=Sent&pageSize=1&pageNo=2", ["A-2"]),
        ("submissionDateTo=2026-11-28T02:16:00Z", ["A-1"]),
        ("submissionDateFrom=2026-11-28T02:16:01Z", ["A-3", "A-2"]),
        ("issueDateFrom=2026-11-28T02:15:30Z", ["A-3"]),
        ("receiverId=209901000002", ["A-3", "A-1"]),
    ],
)
def test_recent_documents(three: MyInvois, query: str, expected: list[str]) -> None:
    assert numbers(three, f"/documents/recent?{query}") == expected


def test_recent_is_31_days(three: MyInvois) -> None:
    three.later(days=31, minutes=-1)
    assert numbers(three, "/documents/recent") == ["A-3", "A-2"]


def test_a_receiver_finds_what_is_valid(three: MyInvois) -> None:
    assert numbers(three, "/documents/recent", client=BUYER) == ["A-1"]
    assert numbers(three, "/documents/recent?InvoiceDirection=Received", client=BUYER) == ["A-1"]
    assert numbers(three, "/documents/recent?InvoiceDirection=Sent", client=BUYER) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("searchQuery=A-2", ["A-2"]),
        ("searchQuery=pembeli", ["A-3", "A-1"]),
        ("searchQuery=2962.50", ["A-3", "A-2", "A-1"]),
        ("searchQuery=EI00000000010", ["A-2"]),
        ("searchQuery=nobody", []),
        ("status=Valid", ["A-1"]),
    ],
)
def test_searching(three: MyInvois, query: str, expected: list[str]) -> None:
    assert numbers(three, f"/documents/search?{TODAY}&{query}") == expected


def test_a_whole_page_of_a_search(three: MyInvois) -> None:
    body = three.get(f"/documents/search?{TODAY}&searchQuery=A-2&pageSize=1").body
    (row,) = body["result"]
    assert body["metadata"] == {"totalPages": 1, "totalCount": 1}
    more = ("submissionUID", "supplierTIN", "buyerTIN", "submissionChannel", "totalSales", "netAmount", "total")
    assert {name: row[name] for name in more} == {
        "submissionUID": row["submissionUid"],
        "supplierTIN": "C99999999010",
        "buyerTIN": "EI00000000010",
        "submissionChannel": "ERP",
        "totalSales": 2725.0,
        "netAmount": 2675.0,
        "total": 2962.5,
    }


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("search?searchQuery=A-2", "dates"),
        ("search?submissionDateFrom=2026-11-28T00:00:00Z", "dates"),
        ("search?submissionDateFrom=2026-10-01T00:00:00Z&submissionDateTo=2026-11-02T00:00:00Z", "dates"),
        ("search?issueDateFrom=2026-11-02T00:00:00Z&issueDateTo=2026-11-01T00:00:00Z", "dates"),
        (f"search?{TODAY}&searchQuery=%27--", "searchQuery"),
        (f"search?{TODAY}&pageSize=101", "pageSize"),
        ("recent?pageNo=0", "pageNo"),
        ("recent?invoiceDirection=Both", "invoiceDirection"),
        ("recent?submissionDateFrom=today", "submissionDateFrom"),
    ],
)
def test_questions_that_are_wrong(lhdn: MyInvois, path: str, target: str) -> None:
    answer = lhdn.get(f"/documents/{path}")
    assert (answer.error, answer.body["error"]["target"]) == ((400, "BadArgument"), target)


def test_notifications(three: MyInvois) -> None:
    three.change(three.get("/documents/recent", client=BUYER).body["result"][0]["uuid"], "rejected", client=BUYER)

    def types(query: str = "", **options: str) -> list[tuple[str, str]]:
        body = three.get(f"/notifications/taxpayer?{query}", **options).body
        assert body["metadata"] == {"hasNext": False}
        return sorted((row["typeId"], row["finalMessage"]) for row in body["result"])

    rejection = ("15", "Simulator: not LHDN. Pembeli Khayalan Sdn. Bhd. rejects A-1: Wrong")
    assert types() == [
        rejection,
        ("7", "Simulator: not LHDN. A-1 was validated"),
        ("7", "Simulator: not LHDN. A-2 was validated"),
    ]
    assert types("type=15") == [rejection]
    assert types("status=5") == []
    assert types("dateFrom=2026-11-28T02:40:00Z&dateTo=2026-11-28T02:41:00Z") == []
    assert types(client=BUYER) == [("6", "Simulator: not LHDN. Contoh Rekaan Sdn. Bhd. issued A-1")]


def test_types_of_documents(lhdn: MyInvois) -> None:
    types = lhdn.get("/documenttypes").body["result"]
    assert [one["invoiceTypeCode"] for one in types] == [1, 2, 3, 4, 11, 12, 13, 14]
    invoice: Any = lhdn.get("/documenttypes/1").body
    assert invoice == types[0]
    assert {one["parameter"]: one["value"] for one in invoice["workflowParameters"]} == {
        "submissionDuration": 72,
        "cancellationDuration": 72,
        "rejectionDuration": 72,
    }
    assert lhdn.get("/documenttypes/1/versions/2").body == {
        "id": 2,
        "name": "1.1",
        "versionNumber": 1.1,
        "status": "published",
    }
    missing = ("/documenttypes/5", "/documenttypes/5/versions/1", "/documenttypes/1/versions/9")
    assert [lhdn.get(path).error for path in missing] == [(404, "NotFound")] * 3
