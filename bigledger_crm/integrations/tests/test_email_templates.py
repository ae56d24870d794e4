"""The page where owners and managers say what emails say."""

import pytest
from django.test import Client

from bigledger_crm.outbox.email_templates.services import email_text_for
from bigledger_crm.registry import email_kinds
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.html import flat

WORDS = {"subject": "Your invoice {number}", "body": "Hello {customer},\n\n<b>{amount_due}</b> please."}
URL = "/settings/mail/invoice-en"


@pytest.fixture
def alices(client: Client, alice: User, actor: Actor) -> Client:
    """Alice, who owns the company, signed in."""
    client.force_login(alice)
    return client


def test_words_are_changed_looked_at_and_taken_back(alices: Client, company: Company) -> None:
    shown = alices.post(f"{URL}/preview", WORDS)
    assert shown["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    assert "Your invoice INV-2024-0001" in flat(shown)
    assert "&lt;b&gt;MYR 2,567.50&lt;/b&gt; please." in flat(shown)
    with company_scope(company):
        assert email_text_for("invoice", "en") == email_kinds["invoice"].texts["en"]

    assert alices.post(URL, WORDS)["Location"] == "/settings/mail"
    assert "Your own" in flat(alices.get("/settings/mail"))
    assert "Your invoice {number}" in flat(alices.get(URL))
    assert "Hello Acme Corporation" in flat(alices.get(f"{URL}/preview"))
    with company_scope(company):
        assert email_text_for("invoice", "en").subject == WORDS["subject"]

    alices.post(f"{URL}/reset")
    assert "Your own" not in flat(alices.get("/settings/mail"))


def test_what_is_wrong_stands_at_its_field(alices: Client) -> None:
    for url in (URL, f"{URL}/preview"):
        refused = alices.post(url, WORDS | {"body": "{total.real}"})
        assert refused.status_code == 400
        assert "Unknown placeholder {total.real}" in flat(refused)


def test_the_language_of_the_company(alices: Client, company: Company) -> None:
    alices.post("/settings/mail/language", {"language": "ms"})
    company.refresh_from_db()
    assert company.language == "ms"
    alices.post("/settings/mail/language", {"language": "xx"})
    company.refresh_from_db()
    assert company.language == "ms"


@pytest.mark.parametrize("role", ["finance", "sales", "viewer"])
def test_others_may_not_even_look(alices: Client, alice: User, role: str) -> None:
    Membership.objects.filter(user=alice).update(role=role)
    for url in ("/settings/mail", URL, f"{URL}/preview"):
        assert alices.get(url).status_code == 403
    for url in (URL, f"{URL}/preview", f"{URL}/reset", "/settings/mail/language"):
        assert alices.post(url, WORDS | {"language": "ms"}).status_code == 403
    assert "/settings/mail" not in flat(alices.get("/outbox"))


@pytest.mark.parametrize("key", ["invoice-xx", "receipts-en", "invoice"])
def test_there_are_no_other_words(alices: Client, key: str) -> None:
    assert alices.get(f"/settings/mail/{key}").status_code == 404
