"""Every email about an account as whole text in `texts/account/<kind>.<language>.txt`.

A change of words is a change of these files, to be read in review.  UPDATE_EMAILS=1 writes them anew.
"""

import re

import pytest
from django.core.mail import EmailMultiAlternatives
from pytest_django import Settings

from bigledger_crm.account import emails
from bigledger_crm.account.adapter import NOTICES
from bigledger_crm.account.email_texts import TEXTS
from bigledger_crm.account.invitations import invite
from bigledger_crm.account.models import AccountEmail
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.tenancy.security import COMMAND_LINE
from bigledger_crm.tests.emails import support

pytestmark = pytest.mark.usefixtures("time_in_2024")
TOKEN = re.compile(r"(?<=/)(reset|invitation|account/email)/\S+")


@pytest.fixture(autouse=True)
def installation(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "BigLedger <mail@bigledger.example>"
    settings.PUBLIC_URL = "https://crm.techsupplies.example"


def _queue(kind: str, company: Company, alice: User) -> None:
    if kind == "password_reset":
        emails.queue_password_reset(alice.email)
    elif kind == "invitation":
        invite(company, "dewi@example.com", "sales", COMMAND_LINE, inviter="Alice Tan")
    elif kind == "company_invitation":
        invite(company, "dewi@example.com", "sales", COMMAND_LINE, inviter=company.name)
    elif kind == "email_confirm":
        emails.queue_to_person(kind, alice, "alice.tan@example.com")
    elif kind == "email_changed":
        emails.queue_to_person(kind, alice, email="alice.tan@example.com")
    else:
        emails.queue_to_person(kind, alice)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TEXTS)
def test_account_email(company: Company, alice: User, kind: str, language: str) -> None:
    Company.objects.update(language=language)
    User.objects.update(language=language)
    company.refresh_from_db()
    alice.refresh_from_db()
    _queue(kind, company, alice)
    built = emails.build(AccountEmail.objects.get())
    assert built is not None
    support.compare_with_file(TOKEN.sub(r"\1/...", _as_text(built)), f"account/{kind}.{language}")
    html, type = built.alternatives[0]
    assert (type, f'<html lang="{language}"' in str(html)) == ("text/html", True)
    # The HTML begins with the product's name, which a text has in its "From".
    said = support.words(str(built.body)) + support.words(emails.PRODUCT)
    assert support.words(support.visible(str(html))) == said
    assert all(f'href="{link}"' in str(html) for link in re.findall(r"https://\S+", str(built.body)))


def _as_text(built: EmailMultiAlternatives) -> str:
    heads = {"From": built.from_email, "To": ", ".join(built.to), "Subject": built.subject}
    return "\n".join([*(f"{name}: {value}" for name, value in heads.items()), "", str(built.body).strip(), ""])


def test_every_text_is_of_an_email_that_is_sent_in_every_language() -> None:
    known = {"password_reset", "email_confirm", "email_changed", "invitation", "company_invitation", *NOTICES.values()}
    assert known == TEXTS.keys()
    assert {tuple(sorted(texts)) for texts in TEXTS.values()} == {tuple(sorted(LANGUAGES))}
    named = {f"{kind}.{language}.txt" for kind in TEXTS for language in LANGUAGES}
    assert {path.name for path in (support.TEXTS / "account").iterdir()} == named
