"""The outbox, and with it what every list does: paging, sorting, filters."""

import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from bigledger_crm.kernel import ids
from bigledger_crm.outbox.models import EmailStatus, OutboxEmail
from bigledger_crm.outbox.services import draft_email, queue
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.html import flat

NEXT = re.compile(r'rel="next" href="(\?[^"]+)"')


def make_email(actor: Actor, subject: str = "Invoice INV-2024-0001") -> OutboxEmail:
    """A queued email about nothing in particular."""
    with company_scope(actor.company):
        to = ["billing@acme.com"]
        return queue(
            draft_email(actor, kind="invoice.sent", related_id=ids.new_id(), to=to, subject=subject, body="Hello")
        )


def test_every_email_is_on_one_page_exactly_once(client: Client, alice: User, actor: Actor) -> None:
    emails = {make_email(actor).public_id for _ in range(120)}
    client.force_login(alice)
    for sort in ("written", "-written"):
        url, seen = f"/outbox?sort={sort}", []
        for _ in range(3):
            text = flat(client.get(url))
            seen += re.findall(r'href="/outbox/(dlv_\w+)"', text)
            assert "120 rows" in text
            following = NEXT.search(text)
            if following is None:
                break
            url = "/outbox" + following[1].replace("&amp;", "&")
        assert len(seen) == 120
        assert set(seen) == emails


@pytest.mark.parametrize("query", ["after=nonsense", "sort=subject", "show=lost", "sort=-"])
def test_a_list_never_guesses_what_was_meant(client: Client, alice: User, query: str) -> None:
    client.force_login(alice)
    assert client.get(f"/outbox?{query}").status_code == 404


def test_a_cursor_belongs_to_its_sorting(client: Client, alice: User, actor: Actor) -> None:
    for _ in range(51):
        make_email(actor)
    client.force_login(alice)
    following = NEXT.search(flat(client.get("/outbox")))
    assert following is not None
    after = following[1].replace("&amp;", "&").removeprefix("?")
    assert client.get(f"/outbox?{after}").status_code == 200
    assert client.get(f"/outbox?{after}&sort=written").status_code == 404


def test_the_list_shows_states_and_filters_by_them(client: Client, alice: User, actor: Actor) -> None:
    failed, waiting = make_email(actor, "First"), make_email(actor, "Second")
    with company_scope(actor.company):
        OutboxEmail.objects.filter(pk=failed.pk).update(status=EmailStatus.FAILED, last_error="550 No such user")
    client.force_login(alice)
    text = flat(client.get("/outbox"))
    assert "550 No such user" in text
    assert waiting.public_id in text
    text = flat(client.get("/outbox?show=failed"))
    assert failed.public_id in text
    assert waiting.public_id not in text


def test_an_email_of_another_company_is_not_there(client: Client, charlie: User, actor: Actor) -> None:
    email = make_email(actor)
    client.force_login(charlie)
    for url in ("", "/document.pdf", "/copies/0", "/copies/0/0"):
        assert client.get(f"/outbox/{email.public_id}{url}").status_code == 404
    assert email.public_id not in flat(client.get("/outbox"))


def test_captured_mail_is_shown_to_its_company_only(
    client: Client, alice: User, actor: Actor, stranger: Actor, tmp_path: Path, settings: Settings
) -> None:
    settings.CAPTURED_MAIL = tmp_path
    ours, theirs = make_email(actor), make_email(stranger, "Secret offer")
    for number, (email, text) in enumerate(
        [(ours, "Please pay <soon>"), (theirs, f"Not for Alice\n{ours.message_id}")]
    ):
        message = EmailMessage()
        message["Subject"], message["Message-ID"], message["To"] = email.subject, email.message_id, "billing@acme.com"
        message.set_content(text)
        message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="INV-2024-0001.pdf")
        (tmp_path / f"{number}.eml").write_bytes(message.as_bytes())
    client.force_login(alice)

    page = flat(client.get(f"/outbox/{ours.public_id}"))
    assert "Please pay &lt;soon&gt;" in page
    assert "Not for Alice" not in page
    attachment = client.get(f"/outbox/{ours.public_id}/copies/0/0")
    assert attachment.content == b"%PDF-1.7"
    assert attachment["Content-Disposition"] == 'attachment; filename="INV-2024-0001.pdf"'
    whole = client.get(f"/outbox/{ours.public_id}/copies/0")
    assert b"Message-ID" in whole.content
    assert client.get(f"/outbox/{ours.public_id}/copies/1").status_code == 404
    assert client.get(f"/outbox/{ours.public_id}/copies/0/1").status_code == 404
