"""Two customers that are one."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import ManyToOneRel, Model, QuerySet

from bigledger_crm.custom_fields.queries import declared_fields
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.kernel.text import camel_case
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers import rules
from customers.errors import CustomersDiffer
from customers.models import Contact, Customer
from customers.queries import lock_unmerged_customer
from customers.services.tin_checks import forget_tin_check

# What the one that stays takes over where it has nothing itself.
FILLED = (
    "email",
    "phone",
    "website",
    "tax_number",
    "tin",
    "identification_type",
    "identification_number",
    "is_government",
    "address",
    "billing_address",
    "shipping_address",
    "credit_limit",
    "owner_id",
)


@transaction.atomic
def merge_customers(actor: Actor, gone: Customer, kept: Customer) -> Customer:
    """Gives everything of `gone` to `kept`: documents, ledger, people, tags, and what `kept` has no value for.

    `gone` stays as an inactive customer that says where it went; issued documents keep the name that they were issued
    to.  Returns `kept`.  Raises CustomersDiffer for a customer and itself or other currencies, CustomerMerged for what
    is merged already, NotFound, PermissionDenied.
    """
    actor.require("customers", "merge")
    if gone.pk == kept.pk:
        raise CustomersDiffer("A customer cannot be merged with itself")
    _lock(gone, kept)
    source, target = Customer.objects.get(pk=gone.pk), Customer.objects.get(pk=kept.pk)
    if source.currency != target.currency:
        raise CustomersDiffer(
            f"{source.customer_number} is billed in {source.currency}, {target.customer_number} in {target.currency}"
        )
    changes = _combine(source, target)
    kept_fields = _combine_custom_fields(actor, source, target)
    _retire(source, target, kept_fields)
    counts = _move(source, target)
    target.save(
        update_fields=[
            *changes,
            "current_balance",
            "total_sales",
            "last_sale_date",
            "tags",
            "custom_fields",
            "was_renamed",
            "updated_at",
        ]
    )
    note = f"{source.customer_number} {source.name}"
    record(actor, "customer.merged", target.pk, source.pk, note=note, changes={name: [0, n] for name, n in counts})
    return target


def _lock(gone: Customer, kept: Customer) -> None:
    """Locks both, in the one order of customers.

    Who changes what belongs to a customer and needs the customer too has locked it before, so nothing of it can wait
    for us while we wait for it.
    """
    for pk in sorted((gone.pk, kept.pk)):
        lock_unmerged_customer(pk, with_key=True)


def _references(customer: Customer) -> Iterator[tuple[QuerySet[Any], str]]:
    """The rows that belong to a customer, of apps above too, and the column that says so."""
    for relation in customer._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            model: type[Model] = relation.related_model
            column = relation.field.name
            yield model._base_manager.filter(company_id=customer.company_id, **{column: customer.pk}), column


def _combine(source: Customer, target: Customer) -> list[str]:
    """Puts the sums on the target and fills its holes; the names of the filled fields."""
    target.current_balance += source.current_balance
    target.total_sales += source.total_sales
    days = [day for day in (source.last_sale_date, target.last_sale_date) if day]
    target.last_sale_date = max(days, default=None)
    target.tags = [*target.tags, *rules.changed_tags(source.tags, (), target.tags)]
    target.was_renamed = True
    target.updated_at = clock.now()
    filled = [name for name in FILLED if not getattr(target, name) and getattr(source, name)]
    for name in filled:
        setattr(target, name, getattr(source, name))
    return [*filled, *forget_tin_check(target)] if set(filled) & set(rules.TAX_IDENTITY) else filled


def _combine_custom_fields(actor: Actor, source: Customer, target: Customer) -> dict[str, Any]:
    """Gives the target what only the source has; the source keeps what it returns: all but values that are unique."""
    taken = {key: value for key, value in source.custom_fields.items() if key not in target.custom_fields}
    target.custom_fields = {**taken, **target.custom_fields}
    unique = {field.key for field in declared_fields(actor.company, "customers").present if field.is_unique}
    return {key: value for key, value in source.custom_fields.items() if key not in unique & taken.keys()}


def _retire(source: Customer, target: Customer, custom_fields: dict[str, Any]) -> None:
    """The database lets documents change their customer along `merged_into` only, so this comes first."""
    Customer.objects.filter(pk=source.pk).update(
        status="inactive",
        merged_into=target,
        custom_fields=custom_fields,
        current_balance=ZERO,
        total_sales=ZERO,
        last_sale_date=None,
        updated_at=target.updated_at,
    )


def _move(source: Customer, target: Customer) -> list[tuple[str, int]]:
    """How many rows of each kind went over."""
    if Contact.objects.filter(customer=target, is_primary=True).exists():
        Contact.objects.filter(customer=source, is_primary=True).update(is_primary=False)
    moved = []
    for rows, column in _references(source):
        if count := rows.update(**{column: target}):
            moved.append((camel_case(str(rows.model._meta.verbose_name_plural).replace(" ", "_")), count))
    return moved
