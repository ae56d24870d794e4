"""Declaring, changing, deleting and restoring custom fields, and what objects have in them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db import IntegrityError, connection, transaction
from msgspec import UnsetType

from bigledger_crm.audit import services as audit
from bigledger_crm.custom_fields import rules
from bigledger_crm.custom_fields.errors import (
    CustomFieldExists,
    CustomFieldLimitReached,
    CustomFieldNotUnique,
    CustomFieldTaken,
)
from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.custom_fields.kinds import model_of, object_type_of
from bigledger_crm.custom_fields.models import CustomField, CustomFieldValue
from bigledger_crm.custom_fields.queries import declared_fields, fields_for, member_check, taken_fields
from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.changes import apply_changes
from bigledger_crm.kernel.errors import FieldError, InvalidData
from bigledger_crm.kernel.money import minor_units
from bigledger_crm.registry import fielded_kinds
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.permissions import ROLES
from bigledger_crm.tenancy.queries import lock_company

MAX_FIELDS = 50
UNIQUE = "customfieldvalue_unique"


@transaction.atomic
def create_custom_field(actor: Actor, inputs: CustomFieldInput) -> CustomField:
    """A new field.  What objects have under its key already becomes its values, as far as it fits.

    One that was deleted gives its key to it.  Raises InvalidData, CustomFieldExists, CustomFieldLimitReached, and
    CustomFieldNotUnique where values that are to be unique aren't.
    """
    values, errors = check_custom_field(actor.company, inputs, None)
    if errors:
        raise InvalidData("Custom field", errors)
    _begin(actor)
    fields = CustomField.objects.filter(object_type=values["object_type"])
    fields.filter(key=values["key"], deleted_at__isnull=False).delete()
    if fields.filter(key=values["key"]).exists():
        raise CustomFieldExists(f"There is a field with the key '{values['key']}' already")
    if fields.filter(deleted_at=None).count() >= MAX_FIELDS:
        raise CustomFieldLimitReached(f"A kind of objects can have {MAX_FIELDS} custom fields")
    field = CustomField.objects.create(company=actor.company, **values)
    _index(field)
    audit.record(actor, "custom_field.created", field.pk, note=str(field))
    return field


@transaction.atomic
def update_custom_field(actor: Actor, field: CustomField, inputs: CustomFieldInput) -> CustomField:
    """Changes what is given only; values that don't fit any more stay.  Raises InvalidData, CustomFieldNotUnique."""
    _begin(actor)
    stored = CustomField.objects.get(pk=field.pk)
    values, errors = check_custom_field(actor.company, inputs, stored)
    if errors:
        raise InvalidData("Custom field", errors)
    changes = apply_changes(stored, values)
    if not changes:
        return stored
    stored.updated_at = clock.now()
    stored.save(update_fields=[*changes, "updated_at"])
    if "is_unique" in changes:
        _index(stored)
    audit.record(actor, "custom_field.updated", stored.pk, note=str(stored))
    return stored


@transaction.atomic
def delete_custom_field(actor: Actor, field: CustomField) -> CustomField:
    """Hides a field and what objects have in it; nothing of that is lost.  Of a deleted one nothing changes."""
    _begin(actor)
    stored = CustomField.objects.get(pk=field.pk)
    if stored.deleted_at is None:
        stored.deleted_at = stored.updated_at = clock.now()
        stored.save(update_fields=["deleted_at", "updated_at"])
        _index(stored)
        audit.record(actor, "custom_field.deleted", stored.pk, note=str(stored))
    return stored


@transaction.atomic
def restore_custom_field(actor: Actor, field: CustomField) -> CustomField:
    """Shows a deleted field with its values again.  Raises CustomFieldLimitReached, CustomFieldNotUnique."""
    _begin(actor)
    stored = CustomField.objects.get(pk=field.pk)
    if stored.deleted_at is not None:
        others = CustomField.objects.filter(object_type=stored.object_type, deleted_at=None)
        if others.count() >= MAX_FIELDS:
            raise CustomFieldLimitReached(f"A kind of objects can have {MAX_FIELDS} custom fields")
        stored.deleted_at, stored.updated_at = None, clock.now()
        stored.save(update_fields=["deleted_at", "updated_at"])
        _index(stored)
        audit.record(actor, "custom_field.restored", stored.pk, note=str(stored))
    return stored


def check_custom_field(
    company: Company, inputs: CustomFieldInput, stored: CustomField | None
) -> tuple[dict[str, Any], list[FieldError]]:
    """The clean values of a field, and what is wrong with them."""
    return rules.clean_definition(
        inputs,
        stored.as_field(company.currency) if stored else None,
        object_type=stored.object_type if stored else "",
        object_types=[kind.name for kind in fielded_kinds],
        printed_types=[kind.name for kind in fielded_kinds if kind.is_printed],
        roles=list(ROLES.values()),
        currency_decimals=minor_units(company.currency),
        is_member=member_check(company.pk),
    )


def write_refusal(error: IntegrityError, row: CompanyOwnedModel, company: Company, object_type: str) -> Exception:
    """What a write of an object raises that the database refused: CustomFieldTaken where a unique value is taken."""
    if UNIQUE not in str(error):
        return error
    values: Any = row.custom_fields  # type: ignore[attr-defined]  # as fielded kinds have it
    return CustomFieldTaken(taken_fields(declared_fields(company, object_type), values, row.pk))


def clean_custom_fields(
    actor: Actor,
    model: type[CompanyOwnedModel],
    given: Mapping[str, Any] | UnsetType,
    stored: Mapping[str, Any] | None,
) -> tuple[dict[str, Any], list[FieldError]]:
    """The column with the values of an object that was `given` these, and what is wrong; {} where they stay.

    `stored` are those that it has, None for a new one.
    """
    values, errors = fields_for(actor, object_type_of(model)).clean(given, stored)
    return ({} if isinstance(values, UnsetType) else {"custom_fields": values}), errors


def carried_fields(source: Any, target: type[CompanyOwnedModel], company: Company) -> dict[str, Any]:
    """What an object of `target` that is made of `source`, of the same kind or another, has of its values."""
    return rules.carried_over(
        source.custom_fields,
        declared_fields(company, object_type_of(type(source))),
        declared_fields(company, object_type_of(target)),
    )


@contextmanager
def unique_fields_kept(company: Company, rows: Sequence[Any]) -> Iterator[None]:
    """Around a write of objects of one kind, in a transaction.

    Raises CustomFieldTaken where the database refuses a value that another object has; it names the fields that it
    can: none where the field became unique in the meantime.
    """
    declared = declared_fields(company, object_type_of(type(rows[0]))) if rows else None
    has_unique = declared is not None and any(field.is_unique for field in declared.present)
    try:
        with transaction.atomic() if has_unique else nullcontext():
            yield
    except IntegrityError as error:
        if UNIQUE not in str(error):
            raise
        if declared is None or not has_unique:
            raise CustomFieldTaken([]) from error
        taken = [one for row in rows for one in taken_fields(declared, row.custom_fields, row.pk)]
        raise CustomFieldTaken(taken) from error


def _begin(actor: Actor) -> None:
    """Waits for whoever writes values or changes fields of the company, and tells processes that they are others.

    Writers of values lock objects and then the company's fields, shared; here the fields come first, but no object is
    locked.
    """
    lock_company(actor.company)
    with connection.cursor() as cursor:
        cursor.execute("SELECT lock_custom_fields(%s)", [actor.company.pk])
    version = ids.new_id()
    Company.objects.filter(pk=actor.company.pk).update(custom_fields_version=version)
    actor.company.custom_fields_version = version


def _index(field: CustomField) -> None:
    """Makes the rows of a field's values anew.  Raises CustomFieldNotUnique."""
    CustomFieldValue.objects.filter(field=field).delete()
    if field.deleted_at is not None:
        return
    table = connection.ops.quote_name(model_of(field.object_type)._meta.db_table)
    unique = "coalesce(said.text, trim_scale(said.number)::text)" if field.is_unique else "NULL"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO custom_fields_customfieldvalue"  # noqa: S608  # the table's name is ours
                " (id, company_id, field_id, object_id, text, number, unique_key)"
                f" SELECT gen_random_uuid(), object.company_id, %s, object.id, said.text, said.number, {unique}"
                f" FROM {table} object, LATERAL custom_field_values(%s, object.custom_fields -> %s) said"
                " WHERE object.company_id = %s AND object.custom_fields ? %s",
                [field.pk, field.type, field.key, field.company_id, field.key],
            )
    except IntegrityError as error:
        if UNIQUE not in str(error):
            raise
        raise CustomFieldNotUnique("Several objects have the same value in this field") from error
