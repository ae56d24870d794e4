"""Every page × a person in sales who sees own records only: theirs are there, a colleague's as if they weren't.

API keys act as themselves and are limited by scopes, never to the records of a member, so that only pages are tried.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from bigledger_crm.administration.records import hand_over
from bigledger_crm.custom_fields.models import CustomField
from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.actor import actor_for_member
from bigledger_crm.tenancy.base_models import CompanyOwnedModel, OwnedRecord
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.permissions import rights_of_member
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.database import empty_the_database
from bigledger_crm.testing.tenancy_call import Page
from bigledger_crm.testing.tenancy_fixtures import (
    OURS,
    PUBLIC_ID,
    THEIRS,
    Fixtures,
    make_fixtures,
    unknown_like,
    without_ids,
)
from bigledger_crm.testing.tenancy_pages import PAGES
from bigledger_crm.tests.isolation.test_rights import FOR_ALL, OF_EMAILS, right_of
from invoicing.models import ReminderStep, SavedReport
from sales.models import Item, TaxCode
from sales.services import open_company

# The objects of pages that are everybody's in the company.  Every other object of a page is somebody's.
OF_ALL = frozenset({"custom_field", "deleted_custom_field", "item", "tax_code", "reminder_step"})
# Those whose pages ask for a right that nobody has who is limited to own records.
OF_OTHERS = frozenset(
    {"webhook", "api_key", "member", "invitation", "audit_entry", "person_archive", "company_export"}
    | {"bank_account", "unused_bank_account", "bank_transaction", "bank_upload"}
)
# What is about another person than the one who asks, and so isn't there.
OF_A_PERSON = "own_archive"
# What is refused to the only owner alone.
LEAVING = "account/leave"
# The models whose rows everybody sees, each with its reason; all others say whose their rows are.
FOR_EVERYBODY = {
    "Item": "what is sold",
    "TaxCode": "what is sold",
    "TaxRate": "what is sold",
    "CustomField": "the company's",
    "CustomFieldValue": "asked for objects that the asking one sees, and shown to nobody",
    "ReminderStep": "the company's schedule",
    "MailTemplate": "the company's texts",
    "JournalAccount": "no right",
    "BankAccount": "no right",
    "BankStatement": "no right",
    "BankTransaction": "no right",
    "BankMatch": "no right",
    "BankUpload": "no right",
    "BooksCheck": "for operators",
    "EInvoiceSettings": "how the company reports e-invoices; their page asks for a right",
    "RetentionSetting": "no right",
    "Erasure": "keys alone, which are shown to nobody",
    "WebhookEndpoint": "no right",
    "WebhookDelivery": "no right",
    "WebhookAttempt": "no right",
    "IdempotencyRecord": "for keys of the API",
    "AssignedNumber": "numbers are the company's, and shown to nobody",
    "SkippedNumbers": "numbers are the company's, and shown to nobody",
    "PersonArchive": "no right",
    "CompanyExport": "no right",
    "Import": "no right",
    "ImportRow": "no right",
    "ImportMapping": "no right",
    "SubmittedForm": "each person's own",
    "UnsavedForm": "each person's own",
    "SavedReport": "each person's own, or shared on purpose: what is asked for, no row of it",
    "SavedReportRecipient": "shown to those who may change the saved report",
    "SavedReportEmail": "days and keys alone, which are shown to nobody",
    "SavedView": "each person's own, or shared on purpose: words for a list, no row of it",
    "ListPreferences": "each person's own",
}


class World:
    """A company in which a person in sales and a colleague own one of everything each."""

    def __init__(self) -> None:
        self.company = open_company("Company")
        boss = User.objects.create_user("boss@example.com", name="Boss")
        self.boss = actor_for_member(Membership.objects.create(company=self.company, user=boss, role="owner"))
        self.seller = self._member("seller", own_records_only=True)
        self.colleague = self._member("colleague", own_records_only=False)
        self.own = self._owned_by(OURS, self.seller)
        self.others = self._owned_by(THEIRS, self.colleague)

    def _member(self, name: str, *, own_records_only: bool) -> User:
        person = User.objects.create_user(f"{name}@example.com", name=name.title())
        Membership.objects.create(company=self.company, user=person, role="sales", own_records_only=own_records_only)
        return person

    def _owned_by(self, mark: str, person: User) -> Fixtures:
        made = make_fixtures(self.boss, mark)
        User.objects.filter(name=mark).update(name="Somebody")
        with company_scope(self.company):
            # What everybody sees has another name, so that this mark means a record of the colleague.
            for number, item in enumerate(Item.objects.filter(name__contains=THEIRS)):
                Item.objects.filter(pk=item.pk).update(name="Item", item_code=f"IT-{number}", search_text="item")
            for number, tax in enumerate(TaxCode.objects.filter(name__contains=THEIRS)):
                TaxCode.objects.filter(pk=tax.pk).update(name="Tax", code=f"TX-{number}")
            for number, field in enumerate(CustomField.objects.filter(label__contains=THEIRS)):
                CustomField.objects.filter(pk=field.pk).update(label="Field", key=f"field-{number}")
            Company.objects.filter(pk=self.company.pk).update(custom_fields_version=ids.new_id())
            ReminderStep.objects.filter(subject=THEIRS).update(subject="Step", message="Step")
            SavedReport.objects.filter(name__startswith=mark).update(person=person.public_id, is_shared=False)
            boss = Membership.objects.select_related("company", "user").get(user=self.boss.member)
            hand_over(self.boss, boss, person.public_id)
            for model in apps.get_models():  # what is closed is handed over by nobody: its customer's owner sees it
                if issubclass(model, OwnedRecord):
                    model.objects.filter(owner=self.boss.member).update(owner=None)
        return made

    @property
    def client(self) -> Client:
        """The person in sales, signed in."""
        client = Client()
        client.force_login(self.seller)
        return client


@pytest.fixture(scope="module")
def made(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The world, made once: every test works on it in a transaction that is rolled back."""
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")):
        try:
            yield World()
        finally:
            empty_the_database()


@pytest.fixture
def world(made: World, db: None) -> World:
    return made


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _visit(client: Client, page: Page, public_id: str, part_id: str) -> tuple[int, str]:
    with undone():
        response = client.generic(page.method, page.path(public_id, part_id))
        return response.status_code, response.getvalue().decode(errors="replace")


def _plain(text: str) -> str:
    """A page without ids and form tokens."""
    return without_ids(re.sub(r'name="(csrfmiddlewaretoken|form_key)" value="[\w-]+"', "", text))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_is_of_own_records(page: Page, world: World, settings: Settings, tmp_path: Path) -> None:
    if not page.part:  # else the file of an attachment is wanted
        settings.MEDIA_ROOT = tmp_path
    own, others = world.own.names(), world.others.names()
    rights = rights_of_member("sales", own_records_only=True)
    client = world.client
    public_id, part_id = own.get(page.object, ""), own.get(page.part, "")
    right = right_of(page, page.path(public_id, part_id))
    allowed = right == FOR_ALL or right in rights
    status, text = _visit(client, page, public_id, part_id)
    expected = 302 if page.route == LEAVING and page.method == "POST" else page.status
    assert status == (404 if page.object == OF_A_PERSON else expected if allowed else 403)
    assert THEIRS not in text
    if not page.object or page.object in OF_ALL:
        return
    status, text = _visit(client, page, others[page.object], others.get(page.part, ""))
    assert THEIRS not in text
    if page.object in OF_OTHERS:
        assert (allowed, status) == (False, 403)
        return
    assert status == (404 if allowed or page.route in OF_EMAILS else 403)
    unknown = _visit(client, page, unknown_like(others[page.object]), others.get(page.part, ""))
    assert (status, _plain(text)) == (unknown[0], _plain(unknown[1]))
    if page.part:
        assert _visit(client, page, public_id, others[page.part])[0] == status


def test_every_object_of_a_page_is_known() -> None:
    """What a new page is about is somebody's, unless it stands above."""
    assert {page.object for page in PAGES} >= OF_ALL | OF_OTHERS


def test_every_model_says_whose_its_rows_are() -> None:
    silent = {
        model.__name__
        for model in apps.get_models()
        if issubclass(model, CompanyOwnedModel)
        and not model.OWNED_THROUGH
        and model.seen_by.__func__ is CompanyOwnedModel.seen_by.__func__  # type: ignore[attr-defined]
    }
    assert silent == FOR_EVERYBODY.keys()


LISTS = sorted({page.route for page in PAGES if page.method == "GET" and not page.object})


@pytest.mark.parametrize("route", LISTS)
def test_lists_files_searches_and_suggestions_hold_own_records(world: World, route: str) -> None:
    client = world.client
    customer = world.others.customer
    search = f"q={THEIRS.lower()}"
    for query in (search, "export=csv", f"customerId={customer}", f"{search}&export=csv", "show=open"):
        with undone():
            response = client.get(f"/{route}?{query}")
            text = response.getvalue().decode(errors="replace")
        assert THEIRS not in text, query
        shared = ("cf_", "item_", "tax_", "step_")
        records = {one for one in world.others.names().values() if not one.startswith(shared)}
        assert set(PUBLIC_ID.findall(text)) & records <= {customer}, query


@pytest.mark.parametrize(
    ("route", "action", "object_"),
    [
        ("customers", "tag", "customer"),
        ("customers", "untag", "customer"),
        ("quotes", "send", "quote"),
    ],
)
def test_nothing_is_done_to_a_colleagues_rows(world: World, route: str, action: str, object_: str) -> None:
    chosen = {"do": action, "row": [world.own.names()[object_], world.others.names()[object_]], "tags": "x"}
    with undone():
        assert world.client.get(f"/{route}", chosen).status_code == 404
    with undone():
        assert world.client.post(f"/{route}", chosen).status_code == 404
    mine = chosen | {"row": [world.own.names()[object_]]}
    with undone():
        assert world.client.get(f"/{route}", mine).status_code == 200


def test_the_owner_of_a_record_stays(world: World) -> None:
    client, own = world.client, world.own
    chosen = {"do": "change-owner", "row": [own.customer], "owner_id": world.colleague.public_id}
    assert client.post("/customers", chosen).status_code == 403
    assert client.post(f"/quotes/{own.quote}/owner", {"owner_id": "none"}).status_code == 403
    form = client.get(f"/customers/{own.customer}/edit").context["form"]
    assert "owner_id" not in form.fields
    data = {name: form[name].value() or "" for name in form.fields} | {"owner_id": "none", "phone": "+60123456789"}
    assert client.post(f"/customers/{own.customer}/edit", data).status_code == 302
    made = client.post("/customers/new", {**data, "name": "Brand new", "email": "new@example.com", "phone": ""})
    assert made.status_code == 302
    assert client.get(made.headers["Location"]).status_code == 200
