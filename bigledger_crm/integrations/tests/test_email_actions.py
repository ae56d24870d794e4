"""Taking an email back and trying it again, from the document's page and from the email's."""

import pytest
from django.test import Client
from pytest_django import Settings

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.delivery import deliver
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer, make_quote
from bigledger_crm.testing.html import flat
from sales.models import Quote

pytestmark = pytest.mark.usefixtures("time_in_2024")
WRITTEN = {"to": "buyer@acme.example.com", "subject": "Our offer", "message": "Here it is."}


@pytest.fixture
def quote(client: Client, alice: User, actor: Actor) -> Quote:
    """A draft of Alice's company; she is signed in."""
    client.force_login(alice)
    with company_scope(actor.company):
        return make_quote(actor, make_customer(actor))


def sent(client: Client, quote: Quote) -> OutboxEmail:
    client.post(f"/quotes/{quote.public_id}/send", WRITTEN)
    return OutboxEmail.unscoped.get()


def test_what_was_sent_from_a_page_can_be_taken_back_for_eight_seconds(client: Client, quote: Quote) -> None:
    before = clock.now()
    email = sent(client, quote)
    assert email.next_attempt_at is not None
    assert (email.next_attempt_at - before).total_seconds() == pytest.approx(8, abs=1)
    page = f"/quotes/{quote.public_id}"
    undo = f'action="/outbox/{email.public_id}/withdraw"'
    assert undo in flat(client.get(page))
    taken_back = client.post(f"/outbox/{email.public_id}/withdraw", headers={"Referer": f"http://testserver{page}"})
    assert taken_back["Location"] == page
    told = flat(client.get(page))
    assert "Email cancelled. It will not be sent." in told
    assert "The quote remains marked as sent" in told
    assert "Cancelled" in told
    assert "The email to buyer@acme.example.com was cancelled." in flat(client.get(page))
    assert not deliver(email.pk)
    with company_scope(quote.company):
        assert Quote.objects.get().status == "sent"


def test_too_late_is_told(client: Client, quote: Quote) -> None:
    email = sent(client, quote)
    OutboxEmail.unscoped.update(status="sent", sent_at=clock.now())
    back = client.post(f"/outbox/{email.public_id}/withdraw", headers={"Referer": "https://elsewhere.example/"})
    assert back["Location"] == f"/outbox/{email.public_id}"
    assert "be cancelled" in flat(client.get(back["Location"]))


def test_a_failed_email_shows_on_the_document_and_is_tried_again(client: Client, quote: Quote) -> None:
    email = sent(client, quote)
    OutboxEmail.unscoped.update(status="failed", last_error="550 No such user", next_attempt_at=None)
    page = flat(client.get(f"/quotes/{quote.public_id}"))
    assert "550 No such user" in page
    assert f'action="/outbox/{email.public_id}/retry"' in page
    assert f'action="/outbox/{email.public_id}/retry"' in flat(client.get(f"/outbox/{email.public_id}"))
    client.post(f"/outbox/{email.public_id}/retry")
    assert OutboxEmail.unscoped.get().status == "retrying"


def test_who_may_only_read_sees_no_buttons(client: Client, quote: Quote, alice: User) -> None:
    email = sent(client, quote)
    Membership.objects.filter(user=alice).update(role="viewer")
    client.get("/outbox")  # shows the note with Undo
    assert "/withdraw" not in flat(client.get(f"/outbox/{email.public_id}"))
    assert client.post(f"/outbox/{email.public_id}/withdraw").status_code == 403
    assert OutboxEmail.unscoped.get().status == "queued"


def test_the_limit_of_the_hour_is_told_and_nothing_is_done(client: Client, quote: Quote, settings: Settings) -> None:
    settings.BIGLEDGER_MAILS_PER_HOUR = 1
    sent(client, quote)
    refused = client.post(f"/quotes/{quote.public_id}/send", WRITTEN)
    assert refused.status_code == 429
    assert "emails an hour" in flat(refused)
    assert OutboxEmail.unscoped.count() == 1
