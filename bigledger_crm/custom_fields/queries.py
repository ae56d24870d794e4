"""Reading custom fields."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Value
from django.db.models.functions import Left, Lower

from bigledger_crm.custom_fields.kinds import model_of
from bigledger_crm.custom_fields.models import CustomField, CustomFieldValue
from bigledger_crm.custom_fields.rules import NO_FIELDS, DeclaredFields, Field, clean_value, is_empty
from bigledger_crm.custom_fields.rules.declared import path_of
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.tenancy import replica
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.queries import by_public_id
from bigledger_crm.tenancy.scope import whole_company

_KEPT = 500
MOST_MISFITS, MOST_READ = 1000, 50_000
NO_ROLE = "none"
_known: dict[tuple[UUID, UUID, str], Mapping[str, DeclaredFields]] = {}
_guard = Lock()


def declared_fields(company: Company, object_type: str) -> DeclaredFields:
    """The custom fields of a kind of objects, in the scope of the company.

    A process reads those of a company once for each `custom_fields_version`, which changes with any of them; a company
    without fields costs no query.
    """
    if company.custom_fields_version is None:
        return NO_FIELDS
    key = (company.pk, company.custom_fields_version, company.currency)
    found = _known.get(key)
    if found is None:
        with replica.past_replica():
            found = _read(company)
        with _guard:
            if len(_known) >= _KEPT:
                _known.clear()
            _known[key] = found
    return found.get(object_type, NO_FIELDS)


def fields_for(actor: Actor, object_type: str) -> DeclaredFields:
    """The custom fields of a kind of objects for somebody, to whom those of other roles are hidden."""
    declared = declared_fields(actor.company, object_type)
    return declared if actor.may("custom-fields", "read-all") else declared.seen_by(actor.role or NO_ROLE)


def _read(company: Company) -> Mapping[str, DeclaredFields]:
    is_member = member_check(company.pk)
    fields: dict[str, list[Field]] = {}
    for one in CustomField.objects.order_by("position", "id"):
        fields.setdefault(one.object_type, []).append(one.as_field(company.currency))
    return {name: DeclaredFields(several, is_member) for name, several in fields.items()}


def member_check(company_id: UUID) -> Callable[[str], bool]:
    """Says whether a `user_…` id is that of a member of the company."""

    def is_member(public_id: str) -> bool:
        pk = ids.decode(User.PREFIX, public_id)
        return bool(pk) and Membership.objects.filter(company=company_id, user=pk).exists()

    return is_member


def custom_field_by_public_id(public_id: str) -> CustomField:
    """The field with a `cf_…` id, deleted or not.  Raises NotFound."""
    return by_public_id(CustomField.objects.all(), "Custom field", public_id)


def may_see(actor: Actor, field: CustomField) -> bool:
    """Whether somebody sees the values of a field, while it isn't deleted."""
    return not field.roles or actor.role in field.roles or actor.may("custom-fields", "read-all")


def taken_fields(declared: DeclaredFields, values: Mapping[str, Any], object_id: UUID) -> list[FieldError]:
    """The unique fields in which another object has the value, of records that nobody may see as well."""
    errors = []
    for field in declared.present:
        value = values.get(field.key)
        if field.is_unique and not is_empty(value):
            others = CustomFieldValue.objects.filter(field=field.id).exclude(object_id=object_id)
            same = (
                others.filter(number=value)
                if field.type == "number"
                else others.filter(text=Left(Lower(Value(value)), 500))
            )
            with whole_company():
                if same.exists():
                    errors.append(FieldError(path_of(field.key), "Another object has this value"))
    return errors


def objects_with(field: CustomField) -> QuerySet[Any]:
    """The objects that have something under the key of a field."""
    rows: QuerySet[Any] = model_of(field.object_type)._default_manager.all()
    return rows.filter(custom_fields__has_key=field.key)


@dataclass(frozen=True)
class Misfits:
    """Values that aren't right for a field: how many, the first of them with their objects, and whether that is all."""

    count: int
    first: Sequence[tuple[CompanyOwnedModel, Any]]
    is_complete: bool


def misfits(field: CustomField, company: Company, shown: int) -> Misfits:
    """The values that aren't right for a field, such as were there before it, and `shown` of their objects.

    They stay until they are changed, and can't be found or sorted by.  Reading ends after MOST_MISFITS of them, and
    after MOST_READ objects.
    """
    rule, is_member = field.as_field(company.currency), cache(declared_fields(company, field.object_type).is_member)
    found: dict[UUID, Any] = {}
    pairs = objects_with(field).order_by("pk").values_list("pk", "custom_fields")[: MOST_READ + 1]
    is_complete = True
    for read, (pk, values) in enumerate(pairs.iterator(chunk_size=500)):
        if read == MOST_READ or len(found) == MOST_MISFITS:
            is_complete = False
            break
        if not _fits(rule, values[field.key], is_member):
            found[pk] = values[field.key]
    objects = objects_with(field).in_bulk(list(found)[:shown])
    return Misfits(len(found), [(objects[pk], found[pk]) for pk in list(found)[:shown] if pk in objects], is_complete)


def _fits(rule: Field, value: Any, is_member: Callable[[str], bool]) -> bool:
    try:
        return bool(clean_value(rule, value, is_member) == value)
    except ValueError:
        return False
