"""The email beside the form that sends it: the very one, made by the same code, without doing anything."""

import email
import html
import re
from email import policy

import pytest
from django.test import Client

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.outbox import message
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.registry import EmailFile
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer, make_quote
from bigledger_crm.testing.html import flat
from sales.models import Quote

pytestmark = pytest.mark.usefixtures("time_in_2024")
WRITTEN = {
    "to": "buyer@acme.example.com",
    "cc": "boss@acme.example.com",
    "subject": "Our <b>offer</b>",
    "message": "Dear <script>alert(1)</script>,\n\nhere it is.",
    "attach_pdf": "on",
}


@pytest.fixture
def quote(client: Client, alice: User, actor: Actor) -> Quote:
    """A draft of Alice's company; she is signed in."""
    client.force_login(alice)
    with company_scope(actor.company):
        return make_quote(actor, make_customer(actor))


def test_the_preview_is_the_email_that_goes_out(client: Client, quote: Quote) -> None:
    url = f"/quotes/{quote.public_id}/send"
    shown = client.post(f"{url}/preview", WRITTEN).content.decode()
    client.post(url, WRITTEN)
    with company_scope(quote.company):
        queued = OutboxEmail.objects.select_related("company", "stored_document").get()
    sent = email.message_from_bytes(message.build(queued, EmailFile("QT.pdf", b"")).content, policy=policy.default)
    body = sent.get_body(("html",))
    assert body is not None
    whole = body.get_content().replace("QT.pdf", f"{quote.quote_number}.pdf")
    styles = set(re.findall(r' style="([^"]*)"', whole))
    assert styles
    assert all(f"{{{html.unescape(style)}}}" in shown for style in styles), "in a sheet, as the policy wants it"
    before, tag, after = re.split("(<body[^>]*>)", re.sub(r' style="[^"]*"', "", whole))
    plain = re.sub(r' data-style="\d+"', "", re.sub(r"(?s)<style>\[data-style=.*?</style>", "", shown))
    assert plain.startswith(before + tag)
    assert plain.strip().endswith(after.strip())
    for name in ("From", "To", "Cc", "Reply-To", "Subject"):
        assert sent[name]
        assert html.escape(sent[name]) in shown


def test_a_preview_changes_nothing(client: Client, quote: Quote) -> None:
    with company_scope(quote.company):
        before = AuditEntry.objects.count()
    assert client.post(f"/quotes/{quote.public_id}/send/preview", WRITTEN).status_code == 200
    assert client.get(f"/quotes/{quote.public_id}/send/preview").status_code == 200
    with company_scope(quote.company):
        assert Quote.objects.get().status == "draft"
        assert not OutboxEmail.objects.exists()
        assert not StoredDocument.objects.exists()
        assert AuditEntry.objects.count() == before


def test_a_preview_has_no_rights_and_nothing_from_elsewhere(client: Client, quote: Quote) -> None:
    answer = client.post(f"/quotes/{quote.public_id}/send/preview", WRITTEN)
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    text = flat(answer)
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert " style=" not in text
    assert answer["Content-Security-Policy"].count("'sha256-") == text.count("<style") > 0
    assert "<script" not in text
    assert "src=" not in text
    assert "url(" not in text


def test_what_stands_against_the_email_is_shown_in_its_place(client: Client, quote: Quote) -> None:
    answer = client.post(f"/quotes/{quote.public_id}/send/preview", WRITTEN | {"to": "nobody"})
    assert answer.status_code == 400
    assert "Enter a valid email address" in flat(answer)
