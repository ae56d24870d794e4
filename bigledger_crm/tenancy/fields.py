"""Base classes of the rows that belong to a company, and the composite foreign keys between them."""

from collections.abc import Collection
from typing import Any, TypeVar

from django.db import models
from django.db.migrations import RunSQL

from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.scope import current_company_id

_Row = TypeVar("_Row", bound=models.Model, covariant=True)


class CompanyManager(models.Manager[_Row]):
    """Sees the rows of the open company scope only; raises CompanyScopeError without one."""

    def get_queryset(self) -> models.QuerySet[_Row]:
        """The rows of the company in scope."""
        return super().get_queryset().filter(company_id=current_company_id())


class CompanyOwnedModel(models.Model):
    """A row of one company.  `unscoped` is for code that by its nature works across companies."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT, related_name="+")

    objects = CompanyManager()
    unscoped = models.Manager()

    PREFIX: str = ""

    class Meta:
        abstract = True
        default_manager_name = "objects"

    @property
    def public_id(self) -> str:
        """The id on the wire, such as `cust_01h…`."""
        return ids.encode(self.PREFIX, self.id)


class CompanyForeignKey(models.ForeignKey[Any, Any]):
    """A reference inside one company.

    The database enforces it with (company_id, x_id), added by `composite_foreign_keys`, in place of Django's own.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **options: Any) -> None:
        options["db_constraint"] = False
        super().__init__(to, on_delete, **options)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """For migrations: without the option that this class sets itself."""
        name, path, positional, options = super().deconstruct()
        options.pop("db_constraint", None)
        return name, path, list(positional), dict(options)


def composite_foreign_keys(table: str, references: Collection[tuple[str, str]], *, cascade: bool = False) -> RunSQL:
    """Migration step: `table (company_id, column)` references `(company_id, id)` of each (column, parent table).

    The parent's UNIQUE (company_id, id) comes from `company_key`.
    """
    action = " ON DELETE CASCADE" if cascade else ""
    forward = [
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{column}_same_company" FOREIGN KEY (company_id, "{column}") '
        f'REFERENCES "{parent}" (company_id, id){action}'
        for column, parent in references
    ]
    backward = [f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_{column}_same_company"' for column, _ in references]
    return RunSQL(";\n".join(forward), ";\n".join(backward))


def company_key(name: str) -> models.UniqueConstraint:
    """UNIQUE (company_id, id): what composite foreign keys point at."""
    return models.UniqueConstraint(fields=["company", "id"], name=name)
