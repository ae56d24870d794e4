"""The company's bank accounts, and what their statements say."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, company_key
from invoicing.rules.bank import TRANSACTION_STATUSES


class BankAccount(CompanyOwnedModel):
    """An account of the company, in one currency; `column_profile` says how its CSV and XLSX files are read.

    With `auto_match` a movement with the payment reference of an open invoice and its exact amount is matched when its
    statement is imported.
    """

    PREFIX = "ba"
    name = models.CharField(max_length=100)
    bank = models.CharField(max_length=100, blank=True)
    currency = models.CharField(max_length=3)
    iban = models.CharField(max_length=34, blank=True)
    account_number = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    auto_match = models.BooleanField(default=False)
    column_profile = models.JSONField(default=dict, blank=True)
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("bankaccount_company_key"),
            models.UniqueConstraint(fields=["company", "name"], name="bankaccount_name_unique"),
            models.UniqueConstraint(fields=["company", "iban"], condition=~Q(iban=""), name="bankaccount_iban_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="bankaccount_has_name"),
        ]
        indexes = [models.Index(fields=["company", "created_at", "id"], name="bankaccount_by_creation")]

    def __str__(self) -> str:
        return self.name


class BankStatement(CompanyOwnedModel):
    """A statement file that was imported; balances are in the account's currency, None where the file says none.

    Of its `line_count` movements `added_count` were new.  The file itself is its attachment.
    """

    PREFIX = "bs"
    account = CompanyForeignKey(BankAccount, on_delete=models.PROTECT, related_name="statements")
    format = models.CharField(max_length=10)
    number = models.CharField(max_length=40, blank=True)
    opening_balance = models.DecimalField(max_digits=19, decimal_places=4, null=True)
    closing_balance = models.DecimalField(max_digits=19, decimal_places=4, null=True)
    first_date = models.DateField(null=True)
    last_date = models.DateField(null=True)
    line_count = models.PositiveIntegerField()
    added_count = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("bankstatement_company_key"),
            models.UniqueConstraint(fields=["company", "account", "sha256"], name="bankstatement_file_once"),
            models.CheckConstraint(
                condition=Q(added_count__lte=F("line_count")), name="bankstatement_adds_its_lines_at_most"
            ),
        ]
        indexes = [models.Index(fields=["company", "account", "created_at", "id"], name="bankstatement_by_account")]

    def __str__(self) -> str:
        return f"{self.account} {self.number}".strip()


class BankTransaction(CompanyOwnedModel):
    """A movement of a bank account, as the first statement that had it says it; money that came in is positive.

    What the bank says never changes; `status` is what the company made of it.
    """

    PREFIX = "bt"
    CHANGES_ARE_NOTED = True
    account = CompanyForeignKey(BankAccount, on_delete=models.PROTECT, related_name="transactions")
    statement = CompanyForeignKey(BankStatement, on_delete=models.PROTECT, related_name="transactions")
    identity = models.CharField(max_length=32, editable=False)
    booking_date = models.DateField()
    value_date = models.DateField(null=True)
    amount = models.DecimalField(max_digits=19, decimal_places=4)
    currency = models.CharField(max_length=3)
    description = models.TextField(blank=True)
    reference = models.CharField(max_length=100, blank=True)
    counterparty_name = models.CharField(max_length=200, blank=True)
    counterparty_account = models.CharField(max_length=40, blank=True)
    bank_reference = models.CharField(max_length=100, blank=True)
    search_text = models.TextField(editable=False)
    status = models.CharField(
        max_length=10, choices=[(status, status) for status in TRANSACTION_STATUSES], default="unmatched"
    )
    ignore_reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("banktransaction_company_key"),
            models.UniqueConstraint(fields=["company", "account", "identity"], name="banktransaction_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="banktransaction_moves_money"),
            models.CheckConstraint(condition=Q(status__in=TRANSACTION_STATUSES), name="banktransaction_status_known"),
            models.CheckConstraint(
                condition=Q(status="ignored") | Q(ignore_reason=""), name="banktransaction_reason_of_ignored_only"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "booking_date", "id"], name="banktransaction_by_date"),
            models.Index(fields=["company", "status", "booking_date", "id"], name="banktransaction_by_status"),
            models.Index(fields=["company", "account", "booking_date", "id"], name="banktransaction_by_account"),
            models.Index(fields=["company", "statement", "booking_date", "id"], name="banktransaction_by_statement"),
            models.Index(fields=["company", "amount", "id"], name="banktransaction_by_amount"),
            models.Index(fields=["company", "created_at", "id"], name="banktransaction_by_creation"),
            # Who paid before, by what the bank says of him.
            models.Index(
                fields=["company", "counterparty_account", "id"],
                condition=Q(status="matched") & ~Q(counterparty_account=""),
                name="banktransaction_by_payer",
            ),
            models.Index(
                fields=["company", "counterparty_name", "id"],
                condition=Q(status="matched") & ~Q(counterparty_name=""),
                name="banktransaction_by_payer_name",
            ),
            GinIndex(OpClass(F("search_text"), name="gin_trgm_ops"), name="banktransaction_search"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} on {self.booking_date}"
