"""Which pages the admin has, what they show, and to whom."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.filters import AllValuesFieldListFilter, RelatedFieldListFilter
from django.contrib.auth.models import Permission
from django.db import models
from django.test import Client, RequestFactory
from django.urls import reverse

from bigledger_crm.tenancy.admin_base import CompanyOwnedAdmin, OperatorAdmin
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.testing.tenancy_fixtures import OURS, THEIRS, Tenant
from bigledger_crm.tests.admin.pages import PAGES, admin_url, choose, newest, rows, text_of
from invoicing.models import Invoice

Tenants = tuple[Tenant, Tenant]
# Models without a page, each with its reason; the parts of an object are on the page of the object.
NOT_SHOWN = {
    "account.EmailAddress": "addresses are those of people",
    "account.EmailConfirmation": "links to confirm an address are ours, and nowhere in the database",
    "auth.Group": "what people may do is in their memberships",
    "auth.Permission": "what people may do is in their memberships",
    "bigledger_account.CacheEntry": "counts of attempts, by hashes",
    "bigledger_api.IdempotencyRecord": "responses, for a day",
    "bigledger_pages.ListPreferences": "which columns somebody sees",
    "bigledger_pages.SubmittedForm": "keys of forms, for a day",
    "bigledger_pages.UnsavedForm": "what somebody has typed and not saved",
    "contenttypes.ContentType": "Django's names of the models",
    "custom_fields.CustomFieldValue": "what objects have in custom fields, for searching; objects show it",
    "documents.FileToDelete": "files that go within the hour",
    "invoicing.BankUpload": "files that wait to be imported, for a day",
    "imports.ImportMapping": "how a company last mapped the columns of its files",
    "imports.ImportRow": "what companies import, for a month; the page of the import counts it",
    "invoicing.CustomerDay": "sums of documents, as sales sums",
    "invoicing.CustomerItem": "sums of documents, as sales sums",
    "invoicing.EInvoiceSettings": "secrets of companies, and how they report e-invoices",
    "mfa.Authenticator": "secrets; the page of a person says which factors there are",
    "sessions.Session": "keys that open sessions; the page of a person ends them",
    "invoicing.QuoteChange": "days whose quotes are to be added up",
    "invoicing.QuoteSum": "sums of quotes, as sales sums",
    "invoicing.SalesChange": "days whose sales are to be added up",
    "invoicing.SalesSum": "sums that reports are made of; check_books compares them with the documents",
    "socialaccount.SocialAccount": "who is who at the provider of single sign-on",
    "socialaccount.SocialApp": "the provider is in the settings",
    "socialaccount.SocialToken": "secrets, which are not stored",
    "tenancy.RowChanges": "counts of changes, by tables",
    "tenancy.SignInAttempts": "counts of attempts, by hashes",
    "usersessions.UserSession": "keys that open sessions; the page of a person ends them",
}


def test_every_model_has_a_page_or_a_reason() -> None:
    """A new model of a company needs a ReadOnlyAdmin in its app's admin.py, or a ReadOnlyInline on its owner's page."""
    parts = {inline.model for page in PAGES.values() for inline in page.inlines}
    parts |= {inline.model for page in PAGES.values() for inline in page.get_inlines(_request(), page.model())}
    without = {model._meta.label for model in apps.get_models() if model not in PAGES and model not in parts}
    assert without == set(NOT_SHOWN)


def _request() -> Any:
    request: Any = RequestFactory().get("/admin/")
    request.user = User(is_superuser=True, is_active=True)
    return request


def test_every_page_is_one_of_ours() -> None:
    assert set(admin.site._registry) == set(PAGES), "derive it from a class of tenancy/admin_base.py"
    for model, page in PAGES.items():
        if issubclass(model, CompanyOwnedModel):
            assert isinstance(page, CompanyOwnedAdmin), model
        assert page.search_fields or page.model._meta.label == "outbox.MailServer", model


def test_no_list_reads_a_table_without_end() -> None:
    """A filter by a related row or by free text would look up all of them: name the words by `one_of`."""
    for model, page in PAGES.items():
        assert page.show_full_result_count is False, model
        assert page.date_hierarchy is None, model
        for entry in page.list_filter:
            if isinstance(entry, type):
                continue
            made = entry[1] if isinstance(entry, tuple) else _filter_of(model._meta.get_field(entry))
            assert not issubclass(made, (AllValuesFieldListFilter, RelatedFieldListFilter)), f"{model}: {entry}"


def _filter_of(field: Any) -> type[admin.FieldListFilter]:
    """What Django makes of a column's name."""
    known: list[Any] = admin.FieldListFilter._field_list_filters  # type: ignore[attr-defined]
    found: type[admin.FieldListFilter] = next(made for test, made in known if test(field))
    return found


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.label)
def test_lists_and_pages_are_shown(operator: Client, furnished: Tenants, model: type[models.Model]) -> None:
    page, some_rows = PAGES[model], [row for tenant in furnished for row in newest(PAGES[model], tenant.company)]
    assert some_rows, "the fixtures have none"
    for tenant, other in (furnished, furnished[::-1]):
        choose(operator, tenant.company)
        listed = text_of(operator.get(admin_url(model, "changelist")))
        assert operator.get(admin_url(model, "changelist"), {"q": "nothing like it"}).status_code == 200
        for row in some_rows:
            is_listed = admin_url(model, "change", row.pk) in listed
            assert is_listed == _is_for(page, row, tenant.company), row
            answer = operator.get(admin_url(model, "change", row.pk))
            if not is_listed:
                assert answer.status_code == 302, "as if it weren't there"
                continue
            assert "Traceback" not in text_of(answer)
            assert other.company.public_id not in text_of(answer) or model in (Company, User)
        assert operator.get(admin_url(model, "history", newest(page, tenant.company)[0].pk)).status_code == 200


def _is_for(page: OperatorAdmin, row: models.Model, company: Company) -> bool:
    if not page.company_path:
        return True
    return bool(type(row)._base_manager.filter(pk=row.pk, **{page.company_path: company}).exists())


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.label)
def test_without_a_company_only_lists_across_companies_are_shown(
    operator: Client, furnished: Tenants, model: type[models.Model]
) -> None:
    page = PAGES[model]
    answer = operator.get(admin_url(model, "changelist"))
    if isinstance(page, CompanyOwnedAdmin) and not page.across_companies:
        choice = f"{reverse('admin:choose-company')}?next="
        assert (answer.status_code, answer["Location"][: len(choice)]) == (302, choice)
        row = newest(page, furnished[0].company)[0]
        assert operator.get(admin_url(model, "change", row.pk))["Location"].startswith(choice)
        return
    listed = text_of(answer)
    for row in rows(model)[-2:]:
        assert admin_url(model, "change", row.pk) in listed
        assert operator.get(admin_url(model, "change", row.pk)).status_code == 200


def test_a_company_is_found_and_chosen_for_the_session(operator: Client, furnished: Tenants) -> None:
    ours, theirs = furnished
    place = reverse("admin:choose-company")
    page = text_of(operator.get(place, {"q": "charlie", "next": "/admin/invoicing/invoice/"}))
    assert (str(theirs.company.pk) in page, str(ours.company.pk) in page) == (True, False)
    assert str(ours.company.pk) in text_of(operator.get(place, {"q": ours.company.public_id}))
    choice = {"company": str(theirs.company.pk), "next": "/admin/invoicing/invoice/"}
    assert operator.post(place, choice)["Location"] == "/admin/invoicing/invoice/"
    assert theirs.company.name in text_of(operator.get("/admin/invoicing/invoice/"))
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert operator.post(place, {"company": "", "next": elsewhere})["Location"] == reverse("admin:index")
    for nonsense in ("x", "00000000-0000-0000-0000-000000000000", "' OR 1=1"):
        assert operator.post(place, {"company": nonsense}).status_code == 200
    assert operator.get("/admin/invoicing/invoice/").status_code == 302, "none is chosen any more"


def test_rows_are_found_by_what_they_are_called(operator: Client, furnished: Tenants) -> None:
    ours, _theirs = furnished
    choose(operator, ours.company)
    invoice = Invoice.unscoped.filter(company=ours.company).order_by("pk")[0]
    for text in (invoice.invoice_number.lower(), invoice.public_id, OURS):
        found = text_of(operator.get(admin_url(Invoice, "changelist"), {"q": text}))
        assert admin_url(Invoice, "change", invoice.pk) in found, text
    foreign = Invoice.unscoped.exclude(company=ours.company)[0]
    for text in (foreign.public_id, THEIRS):
        assert "0 invoices" in text_of(operator.get(admin_url(Invoice, "changelist"), {"q": text})), text


def test_only_operators_get_in(operator: Client, furnished: Tenants) -> None:
    alice = furnished[0].owner
    alice.is_staff = True
    alice.set_password("correct horse battery")
    alice.save()
    alice.user_permissions.set(Permission.objects.all())
    assert alice.has_perm("tenancy.change_user")
    client = Client()
    ours = ("index", "password_change", "choose-company", "doctor", "autocomplete", "jsi18n")
    pages = [reverse(f"admin:{name}") for name in ours]
    pages += [admin_url(model, name) for model in PAGES for name in ("changelist", "add")]
    pages += [admin_url(User, "change", alice.pk)]
    for is_signed_in in (False, True):
        if is_signed_in:
            client.force_login(alice)
        for page in pages:
            for answer in (client.get(page), client.post(page, {"is_superuser": "on", "company": ""})):
                assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, reverse("admin:login")), page
    right = {"username": alice.email, "password": "correct horse battery"}
    other = Client()
    door = other.get(reverse("admin:login"))["Location"]
    assert other.post(door, right)["Location"] == reverse("admin:index")
    refused = other.get(reverse("admin:index"), follow=True)
    assert (refused.status_code, "have permission to do this" in refused.content.decode()) == (403, True)
    alice.refresh_from_db()
    assert not alice.is_superuser
