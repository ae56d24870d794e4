"""Look-ups that many requests make: the ORM writes their SQL once in a process, and later ones put their values in.

To build and compile a query takes Django twice as long as PostgreSQL needs to answer one of a few rows.
"""

from collections.abc import Callable
from contextvars import Context
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError

from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.tenancy.scope import company_scope, current_company_id, scoped_owner

Row = TypeVar("Row", bound=CompanyOwnedModel)
Value = UUID | str


class _Compiled(NamedTuple):
    """The SQL; for each of its parameters where its value comes from, 0 being the company, or a constant in a list."""

    sql: str
    parameters: list[int | list[Any]]
    columns: list[str]
    converters: dict[int, Any]
    locks: bool


class Lookup(Generic[Row]):
    """Rows of a model in the open scope: `narrow` is given all of them and the values, each a UUID or a text.

        _LINES = Lookup(InvoiceLine, lambda rows, invoice: rows.filter(invoice=invoice).order_by("position"))

    Instances with all that `defer` leaves of their columns; nothing of other tables.  A scope that is limited to own
    records asks the ORM each time, since its conditions are those of the model.
    """

    def __init__(self, model: type[Row], narrow: Callable[..., QuerySet[Row]]) -> None:
        self.model = model
        self._narrow = narrow
        self._compiled: _Compiled | None = None

    def __call__(self, *values: Value) -> list[Row]:
        """The rows.  Raises CompanyScopeError, and TransactionManagementError for a lock outside a transaction."""
        company = current_company_id()
        if scoped_owner() is not None:
            return list(self._narrow(self.model.objects.all(), *values))
        if self._compiled is None:
            self._compiled = Context().run(self._compile, values)
        sql, parameters, columns, converters, locks = self._compiled
        if locks and connection.get_autocommit():
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        given = (company, *values)
        with connection.cursor() as cursor:
            cursor.execute(sql, [given[one] if isinstance(one, int) else one[0] for one in parameters])
            found = [list(row) for row in cursor.fetchall()]
        for row in found:
            for place, (convert, expression) in converters.items():
                for function in convert:
                    row[place] = function(row[place], expression, connection)
        return [self.model.from_db(connection.alias, columns, row) for row in found]

    def first(self, *values: Value) -> Row | None:
        """The first row, if there is any."""
        found = self(*values)
        return found[0] if found else None

    def get(self, *values: Value) -> Row:
        """The row.  Raises DoesNotExist."""
        found = self.first(*values)
        if found is None:
            raise self.model.DoesNotExist(f"{self.model.__name__} matching query does not exist.")
        return found

    def _compile(self, values: tuple[Value, ...]) -> _Compiled:
        """The SQL for marks in place of the company and the values, which are then found among its parameters."""
        marks: list[Value] = [uuid4(), *(uuid4() if isinstance(value, UUID) else uuid4().hex for value in values)]
        with company_scope(marks[0]):  # type: ignore[arg-type]  # a UUID
            query = self._narrow(self.model.objects.all(), *marks[1:]).query
            compiler = query.get_compiler(connection=connection)
            sql, parameters = compiler.as_sql()
        described: Any = compiler.klass_info
        if described.get("related_klass_infos") or compiler.annotation_col_map:
            raise TypeError("A look-up reads one table")
        known = {mark: place for place, mark in enumerate(marks)}
        sources = [known.get(one, [one]) if isinstance(one, UUID | str) else [one] for one in parameters]
        if missing := set(known.values()) - {one for one in sources if isinstance(one, int)}:
            raise TypeError(f"Values without a parameter of their own: {sorted(missing)}")
        selected = [compiler.select[place][0] for place in described["select_fields"]]
        columns = [expression.target.attname for expression in selected]
        return _Compiled(sql, sources, columns, compiler.get_converters(selected), query.select_for_update)


def by_key(model: type[Row]) -> Lookup[Row]:
    """The row with a key."""
    return Lookup(model, lambda rows, pk: rows.filter(pk=pk))


def locked_by_key(model: type[Row]) -> Lookup[Row]:
    """The row with a key, locked until the transaction ends; rows may refer to it meanwhile."""
    return Lookup(model, lambda rows, pk: rows.filter(pk=pk).select_for_update(no_key=True))
