"""Files attached to quotes, orders and invoices, over HTTP."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from bigledger_crm.api.codec import MAX_BODY
from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.documents import attachments
from bigledger_crm.documents.attachments import MAX_BYTES
from bigledger_crm.documents.models import Attachment
from bigledger_crm.documents.tests.file_samples import PDF, SVG, image
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import ApiKey
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import Answer, ApiClient, Upload
from bigledger_crm.testing.factories import make_invoice, make_order, make_quote
from bigledger_crm.testing.threads import at_once

pytestmark = pytest.mark.usefixtures("time_in_2024")
PO = Upload("customer_po.pdf", PDF)


@pytest.fixture(autouse=True)
def storage(settings: Settings, tmp_path: Path) -> Path:
    """An empty storage, and a public URL to see in links."""
    settings.MEDIA_ROOT = tmp_path
    settings.PUBLIC_URL = "https://crm.example.com"
    return tmp_path


@pytest.fixture(params=["quotes", "sales-orders", "invoices"])
def document(request: pytest.FixtureRequest, actor: Actor) -> str:
    """The URL of a document; the invoice is issued."""
    make: Any = {"quotes": make_quote, "sales-orders": make_order, "invoices": make_invoice}[request.param]
    with company_scope(actor.company):
        return f"/{request.param}/{make(actor).public_id}"


@pytest.fixture
def order(actor: Actor) -> str:
    """The URL of an order."""
    with company_scope(actor.company):
        return f"/sales-orders/{make_order(actor).public_id}"


def _open(url: str, method: str = "GET") -> Any:
    return Client(raise_request_exception=False).generic(method, url.removeprefix("https://crm.example.com"))


def _files(storage: Path) -> list[bytes]:
    return [path.read_bytes() for path in storage.rglob("*") if path.is_file()]


def _refusal(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.error["code"]


def test_attach_see_open_delete(
    api: ApiClient, document: str, storage: Path, django_capture_on_commit_callbacks: Any
) -> None:
    made = api.post(f"{document}/attachments", PO)
    url, public_id = made.data["url"], made.data["id"]
    assert made.status == 201
    assert made.headers["Location"] == f"/api/v1{document}/attachments/{public_id}"
    assert made.data == {
        "id": public_id,
        "filename": "customer_po.pdf",
        "contentType": "application/pdf",
        "size": len(PDF),
        "url": url,
        "createdBy": ApiKey.objects.get().public_id,
        "createdAt": "2024-01-15T01:00:00Z",
    }
    assert api.get(document).data["attachments"] == [made.data]
    assert api.get(f"{document}/attachments").data == [made.data]
    assert api.get(f"{document}/attachments/{public_id}").data == made.data

    opened = _open(url)
    assert (opened.status_code, opened.content) == (200, PDF)
    assert opened.headers["Content-Type"] == "application/pdf"
    assert opened.headers["Content-Disposition"] == 'attachment; filename="customer_po.pdf"'
    assert opened.headers["X-Content-Type-Options"] == "nosniff"
    assert opened.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert opened.headers["Cache-Control"] == "private, no-store"

    with django_capture_on_commit_callbacks(execute=True):
        gone = api.delete(f"{document}/attachments/{public_id}")
    assert (gone.status, gone.data) == (200, {"id": public_id, "deleted": True})
    assert _files(storage) == []
    assert api.get(document).data["attachments"] == []
    assert _open(url).status_code == 404
    assert api.delete(f"{document}/attachments/{public_id}").error["code"] == "ATTACHMENT_NOT_FOUND"


def test_the_audit_trail_tells_of_files(api: ApiClient, order: str, actor: Actor) -> None:
    made = api.post(f"{order}/attachments", PO)
    api.delete(f"{order}/attachments/{made.data['id']}")
    with company_scope(actor.company):
        trail = AuditEntry.objects.filter(event__startswith="order.file").order_by("event")
        assert [(entry.event, entry.note) for entry in trail] == [
            ("order.file_attached", "customer_po.pdf"),
            ("order.file_deleted", "customer_po.pdf"),
        ]


def test_links_expire_and_cannot_be_made_up(api: ApiClient, order: str) -> None:
    first, second = (api.post(f"{order}/attachments", PO).data for _ in range(2))
    url = first["url"]
    with time_machine.travel(time.time() + timedelta(minutes=14).total_seconds(), tick=False):
        assert _open(url).status_code == 200
        renewed = api.get(f"{order}/attachments/{first['id']}").data["url"]
    with time_machine.travel(time.time() + timedelta(minutes=16).total_seconds(), tick=False):
        late = Answer(_open(url))
        assert (*_refusal(late), late.body["success"]) == (410, "LINK_EXPIRED", False)
        assert _open(renewed).status_code == 200
    base = "https://crm.example.com/api/v1/attachments/"
    swapped = url.replace(first["id"], second["id"])
    for made_up in (
        url[:-1],
        url + "A",
        swapped,
        base + first["id"],
        base + "x",
        base,
        base + "%00",
        base + "x" * 2000,
    ):
        assert _refusal(Answer(_open(made_up))) == (404, "NOT_FOUND")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_a_link_is_for_reading(api: ApiClient, order: str, method: str) -> None:
    refused = Answer(_open(api.post(f"{order}/attachments", PO).data["url"], method))
    assert _refusal(refused) == (405, "METHOD_NOT_ALLOWED")


def test_head_of_a_link(api: ApiClient, order: str) -> None:
    opened = _open(api.post(f"{order}/attachments", PO).data["url"], "HEAD")
    assert (opened.status_code, opened.content, opened.headers["Content-Type"]) == (200, b"", "application/pdf")


def test_a_closed_company_hands_out_nothing(api: ApiClient, order: str, actor: Actor) -> None:
    url = api.post(f"{order}/attachments", PO).data["url"]
    actor.company.is_active = False
    actor.company.save()
    assert _open(url).status_code == 404


def test_the_etag_knows_files_but_not_their_links(api: ApiClient, document: str) -> None:
    before = api.get(document).headers["ETag"]
    api.post(f"{document}/attachments", PO)
    one = api.get(document)
    with time_machine.travel(time.time() + 60, tick=False):
        other = api.get(document)
    assert one.data["attachments"][0]["url"] != other.data["attachments"][0]["url"]
    assert one.headers["ETag"] == other.headers["ETag"] != before
    assert api.post(f"{document}/attachments", PO, If_Match=before).status == 412
    assert api.post(f"{document}/attachments", PO, If_Match=one.headers["ETag"]).status == 201


@pytest.mark.parametrize(
    ("declared", "filename", "content"),
    [
        ("image/png", "logo.png", SVG),
        ("application/pdf", "order.pdf", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("text/plain", "notes.txt", b"MZ\x90\x00\x03\x00\x00\x00\xff"),
    ],
)
def test_content_decides(
    api: ApiClient, order: str, storage: Path, declared: str, filename: str, content: bytes
) -> None:
    answer = api.post(f"{order}/attachments", Upload(filename, content, declared=declared))
    assert _refusal(answer) == (415, "UNSUPPORTED_ATTACHMENT_TYPE")
    assert _files(storage) == []


@pytest.mark.parametrize(
    ("sent", "shown", "disposition"),
    [
        ("../../../etc/cron.d/x.png", "x.png", 'attachment; filename="x.png"'),
        ("送 é.png", "送 é.png", "attachment; filename*=utf-8''%E9%80%81%20%C3%A9.png"),
        ("a\u202egnp.exe", "agnp.exe.png", 'attachment; filename="agnp.exe.png"'),
        ("x" * 300 + ".png", "x" * 251 + ".png", f'attachment; filename="{"x" * 251}.png"'),
    ],
)
def test_names_are_harmless(api: ApiClient, order: str, storage: Path, sent: str, shown: str, disposition: str) -> None:
    made = api.post(f"{order}/attachments", Upload(sent, image("PNG"), declared="text/html"))
    assert made.data["filename"] == shown
    opened = _open(made.data["url"])
    assert (opened.headers["Content-Disposition"], opened.headers["Content-Type"]) == (disposition, "image/png")
    (path,) = [path for path in storage.rglob("*") if path.is_file()]
    assert path.name == str(Attachment.unscoped.get().pk)


def test_exactly_one_file(api: ApiClient, order: str) -> None:
    def refused(body: str | bytes) -> Any:
        headers = {"Authorization": f"Bearer {api.key}", "X-Company-Id": api.company_id or ""}
        kind = "multipart/form-data; boundary=b"
        client = Client(raise_request_exception=False)
        path = f"/api/v1{order}/attachments"
        answer = Answer(client.generic("POST", path, body, content_type=kind, headers=headers))
        return answer.status, answer.error["code"], [detail["field"] for detail in answer.error.get("details", [])]

    def part(name: str, content: str = "hello", filename: str | None = "a.txt") -> str:
        file = "" if filename is None else f'; filename="{filename}"'
        return f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{content}\r\n'

    invalid, end = "INVALID_ATTACHMENT_DATA", "--b--\r\n"
    assert refused("--b--\r\n") == (400, invalid, ["file"])
    assert refused(part("file") * 2 + end) == (400, invalid, ["file"])
    assert refused(part("file", filename=None) + end) == (400, invalid, ["file"])
    assert refused(part("file", "") + end) == (400, invalid, ["file"])
    assert refused(part("file") + part("other") + part("note", filename=None) + end) == (
        400,
        invalid,
        ["other", "note"],
    )
    assert refused(part("file", filename="../") + end) == (400, invalid, ["file"])
    assert refused(part("file") * 101 + end) == (400, "BAD_REQUEST", [])
    assert refused(b"nothing of the kind") == (400, invalid, ["file"])
    assert refused(part("note", "x" * 3_000_000, None) + end) == (413, "PAYLOAD_TOO_LARGE", [])


@pytest.mark.parametrize("boundary", ["", "; boundary=", "; boundary=" + "x" * 300, "; boundary=\x7f"])
def test_a_body_without_a_boundary(api: ApiClient, order: str, boundary: str) -> None:
    headers = {"Authorization": f"Bearer {api.key}", "X-Company-Id": api.company_id or ""}
    client, kind = Client(raise_request_exception=False), f"multipart/form-data{boundary}"
    answer = Answer(client.post(f"/api/v1{order}/attachments", b"--b--", content_type=kind, headers=headers))
    assert _refusal(answer) == (400, "MALFORMED_MULTIPART")


def test_json_is_no_file(api: ApiClient, order: str) -> None:
    assert _refusal(api.post(f"{order}/attachments", {"file": "x"})) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert _refusal(api.post(f"{order}/attachments")) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_ten_megabytes_and_no_more(api: ApiClient, order: str) -> None:
    text = b"0123456789abcdef" * (MAX_BYTES // 16)
    assert api.post(f"{order}/attachments", Upload("a.txt", text)).data["size"] == MAX_BYTES
    for more in (b"x", b"x" * MAX_BODY):
        answer = api.post(f"{order}/attachments", Upload("a.txt", text + more))
        assert _refusal(answer) == (413, "PAYLOAD_TOO_LARGE")
    assert _refusal(api.post("/quotes", Upload("a.txt", b"x" * MAX_BODY))) == (413, "PAYLOAD_TOO_LARGE")


def test_a_document_takes_so_many(api: ApiClient, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MAX_ATTACHMENTS", 2)
    answers = [api.post(f"{order}/attachments", PO) for _ in range(3)]
    assert [answer.status for answer in answers] == [201, 201, 409]
    assert answers[2].error["code"] == "TOO_MANY_ATTACHMENTS"


@pytest.mark.usefixtures("committed")
def test_a_document_takes_so_many_at_once(api: ApiClient, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MAX_ATTACHMENTS", 3)
    answers, failures = at_once([lambda: api.post(f"{order}/attachments", PO).status] * 8)
    assert failures == []
    assert sorted(answers) == [201] * 3 + [409] * 5
    assert len(api.get(f"{order}/attachments").data) == 3


def test_sent_again_with_one_key(api: ApiClient, order: str, storage: Path) -> None:
    large = Upload("large.txt", b"0123456789abcdef" * 200_000)
    first = api.post(f"{order}/attachments", large, Idempotency_Key="one")
    again = api.post(f"{order}/attachments", large, Idempotency_Key="one")  # with another boundary
    assert (again.status, again.headers["Idempotent-Replayed"], again.data) == (201, "true", first.data)
    assert len(_files(storage)) == 1
    for other in (Upload("other.txt", large.content), Upload("large.txt", large.content + b"x")):
        answer = api.post(f"{order}/attachments", other, Idempotency_Key="one")
        assert _refusal(answer) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert len(_files(storage)) == 1


def test_the_other_resources_key_may_not(api: ApiClient, order: str, actor: Actor) -> None:
    ApiKey.objects.update(scopes=["quotes:write", "sales-orders:read"])
    assert _refusal(api.post(f"{order}/attachments", PO)) == (403, "PERMISSION_DENIED")
    assert api.get(f"{order}/attachments").data == []
