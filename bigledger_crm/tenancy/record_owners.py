"""Who owns a record: the member of the company that looks after a customer or a document."""

from collections.abc import Iterator
from uuid import UUID

from django.apps import apps
from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce, NullIf
from msgspec import UnsetType

from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.base_models import OwnedRecord
from bigledger_crm.tenancy.models import Company, Membership, User


def owner_public_id(pk: UUID | None) -> str | None:
    """An owner's `user_…` id."""
    return ids.encode(User.PREFIX, pk) if pk else None


def read_owner(company: Company | UUID, public_id: str) -> tuple[UUID | None, list[FieldError]]:
    """The key of the member with a `user_…` id, None for "" and nobody, and what is wrong with it."""
    if not public_id:
        return None, []
    pk = ids.decode(User.PREFIX, public_id)
    if pk and Membership.objects.filter(company=company, user=pk).exists():
        return pk, []
    return None, field_error("owner_id", "Owner must be a member of the company")


def chosen_owner(actor: Actor, given: str | UnsetType, present: UUID | None) -> tuple[UUID | None, list[FieldError]]:
    """The key of the owner that was given for a record, else the `present` one, and what is wrong with it.

    Raises MissingRight where the actor may not choose another one.
    """
    if isinstance(given, UnsetType):
        return present, []
    owner, errors = read_owner(actor.company, given)
    if not errors and owner != present:
        actor.require("owners", "change")
    return owner, errors


def owned_models() -> Iterator[type[OwnedRecord]]:
    """The models of records that have owners: customers before documents, as they are locked."""
    return (model for model in apps.get_models() if issubclass(model, OwnedRecord))


def release_records(membership: Membership) -> None:
    """Leaves what a member owns without an owner."""
    for model in owned_models():
        owned = model._base_manager.filter(company=membership.company_id, owner=membership.user_id)
        owned.update(owner=None, updated_at=clock.now())  # type: ignore[misc]  # each of them has it


def owner_name() -> Coalesce:
    """The name of a row's owner, else the email address; None where it has no owner."""
    return Coalesce(NullIf(F("owner__name"), Value("")), F("owner__email"), output_field=CharField())
