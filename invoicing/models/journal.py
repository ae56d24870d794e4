"""The journal: the double entries of the ledger, as an accountant takes them over."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.exact_json import ExactDecoder, ExactEncoder
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, company_key
from customers.models import ENTRY_KINDS, Customer
from invoicing.rules.journal import DEFAULT_ACCOUNTS, EXCHANGE_DIFFERENCE, MAX_CODE, MAX_NAME

JOURNAL_KINDS = (*ENTRY_KINDS, EXCHANGE_DIFFERENCE)
_KNOWN_PURPOSE = Q(purpose__in=tuple(DEFAULT_ACCOUNTS))


class JournalAccount(CompanyOwnedModel):
    """Which account of a company's books is meant by a purpose; without a row the default."""

    PREFIX = "acc"
    purpose = models.CharField(max_length=30, choices=[(name, name) for name in DEFAULT_ACCOUNTS])
    code = models.CharField(max_length=MAX_CODE)
    name = models.CharField(max_length=MAX_NAME)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "purpose"], name="journalaccount_purpose_unique"),
            models.CheckConstraint(
                condition=Q(purpose__in=tuple(DEFAULT_ACCOUNTS)), name="journalaccount_purpose_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class JournalEntry(CompanyOwnedModel):
    """A double entry, in the company's currency; reversals are entries too.  Never changed: the database refuses it.

    There is one for each entry of the receivables ledger and for each realised gain or loss.  `document_id` is what it
    was made for, with its `kind`, as in the receivables ledger.  `lines` are its sides, each with the account that was
    meant when it was posted; the database compares their sums with `debit` and `credit`.
    """

    OWNED_THROUGH = ("customer",)
    PREFIX = "jrn"
    CHANGES_ARE_NOTED = True
    kind = models.CharField(max_length=20)
    document_id = models.UUIDField()
    document_number = models.CharField(max_length=60)
    customer = CompanyForeignKey(Customer, related_name="journal_entries")
    entry_date = models.DateField()
    currency = models.CharField(max_length=3)
    debit = models.DecimalField(max_digits=28, decimal_places=4)
    credit = models.DecimalField(max_digits=28, decimal_places=4)
    # Of a document or payment that was imported: other books may have it already.
    is_imported = models.BooleanField(default=False, db_default=False)
    lines: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = models.JSONField(
        encoder=ExactEncoder, decoder=ExactDecoder
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        verbose_name_plural = "journal entries"
        constraints = [
            company_key("journalentry_company_key"),
            models.UniqueConstraint(fields=["company", "kind", "document_id"], name="journalentry_once"),
            models.CheckConstraint(condition=Q(kind__in=JOURNAL_KINDS), name="journalentry_kind_known"),
            models.CheckConstraint(condition=Q(debit=F("credit"), debit__gte=0), name="journalentry_balanced"),
        ]
        indexes = [
            models.Index(fields=["company", "entry_date", "id"], name="journalentry_by_date"),
            models.Index(fields=["company", "customer", "entry_date", "id"], name="journalentry_by_customer"),
            models.Index(fields=["company", "created_at"], name="journalentry_by_creation"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.document_number} {self.debit}"
