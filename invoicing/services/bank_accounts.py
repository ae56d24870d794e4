"""Creating, changing and deleting bank accounts."""

from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction
from msgspec import UNSET

from bigledger_crm.kernel import clock, text
from bigledger_crm.kernel.bank_details import clean_iban
from bigledger_crm.kernel.changes import apply_changes
from bigledger_crm.kernel.errors import FieldError, InvalidData, field_error
from bigledger_crm.kernel.inputs import given, given_or
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.queries import counts_of_references
from invoicing.bank_errors import BankAccountInUse, BankAccountTaken
from invoicing.inputs import BankAccountInput
from invoicing.models import BankAccount
from invoicing.queries.bank import lock_bank_account
from invoicing.rules.bank import MAX_NAME, MAX_NUMBER, check_column_profile, check_currency

_LENGTHS = {"name": MAX_NAME, "bank": MAX_NAME, "account_number": MAX_NUMBER}


@transaction.atomic
def create_bank_account(actor: Actor, inputs: BankAccountInput) -> BankAccount:
    """A new bank account, in the company's currency unless another is given.  Raises InvalidData, BankAccountTaken."""
    values, errors = check_bank_account(inputs)
    values.setdefault("currency", actor.company.currency)
    if not values.get("name") and not errors:
        errors += field_error("name", "Enter a name")
    if errors:
        raise InvalidData("Bank account", errors)
    account = BankAccount(company=actor.company, created_by=actor.id, **values)
    _save(account, new=True)
    record(actor, "bank_account.created", account.pk, note=account.name)
    return account


@transaction.atomic
def update_bank_account(actor: Actor, account: BankAccount, inputs: BankAccountInput) -> BankAccount:
    """Changes the given fields; the currency stays once there are statements.  Raises InvalidData, BankAccountTaken."""
    stored = lock_bank_account(account.pk)
    values, errors = check_bank_account(inputs)
    if values.get("currency", stored.currency) != stored.currency and stored.statements.exists():
        errors += field_error("currency", f"The currency stays {stored.currency}: there are statements in it")
    if errors:
        raise InvalidData("Bank account", errors)
    changes = apply_changes(stored, values)
    if changes:
        stored.updated_at = clock.now()
        _save(stored)
        record(actor, "bank_account.updated", stored.pk, note=stored.name, changes=changes)
    return stored


@transaction.atomic
def delete_bank_account(actor: Actor, account: BankAccount) -> None:
    """Deletes an account without statements.  Raises BankAccountInUse."""
    stored = lock_bank_account(account.pk)
    if counts := counts_of_references(stored):
        raise BankAccountInUse(
            f"There are statements of '{stored.name}'; make the account inactive instead", details=[counts]
        )
    stored.delete()
    record(actor, "bank_account.deleted", account.pk, note=account.name)


def check_bank_account(inputs: BankAccountInput) -> tuple[dict[str, Any], list[FieldError]]:
    """The clean values of the given fields, and what is wrong with them."""
    values: dict[str, Any] = given(inputs)
    errors: list[FieldError] = []
    for name, longest in _LENGTHS.items():
        if name in values:
            values[name] = text.clean_line(values[name])
            if len(values[name]) > longest:
                errors += field_error(name, f"At most {longest} characters are allowed")
    if inputs.name is not UNSET and not values["name"]:
        errors += field_error("name", "Enter a name")
    if "currency" in values:
        values["currency"] = values["currency"].strip().upper()
        errors += field_error("currency", check_currency(values["currency"]))
    if "iban" in values:
        try:
            values["iban"] = clean_iban(values["iban"])
        except ValueError as error:
            errors += field_error("iban", str(error))
    if "column_profile" in values:
        profile = given_or(inputs.column_profile, None)
        errors += check_column_profile(profile) if profile else []
        values["column_profile"] = asdict(profile) if profile else {}
    return values, errors


def _save(account: BankAccount, *, new: bool = False) -> None:
    try:
        with transaction.atomic():
            account.save(force_insert=new)
    except IntegrityError as error:
        if "_name_unique" not in str(error) and "_iban_unique" not in str(error):
            raise
        taken = "name" if "_name_unique" in str(error) else "IBAN"
        raise BankAccountTaken(f"Another bank account has this {taken}") from error
