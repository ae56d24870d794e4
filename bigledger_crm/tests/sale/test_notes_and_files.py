"""What people add to documents: notes and files, by pages; and the timeline that shows them."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bigledger_crm.audit.services import write_note
from bigledger_crm.documents.models import Attachment
from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_invoice, make_order, make_quote
from bigledger_crm.testing.html import flat
from invoicing.inputs import PaymentInput
from invoicing.services import record_payment
from sales.services import EmailOptions, send_quote

pytestmark = pytest.mark.usefixtures("time_in_2024", "media_root")
DOCUMENTS: dict[str, Callable[[Actor], Any]] = {
    "/quotes/": make_quote,
    "/sales-orders/": make_order,
    "/invoices/": make_invoice,
}


def part(client: Client, url: str, element: str) -> str:
    """The part of a page that htmx asks for."""
    return flat(client.get(url, headers={"HX-Request": "true", "HX-Target": element}))


@pytest.mark.parametrize("folder", DOCUMENTS)
def test_a_note_is_written_once_and_stands_on_the_customers_timeline_too(
    alices: Client, actor: Actor, folder: str
) -> None:
    with company_scope(actor.company):
        document = DOCUMENTS[folder](actor)
    url = f"{folder}{document.public_id}"
    note = {"text": "They ask for <b>red</b>", "form_key": str(ids.new_id())}
    assert [alices.post(f"{url}/notes", note)["Location"] for _ in range(2)] == [url] * 2
    page = part(alices, url, "timeline")
    assert page.count("They ask for &lt;b&gt;red&lt;/b&gt;") == 1
    assert "Alice" in page
    customer = f"/customers/{document.customer.public_id}"
    assert "They ask for" in flat(alices.get(f"{customer}/activity"))


@pytest.mark.parametrize("text", ["", " \n ", "x" * 5001])
def test_an_empty_or_endless_note_is_refused(alices: Client, actor: Actor, text: str) -> None:
    with company_scope(actor.company):
        quote = make_quote(actor)
    page = flat(alices.post(f"/quotes/{quote.public_id}/notes", {"text": text}, follow=True))
    assert ("A note needs a text" if len(text) < 5000 else "At most 5000 characters") in page
    assert "timeline-info" not in page


def test_htmx_gets_the_new_timeline_and_not_the_page(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        quote = make_quote(actor)
    headers: dict[str, Any] = {"HX-Request": "true", "HX-Target": "timeline"}
    answer = alices.post(f"/quotes/{quote.public_id}/notes", {"text": "Hello"}, headers=headers, follow=True)
    assert answer.redirect_chain == [(f"/quotes/{quote.public_id}", 302)]
    assert flat(answer).strip().startswith('<section class="card" id="timeline"')


def test_the_timeline_is_filtered_and_goes_on_where_it_ended(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        quote = make_quote(actor)
        send_quote(actor, quote, EmailOptions())
        for number in range(45):  # all at one moment: the order within it has to hold too
            write_note(actor, "quote.noted", quote.pk, words=f"Note number {number}.")
    url = f"/quotes/{quote.public_id}"
    shown: list[str] = []
    step = f"{url}?timeline=notes"
    while step:
        text = part(alices, step, "earlier")
        shown += re.findall(r"Note number (\d+)\.", text)
        assert "Quote created" not in text
        found = re.search(r'id="earlier"><a href="([^"]+)"', text)
        step = found[1].replace("&amp;", "&") if found else ""
    assert sorted(map(int, shown)) == list(range(45))
    emails, changes = (part(alices, f"{url}?timeline={kind}", "timeline") for kind in ("mails", "changes"))
    assert "Email to billing@acme.example.com" in emails
    assert "Quote sent" not in emails
    assert "Quote sent" in changes
    assert "Note number" not in emails + changes
    for bad in ("?timeline=all", "?before=x", "?before=2024-01-15,x", f"?before=2024-01-15T09:00:00,{quote.pk}"):
        assert alices.get(url + bad).status_code == 404


def test_what_an_api_key_did_says_so(alices: Client, actor: Actor, api: Any) -> None:
    with company_scope(actor.company):
        quote = make_quote(actor)
    assert api.post(f"/quotes/{quote.public_id}/accept", {}).status == 200
    page = part(alices, f"/quotes/{quote.public_id}", "timeline")
    assert page.count("API key") == 1
    assert '<time datetime="2024-01-15T09:00:00+08:00" title="2024-01-15 09:00:00 +0800">' in page


@pytest.mark.parametrize("folder", DOCUMENTS)
def test_a_file_is_attached_read_and_deleted(alices: Client, actor: Actor, folder: str) -> None:
    with company_scope(actor.company):
        document = DOCUMENTS[folder](actor)
    url = f"{folder}{document.public_id}"

    def upload(content: bytes, key: str) -> Any:
        file = SimpleUploadedFile("Order 7.txt", content)
        return alices.post(f"{url}/files", {"file": file, "form_key": key}, follow=True)

    key = str(ids.new_id())
    for _ in range(2):
        upload(b"ten of them", key)
    assert "Attach a PDF" in flat(upload(b"\x7fELF\x00\x01", ""))
    assert "The file is empty" in flat(upload(b"", ""))
    with company_scope(actor.company):
        attachment = Attachment.objects.get()
    read = alices.get(f"{url}/files/{attachment.public_id}")
    assert (read.content, read["Content-Disposition"]) == (b"ten of them", 'attachment; filename="Order 7.txt"')
    assert "sandbox" in read["Content-Security-Policy"]
    question = f"{url}/files/{attachment.public_id}/delete"
    assert question in part(alices, url, "files")
    assert alices.get(question).status_code == 200
    assert alices.post(question)["Location"] == url
    assert alices.get(question).status_code == 404
    with company_scope(actor.company):
        assert not Attachment.objects.exists()


def test_a_viewer_reads_files_and_adds_nothing(client: Client, alices: Client, actor: Actor, bob: User) -> None:
    with company_scope(actor.company):
        quote = make_quote(actor)
    url = f"/quotes/{quote.public_id}"
    alices.post(f"{url}/files", {"file": SimpleUploadedFile("a.txt", b"a")})
    Membership.objects.filter(user=bob).update(role="viewer")
    client.force_login(bob)
    page = flat(client.get(url))
    assert "a.txt" in page
    assert 'type="file"' not in page
    assert "/notes" not in page
    assert client.post(f"{url}/notes", {"text": "Hello"}).status_code == 403
    assert client.post(f"{url}/files", {"file": SimpleUploadedFile("b.txt", b"b")}).status_code == 403


def test_what_happened_leads_to_what_it_happened_to(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        invoice = make_invoice(actor)
        payment = record_payment(actor, invoice, PaymentInput(amount=Decimal(1), payment_method="cash"))
    lead = f'<a href="/payments/{payment.public_id}">Payment recorded</a>'
    assert lead in part(alices, f"/invoices/{invoice.public_id}", "timeline")
    assert lead in part(alices, f"/customers/{invoice.customer.public_id}/activity", "timeline")
    assert lead not in part(alices, f"/payments/{payment.public_id}", "timeline")
