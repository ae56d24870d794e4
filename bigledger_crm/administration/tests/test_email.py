"""How emails present a company, and a test."""

import pytest
from django.test import Client

from bigledger_crm.administration.email import send_test_email, update_email_settings
from bigledger_crm.administration.pages.email import dns_records
from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel.errors import InvalidData, PermissionDenied
from bigledger_crm.outbox.message import preview
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.testing.factories import make_quote
from bigledger_crm.testing.html import flat
from sales.services import EmailOptions, send_quote


def test_emails_come_from_the_name_and_are_answered_to_the_address(actor: Actor, in_company: Company) -> None:
    update_email_settings(actor, sender_name=" Acme Billing ", reply_to="billing@acme.example")
    actor.company.refresh_from_db()
    _quote, email = send_quote(actor, make_quote(actor), EmailOptions(to=["a@example.com"]))
    assert email is not None
    shown = preview(OutboxEmail.objects.get(pk=email.pk))
    assert shown.sender.startswith("Acme Billing <")
    assert shown.reply_to == "billing@acme.example"
    assert AuditEntry.objects.get(event="company.updated").changes["sender_name"] == ["", "Acme Billing"]


def test_without_a_setting_it_is_the_company_and_who_sends(actor: Actor, in_company: Company) -> None:
    shown = preview(send_test_email(actor, "a@example.com"))
    assert shown.sender.startswith(f"{in_company.name} <")
    assert shown.reply_to == actor.email


@pytest.mark.parametrize("language", ["en", "ms", "zh"])
def test_a_test_is_queued_in_the_companys_language(actor: Actor, in_company: Company, language: str) -> None:
    actor.company.language = language
    email = send_test_email(actor, "a@example.com")
    assert in_company.name in email.subject
    assert actor.email in email.body
    assert AuditEntry.objects.get(event="company.test_email_sent").note == "a@example.com"


def test_what_is_wrong_is_named(actor: Actor, in_company: Company) -> None:
    with pytest.raises(InvalidData) as refused:
        update_email_settings(actor, sender_name="x" * 101, reply_to="nobody")
    assert {error.path for error in refused.value.errors} == {("sender_name",), ("reply_to",)}
    with pytest.raises(InvalidData) as refused:
        send_test_email(actor, "nobody")
    assert [error.path for error in refused.value.errors] == [("to",)]
    assert not OutboxEmail.objects.exists()


def test_only_managers_may(bob: User, in_company: Company) -> None:
    other = actor_for_member(Membership.objects.select_related("company", "user").get(user=bob))
    with pytest.raises(PermissionDenied):
        update_email_settings(other, sender_name="", reply_to="")
    with pytest.raises(PermissionDenied):
        send_test_email(other, "a@example.com")


def test_the_records_name_the_domain_and_its_server() -> None:
    spf, dkim, dmarc = dns_records("acme.example", "smtp.acme.example")
    assert (spf.name, spf.value) == ("acme.example", "v=spf1 a:smtp.acme.example ~all")
    assert dkim.name.endswith("._domainkey.acme.example")
    assert dmarc.name == "_dmarc.acme.example"
    assert dns_records("acme.example", "192.0.2.7")[0].value == "v=spf1 ip4:192.0.2.7 ~all"
    assert "include:" in dns_records("acme.example", "")[0].value


def test_the_page(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    assert "v=spf1" in flat(client.get("/settings/email"))
    wrong = client.post("/settings/email", {"sender_name": "Kept", "reply_to": "nobody"})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (400, {"reply_to"})
    assert 'value="Kept"' in flat(wrong)
    assert client.post("/settings/email", {"reply_to": "b@example.com"}).status_code == 302
    company.refresh_from_db()
    assert company.reply_to == "b@example.com"
    bad = client.post("/settings/email/test", {"to": "nobody"})
    assert (bad.status_code, "valid email address" in flat(bad)) == (400, True)
    sent = client.post("/settings/email/test", {"to": alice.email})
    email = OutboxEmail.unscoped.get()
    assert sent.headers["Location"] == f"/outbox/{email.public_id}"
    assert (email.to, email.reply_to) == ([alice.email], "b@example.com")
    assert client.get(sent.headers["Location"]).status_code == 200
