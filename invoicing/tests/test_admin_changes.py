"""The admin manages companies, people, keys, tax codes, items and webhooks."""

import re
from datetime import date
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.outbox.models import WebhookEndpoint
from bigledger_crm.tenancy.models import ApiKey, Company, Membership, User
from bigledger_crm.tenancy.services import hash_key
from invoicing.tests.admin_pages import address, text_of
from sales.models import Item, TaxCode, TaxRate


def test_what_people_may_do_is_no_question_of_groups(operator: Client, alice: User) -> None:
    page = text_of(operator.get(address(User, "change", alice.pk)))
    assert "id_is_superuser" in page
    for name in ("groups", "user_permissions", "is_staff"):
        assert f'name="{name}"' not in page
    assert "/auth/group/" not in text_of(operator.get(reverse("admin:index")))
    change = {"email": alice.email, "name": "Alice", "is_active": "on", "groups": "1", "user_permissions": "1"}
    change |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    assert operator.post(address(User, "change", alice.pk), change).status_code == 302
    assert (alice.groups.count(), alice.user_permissions.count()) == (0, 0)


def test_a_company_is_opened_with_tax_codes_and_members(operator: Client, alice: User) -> None:
    new = {
        "name": "  Kedai Baru ",
        "currency": "SGD",
        "country": "SG",
        "time_zone": "Asia/Singapore",
        "address": "{}",
        "language": "en",
        "paper_size": "A4",
        "payment_terms": "30",
        "quote_validity_days": "30",
        "is_active": "on",
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-user": str(alice.pk),
        "memberships-0-role": "viewer",
    }
    page = text_of(operator.post(address(Company, "add"), {**new, "currency": "XXX", "time_zone": "Mars"}))
    assert "ISO 4217" in page
    assert "IANA" in page
    assert operator.post(address(Company, "add"), new).status_code == 302
    company = Company.objects.get(name="Kedai Baru")
    assert (company.currency, company.time_zone, company.paper_size) == ("SGD", "Asia/Singapore", "A4")
    assert TaxCode.unscoped.filter(company=company, code="SST").exists()
    assert Membership.objects.get(company=company).user == alice
    change = {
        **new,
        "currency": "USD",
        "invoice_terms": "Net 7",
        "memberships-TOTAL_FORMS": "0",
    }
    assert operator.post(address(Company, "change", company.pk), change).status_code == 302
    company.refresh_from_db()
    assert (company.invoice_terms, company.currency) == ("Net 7", "SGD")


def test_people_are_added_with_lower_case_addresses(operator: Client, company: Company) -> None:
    new = {
        "email": "Dewi@Example.com",
        "name": "Dewi",
        "usable_password": "true",
        "password1": "long and winding road",
        "password2": "long and winding road",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    assert operator.post(address(User, "add"), new).status_code == 302
    dewi = User.objects.get(email="dewi@example.com")
    assert dewi.check_password("long and winding road")
    change = {
        "email": "DEWI@example.com",
        "name": "Dewi Lestari",
        "is_active": "on",
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-company": str(company.pk),
        "memberships-0-role": "finance",
    }
    assert operator.post(address(User, "change", dewi.pk), change).status_code == 302
    dewi.refresh_from_db()
    assert (dewi.name, dewi.email) == ("Dewi Lestari", "dewi@example.com")
    assert Membership.objects.get(user=dewi).role == "finance"


def test_a_key_is_made_shown_once_and_revoked(operator: Client, company: Company) -> None:
    new = {"name": "Till", "companies": [str(company.pk)], "scopes": ["read", "invoices:write"]}
    made = operator.post(address(ApiKey, "add"), new)
    shown = text_of(made)
    key = ApiKey.objects.get(name="Till")
    (secret,) = re.findall(r"bl_live_\w+", shown)
    assert hash_key(secret) == key.hash
    assert "no-store" in made.headers["Cache-Control"]
    assert secret not in str(operator.cookies) + str(operator.session.items())
    assert (key.scopes, list(key.companies.all())) == (["read", "invoices:write"], [company])
    page = text_of(operator.get(address(ApiKey, "change", key.pk)))
    assert secret not in page
    assert key.hash not in page
    assert 'name="_save"' not in page
    assert operator.post(address(ApiKey, "change", key.pk), {**new, "name": "Other"}).status_code == 403
    revoke = {"action": "revoke", "_selected_action": [str(key.pk)]}
    assert operator.post(address(ApiKey, "changelist"), revoke).status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert ApiKey.objects.get(name="Shop").revoked_at is None


def test_a_tax_code_is_made_and_its_rates_changed(operator: Client, company: Company) -> None:
    add = address(TaxCode, "add")
    assert f"?company={company.pk}" in text_of(operator.get(add))
    new = {"code": "LUX", "name": "Luxury", "is_active": "on", "rate": "101", "valid_from": ""}
    assert "less than or equal to 100" in text_of(operator.post(f"{add}?company={company.pk}", new))
    new |= {"rate": "12.5"}
    assert operator.post(f"{add}?company={company.pk}", new).status_code == 302
    code = TaxCode.unscoped.get(code="LUX")
    first = TaxRate.unscoped.get(tax_code=code)
    assert (code.company, first.rate, first.valid_from) == (company, Decimal("12.5"), date.min)
    assert "exists" in text_of(operator.post(f"{add}?company={company.pk}", new))
    change = {
        "code": "LUX",
        "name": "Luxury tax",
        "is_active": "on",
        "rates-TOTAL_FORMS": "2",
        "rates-INITIAL_FORMS": "1",
        "rates-0-id": str(first.pk),
        "rates-0-tax_code": str(code.pk),
        "rates-0-rate": "12.5",
        "rates-0-valid_from": "0001-01-01",
        "rates-1-rate": "15",
        "rates-1-valid_from": "0001-01-01",
    }
    assert "same date" in text_of(operator.post(address(TaxCode, "change", code.pk), change))
    change |= {"rates-1-valid_from": "2030-01-01"}
    assert operator.post(address(TaxCode, "change", code.pk), change).status_code == 302
    rates = TaxRate.unscoped.filter(tax_code=code).order_by("valid_from").values_list("rate", "company_id")
    assert list(rates) == [(Decimal("12.5"), company.pk), (Decimal(15), company.pk)]
    assert AuditEntry.unscoped.filter(event="tax_code.updated", subjects__contains=[code.pk]).exists()
    gone = {**change, "rates-0-DELETE": "on", "rates-TOTAL_FORMS": "1"}
    assert "A rate is required" in text_of(operator.post(address(TaxCode, "change", code.pk), gone))


def test_an_item_is_made_and_changed_with_its_company_s_taxes(
    operator: Client, company: Company, other_company: Company
) -> None:
    ours, theirs = (TaxCode.unscoped.get(company=one, code="SST") for one in (company, other_company))
    add = f"{address(Item, 'add')}?company={company.pk}"
    page = text_of(operator.get(add))
    assert str(ours.pk) in page
    assert str(theirs.pk) not in page
    new = {"item_code": "GAD-1", "name": "Gadget", "type": "goods", "unit_price": "9.90", "is_active": "on"}
    new |= {"tax_code": str(theirs.pk)}
    assert "not one of the available choices" in text_of(operator.post(add, new))
    new |= {"tax_code": str(ours.pk), "company": str(other_company.pk)}
    assert operator.post(add, new).status_code == 302
    item = Item.unscoped.get(item_code="GAD-1")
    assert (item.company, item.tax_code, item.unit_price) == (company, ours, Decimal("9.90"))
    assert item.search_text == "gad-1 gadget"
    created = AuditEntry.unscoped.get(event="item.created", subjects__contains=[item.pk])
    assert created.actor_id == User.objects.get(email="root@example.com").public_id
    taken = text_of(operator.post(add, new))
    assert "already exists" in taken
    change = {**new, "unit_price": "10.50", "is_active": ""}
    assert operator.post(address(Item, "change", item.pk), change).status_code == 302
    item.refresh_from_db()
    assert (item.unit_price, item.is_active, item.company) == (Decimal("10.50"), False, company)


def test_what_only_the_service_refuses_is_told(operator: Client, company: Company) -> None:
    item = Item.unscoped.get(company=company)
    change = {"item_code": "OTHER", "name": "Other", "type": "goods", "unit_price": "1", "is_active": "on"}
    change |= {"description": "y" * 5001}
    page = text_of(operator.post(address(Item, "change", item.pk), change, follow=True))
    assert "description: At most 5000 characters are allowed" in page
    item.refresh_from_db()
    assert item.item_code == "WDG-001"


def test_webhooks_are_switched_off_and_get_new_secrets_but_show_none(operator: Client, company: Company) -> None:
    endpoint = WebhookEndpoint.unscoped.get(company=company)
    page = text_of(operator.get(address(WebhookEndpoint, "change", endpoint.pk)))
    assert endpoint.secret not in page

    def act(action: str) -> str:
        form = {"action": action, "_selected_action": [str(endpoint.pk)]}
        return text_of(operator.post(address(WebhookEndpoint, "changelist"), form, follow=True))

    assert "Disabled" in act("switch_off")
    shown = act("rotate_secrets")
    assert "whsec_" not in str(operator.cookies) + str(operator.session.items())
    stored = WebhookEndpoint.unscoped.get(pk=endpoint.pk)
    assert stored.disabled_at is not None
    assert stored.previous_secret == endpoint.secret
    assert stored.secret in shown
    assert stored.secret not in text_of(operator.get(address(WebhookEndpoint, "changelist")))
    untouched = WebhookEndpoint.unscoped.exclude(pk=endpoint.pk).get()
    assert (untouched.disabled_at, untouched.previous_secret) == (None, "")
