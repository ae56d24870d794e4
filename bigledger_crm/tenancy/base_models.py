"""Base classes of the rows that belong to a company, and the keys between them."""

from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db import models

from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.own_records import own_rows
from bigledger_crm.tenancy.scope import current_company_id, scoped_owner

_Row = TypeVar("_Row", bound=models.Model, covariant=True)


class CompanyManager(models.Manager[_Row]):
    """Sees the rows of the open company scope only; raises CompanyScopeError without one."""

    def get_queryset(self) -> models.QuerySet[_Row]:
        """The rows of the company in scope, and of these the own ones where it is limited to them."""
        rows = super().get_queryset().filter(company_id=current_company_id())
        owner = scoped_owner()
        model: Any = self.model
        return rows if owner is None else rows.filter(model.seen_by(owner))


class CompanyOwnedModel(models.Model):
    """A row of one company.  `unscoped` is for code that by its nature works across companies.

    OWNED_THROUGH says how a row belongs to a member: by its own `owner`, or by references to rows that do; one of them
    is enough.  Rows without it are everybody's.

    CHANGES_ARE_NOTED in a table that can be long: its triggers tell `tenancy_rowchanges` of each change.

    NOT_ARCHIVED says, for the README of a company's archive, what its rows are where an archive leaves them out.
    COMES_WITH names the reference to the document with which alone a row can be added when that is no draft any more.
    """

    OWNED_THROUGH: ClassVar[tuple[str, ...]] = ()
    CHANGES_ARE_NOTED: ClassVar[bool] = False
    NOT_ARCHIVED: ClassVar[str] = ""
    COMES_WITH: ClassVar[str] = ""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    company = models.ForeignKey("tenancy.Company", on_delete=models.PROTECT, related_name="+")

    objects = CompanyManager()
    unscoped = models.Manager()  # noqa: DJ012  # a manager, taken for a field

    PREFIX: str = ""

    class Meta:
        abstract = True
        default_manager_name = "objects"

    @classmethod
    def seen_by(cls, owner: UUID) -> models.Q:
        """The rows that a member sees who is limited to own records."""
        return own_rows(cls, owner)

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


class OwnedRecord(CompanyOwnedModel):
    """What a member of the company looks after: a customer or a document.  Nobody does where no owner is named.

    The database lets members only be owners, and takes them off when they leave.  `OPEN` are the records that somebody
    has something left to do with: those follow their customer to another owner.  Events about a record name the keys
    in SUBJECTS, its own first.
    """

    owner = CompanyForeignKey(
        "tenancy.User", null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="+"
    )

    OPEN: ClassVar[models.Q] = models.Q()
    SUBJECTS: ClassVar[tuple[str, ...]] = ("pk",)

    class Meta(CompanyOwnedModel.Meta):
        abstract = True


def company_key(name: str) -> models.UniqueConstraint:
    """UNIQUE (company_id, id): what composite foreign keys point at."""
    return models.UniqueConstraint(fields=["company", "id"], name=name)
