"""Which rows a member sees who is limited to own records.

They see the customers that they own, the documents that they own or whose customer they own, and what belongs to these.
`CompanyManager` applies it wherever rows are read, so that no page can forget it.
"""

from collections import defaultdict
from collections.abc import Iterable, MutableMapping
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, F, Func, Model, OuterRef, Q

from bigledger_crm.registry import object_types
from bigledger_crm.tenancy.scope import current_company_id, scoped_owner


class IsAmong(Func):
    """Whether a value is among those of an array, such as all that a subquery finds."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


def own_rows(model: Any, owner: UUID, *, of_many: bool = False) -> Q:
    """The rows of a model that belong to an owner by its OWNED_THROUGH.

    They are found by indexes; where they are chosen `of_many` rows that are read anyway, keys are looked up in a hash:
    the database compares a row with each key of an array in turn.
    """
    through = [_own_rows_through(model, name, owner, of_many=of_many) for name in model.OWNED_THROUGH]
    return reduce(or_, through, Q())


def _own_rows_through(model: Any, name: str, owner: UUID, *, of_many: bool) -> Q:
    if name == "owner":
        return Q(owner=owner)
    parent: Any = model._meta.get_field(name).related_model
    seen = own_rows(parent, owner, of_many=True) if parent.OWNED_THROUGH else parent.seen_by(owner)
    owned = parent.unscoped.filter(seen)
    if "owner" not in model.OWNED_THROUGH:
        return Q(Exists(owned.filter(pk=OuterRef(f"{name}_id"))))
    keys = owned.filter(company=current_company_id()).order_by().values("pk")
    if of_many:
        return Q(**{f"{name}__in": keys})
    # Read first, so that the database finds both kinds by their indexes and needn't look at every row.
    return Q(IsAmong(F(f"{name}_id"), ArraySubquery(keys)))


def own_rows_about(column: str, owner: UUID, *, several: bool = False) -> Q:
    """The rows whose `column` has the key of an object of events that the owner sees, or one of `several` such keys."""
    prefixes = {known.id_prefix for known in object_types}
    found = Q(pk__in=[])
    for model in apps.get_models():
        if not getattr(model, "OWNED_THROUGH", ()) or getattr(model, "PREFIX", "") not in prefixes:
            continue
        owned_model: Any = model
        owned = owned_model.unscoped.filter(owned_model.seen_by(owner))
        key = Q(IsAmong(F("pk"), OuterRef(column))) if several else Q(pk=OuterRef(column))
        found |= Q(Exists(owned.filter(key)))
    return found


def may_see(model: type[Model], pk: UUID) -> bool:
    """Whether the scope shows a row that is reached by a reference, which asks nobody: one query, or none."""
    return scoped_owner() is None or model._default_manager.filter(pk=pk).exists()


def hidden_of(objects: Iterable[tuple[str, UUID]]) -> set[UUID]:
    """The keys of objects that the scope doesn't show, each given with its prefix: a query for each kind, or none."""
    if scoped_owner() is None:
        return set()
    keys: dict[str, set[UUID]] = defaultdict(set)
    for prefix, pk in objects:
        keys[prefix].add(pk)
    models = {getattr(model, "PREFIX", ""): model for model in apps.get_models()}
    shown = (models[prefix]._default_manager.filter(pk__in=wanted).values_list("pk") for prefix, wanted in keys.items())
    return set[UUID]().union(*keys.values()) - {pk for rows in shown for (pk,) in rows}


def table_of_own_rows(model: type[Model], name: str, parameters: MutableMapping[str, Any]) -> str:
    """What stands in the FROM of raw SQL for a table: the table itself, or the part of it that the scope shows.

    The parameters of that part are added under names that begin with `name`.
    """
    owner = scoped_owner()
    if owner is None:
        return f'"{model._meta.db_table}"'
    shown: Any = model
    rows = shown.unscoped.filter(own_rows(model, owner, of_many=True), company_id=current_company_id()).order_by()
    statement, values = rows.query.sql_with_params()
    names = [f"{name}_{place}" for place in range(len(values))]
    parameters.update(zip(names, values, strict=True))
    return f"({statement % tuple(f'%({one})s' for one in names)})"
