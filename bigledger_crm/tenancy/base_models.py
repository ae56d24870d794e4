"""Base classes of the rows that belong to a company, and the keys between them."""

from typing import Any, TypeVar

from django.db import models

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
    unscoped = models.Manager()  # noqa: DJ012  # a manager, taken for a field

    PREFIX: str = ""

    class Meta:
        abstract = True
        default_manager_name = "objects"

    @property
    def public_id(self) -> str:
        """The public id, such as `cust_01h…`."""
        return ids.encode(self.PREFIX, self.id)


class CompanyForeignKey(models.ForeignKey[Any, Any]):
    """A reference inside one company.

    The database enforces it with (company_id, x_id), which a migration adds by `composite_foreign_keys` in place of
    Django's own constraint.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **options: Any) -> None:
        options["db_constraint"] = False
        super().__init__(to, on_delete, **options)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """For migrations: without the option that this class sets itself."""
        name, path, positional, options = super().deconstruct()
        options.pop("db_constraint", None)
        return name, path, list(positional), dict(options)


def company_key(name: str) -> models.UniqueConstraint:
    """UNIQUE (company_id, id): what composite foreign keys point at."""
    return models.UniqueConstraint(fields=["company", "id"], name=name)
