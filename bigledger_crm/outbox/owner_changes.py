"""Giving records to another owner, with an event for each."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.events import record_each
from bigledger_crm.registry import object_types
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.record_owners import owner_public_id

if TYPE_CHECKING:
    from django.db.models import QuerySet


def change_owner(actor: Actor, rows: "QuerySet[Any]", owner: UUID | None) -> int:
    """Gives these records, whose locks the caller holds, to another member or to nobody; returns how many."""
    model = rows.model
    (known,) = (known for known in object_types if known.id_prefix == model.PREFIX)
    found = list(rows.order_by("pk").values_list("owner_id", *model.SUBJECTS))
    if found:
        moved = model._base_manager.filter(pk__in=[pk for _before, pk, *_others in found])
        moved.update(owner=owner, updated_at=clock.now())
        after = owner_public_id(owner)
        record_each(
            actor,
            f"{known.name}.updated",
            [subjects for _before, *subjects in found],
            note="ownerId",
            changes=[{"ownerId": [owner_public_id(before), after]} for before, *_subjects in found],
        )
    return len(found)
