"""The company's settings."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel.errors import InvalidData, PermissionDenied, json_path
from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.testing.factories import make_quote
from bigledger_crm.testing.html import flat
from sales.inputs import CompanyInput
from sales.services import update_company
from sales.tests.test_branding import picture

pytestmark = pytest.mark.usefixtures("media_root")

FORM = {
    "name": "Acme Sdn Bhd",
    "country": "MY",
    "currency": "MYR",
    "time_zone": "Asia/Kuala_Lumpur",
    "language": "en",
    "address_street": "1 Jalan Ampang",
    "address_city": "Kuala Lumpur",
    "phone": "03-2345 6789",
    "website": "acme.example",
    "bank_details": "Maybank\n514012345678",
}
CHANGED = CompanyInput(name="Acme", phone="03-2345 6789", address={"street": "1 Jalan Ampang"})


def test_a_change_is_stored_and_told(actor: Actor, in_company: Company) -> None:
    before = in_company.name
    company = update_company(actor, CHANGED)
    company.refresh_from_db()
    assert (company.name, company.phone, company.address) == ("Acme", "+60323456789", {"street": "1 Jalan Ampang"})
    entry = AuditEntry.objects.get(event="company.updated")
    assert entry.changes["name"] == [before, "Acme"]
    update_company(actor, CompanyInput(name="Acme"))
    assert AuditEntry.objects.filter(event="company.updated").count() == 1


def test_every_fault_is_named(actor: Actor, in_company: Company) -> None:
    wrong: dict[str, Any] = {
        "name": "\u200b",
        "legal_name": "x" * 201,
        "email": "nobody",
        "phone": "1",
        "website": "ftp://x",
        "country": "XX",
        "currency": "XYZ",
        "time_zone": "Mars/Base",
        "language": "tlh",
        "bank_details": "x" * 1001,
        "registration_number": "x" * 51,
        "iban": "514012345678",
        "bic": "MBB",
        "static_qr": "https://qr.example",
        "address": {"street": "x" * 201},
    }
    with pytest.raises(InvalidData) as refused:
        update_company(actor, CompanyInput(**wrong), logo=b"<svg/>")
    named = {json_path(error.path) for error in refused.value.errors}
    assert named == {
        *("name", "legalName", "email", "phone", "website", "country", "currency", "timeZone", "language"),
        *("registrationNumber", "bankDetails", "iban", "bic", "staticQr", "address.street", "logo"),
    }


def test_the_currency_is_fixed_by_the_first_document(actor: Actor, in_company: Company) -> None:
    update_company(actor, CompanyInput(currency="SGD"))
    actor.company.refresh_from_db()
    assert actor.company.currency == "SGD"
    make_quote(actor)
    with pytest.raises(InvalidData) as refused:
        update_company(actor, CompanyInput(currency="MYR"))
    assert [error.path for error in refused.value.errors] == [("currency",)]
    update_company(actor, CompanyInput(currency="SGD", name="Acme"))


def test_only_managers_may(bob: User, in_company: Company) -> None:
    membership = Membership.objects.select_related("company", "user").get(user=bob)
    with pytest.raises(PermissionDenied):
        update_company(actor_for_member(membership), CHANGED)


def test_the_page(client: Client, alice: User, bob: User, company: Company) -> None:
    client.force_login(alice)
    upload = SimpleUploadedFile("logo.png", picture(), "image/png")
    saved = client.post("/settings/company", {**FORM, "logo": upload})
    assert saved.status_code == 302, flat(saved)
    company.refresh_from_db()
    assert (company.name, company.website, bool(company.logo)) == ("Acme Sdn Bhd", "https://acme.example", True)
    assert company.address == {"street": "1 Jalan Ampang", "city": "Kuala Lumpur", "country": "MY"}
    page = flat(client.get("/settings/company"))
    assert "Remove the logo" in page
    assert "Maybank" in page
    again = client.post("/settings/company", {**FORM, "phone": "1", "email": "nobody", "name": "Kept"})
    assert again.status_code == 400
    assert set(again.context["form"].errors) == {"phone", "email"}
    assert 'value="Kept"' in flat(again)
    client.force_login(bob)
    assert client.get("/settings/company").status_code == 403


def test_the_preview_shows_what_is_typed_as_far_as_it_can_be_taken(
    client: Client, alice: User, company: Company
) -> None:
    client.force_login(alice)
    preview = flat(client.post("/settings/company/preview", {**FORM, "email": "nobody", "language": "ms"}))
    assert "Acme Sdn Bhd" in preview
    assert "1 Jalan Ampang" in preview
    assert "514012345678" in preview
    assert "Invois" in preview
    assert "nobody" not in preview
    company.refresh_from_db()
    assert company.name != "Acme Sdn Bhd"


def test_registrations_are_called_as_in_the_companys_country(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    numbers = {"tin": "c20880050010", "tax_number": "b16-1808-31012345", "tourism_tax_number": "123456789012345"}
    paper = flat(client.post("/settings/company/preview", {**FORM, **numbers}))
    assert "TIN C20880050010" in paper
    assert "SST no. B16-1808-31012345" in paper
    assert "Tourism tax no. 123-4567-89012345" in paper
    bad = {"tin": "12", "tax_number": "none", "tourism_tax_number": "1", "msic_code": "465"}
    wrong = client.post("/settings/company", {**FORM, **bad})
    assert set(wrong.context["form"].errors) == set(bad)
    assert "SST registration number" in flat(wrong)
    abroad = client.post("/settings/company", {**FORM, "country": "AU", "tax_number": "ABN 51 824 753 556"})
    assert abroad.status_code == 302, flat(abroad)
    page = flat(client.get("/settings/company"))
    assert "GST or VAT number" in page
    assert "Tax no. ABN 51 824 753 556" in page
    assert "Tourism tax" not in page
    assert "SST" not in page
    assert "MSIC" not in page


def test_what_a_company_does_is_kept_for_its_e_invoices(client: Client, alice: User, company: Company) -> None:
    client.force_login(alice)
    activity = {"msic_code": "46 510", "business_activity": " Wholesale  of computers "}
    assert client.post("/settings/company", {**FORM, **activity}).status_code == 302
    company.refresh_from_db()
    assert (company.msic_code, company.business_activity) == ("46510", "Wholesale of computers")


def test_the_index_names_what_a_person_may_see(client: Client, alice: User, bob: User) -> None:
    client.force_login(alice)
    everything = flat(client.get("/settings"))
    assert '<a class="settings-link" href="/settings/company">' in everything
    palette = client.get("/search?q=reminders", headers={"HX-Request": "true", "HX-Target": "palette-results"})
    assert flat(palette).count('href="/reminders"') == 1
    client.force_login(bob)
    some = flat(client.get("/settings"))
    assert "settings/company" not in some
    assert '<a class="settings-link" href="/settings/webhooks">' in some
