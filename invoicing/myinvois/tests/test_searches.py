"""Searches, lists, and questions about taxpayers."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from invoicing.myinvois.errors import Rejected, Unavailable
from invoicing.myinvois.tests.support import HTML, SUMMARY, UUID, Bench, Scripted

NOW = datetime(2026, 12, 1, 1, 2, 5, tzinfo=UTC)


def _results(*numbers: str, pages: int = 1) -> Scripted:
    rows = [{**SUMMARY, "uuid": f"U{n[-1]}{i}", "internalID": n} for i, n in enumerate(numbers)]
    return Scripted(200, {"result": rows, "metadata": {"totalPages": pages, "totalCount": len(rows)}})


def test_find_has_only_the_number_itself(at: Bench) -> None:
    at.server.answers(_results("INV-1", "INV-11", "INV-1", pages=2), _results("INV-12", pages=2))
    found = at.client.find("INV-1", NOW - timedelta(minutes=5), NOW - timedelta(microseconds=1))
    assert [state.uuid for state in found] == ["U10", "U12"]
    query = parse_qs(urlsplit(at.server.received[0].target).query)
    assert query == {
        "submissionDateFrom": ["2026-12-01T00:57:05Z"],
        "submissionDateTo": ["2026-12-01T01:02:05Z"],
        "invoiceDirection": ["Sent"],
        "searchQuery": ["INV-1"],
        "pageNo": ["1"],
        "pageSize": ["100"],
    }


@pytest.mark.parametrize("rejected_first", [True, False])
def test_find_reads_everything_where_lhdn_can_not_search(at: Bench, rejected_first: bool) -> None:
    number = "INV-1" if rejected_first else "INV/1"
    if rejected_first:
        at.server.answers(Scripted(400, {"error": {"code": "BadArgument"}}))
    at.server.answers(_results("INV-9", number))
    assert [state.number for state in at.client.find(number, NOW - timedelta(days=1), NOW)] == [number]
    assert "searchQuery" not in at.server.received[-1].target


def test_find_never_tells_less_than_there_is(at: Bench) -> None:
    at.server.answers(_results("INV-1", pages=2), Scripted(503, HTML))
    with pytest.raises(Unavailable):
        at.client.find("INV-1", NOW - timedelta(days=1), NOW)
    with pytest.raises(ValueError, match="31 days"):
        at.client.find("INV-1", NOW - timedelta(days=32), NOW)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(Scripted(200, b""), True), (Scripted(404, b""), False), (Scripted(404, {"error": {"code": "NotFound"}}), False)],
)
def test_validate_tin(at: Bench, answer: Scripted, expected: bool) -> None:
    at.server.answers(answer)
    assert at.client.validate_tin("C2584563222", "BRN", "202001234567") is expected
    assert at.server.received[0].target == ("/api/v1.0/taxpayer/validate/C2584563222?idType=BRN&idValue=202001234567")


def test_a_malformed_tin_is_rejected(at: Bench) -> None:
    at.server.answers(Scripted(400, {"error": {"code": "BadArgument", "message": "Bad", "target": "tin"}}))
    with pytest.raises(Rejected) as caught:
        at.client.validate_tin("X/..", "BRN", "1")
    assert caught.value.code == "BadArgument"
    assert at.server.received[0].target.startswith("/api/v1.0/taxpayer/validate/X%2F..?")


def test_search_tin(at: Bench) -> None:
    several = {"error": {"code": "BadRequest", "message": "The search is not conclusive: multiple TINs match"}}
    bad = {"error": {"code": "BadArgument", "message": "idValue"}}
    at.server.answers(
        Scripted(200, {"TIN": "IG1"}), Scripted(404, {"error": {}}), Scripted(400, several), Scripted(400, bad)
    )
    found = [at.client.search_tin("NRIC", "900101145555", "Ali") for _ in range(3)]
    assert [(search.tin, search.several) for search in found] == [("IG1", False), ("", False), ("", True)]
    with pytest.raises(Rejected):
        at.client.search_tin("BRN", "1")
    queries = [parse_qs(urlsplit(request.target).query) for request in at.server.received]
    assert queries[0] == {"idType": ["NRIC"], "idValue": ["900101145555"], "taxpayerName": ["Ali"], "fileType": ["1"]}
    assert queries[3] == {"idType": ["BRN"], "idValue": ["1"], "fileType": ["2"]}


def test_recent_documents_of_others(at: Bench) -> None:
    at.server.answers(_results("INV-1"))
    assert [state.number for state in at.client.recent("Received", NOW - timedelta(days=31), NOW)] == ["INV-1"]
    assert "InvoiceDirection=Received" in at.server.received[0].target


def test_notifications(at: Bench) -> None:
    row = {"notificationId": "N1", "typeId": 15, "typeName": "Rejection", "finalMessage": "INV-1",
           "creationDateTime": "2026-12-01T01:02:05Z"}  # fmt: skip
    first, second = ({"result": [row], "metadata": {"hasNext": has_next}} for has_next in (True, False))
    at.server.answers(Scripted(200, first), Scripted(200, second))
    found = at.client.notifications(NOW - timedelta(days=1), NOW)
    assert [(each.id, each.type_id, each.message, each.created_at) for each in found] == [("N1", 15, "INV-1", NOW)] * 2


def test_document_types(at: Bench) -> None:
    versions = [{"versionNumber": 1.1, "status": "Published"}, {"versionNumber": 1.0, "status": "Deactivated"}]
    row = {"id": 45, "invoiceTypeCode": 1, "description": "Invoice", "documentTypeVersions": versions}
    at.server.answers(Scripted(200, {"result": [row]}))
    (found,) = at.client.document_types()
    assert (found.id, found.code, dict(found.versions)) == (45, "01", {"1.1": "published", "1.0": "deactivated"})


def test_a_taxpayer_by_their_qr_code(at: Bench) -> None:
    profile = {"tin": "C2584563222", "Name": "Wayang", "idType": "BRN", "email": "a@b.example;c@d.example",
               "addressLine0": "1 Jalan", "addressLine1": "", "addressLine2": "Taman"}  # fmt: skip
    at.server.answers(Scripted(200, profile))
    found = at.client.taxpayer_by_qr("https://qr/a?b")
    assert (found.tin, found.name, found.emails) == ("C2584563222", "Wayang", ("a@b.example", "c@d.example"))
    assert found.address_lines == ("1 Jalan", "Taman")
    assert at.server.received[0].target == "/api/v1.0/taxpayers/qrcodeinfo/https%3A%2F%2Fqr%2Fa%3Fb"


@pytest.mark.parametrize("content", [{}, []])
@pytest.mark.parametrize("call", ["document", "submission", "taxpayer_by_qr"])
def test_answers_about_nothing(at: Bench, call: str, content: object) -> None:
    at.server.answers(Scripted(200, content))
    with pytest.raises(Unavailable):
        getattr(at.client, call)(UUID)
