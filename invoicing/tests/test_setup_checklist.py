"""Home shows a new company what is left to set up, to those who can do it."""

import re

import pytest
from django.test import Client

from bigledger_crm.account.invitations import invite
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.security import COMMAND_LINE
from bigledger_crm.tenancy.setup_steps import STEPS
from bigledger_crm.testing.factories import make_item
from bigledger_crm.testing.html import flat

pytestmark = pytest.mark.django_db


def _steps(client: Client) -> dict[str, bool]:
    """The steps on Home, and whether each is done."""
    page = flat(client.get("/"))
    found = re.search(r'<ul class="checklist">(.*?)</ul>', page)
    rows = re.findall(r'<li( class="checklist-done")?>.*?<a href="[^"]+">([^<]+)</a>', found[1]) if found else []
    return {label: bool(done) for done, label in rows}


def test_steps_are_done_one_by_one(client: Client, alice: User, actor: Actor) -> None:
    client.force_login(alice)
    assert _steps(client) == {
        "Company details": False,
        "Bank details": False,
        "Logo": False,
        "Numbering": False,
        "Taxes": False,
        "Colleagues": False,
        "First item": False,
        "E-invoices": False,
    }
    company = Company.objects.filter(pk=actor.company.pk)
    company.update(
        address={"city": "Kuching"},
        tax_number="B16",
        bank_details="Bank Contoh",
        logo="logos/x.png",
        invoice_number_pattern="R-{number:5}",
    )
    with company_scope(actor.company):
        make_item(actor)
    invite(actor.company, "dora@example.com", "sales", COMMAND_LINE)
    assert _steps(client) == dict.fromkeys(_steps(client), True) | {"Taxes": False, "E-invoices": False}
    company.update(country="SG")
    assert _steps(client) == dict.fromkeys(_steps(client), True) | {"Taxes": False}
    assert client.post("/setup-steps/skip", {"step": "taxes"}).status_code == 302
    assert _steps(client) == {}


def test_steps_are_skipped_alone_or_together(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    client.post("/setup-steps/skip", {"step": "logo"})
    client.post("/setup-steps/skip", {"step": "nonsense"})
    company.refresh_from_db()
    assert company.setup_skipped == ["logo"]
    assert "Logo" not in _steps(client)
    client.post("/setup-steps/skip", {"step": "all"})
    company.refresh_from_db()
    assert company.setup_skipped == list(STEPS)
    assert _steps(client) == {}


def test_who_may_not_manage_settings_does_not_see_them(client: Client, bob: User) -> None:
    client.force_login(bob)
    assert _steps(client) == {}
    assert client.post("/setup-steps/skip", {"step": "all"}).status_code == 403
