"""A row of each table that the fixtures of the tenancy matrix leave empty, and a custom field where they have none."""

from datetime import date

from django.db import transaction

from bigledger_crm.audit.models import Erasure
from bigledger_crm.company_archive import manifest
from bigledger_crm.kernel import ids
from bigledger_crm.numbering.rules import Series
from bigledger_crm.numbering.services import skip_to
from bigledger_crm.outbox.models import MailTemplate, OutboxAttempt, OutboxEmail
from bigledger_crm.privacy.models import RetentionSetting
from bigledger_crm.registry import fielded_kinds
from bigledger_crm.tenancy.actor import actor_for_member
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.tenancy_fixtures import Tenant
from bigledger_crm.web.models import ListPreferences, SavedView
from invoicing.inputs import BankMatchInput
from invoicing.models import (
    BankTransaction,
    Invoice,
    Reminder,
    ReminderStep,
    SavedReport,
    SavedReportEmail,
    SavedReportRecipient,
)
from invoicing.services import match_transaction
from sales.catalogue_inputs import ItemInput
from sales.models import Item
from sales.services import update_item


def make_more_rows(tenant: Tenant) -> None:
    """Makes them, in a company with one of everything else."""
    company, member = tenant.company, tenant.owner.memberships.get()
    with company_scope(company):
        actor = actor_for_member(member)
        of, email = {"company": company}, OutboxEmail.objects.all()[0]
        Erasure.objects.create(**of, subject_id=ids.new_id(), is_whole=True, erased_by=actor.id)
        ListPreferences.objects.create(**of, person=actor.id, place="customers", changed=["email"], is_dense=True)
        SavedView.objects.create(**of, person=actor.id, place="customers", name="Own", query="status=active")
        RetentionSetting.objects.create(**of, rule="leads", months=24)
        MailTemplate.objects.create(
            **of, kind="invoice.sent", language="en", subject="New", body="{greeting}", updated_by=actor.id
        )
        OutboxAttempt.objects.create(**of, email=email, number=99, outcome="sent", server_reply="250 OK")
        step, invoice = ReminderStep.objects.all()[0], Invoice.objects.filter(status="sent")[0]
        Reminder.objects.create(**of, step=step, invoice=invoice, skipped_because="passed")
        report = SavedReport.objects.all()[0]
        SavedReportRecipient.objects.create(**of, saved_report=report, user=tenant.owner, since=date(2024, 1, 1))
        SavedReportEmail.objects.create(**of, saved_report=report, day=date(2024, 1, 1), person=actor.id, email=email)
        row = BankTransaction.objects.filter(amount__gt=0)[0]
        customer = invoice.customer.public_id
        match_transaction(actor, row, BankMatchInput(customer_id=customer, excess="credit"))
        update_item(actor, Item.objects.all()[0], ItemInput(custom_fields={"shelf": "A 7"}))
        with transaction.atomic():
            skip_to(company, "quote", Series(2031), 5)


def without_custom_fields(contents: dict[str, bytes]) -> set[str]:
    """The kinds that can have custom fields and of which no row in an archive has a value of one."""
    tables = {kind.model.lower() for kind in fielded_kinds}
    return {name for name in tables if b'"custom_fields":{"' not in contents[manifest.lines_of(name)]}
