import threading
from datetime import timedelta
from email.message import EmailMessage
from uuid import uuid4

import pypdfium2
import pytest
from django.db import connections
from pytest_django import Settings

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.audit.services import timeline_of
from bigledger_crm.documents import services as documents
from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.kernel import clock
from bigledger_crm.outbox import delivery, delivery_results, smtp, sweeper
from bigledger_crm.outbox.models import OutboxAttempt, OutboxEmail
from bigledger_crm.outbox.tests.conftest import Queue
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.mail_server import DISCONNECT, MailServer, free_port
from bigledger_crm.testing.product import wait_for


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the product catches it."""


def row(email: OutboxEmail) -> OutboxEmail:
    return OutboxEmail.unscoped.get(pk=email.pk)


def tries(email: OutboxEmail) -> list[tuple[int, str]]:
    return list(OutboxAttempt.unscoped.filter(email=email).order_by("number").values_list("number", "outcome"))


def events(company: Company) -> list[str]:
    with company_scope(company):
        return list(AuditEntry.objects.filter(event__startswith="email.").values_list("event", flat=True))


def make_due(email: OutboxEmail) -> None:
    """Lets the time until the next try pass."""
    OutboxEmail.unscoped.filter(pk=email.pk).update(next_attempt_at=clock.now())


def let_lease_end(email: OutboxEmail) -> None:
    OutboxEmail.unscoped.filter(pk=email.pk).update(claimed_at=clock.now() - delivery.LEASE)


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    content: str = found.get_content()
    return content


def test_a_mail_is_delivered_once_with_its_pdf(queue: Queue, mail_server: MailServer, company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(name="Müller & Söhne", email="office@mueller.example")
    email = queue(cc=["boss@acme.example"])
    assert delivery.deliver(email.id)
    assert not delivery.deliver(email.id)
    (taken,) = mail_server.delivered
    assert taken.recipients == ["billing@acme.example", "boss@acme.example"]
    message = taken.message
    assert message["Subject"] == "Invoice INV-2024-0001"
    assert message["Message-ID"] == email.message_id
    assert message["From"].addresses[0].display_name == "Müller & Söhne"
    assert message["From"].addresses[0].addr_spec == "mail@bigledger.example"
    assert message["Reply-To"] == "office@mueller.example"
    assert message["To"] == "billing@acme.example"
    assert message["Cc"] == "boss@acme.example"
    assert "Please find attached your invoice." in part(message, "plain")
    assert "Müller &amp; Söhne" in part(message, "html")
    (attachment,) = message.iter_attachments()
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_filename() == "INV-2024-0001.pdf"
    content = attachment.get_content()
    assert "2,567.50" in pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
    with company_scope(company):
        assert content == documents.read(StoredDocument.objects.get())


def test_the_attachment_is_called_as_the_download(queue: Queue, mail_server: MailServer) -> None:
    email = queue(filename="發票-2026-0112.pdf")
    assert delivery.deliver(email.id)
    (taken,) = mail_server.delivered
    (attachment,) = taken.message.iter_attachments()
    assert attachment.get_filename() == "發票-2026-0112.pdf"
    assert "filename*=utf-8''%E7%99%BC%E7%A5%A8-2026-0112.pdf" in attachment.as_string()
    assert "發票-2026-0112.pdf" in part(taken.message, "plain")


def test_a_delivery_is_noted_in_row_attempt_and_timeline(
    queue: Queue, mail_server: MailServer, company: Company
) -> None:
    email = queue()
    delivery.deliver(email.id)
    found = row(email)
    assert (found.status, found.attempts, found.next_attempt_at, found.claimed_at) == ("sent", 1, None, None)
    assert found.sent_at is not None
    assert found.delivered_to == ["billing@acme.example"]
    attempt = OutboxAttempt.unscoped.get()
    assert (attempt.outcome, attempt.server_reply) == ("sent", "250 Taken as 4711")
    assert attempt.finished_at is not None
    with company_scope(company):
        (entry,) = timeline_of(email.related_id)
    assert (entry.event, entry.actor_id, entry.note) == ("email.sent", "system", "billing@acme.example")
    assert entry.subjects == [email.related_id, email.id]


def test_dots_and_long_lines_arrive_unchanged(queue: Queue, mail_server: MailServer) -> None:
    body = ".\n..\n.hidden\nlast\r\n" + "x" * 3000
    delivery.deliver(queue(body=body, with_pdf=False).id)
    text = part(mail_server.delivered[0].message, "plain").replace("\r\n", "\n")
    assert text.startswith(".\n..\n.hidden\nlast\n" + "x" * 3000 + "\n")


def test_markup_in_a_message_is_text(queue: Queue, mail_server: MailServer) -> None:
    delivery.deliver(queue(body="<img src=http://evil.example/x>", with_pdf=False).id)
    assert "&lt;img src=http://evil.example/x&gt;" in part(mail_server.delivered[0].message, "html")


def test_a_company_name_with_line_breaks_makes_no_header(
    queue: Queue, mail_server: MailServer, company: Company
) -> None:
    Company.objects.filter(pk=company.pk).update(name="Evil\r\nBcc: victim@example.com")
    delivery.deliver(queue(with_pdf=False).id)
    (taken,) = mail_server.delivered
    assert taken.message["Bcc"] is None
    assert taken.recipients == ["billing@acme.example"]


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


def test_a_bad_recipient_does_not_keep_the_mail_from_the_others(queue: Queue, mail_server: MailServer) -> None:
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


def test_without_its_pdf_a_mail_does_not_go(
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


def test_a_worker_killed_while_rendering_loses_only_its_lease(
    queue: Queue, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = queue()
    with monkeypatch.context() as patched:
        patched.setattr(documents, "ensure_rendered", _die)
        with pytest.raises(Killed):
            delivery.deliver(email.id)
    assert row(email).status == "queued"
    assert email.id not in sweeper.due()
    assert delivery.LEASE.total_seconds() <= 30
    let_lease_end(email)
    assert email.id in sweeper.due()
    delivery.deliver(email.id)
    assert len(mail_server.delivered) == 1
    assert tries(email) == [(1, ""), (2, "sent")]


def _die(*arguments: object) -> None:
    raise Killed


def _kill_while_sending(email: OutboxEmail, monkeypatch: pytest.MonkeyPatch, *, taken: bool) -> None:
    """Dies in the SMTP conversation, before the server took the email or right after."""
    real = smtp.send

    def send(*arguments: object) -> None:
        if taken:
            real(*arguments)  # type: ignore[arg-type]
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(smtp, "send", send)
        with pytest.raises(Killed):
            delivery.deliver(email.id)


@pytest.mark.parametrize("taken", [False, True])
def test_a_worker_killed_while_sending_is_repeated_once_and_late(
    queue: Queue, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    email = queue()
    _kill_while_sending(email, monkeypatch, taken=taken)
    assert row(email).status == "sending"
    sweeper.sweep()
    assert not delivery.deliver(email.id)
    assert row(email).status == "sending"
    OutboxEmail.unscoped.update(claimed_at=clock.now() - delivery_results.resend_after())
    sweeper.sweep()
    assert row(email).status == "unknown"
    delivery.deliver(email.id)
    assert len(mail_server.delivered) == 1 + taken
    assert {taken.message["Message-ID"] for taken in mail_server.delivered} == {email.message_id}
    assert (row(email).status, row(email).attempts) == ("sent", 2)
    assert tries(email) == [(1, "unknown"), (2, "sent")]


def test_it_is_never_repeated_a_second_time_when_the_outcome_is_unknown(
    queue: Queue, mail_server: MailServer, company: Company
) -> None:
    email = queue()
    mail_server.answers["DATA"] = [DISCONNECT, DISCONNECT]
    delivery.deliver(email.id)
    found = row(email)
    assert found.status == "unknown"
    assert found.next_attempt_at is not None
    assert found.next_attempt_at - clock.now() > timedelta(minutes=14)
    assert events(company) == []
    make_due(email)
    delivery.deliver(email.id)
    found = row(email)
    assert (found.status, found.next_attempt_at) == ("unknown", None)
    assert len(mail_server.delivered) == 2
    assert {taken.message["Message-ID"] for taken in mail_server.delivered} == {email.message_id}
    assert events(company) == ["email.unknown"]
    assert email.id not in sweeper.due()


def test_the_pause_before_a_repetition_can_be_set(queue: Queue, mail_server: MailServer, settings: Settings) -> None:
    settings.BIGLEDGER_UNKNOWN_RESEND_SECONDS = 0
    email = queue()
    mail_server.answers["DATA"] = [DISCONNECT]
    delivery.deliver(email.id)
    assert delivery.deliver(email.id)
    assert row(email).status == "sent"


def test_two_workers_deliver_one_mail(committed: None, queue: Queue, mail_server: MailServer) -> None:
    email = queue()
    together = threading.Barrier(4)
    tried: list[bool] = []

    def work() -> None:
        together.wait()
        tried.append(delivery.deliver(email.id))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(tried) == [False, False, False, True]
    assert len(mail_server.delivered) == 1
    assert row(email).status == "sent"


def test_a_worker_that_was_overtaken_stops_before_it_sends(
    queue: Queue, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = queue()
    real = documents.ensure_rendered

    def slow(stored: StoredDocument) -> StoredDocument:
        monkeypatch.setattr(documents, "ensure_rendered", real)
        let_lease_end(email)
        assert delivery.deliver(email.id)  # another worker, meanwhile
        return real(stored)

    monkeypatch.setattr(documents, "ensure_rendered", slow)
    delivery.deliver(email.id)
    assert len(mail_server.delivered) == 1
    assert row(email).status == "sent"
    assert tries(email) == [(1, ""), (2, "sent")]


def test_an_unknown_id_is_nothing(db: None) -> None:
    assert not delivery.deliver(uuid4())


def test_a_long_rendering_keeps_its_lease(
    committed: None, queue: Queue, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = queue()
    render = documents.ensure_rendered
    monkeypatch.setattr(delivery, "LEASE", timedelta(seconds=0.3))

    def slowly(stored: StoredDocument) -> StoredDocument:
        claimed = row(email).claimed_at
        wait_for(lambda: row(email).claimed_at != claimed, 20)
        assert email.id not in sweeper.due()
        return render(stored)

    monkeypatch.setattr(documents, "ensure_rendered", slowly)
    assert delivery.deliver(email.id)
    assert (row(email).status, row(email).attempts, len(mail_server.delivered)) == ("sent", 1, 1)
