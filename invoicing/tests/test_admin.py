"""The admin shows documents and ledger and never changes them, to operators only."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import models
from django.test import Client
from django.urls import reverse

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.documents.models import Attachment, StoredDocument
from bigledger_crm.outbox.models import MailTemplate, OutboxEmail, WebhookDelivery, WebhookEndpoint
from bigledger_crm.tenancy.models import ApiKey, Company, SecurityEvent, User
from customers.models import Contact, Customer, ReceivableEntry
from invoicing.models import CreditNote, Invoice, Payment
from invoicing.tests.admin_pages import address, rows, text_of
from sales.models import Item, Quote, SalesOrder, TaxCode

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
