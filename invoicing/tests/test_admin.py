"""The admin shows documents and ledger and never changes them; it manages companies, people, keys, taxes and items."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import models
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.documents.models import Attachment, StoredDocument
from bigledger_crm.outbox.email_templates.services import save_email_text
from bigledger_crm.outbox.models import MailTemplate, OutboxEmail, WebhookDelivery, WebhookEndpoint
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.outbox.webhooks.services import create_endpoint
from bigledger_crm.registry import EmailContent
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import ApiKey, Company, Membership, SecurityEvent, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.services import create_api_key, hash_key
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_item, make_order, make_quote
from bigledger_crm.testing.html import flat
from customers.inputs import ContactInput
from customers.models import Contact, Customer, ReceivableEntry
from customers.services import create_contact
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.models import CreditNote, Invoice, Payment
from invoicing.services import create_credit_note, record_payment, send_invoice
from sales.models import Item, Quote, SalesOrder, TaxCode, TaxRate
from sales.services import EmailOptions, attach_file, change_order_status

READ_ONLY: tuple[Any, ...] = (
    Attachment,
    AuditEntry,
    Contact,
    CreditNote,
    Customer,
    Invoice,
    MailTemplate,
    OutboxEmail,
    Payment,
    Quote,
    ReceivableEntry,
    SalesOrder,
    SecurityEvent,
    StoredDocument,
    WebhookDelivery,
    WebhookEndpoint,
)
MANAGED: tuple[Any, ...] = (ApiKey, Company, Item, TaxCode, User)


def sell(actor: Actor, mark: str) -> None:
    """One of everything."""
    with company_scope(actor.company):
        create_endpoint(actor, EndpointInput(url=f"https://{mark}.example.com/", events=["customer.created"]))
        save_email_text(actor, "invoice", "en", EmailContent(f"{mark} subject", "Dear customer"))
        customer = make_customer(actor, name=f"{mark} customer")
        create_contact(actor, customer, ContactInput(name=f"{mark} contact"))
        lines = [line(item_id=make_item(actor, name=f"{mark} item").public_id)]
        attach_file(actor, make_quote(actor, customer, lines), "quote", filename=mark, content=mark.encode())
        change_order_status(actor, make_order(actor, customer, lines), "shipped")
        invoice, _ = send_invoice(actor, make_invoice(actor, customer, lines, draft=True), EmailOptions())
        record_payment(actor, invoice, PaymentInput(amount=Decimal("1.00"), payment_method="cash"))
        create_credit_note(actor, CreditNoteInput(invoice_id=make_invoice(actor, customer).public_id))


@pytest.fixture
def operator(actor: Actor, stranger: Actor, settings: Settings, tmp_path: Path) -> Client:
    """An operator of the whole installation, who belongs to no company; two companies have one of everything."""
    settings.MEDIA_ROOT = tmp_path
    sell(actor, "Ours")
    sell(stranger, "Theirs")
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.com", "correct horse battery"))
    create_api_key([actor.company], name="Shop")
    return client


def address(model: type[models.Model], page: str, *arguments: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def rows(model: type[models.Model]) -> list[Any]:
    return list(model._base_manager.order_by("pk"))


def text_of(response: Any) -> str:
    assert response.status_code == 200, flat(response)[:2000]
    content: str = flat(response)
    return content


def test_every_model_in_the_admin_is_covered_here() -> None:
    registered = {model for model in admin.site._registry if model.__module__.partition(".")[0] != "django"}
    assert registered == {*READ_ONLY, *MANAGED}


@pytest.mark.long
def test_lists_and_pages_are_shown(operator: Client) -> None:
    for model in (*READ_ONLY, *MANAGED):
        listed = text_of(operator.get(address(model, "changelist")))
        assert rows(model), model
        for row in rows(model):
            assert str(row.pk) in listed, model
            assert "Traceback" not in text_of(operator.get(address(model, "change", row.pk)))
            assert operator.get(address(model, "history", row.pk)).status_code == 200


def test_lists_can_be_narrowed_and_searched(operator: Client, company: Company) -> None:
    for model in (*READ_ONLY, Item, TaxCode):
        listed = text_of(operator.get(address(model, "changelist"), {"company__id__exact": str(company.pk)}))
        for row in rows(model):
            assert (str(row.pk) in listed) == (row.company_id == company.pk), model
        assert operator.get(address(model, "changelist"), {"q": "nothing like it"}).status_code == 200


@pytest.mark.long
def test_documents_and_ledger_cannot_be_touched(operator: Client) -> None:
    for model in READ_ONLY:
        _cannot_be_touched(operator, model)


def _cannot_be_touched(operator: Client, model: type[models.Model]) -> None:
    before = list(model._base_manager.order_by("pk").values())
    row = rows(model)[0]
    page = text_of(operator.get(address(model, "change", row.pk)))
    assert 'name="_save"' not in page
    assert "deletelink" not in page
    assert operator.post(address(model, "change", row.pk), {"status": "draft", "name": "x"}).status_code == 403
    assert operator.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert operator.get(address(model, "add"), {"company": str(row.company_id)}).status_code == 403
    assert operator.post(address(model, "add") + f"?company={row.company_id}", {"name": "x"}).status_code == 403
    listed = address(model, "changelist")
    operator.post(listed, {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"})
    assert list(model._base_manager.order_by("pk").values()) == before, model


def test_nothing_that_documents_name_is_deleted(operator: Client) -> None:
    for model in MANAGED:
        row = rows(model)[0]
        assert operator.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403, model
        operator.post(
            address(model, "changelist"),
            {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"},
        )
        assert model._base_manager.filter(pk=row.pk).exists(), model


def test_the_lines_of_a_document_are_on_its_page(operator: Client, company: Company) -> None:
    order = SalesOrder.unscoped.get(company=company)
    page = text_of(operator.get(address(SalesOrder, "change", order.pk)))
    assert "Ours customer" in page
    assert "100.00" in page
    assert "shipped" in page
    assert "Theirs" not in page


def test_only_operators_get_in(operator: Client, alice: User) -> None:
    alice.is_staff = True
    alice.save()
    alice.user_permissions.set(Permission.objects.all())
    assert alice.has_perm("tenancy.change_user")
    client = Client()
    pages = [reverse("admin:index"), reverse("admin:password_change"), address(User, "change", alice.pk)]
    pages += [address(model, "changelist") for model in (*READ_ONLY, *MANAGED)]
    for is_signed_in in (False, True):
        if is_signed_in:
            client.force_login(alice)
        for page in pages:
            for answer in (client.get(page), client.post(page, {"is_superuser": "on"})):
                assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, reverse("admin:login")), page
    right = {"username": "alice@example.com", "password": "correct horse battery"}
    other = Client()
    door = other.get(reverse("admin:login"))["Location"]
    assert other.post(door, right)["Location"] == reverse("admin:index")
    refused = other.get(reverse("admin:index"), follow=True)
    assert (refused.status_code, "have permission to do this" in refused.content.decode()) == (403, True)
    alice.refresh_from_db()
    assert not alice.is_superuser


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
