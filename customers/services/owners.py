"""Who owns a customer, and with it the documents that somebody has something left to do with."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import ManyToOneRel, QuerySet

from bigledger_crm.outbox.owner_changes import change_owner
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.base_models import OwnedRecord
from customers.models import Customer
from customers.queries import lock_unmerged_customer


def lock_for_owner(pk: UUID) -> Customer:
    """Locks a customer and the documents that go with it to another owner, the customer first as everywhere.

    Raises NotFound, CustomerMerged.
    """
    customer = lock_unmerged_customer(pk, with_key=True)
    for rows in _open_documents(pk, customer.owner_id):
        list(rows.order_by("pk").values_list("pk", flat=True).select_for_update(no_key=True))
    return customer


def hand_over_documents(actor: Actor, customer: Customer, before: UUID | None) -> None:
    """The customer's open documents that had its owner of before get its new one."""
    for rows in _open_documents(customer.pk, before):
        change_owner(actor, rows, customer.owner_id)


def _open_documents(customer: UUID, owner: UUID | None) -> Iterator["QuerySet[Any]"]:
    """Of each kind, of apps above too."""
    for relation in Customer._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and issubclass(relation.related_model, OwnedRecord):
            model, column = relation.related_model, relation.field.name
            if model is not Customer:
                yield model._base_manager.filter(model.OPEN, **{column: customer}, owner=owner)
