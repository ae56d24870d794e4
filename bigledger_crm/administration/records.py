"""What a member owns, and handing it over to a colleague."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from bigledger_crm.audit.services import record
from bigledger_crm.kernel.errors import InvalidData, field_error
from bigledger_crm.outbox.owner_changes import change_owner
from bigledger_crm.registry import Text, object_types
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Membership
from bigledger_crm.tenancy.queries import lock_rows
from bigledger_crm.tenancy.record_owners import owned_models, owner_public_id, read_owner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet


def records_of(member: Membership) -> list[Text]:
    """How many customers and open documents a member owns, each kind in words."""
    found = {rows.model.PREFIX: rows.count() for rows in _open_records(member)}
    counted = ((known.counted, found.get(known.id_prefix, 0)) for known in object_types)
    return [say(count) for say, count in counted if say and count]


@transaction.atomic
def hand_over(actor: Actor, member: Membership, to: str) -> None:
    """Gives a member's customers and open documents to the member with a `user_…` id; "" leaves them without an owner.

    What is closed keeps its owner.  Raises PermissionDenied, InvalidData for `owner_id`.
    """
    actor.require("members", "manage")
    give_records(actor, member, new_owner(member, to))


def new_owner(member: Membership, to: str) -> UUID | None:
    """Who gets a member's records.  Raises InvalidData for the same member, and for who is none."""
    owner, errors = read_owner(member.company, to)
    if owner == member.user_id:
        errors = field_error("owner_id", "Choose another member")
    if errors:
        raise InvalidData("Member", errors)
    return owner


def give_records(actor: Actor, member: Membership, owner: UUID | None) -> None:
    """The same, for whoever may remove a member; in the caller's transaction."""
    lock_rows(lambda: [rows.order_by("pk").values_list("pk", flat=True) for rows in _open_records(member)])
    counts = {str(rows.model._meta.verbose_name_plural): rows for rows in _open_records(member)}
    moved = {name: [0, count] for name, rows in counts.items() if (count := change_owner(actor, rows, owner))}
    if moved:
        changes = {"ownerId": [owner_public_id(member.user_id), owner_public_id(owner)], **moved}
        record(actor, "member.records_handed_over", member.user_id, note=member.user.email, changes=changes)


def _open_records(member: Membership) -> "Iterator[QuerySet[Any]]":
    """Customers before documents, as they are locked."""
    for model in owned_models():
        yield model._base_manager.filter(model.OPEN, company=member.company_id, owner=member.user_id)
