"""What is done in which order: a step is a statement, or one for each slice of the invoices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from invoicing.demo.bulk.tables import insert_rows

SLICE = 50_000


@dataclass(frozen=True)
class Step:
    """Rows of a model, with the expressions of its columns; without a model a statement."""

    label: str
    statement: str
    model: type[models.Model] | None = None
    values: Mapping[str, str] | None = None
    sliced: bool = False

    def run(self, parameters: Mapping[str, Any], invoices: int) -> Iterator[None]:
        """Does it, slice by slice."""
        for start in range(1, invoices + 1, SLICE) if self.sliced else [1]:
            given = {**parameters, "from": start, "to": start + SLICE - 1}
            if self.model is not None:
                insert_rows(self.model, self.values or {}, self.statement, given)
            else:
                with connection.cursor() as cursor:
                    cursor.execute(self.statement, given)
            yield

    def slices(self, invoices: int) -> int:
        """How many times `run` goes on."""
        return -(-invoices // SLICE) if self.sliced else 1


def table(label: str, statement: str) -> Step:
    """A temporary table."""
    return Step(label, statement)


def rows(label: str, model: type[models.Model], values: Mapping[str, str], source: str, *, sliced: bool = True) -> Step:
    """Rows of a model, from number %(from)s through %(to)s where they are sliced."""
    return Step(label, source, model, values, sliced)
