"""Quotes."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from bigledger_crm.tenancy.base_models import CompanyForeignKey, company_key
from bigledger_crm.tenancy.sorting import number_sort_key
from sales.lifecycle import QUOTE
from sales.models.document import DocumentLine, OwnedDocument, document_checks, line_checks


class Quote(OwnedDocument):
    """An offer.  `expired` is never stored: see rules.is_expired.

    A revision is a quote of its own with the next `version` of the number; the one that it supersedes is cancelled.
    """

    PREFIX = "quote"
    CHANGES_ARE_NOTED = True
    quote_number = models.CharField(max_length=60)
    number_sort = number_sort_key("quote_number")
    quote_date = models.DateField()
    valid_until = models.DateField()
    status = models.CharField(max_length=20, choices=[(s, s) for s in QUOTE.states], default="draft")
    description = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=200, blank=True)
    converted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    decline_reason = models.TextField(blank=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.TextField(blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    supersedes = CompanyForeignKey("self", null=True, related_name="superseded_by")

    OPEN = Q(status__in=("draft", "sent", "accepted"))

    class Meta(OwnedDocument.Meta):
        constraints = [
            company_key("quote_company_key"),
            models.UniqueConstraint(fields=["company", "quote_number"], name="quote_number_unique"),
            models.UniqueConstraint(
                fields=["company", "supersedes"], condition=Q(supersedes__isnull=False), name="quote_superseded_once"
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True, version=1) | Q(supersedes__isnull=False, version__gt=1),
                name="quote_version_follows",
            ),
            models.CheckConstraint(condition=Q(valid_until__gte=F("quote_date")), name="quote_dates_in_order"),
            *document_checks("quote", QUOTE.states),
        ]
        indexes = [
            # The second day comes last, so that a filter by it needs no look at the rows themselves.
            models.Index(fields=["company", "quote_date", "id", "valid_until"], name="quote_by_days"),
            models.Index(fields=["company", "customer", "quote_date", "id"], name="quote_by_customer"),
            models.Index(fields=["company", "status", "quote_date", "id"], name="quote_by_status"),
            models.Index(fields=["company", "valid_until", "id"], name="quote_by_validity"),
            models.Index(fields=["company", "owner", "quote_date", "id"], name="quote_by_owner"),
            models.Index(fields=["company", "number_sort", "id"], name="quote_by_number"),
            models.Index(fields=["company", "total", "id"], name="quote_by_total"),
            models.Index(fields=["company", "created_at", "id"], name="quote_by_creation"),
            GinIndex(OpClass(F("search_text"), name="gin_trgm_ops"), name="quote_search"),
        ]

    def __str__(self) -> str:
        return self.quote_number


class QuoteLine(DocumentLine):
    """A line of a quote."""

    COMES_WITH = "quote_id"
    OWNED_THROUGH = ("quote",)
    PREFIX = "qi"
    quote = CompanyForeignKey(Quote, on_delete=models.PROTECT, related_name="lines")

    class Meta(DocumentLine.Meta):
        ordering = ["position"]
        constraints = [company_key("quoteline_company_key"), *line_checks("quoteline", "quote")]

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"
