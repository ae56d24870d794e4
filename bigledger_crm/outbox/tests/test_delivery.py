"""What arrives when an email is delivered, and what is noted of it."""

from uuid import uuid4

import pypdfium2

from bigledger_crm.audit.services import timeline_of
from bigledger_crm.documents import services as documents
from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.outbox import delivery
from bigledger_crm.outbox.models import OutboxAttempt
from bigledger_crm.outbox.tests.conftest import Queue
from bigledger_crm.outbox.tests.support import part, row
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.mail_server import MailServer


def test_an_email_is_delivered_once_with_its_pdf(queue: Queue, mail_server: MailServer, company: Company) -> None:
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


def test_an_unknown_id_is_nothing(db: None) -> None:
    assert not delivery.deliver(uuid4())
