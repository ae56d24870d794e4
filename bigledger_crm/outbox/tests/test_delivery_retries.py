"""Mail servers that refuse or are missing, and documents that do not come."""

import pytest
from pytest_django import Settings

from bigledger_crm.documents import services as documents
from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.kernel import clock
from bigledger_crm.outbox import delivery, delivery_results
from bigledger_crm.outbox.tests.conftest import Queue
from bigledger_crm.outbox.tests.support import events, make_due, row, tries
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.mail_server import MailServer, free_port


@pytest.mark.parametrize("reply", ["451 Try later", "421 Too busy"])
def test_a_refusal_for_now_is_tried_again_after_growing_pauses(
    queue: Queue, mail_server: MailServer, reply: str, company: Company
) -> None:
    email = queue()
    mail_server.answers["DATA"] = [reply, reply]
    pauses = []
    for _ in range(2):
        delivery.deliver(email.id)
        found = row(email)
        assert (found.status, found.last_error) == ("retrying", reply)
        assert not delivery.deliver(email.id)
        assert found.next_attempt_at is not None
        pauses.append(round((found.next_attempt_at - clock.now()).total_seconds()))
        make_due(email)
    assert pauses == [30, 120]
    assert events(company) == []
    delivery.deliver(email.id)
    (taken,) = mail_server.delivered
    assert taken.message["Message-ID"] == email.message_id
    assert tries(email) == [(1, "retrying"), (2, "retrying"), (3, "sent")]
    assert row(email).last_error == ""


def test_no_mail_server_is_tried_again(queue: Queue, mail_server: MailServer, settings: Settings) -> None:
    email = queue()
    settings.EMAIL_PORT = free_port()
    delivery.deliver(email.id)
    found = row(email)
    assert found.status == "retrying"
    assert "No connection to the mail server" in found.last_error


@pytest.mark.parametrize("command", ["DATA", "billing@acme.example"])
def test_a_refusal_for_good_fails_at_once(
    queue: Queue, mail_server: MailServer, command: str, company: Company
) -> None:
    email = queue()
    mail_server.answers[command] = ["550 No such user"]
    delivery.deliver(email.id)
    found = row(email)
    assert (found.status, found.next_attempt_at, found.attempts) == ("failed", None, 1)
    assert "550 No such user" in found.last_error
    assert events(company) == ["email.failed"]
    assert not delivery.deliver(email.id)
    assert mail_server.delivered == []


def test_a_bad_recipient_does_not_keep_the_email_from_the_others(queue: Queue, mail_server: MailServer) -> None:
    email = queue(to=["bad@acme.example", "good@acme.example"])
    mail_server.answers["bad@acme.example"] = ["550 No such user"]
    delivery.deliver(email.id)
    assert [taken.recipients for taken in mail_server.delivered] == [["good@acme.example"]]
    found = row(email)
    assert (found.status, found.last_error) == ("sent", "bad@acme.example: 550 No such user")


def test_a_recipient_put_off_gets_it_later_and_the_others_not_twice(queue: Queue, mail_server: MailServer) -> None:
    email = queue(to=["slow@acme.example", "good@acme.example"])
    mail_server.answers["slow@acme.example"] = ["450 Greylisted"]
    delivery.deliver(email.id)
    assert row(email).status == "retrying"
    make_due(email)
    delivery.deliver(email.id)
    assert [taken.recipients for taken in mail_server.delivered] == [["good@acme.example"], ["slow@acme.example"]]
    found = row(email)
    assert (found.status, sorted(found.delivered_to)) == ("sent", ["good@acme.example", "slow@acme.example"])


def test_it_gives_up_after_the_last_attempt(queue: Queue, mail_server: MailServer, company: Company) -> None:
    email = queue()
    mail_server.answers["DATA"] = ["451 Try later"] * 20
    for number in range(1, delivery_results.MAX_ATTEMPTS + 1):
        assert row(email).status == ("retrying" if number > 1 else "queued")
        make_due(email)
        delivery.deliver(email.id)
    found = row(email)
    assert (found.status, found.attempts, found.next_attempt_at) == ("failed", delivery_results.MAX_ATTEMPTS, None)
    assert events(company) == ["email.failed"]


def test_without_its_pdf_an_email_does_not_go(
    queue: Queue, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = queue()

    def no_space(stored: StoredDocument) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(documents, "ensure_rendered", no_space)
        delivery.deliver(email.id)
    found = row(email)
    assert found.status == "retrying"
    assert "No space left on device" in found.last_error
    assert mail_server.delivered == []
    make_due(email)
    delivery.deliver(email.id)
    assert len(list(mail_server.delivered[0].message.iter_attachments())) == 1
