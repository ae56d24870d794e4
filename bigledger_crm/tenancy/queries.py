"""Finding companies, and their objects by the ids that the world knows."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import PROTECT, Exists, ManyToOneRel, Model, OuterRef, QuerySet

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import Conflict, NotFound
from bigledger_crm.kernel.text import camel_case
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.tenancy.lookups import Lookup
from bigledger_crm.tenancy.models import Company, User, company_by_public_id

Row = TypeVar("Row", bound=CompanyOwnedModel)


def by_public_id(rows: QuerySet[Row] | Lookup[Row], resource: str, public_id: str) -> Row:
    """The row with this id, such as `cust_…`.  Raises NotFound for a malformed, missing or foreign one alike.

    `resource` is the word for it in the error, such as `Sales order`; a look-up is one by key.
    """
    pk = ids.decode(rows.model.PREFIX, public_id)
    row = None
    if pk is not None:
        row = rows.first(pk) if isinstance(rows, Lookup) else rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(resource, public_id)
    return row


def counts_of_references(
    row: CompanyOwnedModel, *, apart_from: Collection[type[CompanyOwnedModel]] = ()
) -> dict[str, int]:
    """How many rows of each kind need this one, by the kind's plural in JSON such as `salesOrders`.

    Found through the references that protect it, hidden ones and those of apps above included.
    """
    counts: Counter[str] = Counter()
    for model, column in _protected_by(type(row), apart_from):
        found = model._base_manager.filter(**{column: row.pk}).count()
        if found:
            counts[camel_case(str(model._meta.verbose_name_plural).replace(" ", "_"))] += found
    return dict(counts)


def unreferenced(rows: QuerySet[Row], *, apart_from: Collection[type[CompanyOwnedModel]] = ()) -> QuerySet[Row]:
    """Those of the rows for which `counts_of_references` finds nothing."""
    for model, column in _protected_by(rows.model, apart_from):
        rows = rows.filter(~Exists(model._base_manager.filter(**{column: OuterRef("pk")})))
    return rows


def _protected_by(model: type[Model], apart_from: Collection[type[Model]]) -> Iterator[tuple[type[Model], str]]:
    """The models whose rows need one of this model, each with the name of its reference."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel) or relation.on_delete is not PROTECT:
            continue
        if relation.related_model not in apart_from:
            yield relation.related_model, relation.field.name


def lock_company(company: Company) -> None:
    """Waits until nobody else has locked the company, until the transaction ends; rows of it can be added meanwhile.

    For limits on how many rows a company may have.
    """
    Company.objects.select_for_update(no_key=True).values_list("pk").get(pk=company.pk)


def lock_rows(rows: Callable[[], Iterable["QuerySet[Any, Any]"]]) -> None:
    """Locks rows by their keys, given in one order, until the transaction ends.

    What was added while the last locks were waited for may be held by somebody who waits for them in turn: then
    everything is let go and locked again.
    """
    while True:
        point = transaction.savepoint()
        locked = [list(found.select_for_update(no_key=True)) for found in rows()]
        if locked == [list(found) for found in rows()]:
            return transaction.savepoint_commit(point)
        transaction.savepoint_rollback(point)


class CompanyNameAmbiguous(Conflict):
    """Several companies have the name that was given."""

    code = "COMPANY_NAME_AMBIGUOUS"


def company_by_name_or_id(text: str) -> Company:
    """The company with a `comp_…` id or, without regard to case, a name.  Raises NotFound, CompanyNameAmbiguous."""
    pk = company_by_public_id(text)
    found = list(Company.objects.filter(pk=pk) if pk else Company.objects.filter(name__iexact=text).order_by("pk"))
    if not found:
        raise NotFound("Company", text)
    if len(found) > 1:
        known = ", ".join(company.public_id for company in found)
        raise CompanyNameAmbiguous(f"Several companies are called '{text}'; give one of their ids: {known}")
    return found[0]


def has_second_factor(user: User) -> bool:
    """Whether a person has an authenticator app or a passkey; recovery codes alone are none."""
    factors = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return bool(factors.exists())
