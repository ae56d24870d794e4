"""Whatever is posted to whichever page of the admin: no document, entry, number or file is broken.

The posts are made of every model in the admin: to its pages for adding, changing and deleting, to its list, with all of
its actions, and with rows of its inlines.  What the database holds afterwards is compared row by row.
"""

from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client, RequestFactory

from bigledger_crm.tenancy.admin_base import OperatorAdmin
from bigledger_crm.tenancy.models import ApiKey, Company, Membership, User
from bigledger_crm.testing.tenancy_fixtures import Tenant
from bigledger_crm.tests.admin.pages import PAGES, act, admin_url, choose, contents, newest
from bigledger_crm.tests.integrity.test_guards import GUARDS

Tenants = tuple[Tenant, Tenant]
LOG = "django_admin_log"
# What a company's books are made of, and what is told of them: guarded in the database, and what counts numbers.
BOOKS = {*GUARDS, "numbering_documentsequence", "customers_customer", "sales_taxcode", "sales_taxrate", "sales_item"}
# These grow by what operators do; what is in them stays.
GROWING = {"audit_auditentry", "tenancy_securityevent"}
# Whose pages change something, and which columns; all others change nothing at all.
CHANGEABLE: dict[type[models.Model], set[str]] = {
    Company: {"requires_second_factor"},
    Membership: {"role", "own_records_only"},
    User: {"email", "name", "language", "is_superuser", "is_staff"},
}
ADDABLE = {
    "bigledger_account.Invitation",
    "invoicing.BooksCheck",
    "tenancy.ApiKey",
    "tenancy.Company",
    "tenancy.Membership",
    "tenancy.User",
}
EVERY = pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.label)


def _typed(value: Any) -> str:
    return "" if value is None else "on" if value is True else str(value)


def _changed(field: Any, value: Any) -> Any:
    """Another value that the column could hold."""
    if field.choices:
        return next((choice for choice, _label in field.choices if choice != value), value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return f"9{value}"[: field.max_length]
    return value + 1 if isinstance(value, int) else value


def _everything(row: models.Model) -> dict[str, str]:
    """A form with every column of a row, each changed where it can be, and times in two fields as in the admin."""
    form: dict[str, str] = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        form[field.name] = _typed(value if field.is_relation or field.primary_key else _changed(field, value))
        form |= {f"{field.name}_0": "2030-01-01", f"{field.name}_1": "10:00"}
    if isinstance(row, Membership):
        form["role"] = "sales"  # whom alone a limit can be given to
    return form


def _inlines(page: OperatorAdmin, row: models.Model, request: Any) -> dict[str, str]:
    """The rows of a page's inlines: the first changed, the second deleted, and one more."""
    form: dict[str, str] = {"_save": "Save"}
    for formset, inline in page.get_formsets_with_inlines(request, row):
        prefix = formset.get_default_prefix()
        parts = list(inline.model._base_manager.filter(**{formset.fk.name: row.pk})[:2])
        form |= {f"{prefix}-TOTAL_FORMS": str(len(parts) + 1), f"{prefix}-INITIAL_FORMS": str(len(parts))}
        for at, part in enumerate([*parts, *parts[:1]]):
            form |= {f"{prefix}-{at}-{name}": value for name, value in _everything(part).items()}
            form[f"{prefix}-{at}-id"] = str(part.pk) if at < len(parts) else ""
        form[f"{prefix}-1-DELETE"] = "on"
    return form


def _request(root: User, company: Company) -> Any:
    request = RequestFactory().get("/admin/")
    request.user = root
    request.session = {"admin_company": str(company.pk)}  # type: ignore[assignment]
    return request


@EVERY
def test_no_page_adds_changes_or_deletes(
    operator: Client, root: User, furnished: Tenants, model: type[models.Model]
) -> None:
    """Every page but those of CHANGEABLE and ADDABLE answers 403, and nothing anywhere is other than before."""
    page, company = PAGES[model], furnished[0].company
    choose(operator, company)
    before = contents(LOG)
    for row in newest(page, company):
        form = {**_everything(row), **_inlines(page, row, _request(root, company))}
        statuses = {
            "delete": operator.post(admin_url(model, "delete", row.pk), {**form, "post": "yes"}).status_code,
            "list": operator.post(admin_url(model, "changelist"), {**_list_form(row), "_save": "Save"}).status_code,
        }
        if model not in CHANGEABLE:
            statuses["change"] = operator.post(admin_url(model, "change", row.pk), form).status_code
        if model._meta.label not in ADDABLE:
            statuses["add"] = operator.post(admin_url(model, "add"), form).status_code
            assert operator.get(admin_url(model, "add")).status_code == 403
        assert statuses.pop("list") in (200, 302)
        assert set(statuses.values()) == {403}, statuses
        for action in ("delete_selected", "delete", "nonsense"):
            act(operator, action, row, post="yes", select_across="1")
    assert contents(LOG) == before


def _list_form(row: models.Model) -> dict[str, str]:
    """What a list in which rows can be edited would be sent."""
    form = {f"form-0-{name}": value for name, value in _everything(row).items()}
    return {**form, "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": str(row.pk)}


@pytest.mark.parametrize("model", CHANGEABLE, ids=lambda model: model._meta.label)
def test_a_page_that_changes_rows_changes_these_columns_alone(
    operator: Client, root: User, furnished: Tenants, model: type[models.Model]
) -> None:
    page, company = PAGES[model], furnished[0].company
    choose(operator, company)
    (row, *_others) = newest(page, company)
    form = {**_everything(row), **_inlines(page, row, _request(root, company))}
    before, tables = _columns(model), contents(LOG, *GROWING, model._meta.db_table)
    operator.post(admin_url(model, "change", row.pk), form)
    after = _columns(model)
    assert before.keys() == after.keys()
    differing = {name for key in before for name in before[key] if before[key][name] != after[key][name]}
    assert differing, "the post had no effect: this test proves nothing"
    assert differing <= CHANGEABLE[model]
    assert contents(LOG, *GROWING, model._meta.db_table) == tables


def _columns(model: type[models.Model]) -> dict[Any, dict[str, Any]]:
    return {row["id"]: row for row in model._base_manager.values()}


@pytest.mark.parametrize("label", sorted(ADDABLE))
def test_a_page_that_adds_rows_touches_no_books(operator: Client, furnished: Tenants, label: str) -> None:
    model = next(model for model in PAGES if model._meta.label == label)
    ours, theirs = furnished
    choose(operator, ours.company)
    before, members = _books(), Membership.objects.filter(company=theirs.company)
    theirs_before = list(members.values())
    for row in newest(PAGES[model], theirs.company):
        operator.post(admin_url(model, "add"), {**_everything(row), "company": str(theirs.company.pk), "_save": "Save"})
    _only_grew(before)
    assert list(members.all().values()) == theirs_before, "a posted company is not listened to"


@EVERY
def test_no_action_breaks_the_books(operator: Client, furnished: Tenants, model: type[models.Model]) -> None:
    """Actions ask first, and change nothing until they are confirmed; then no book either, whatever they do."""
    page, company = PAGES[model], furnished[0].company
    choose(operator, company)
    chosen = newest(page, company)
    before, books = contents(LOG), _books()
    for confirmed in (False, True):
        for name in page.actions:
            answer = act(operator, name, *chosen, confirmed=confirmed, select_across="1")
            assert answer.status_code in ((200, 302) if confirmed else (200,)), name
        if not confirmed:
            assert contents(LOG) == before
    _only_grew(books)


def _books() -> dict[str, list[str]]:
    return {table: rows for table, rows in contents().items() if table in BOOKS}


def _only_grew(before: dict[str, list[str]]) -> None:
    after = _books()
    for table, rows in before.items():
        if table in GROWING:
            assert set(rows) <= set(after[table]), table
        else:
            # A company that is opened has tax codes; there is none that was there before that is other now.
            assert set(rows) <= set(after[table]), table
            grown = len(after[table]) - len(rows)
            assert grown == 0 or table in ("sales_taxcode", "sales_taxrate"), table


def test_the_site_deletes_nothing(operator: Client, furnished: Tenants) -> None:
    assert "delete_selected" not in [name for name, _action in admin.site.actions]
    key = ApiKey.objects.all()[0]
    assert operator.get(admin_url(ApiKey, "delete", key.pk)).status_code == 403
