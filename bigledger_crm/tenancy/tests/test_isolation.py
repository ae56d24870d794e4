"""No row of a company is reached without its scope, and none can refer to another company's."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, models

from bigledger_crm.account.models import Invitation
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.numbering.models import DocumentSequence
from bigledger_crm.outbox.models import OutboxAttempt, OutboxEmail, WebhookAttempt, WebhookDelivery
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.outbox.webhooks.services import create_endpoint
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyManager, CompanyOwnedModel
from bigledger_crm.tenancy.models import Company, Membership, SecurityEvent, User
from bigledger_crm.tenancy.scope import CompanyScopeError, company_scope, current_company_id
from bigledger_crm.tenancy.tests.look_across import MAY_LOOK_ACROSS
from bigledger_crm.testing import factories
from bigledger_crm.testing.einvoice_rows import make_einvoice
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_item, make_order, make_quote
from bigledger_crm.testing.raw_sql import copy_row
from bigledger_crm.testing.tenancy_custom_fields import make_custom_field_fixtures
from bigledger_crm.testing.tenancy_imports import make_import
from customers.inputs import ContactInput
from customers.models import Contact, Customer
from customers.queries import customer_by_public_id
from customers.services import create_contact, merge_customers
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.models import CreditNote, EInvoice, Invoice, InvoiceLine, Payment, Reminder, ReminderStep
from invoicing.queries import credit_note_by_public_id, invoice_by_public_id, payment_by_public_id
from invoicing.queries.einvoices import einvoice_by_public_id
from invoicing.queries.reminders import step_by_public_id
from invoicing.services import convert_order_to_invoice, create_credit_note, record_payment, schedule_of
from sales.inputs import LineInput, QuantityInput
from sales.models import Item, Quote, SalesOrder, SalesOrderLine, TaxCode
from sales.queries import item_by_public_id, order_by_public_id, quote_by_public_id, tax_code_by_public_id
from sales.services import EmailOptions, change_order_status, send_quote

OWNED = [model for model in apps.get_models() if issubclass(model, CompanyOwnedModel)]
REFERENCES = [
    (model, field) for model in OWNED for field in model._meta.concrete_fields if isinstance(field, CompanyForeignKey)
]


def name_of(value: object) -> str:
    return value.__name__ if isinstance(value, type) else str(getattr(value, "name", ""))


@pytest.mark.parametrize("model", [*OWNED, DocumentSequence], ids=name_of)
def test_no_rows_without_a_scope(model: Any) -> None:
    for query in (model.objects.all, model.objects.count, model.objects.first, lambda: model.objects.filter(pk=None)):
        with pytest.raises(CompanyScopeError):
            query()
    assert model._meta.default_manager_name == "objects"
    assert isinstance(model._default_manager, CompanyManager)


def test_every_table_with_a_company_hides_behind_the_scope() -> None:
    with_company = {model for model in apps.get_models() if "company" in {f.name for f in model._meta.get_fields()}}
    # An invitation is read by its link, before anybody works for a company.
    assert with_company - {*OWNED} == {DocumentSequence, Invitation, Membership, SecurityEvent}


def test_no_company_reads_security_events() -> None:
    own = settings.BASE_DIR / "bigledger_crm" / "tenancy"
    apart = [settings.BASE_DIR / ".venv", settings.BASE_DIR / "var", own]
    readers = [
        path
        for path in settings.BASE_DIR.rglob("*.py")
        if not {"tests", "migrations"} & {*path.parts}
        and not any(path.is_relative_to(one) for one in apart)
        and re.search("security_?event", path.read_text(), re.IGNORECASE)
    ]
    assert readers == []
    assert {path.name for path in own.glob("*.py") if "SecurityEvent" in path.read_text()} == {
        "admin.py",
        "models.py",
        "security.py",
    }


def test_a_scope_is_of_one_company(company: Company, other_company: Company) -> None:
    with pytest.raises(CompanyScopeError), company_scope(cast("Company", None)):
        pass
    with company_scope(company):
        assert current_company_id() == company.pk
        with company_scope(company.pk):
            assert current_company_id() == company.pk
        with pytest.raises(CompanyScopeError), company_scope(other_company):
            pass
        assert current_company_id() == company.pk
    with pytest.raises(ZeroDivisionError), company_scope(company):
        _ = 1 / 0
    with pytest.raises(CompanyScopeError):
        current_company_id()


def test_a_thread_begins_without_a_scope(company: Company) -> None:
    errors: list[BaseException] = []

    def look() -> None:
        try:
            current_company_id()
        except CompanyScopeError as error:
            errors.append(error)

    with company_scope(company):
        thread = Thread(target=look)
        thread.start()
        thread.join()
    assert len(errors) == 1


def test_a_scope_shows_its_own_rows_only(actor: Actor, stranger: Actor) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor)
    with company_scope(stranger.company):
        make_customer(stranger, name="Theirs")
        assert [row.name for row in Customer.objects.all()] == ["Theirs"]
        assert Customer.objects.filter(pk=customer.pk).update(name="Taken") == 0
        assert list(customer.contacts.all()) == []
    with pytest.raises(CompanyScopeError):
        customer.contacts.all()


def test_references_between_rows_of_companies_are_company_references() -> None:
    simple = [
        f"{model.__name__}.{field.name}"
        for model in OWNED
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and isinstance(field.related_model, type)
        and issubclass(field.related_model, CompanyOwnedModel)
        and not isinstance(field, CompanyForeignKey)
    ]
    assert simple == []
    assert len(REFERENCES) >= 20


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "field"), REFERENCES, ids=name_of)
def test_every_reference_is_kept_inside_its_company_by_the_database(
    model: type[CompanyOwnedModel], field: CompanyForeignKey
) -> None:
    """(company_id, x_id) references (company_id, id), of people their membership, valid and enforced at once."""
    parent, key = (Membership, "user_id") if field.related_model is User else (field.related_model, "id")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT ARRAY(SELECT attname FROM unnest(conkey) WITH ORDINALITY AS k(number, place)
                         JOIN pg_attribute ON attrelid = conrelid AND attnum = k.number ORDER BY place)::text[],
                   ARRAY(SELECT attname FROM unnest(confkey) WITH ORDINALITY AS k(number, place)
                         JOIN pg_attribute ON attrelid = confrelid AND attnum = k.number ORDER BY place)::text[],
                   convalidated, condeferrable
            FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass AND confrelid = %s::regclass
            """,
            [model._meta.db_table, parent._meta.db_table],
        )
        found = cursor.fetchall()
    assert (["company_id", field.column], ["company_id", key], True, False) in found
    assert not [row for row in found if row[0] == [field.column]]


@pytest.fixture
def rows_of_every_kind(actor: Actor) -> Actor:
    """At least one row in every table that refers to another, with drafts among the documents."""
    with company_scope(actor.company):
        create_endpoint(actor, EndpointInput(url="https://hooks.example.com/", events=["customer.created"]))
        make_custom_field_fixtures(actor, "one", "One")
        customer, item = make_customer(actor, custom_fields={"one": "1"}), make_item(actor)
        WebhookAttempt.objects.create(company=actor.company, delivery=WebhookDelivery.objects.get(), number=1)
        create_contact(actor, customer, ContactInput(name="Ali"))
        make_import(actor, "ready", "customers")
        merge_customers(actor, make_customer(actor), customer)
        lines = [LineInput(item_id=item.public_id, quantity=Decimal(2)), line()]
        make_quote(actor, customer, lines)
        make_order(actor, customer, lines, draft=True)
        order = make_order(actor, customer, lines)
        convert_order_to_invoice(actor, order)
        change_order_status(actor, order, "shipped")
        record_payment(actor, make_invoice(actor, customer), PaymentInput(amount=Decimal(1)))
        factories.make_settlement(actor, customer)
        factories.make_bank_match(actor, customer)
        gift = make_invoice(actor, customer, [line(discount_percent=Decimal(100))])  # a guard lets its lines pass
        create_credit_note(actor, CreditNoteInput(invoice_id=gift.public_id))
        make_einvoice(make_invoice(actor, customer))
        _, email = send_quote(actor, make_quote(actor, customer), EmailOptions())
        OutboxAttempt.objects.create(company=actor.company, email=email, number=1)
        quote_step = schedule_of(actor, "quote")[0]
        Reminder.objects.create(company=actor.company, quote_id=email.related_id, step=quote_step, email=email)
        factories.make_report_email(actor)
        factories.make_batch(actor, customer)
    return actor


DRAFTS = {
    "customers_customer": "merged_into_id IS NOT NULL",
    "sales_quoteline": "quote_id IN (SELECT id FROM sales_quote WHERE status = 'draft')",
    "sales_salesorderline": "order_id IN (SELECT id FROM sales_salesorder WHERE status = 'draft')",
    "invoicing_invoiceline": "order_line_id IS NOT NULL",
}


def test_a_copied_row_is_refused_in_another_company(rows_of_every_kind: Actor, other_company: Company) -> None:
    """Raw SQL that puts a stranger's company on a row that refers to ours."""
    for model in dict.fromkeys(model for model, _ in REFERENCES):
        where = f"company_id = '{rows_of_every_kind.company.pk}' AND {DRAFTS.get(model._meta.db_table, 'TRUE')}"
        changes = {"message_id": "'<x@y>'"} if model is OutboxEmail else {}
        theirs = {"company_id": f"'{other_company.pk}'", **changes}
        # Which of several keys speaks first is PostgreSQL's choice: all of them have the company in them.
        with pytest.raises(IntegrityError, match=r"(?s)foreign key constraint .*Key \(company_id, "):
            copy_row(model, where, **theirs)


FINDERS: list[tuple[type[CompanyOwnedModel], Callable[[str], object]]] = [
    (Customer, customer_by_public_id),
    (Item, item_by_public_id),
    (TaxCode, tax_code_by_public_id),
    (Quote, quote_by_public_id),
    (SalesOrder, order_by_public_id),
    (Invoice, invoice_by_public_id),
    (Payment, payment_by_public_id),
    (CreditNote, credit_note_by_public_id),
    (EInvoice, einvoice_by_public_id),
    (ReminderStep, step_by_public_id),
]


def test_a_strangers_object_is_not_found_like_a_missing_one(rows_of_every_kind: Actor, stranger: Actor) -> None:
    for model, find in FINDERS:
        ours = cast("Any", model).unscoped.filter(company=rows_of_every_kind.company)[0].public_id
        missing = ids.encode(model.PREFIX, ids.new_id())
        with company_scope(rows_of_every_kind.company):
            assert find(ours)
        with company_scope(stranger.company):
            for public_id in (ours, missing):
                with pytest.raises(NotFound) as refusal:
                    find(public_id)
                assert public_id in refusal.value.message


def test_services_find_no_strangers_objects(rows_of_every_kind: Actor, stranger: Actor) -> None:
    mine = rows_of_every_kind.company
    customer, item = Customer.unscoped.get(company=mine, merged_into=None), Item.unscoped.get(company=mine)
    with company_scope(stranger.company):
        with pytest.raises(NotFound, match="Customer"):
            make_quote(stranger, customer)
        with pytest.raises(NotFound, match="Item"):
            make_quote(stranger, None, [LineInput(item_id=item.public_id, quantity=Decimal(1))])
        part = QuantityInput(item_id=SalesOrderLine.unscoped.filter(company=mine)[0].public_id, quantity=Decimal(1))
        order = make_order(stranger)
        with pytest.raises(NotFound, match="Sales order item"):
            convert_order_to_invoice(stranger, order, partial_items=[part])
        assert Contact.objects.count() == InvoiceLine.objects.count() == 0


def test_only_known_files_look_past_the_scope() -> None:
    root = Path(settings.BASE_DIR)
    ways_past = re.compile(r"\bunscoped\b|\b_base_manager\b")
    found = {
        str(file.relative_to(root))
        for package in ("bigledger_crm", "customers", "sales", "invoicing")
        for file in (root / package).rglob("*.py")
        if not {"tests", "migrations", "testing"} & {*file.parts} and ways_past.search(file.read_text())
    }
    assert found <= MAY_LOOK_ACROSS
