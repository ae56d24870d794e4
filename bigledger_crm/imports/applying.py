"""What the kinds of objects have in common when rows are applied to them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from bigledger_crm.imports.kinds import CUSTOM_FIELDS, RowResult, Values
from bigledger_crm.imports.models import Outcome
from bigledger_crm.kernel.errors import Conflict, DomainError
from bigledger_crm.kernel.text import snake_case
from bigledger_crm.tenancy.base_models import CompanyOwnedModel

Row = TypeVar("Row", bound=CompanyOwnedModel)
Facts = Mapping[str, Any]


class AmbiguousRow(Conflict):
    """Several objects have what the row is told by."""

    code = "AMBIGUOUS_ROW"


def rejected(error: DomainError) -> RowResult:
    """A row that isn't imported."""
    return RowResult(outcome=Outcome.REJECTED, error=error)


def created(made: CompanyOwnedModel | DomainError) -> RowResult:
    """A row whose object was made, or why it could not be."""
    return rejected(made) if isinstance(made, DomainError) else RowResult(outcome=Outcome.NEW, object_id=made.pk)


def apply_rows(
    rows: Sequence[Values],
    match_by: str,
    found: Callable[[Values], Sequence[Row]],
    create: Callable[[Sequence[Values]], Sequence[Row | DomainError]],
    update: Callable[[Row, Values], Mapping[str, Sequence[Any]]],
) -> list[RowResult]:
    """What becomes of rows: `found` gives the objects that each is about, `create` makes those that aren't there.

    What rows are matched by stays as the object has it, in its own case.  `update` returns what it changed.  A refusal
    is that of its row only.
    """
    results: dict[int, RowResult] = {}
    new: list[int] = []
    for place, values in enumerate(rows):
        there = found(values)
        if len(there) > 1:
            results[place] = rejected(AmbiguousRow(f"{len(there)} have this: match rows by something else"))
        elif there:
            others = {name: value for name, value in values.items() if name != match_by}
            results[place] = _updated(there[0], others, update)
        else:
            new.append(place)
    for place, made in zip(new, create([rows[place] for place in new]) if new else (), strict=True):
        results[place] = created(made)
    return [results[place] for place in range(len(rows))]


def _updated(row: Row, values: Values, update: Callable[[Row, Values], Mapping[str, Sequence[Any]]]) -> RowResult:
    try:
        with transaction.atomic():
            changes = update(row, values)
    except DomainError as error:
        return RowResult(outcome=Outcome.REJECTED, object_id=row.pk, error=error)
    return RowResult(outcome=Outcome.CHANGED if changes else Outcome.SAME, object_id=row.pk, changes=changes)


def each(rows: Sequence[Values], create: Callable[[Values], Row]) -> list[Row | DomainError]:
    """Makes objects one by one; a refusal undoes its own row only."""
    made: list[Row | DomainError] = []
    for values in rows:
        try:
            with transaction.atomic():
                made.append(create(values))
        except DomainError as error:
            made.append(error)
    return made


def remove_each(keys: Sequence[UUID], remove: Callable[[UUID], None]) -> dict[UUID, DomainError]:
    """Deletes objects one by one; why those are kept that can't be deleted."""
    kept: dict[UUID, DomainError] = {}
    for pk in keys:
        try:
            with transaction.atomic():
                remove(pk)
        except DomainError as error:
            kept[pk] = error
    return kept


def locking(model: type[CompanyOwnedModel]) -> Callable[[Collection[UUID]], None]:
    """Locks objects by their keys, with new references to them, for they may be deleted."""

    def lock(keys: Collection[UUID]) -> None:
        list(model._default_manager.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))

    return lock


def facts_of(row: object, names: Iterable[str]) -> dict[str, Any]:
    """What an object says in fields, by their names: `billingAddress.city` is a part of one."""
    return {name: _fact(row, name) for name in names}


def _fact(row: object, name: str) -> Any:
    whole, _dot, part = name.partition(".")
    value = getattr(row, snake_case(whole))
    if part:
        return (value or {}).get(part)
    return list(value) if isinstance(value, list | tuple) else value


def changes_between(before: Facts, after: Facts) -> dict[str, list[Any]]:
    """The fields that differ: [before, after]."""
    return {name: [value, after[name]] for name, value in before.items() if value != after[name]}


def inputs_of(values: Values, row: object | None) -> dict[str, Any]:
    """Values as a service takes them, in Python's names: parts of a field with those that the object has besides.

    A part that is None goes.
    """
    given: dict[str, Any] = {}
    parts: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, value in values.items():
        whole, _dot, part = name.partition(".")
        if part:
            parts[whole][part] = value
        else:
            given[snake_case(whole)] = value
    for whole, said in parts.items():
        present = (getattr(row, snake_case(whole)) if row is not None else None) or {}
        merged = {**present, **said}
        kept = {part: value for part, value in merged.items() if value is not None}
        given[snake_case(whole)] = kept if kept or whole == CUSTOM_FIELDS else None
    return given
