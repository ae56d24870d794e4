"""Reminders of unpaid invoices and of quotes that wait for an answer."""

from typing import Any

from django.db import models
from django.db.models import Q

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, company_key
from invoicing.models.invoice import Invoice
from invoicing.rules import reminders as rules
from sales.models import Quote


class ReminderStep(CompanyOwnedModel):
    """A step of the company's schedule.  One that is removed stays, for the reminders that were sent by it.

    `translations` has `subject` and `message` by language, for customers who want theirs.
    `days` count from an invoice's due date or a quote's last valid day; before `since` it can't be due.
    """

    PREFIX = "step"
    document = models.CharField(max_length=10, choices=[(name, name) for name in rules.DOCUMENTS])
    days = models.SmallIntegerField()
    subject = models.CharField(max_length=rules.MAX_SUBJECT)
    message = models.TextField()
    translations: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    since = models.DateField()
    removed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("reminderstep_company_key"),
            models.UniqueConstraint(
                fields=["company", "document", "days"], condition=Q(removed_at=None), name="reminderstep_day_unique"
            ),
            models.CheckConstraint(
                condition=Q(document="invoice", days__range=(-rules.MAX_DAYS, rules.MAX_DAYS))
                | Q(document="quote", days__range=(-rules.MAX_DAYS, 0)),
                name="reminderstep_days_in_range",
            ),
        ]
        indexes = [models.Index(fields=["company", "days", "id"], name="reminderstep_by_days")]

    def __str__(self) -> str:
        return f"{self.document}: {rules.timing_text(self.document, self.days)}"

    @property
    def rule(self) -> rules.Step:
        """The step as the rules see it."""
        return rules.Step(self.pk, self.days, self.since)


class Reminder(CompanyOwnedModel):
    """What became of a step for a document: an email, or why there is none.  There is one row for each, for good."""

    OWNED_THROUGH = ("invoice", "quote")
    PREFIX = "rem"
    step = CompanyForeignKey(ReminderStep, on_delete=models.PROTECT, related_name="reminders")
    invoice = CompanyForeignKey(Invoice, null=True, on_delete=models.PROTECT, related_name="reminders")
    quote = CompanyForeignKey(Quote, null=True, on_delete=models.PROTECT, related_name="reminders")
    email = CompanyForeignKey(OutboxEmail, null=True, on_delete=models.PROTECT, related_name="+")
    skipped_because = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "invoice", "step"], name="reminder_once_per_invoice"),
            models.UniqueConstraint(fields=["company", "quote", "step"], name="reminder_once_per_quote"),
            models.CheckConstraint(
                condition=Q(invoice__isnull=False, quote__isnull=True) | Q(invoice__isnull=True, quote__isnull=False),
                name="reminder_of_one_document",
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=False, skipped_because="")
                | Q(email__isnull=True, skipped_because__in=tuple(rules.SKIPPED_BECAUSE)),
                name="reminder_mailed_or_skipped",
            ),
        ]
        indexes = [models.Index(fields=["company", "-created_at", "-id"], name="reminder_recent")]

    def __str__(self) -> str:
        return f"{self.step}: {self.skipped_because or 'emailed'}"
