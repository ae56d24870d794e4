"""What the API takes for bank accounts."""

from typing import Any

from msgspec import UNSET
from rest_framework import serializers

from bigledger_crm.api import fields
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.kernel.inputs import given_or
from invoicing import inputs
from invoicing.api.inputs import MAX_ALLOCATIONS
from invoicing.bank_files.cells import DATE_FORMATS
from invoicing.rules import EXCESS
from invoicing.rules import bank as rules
from invoicing.services.bank_accounts import check_bank_account


class BankColumnsInput(StrictSerializer):
    """The headings under which a file has what; those that are left out are looked for under their usual names."""

    date = fields.TextField(max_length=100)
    amount = fields.TextField(max_length=100)
    credit = fields.TextField(max_length=100)
    debit = fields.TextField(max_length=100)
    balance = fields.TextField(max_length=100)
    description = fields.TextField(max_length=100)
    reference = fields.TextField(max_length=100)
    counterparty = fields.TextField(max_length=100)
    transaction_id = fields.TextField(max_length=100)


class ColumnProfileInput(StrictSerializer):
    """How the CSV and XLSX files of an account are read."""

    makes = inputs.ColumnProfile
    columns = BankColumnsInput(required=False)
    date_format = fields.TextField(choices=tuple(DATE_FORMATS))
    decimal_separator = fields.TextField(choices=rules.DECIMAL_SEPARATORS)
    reverse_signs = fields.FlagField(required=False)

    def make(self, values: dict[str, Any]) -> inputs.ColumnProfile:
        """The profile; a heading that is empty is none."""
        columns = {name: heading for name, heading in values.pop("columns", {}).items() if heading}
        separator = values.pop("decimal_separator", "") or "."
        return inputs.ColumnProfile(columns=columns, decimal_separator=separator, **values)


class BankAccountInput(StrictSerializer):
    """A bank account."""

    makes = inputs.BankAccountInput
    ignored = frozenset({"id", "createdBy", "createdAt", "updatedAt"})
    needed = frozenset({"name"})
    name = fields.TextField(max_length=rules.MAX_NAME)
    bank = fields.TextField(max_length=rules.MAX_NAME)
    currency = fields.TextField(max_length=3)
    iban = fields.TextField(max_length=50)
    account_number = fields.TextField(max_length=rules.MAX_NUMBER)
    is_active = fields.FlagField(required=False)
    auto_match = fields.FlagField(required=False)
    column_profile = ColumnProfileInput(required=False, allow_null=True)

    def rule_errors(self, values: inputs.BankAccountInput) -> list[FieldError]:
        """The rules of an account, as the service will apply them."""
        errors = check_bank_account(values)[1]
        if self.needed and values.name is UNSET:
            errors += field_error("name", "Enter a name")
        return errors if given_or(values.currency, "-") else [*errors, *field_error("currency", "Enter a currency")]


class BankAccountUpdate(BankAccountInput):
    """What of a bank account is to change."""

    needed = frozenset()


class BankAllocationInput(StrictSerializer):
    """An invoice that a bank transaction pays; without an amount all that is due, as far as the money goes."""

    makes = inputs.AllocationInput
    invoice_id = fields.TextField(max_length=100)
    amount = fields.AmountField(required=False, allow_null=True)


class BankMatchInput(StrictSerializer):
    """What a bank transaction is."""

    makes = inputs.BankMatchInput
    payment_id = fields.TextField(max_length=100)
    refund_id = fields.TextField(max_length=100)
    customer_id = fields.TextField(max_length=100)
    allocations = serializers.ListField(
        child=BankAllocationInput(), required=False, allow_null=True, max_length=MAX_ALLOCATIONS
    )
    bank_charge = fields.AmountField(required=False, allow_null=True)
    excess = fields.TextField(choices=EXCESS)
    exchange_rate = fields.NumberField(decimals=10, required=False, allow_null=True)
