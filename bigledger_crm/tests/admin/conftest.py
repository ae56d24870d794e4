"""An operator before two companies that have one of everything."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from bigledger_crm.backup.models import Backup
from bigledger_crm.kernel import clock
from bigledger_crm.numbering.models import SkippedNumbers
from bigledger_crm.outbox import worker_notifications
from bigledger_crm.outbox.email_templates.services import save_email_text
from bigledger_crm.outbox.erasing import note_erased
from bigledger_crm.outbox.models import (
    MailServer,
    OutboxAttempt,
    OutboxEmail,
    WebhookAttempt,
    WebhookDelivery,
)
from bigledger_crm.privacy.models import RetentionSetting
from bigledger_crm.registry import EmailContent
from bigledger_crm.schedule.models import JobFailure, JobRun
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.tenancy_fixtures import Tenant
from bigledger_crm.web.models import SavedView
from customers.models import Customer
from invoicing.inputs import BankMatchInput
from invoicing.models import BankTransaction, BooksCheck, Invoice, Reminder, ReminderStep
from invoicing.services import match_transaction


@pytest.fixture
def root(db: None) -> User:
    """An operator of the whole installation, who belongs to no company."""
    return User.objects.create_superuser("root@example.com", "correct horse battery", name="Root")


@pytest.fixture
def operator(client: Client, root: User) -> Client:
    """The operator, signed in."""
    client.force_login(root)
    return client


@pytest.fixture(scope="module")
def made(tenants: tuple[Tenant, Tenant], django_db_blocker: DjangoDbBlocker) -> tuple[Tenant, Tenant]:
    """Both companies, and of the installation what no company has, made once; deleted with the companies."""
    with django_db_blocker.unblock(), patch.object(worker_notifications, "notify_worker"):
        for tenant in tenants:
            _add_the_rest(tenant.company)
        _add_what_no_company_has()
    return tenants


@pytest.fixture
def furnished(made: tuple[Tenant, Tenant], db: None) -> tuple[Tenant, Tenant]:
    """Both companies, with everything that the admin shows; every test works on them in a transaction."""
    return made


def _add_what_no_company_has() -> None:
    now = clock.now()
    JobRun.objects.create(job="sweep-outbox", slot=now, finished_at=now + timedelta(seconds=2))
    JobFailure.objects.create(job="back-up", error="BackupError: no room")
    Backup.objects.create(name="bigledger-20260101T020000Z.tar", finished_at=now, size=2048)
    MailServer.objects.create(address="smtp://127.0.0.1:25")
    other = User.objects.create_superuser("other-operator@example.com", name="Other operator")
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(user=other, content_type=kind, object_id=str(other.pk), action_flag=ADDITION)


def _add_the_rest(company: Company) -> None:
    with company_scope(company):
        actor = system_actor(company)
        save_email_text(actor, "invoice", "en", EmailContent("Our invoice", "Dear customer"))
        SavedView.objects.create(company=company, person="user_1", place="/invoices", name="Late ones")
        SkippedNumbers.objects.create(company=company, kind="invoice", year=2030, month=0, first_value=2, last_value=9)
        email = OutboxEmail.objects.order_by("pk")[0]
        OutboxAttempt.objects.create(company=company, email=email, number=1)
        delivery = WebhookDelivery.objects.order_by("pk")[0]
        WebhookAttempt.objects.create(company=company, delivery=delivery, number=1)
        step, invoice = ReminderStep.objects.order_by("pk")[0], Invoice.objects.order_by("pk")[0]
        Reminder.objects.create(company=company, step=step, invoice=invoice, skipped_because="passed")
        RetentionSetting.objects.create(company=company, rule="emails", months=12)
        note_erased(actor, [invoice.customer_id], wholly=False)
        customer = Customer.objects.get(pk=invoice.customer_id).public_id
        match_transaction(
            actor, BankTransaction.objects.all()[0], BankMatchInput(customer_id=customer, excess="credit")
        )
        BooksCheck.objects.create(company=company, requested_by="user_1", finished_at=clock.now(), findings=["Found"])
