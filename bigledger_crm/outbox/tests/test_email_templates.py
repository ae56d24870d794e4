"""What emails say: a company's own words by kind and language, and nothing that a placeholder could do."""

from datetime import date
from decimal import Decimal

import pytest

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import text_templates
from bigledger_crm.kernel.errors import InvalidData, NotFound, PermissionDenied
from bigledger_crm.kernel.languages import LANGUAGES, resolve_language
from bigledger_crm.outbox import message
from bigledger_crm.outbox.email_templates import kinds
from bigledger_crm.outbox.email_templates.services import (
    email_text_for,
    money_text,
    render_email,
    reset_email_text,
    save_email_text,
)
from bigledger_crm.outbox.models import MailTemplate
from bigledger_crm.outbox.services import draft_email
from bigledger_crm.registry import EmailContent, email_kinds
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.permissions import ROLE_PERMISSIONS
from bigledger_crm.tenancy.scope import company_scope
from invoicing.email_kinds import payments_sentence
from sales.email_kinds import tracking_sentence

FACTS: dict[str, str | date] = {
    "customer": "Acme {company} <b>",
    "number": "INV-2024-0001",
    "total": "MYR 2,567.50",
    "reference": "",
    "title": "",
    "due_date": date(2024, 2, 14),
    "payments": "",
    "amount_due": "MYR 2,567.50",
}


@pytest.mark.parametrize("kind", [kind.name for kind in email_kinds])
def test_the_standard_letters_are_there_in_every_language_and_valid(kind: str) -> None:
    assert email_kinds[kind].texts.keys() == LANGUAGES.keys()
    assert kinds.ATTACHED.keys() == LANGUAGES.keys()
    assert (email_kinds[kind].figure_notes or LANGUAGES).keys() == LANGUAGES.keys()
    for content in email_kinds[kind].texts.values():
        assert kinds.check(kind, content) == []
        assert "{number}" in content.subject or kind == "statement"


@pytest.mark.parametrize(
    "hostile", ["{total.__class__}", "{0}", "{total:>99999999}", "{total!r}", "{}", "{password}", "{ total }"]
)
def test_only_the_names_of_the_list_stand_for_something(hostile: str) -> None:
    (found,) = kinds.check("invoice", EmailContent("Invoice {number}", f"Pay {hostile}"))
    assert found.path == ("body",)
    assert found.message.startswith(f"Unknown placeholder {hostile}; choose from: {{customer}}, ")


def test_braces_that_name_nothing_are_braces() -> None:
    assert text_templates.fill("} { {number} {", {"number": "7"}) == "} { 7 {"


@pytest.mark.django_db
def test_an_email_is_written_in_the_language_of_its_reader(actor: Actor, company: Company) -> None:
    with company_scope(company):
        written = {language: render_email(actor, "invoice", language, FACTS) for language in LANGUAGES}
    assert "14 February 2024" in written["en"].body
    assert "14 Februari 2024" in written["ms"].body
    assert "2024年2月14日" in written["zh"].body
    assert "付款" in written["zh"].body
    assert all("Acme {company} <b>" in content.body for content in written.values())


@pytest.mark.django_db
def test_an_empty_placeholder_leaves_no_gap(actor: Actor, company: Company) -> None:
    with company_scope(company):
        plain = render_email(actor, "invoice", "en", FACTS).body
        paid = render_email(actor, "invoice", "en", {**FACTS, "payments": "MYR 1.00 has been paid."}).body
    assert "due on 14 February 2024.\n\nThank you for your business." in plain
    assert "due on 14 February 2024.\n\nMYR 1.00 has been paid.\n\nThank you" in paid


def test_what_was_paid_in_every_language() -> None:
    part = {"paid": "MYR 300.00", "credited": "MYR 20.00", "due": "MYR 451.02"}
    said = {language: payments_sentence(language, **part) for language in LANGUAGES}
    expected = "MYR 300.00 has been paid and MYR 20.00 has been credited. The amount due is MYR 451.02."
    assert said["en"] == expected
    assert all(amount in text for amount in part.values() for text in said.values())
    assert payments_sentence("ms", paid="MYR 5.00", credited="", due="") == (
        "MYR 5.00 telah dibayar. Tiada lagi bayaran yang perlu dibuat."
    )
    assert payments_sentence("zh", paid="", credited="", due="MYR 5.00") == ""
    assert tracking_sentence("en", carrier="Pos Laju", number="X1") == "Carrier: Pos Laju, tracking number: X1"
    assert tracking_sentence("en", carrier="", number="X1") == "Tracking number: X1"
    assert tracking_sentence("zh", carrier="", number="") == ""


def test_the_standard_texts_are_written_as_letters_are() -> None:
    """A capital letter after the salutation, and none of the phrases that aren't English."""
    for kind in email_kinds:
        salutation, text = kind.texts["en"].body.split("\n\n", 1)
        assert salutation == "Dear {customer},"
        assert text[0].isupper()
        assert not any(phrase in text for phrase in (" over {", " mail", "still open"))


@pytest.mark.django_db
def test_the_email_has_the_words_in_text_and_in_html(actor: Actor, company: Company) -> None:
    with company_scope(company):
        content = render_email(actor, "invoice", "ms", FACTS)
        email = draft_email(
            actor,
            kind="invoice.sent",
            related_id=company.pk,
            to=["a@acme.example"],
            subject=content.subject,
            body=content.body,
            language="ms",
            figure=(content.figure, content.figure_note),
        )
        shown = message.preview(email, "INV.pdf")
    assert "Acme {company} <b> yang dihormati" in shown.text
    assert "Acme {company} &lt;b&gt; yang dihormati" in shown.html
    for words in ("MYR 2,567.50", "Perlu dibayar pada 14 Februari 2024"):
        assert words in shown.text
        assert words in shown.html
    assert '<html lang="ms">' in shown.html
    assert "Lampiran" in shown.text
    assert "Lampiran" in shown.html
    assert "<style>@media" in shown.html
    assert 'style="font-family' in shown.html


@pytest.mark.django_db
def test_a_company_has_its_own_words_until_it_takes_the_standard_ones_again(
    actor: Actor, stranger: Actor, company: Company
) -> None:
    own = EmailContent("Your invoice {number}", "Hello {customer},\n\npay {amount_due}.")
    with company_scope(company):
        save_email_text(actor, "invoice", "en", EmailContent(f" {own.subject}\u202e ", own.body))
        assert email_text_for("invoice", "en") == own
        assert email_text_for("invoice", "ms") == email_kinds["invoice"].texts["ms"]
        save_email_text(actor, "invoice", "en", own)
        assert MailTemplate.objects.count() == 1
    with company_scope(stranger.company):
        assert email_text_for("invoice", "en") == email_kinds["invoice"].texts["en"]
    with company_scope(company):
        reset_email_text(actor, "invoice", "en")
        reset_email_text(actor, "invoice", "en")
        assert email_text_for("invoice", "en") == email_kinds["invoice"].texts["en"]
        events = AuditEntry.objects.filter(event__startswith="mail_template.").values_list("event", flat=True)
        assert sorted(events) == ["mail_template.removed", "mail_template.updated"]


@pytest.mark.django_db
def test_what_stands_against_a_letter(actor: Actor, company: Company) -> None:
    fine = EmailContent("Invoice", "Text")
    with company_scope(company):
        with pytest.raises(InvalidData) as refused:
            save_email_text(actor, "invoice", "en", EmailContent("{nonsense}", ""))
        assert {error.path for error in refused.value.errors} == {("subject",), ("body",)}
        for kind, language in (("receipts", "en"), ("invoice", "xx")):
            with pytest.raises(NotFound):
                save_email_text(actor, kind, language, fine)
        finance = Actor(company, "user_x", "Bob", ROLE_PERMISSIONS["finance"], "bob@example.com")
        with pytest.raises(PermissionDenied):
            save_email_text(finance, "invoice", "en", fine)
        with pytest.raises(PermissionDenied):
            reset_email_text(finance, "invoice", "en")


def test_words_of_money() -> None:
    assert money_text(Decimal("1234567.5"), "MYR") == "MYR 1,234,567.50"
    assert money_text(Decimal(1234567), "JPY") == "JPY 1,234,567"


def test_the_first_wish_that_can_be_met() -> None:
    assert [
        resolve_language("", "ms"),
        resolve_language("zh", "ms"),
        resolve_language("", ""),
        resolve_language("xx"),
    ] == ["ms", "zh", "en", "en"]
