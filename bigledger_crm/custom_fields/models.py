"""Custom fields, and the values that objects have in them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bigledger_crm.custom_fields.rules import FIELD_TYPES, UNIQUE_TYPES, Field
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.exact_json import ExactDecoder, ExactEncoder
from bigledger_crm.kernel.money import minor_units
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, company_key
from bigledger_crm.tenancy.permissions import ROLES


class CustomField(CompanyOwnedModel):
    """A field that a company gave to a kind of objects, one of `kinds.fielded_kinds`.

    Objects have its values in their column `custom_fields`, under its key.  Since `deleted_at` they are kept and not
    shown.  With `roles` only members with one of them see the values, and owners.
    """

    PREFIX = "cf"
    object_type = models.CharField(max_length=20)
    key = models.CharField(max_length=60)
    label = models.CharField(max_length=60)
    type = models.CharField(max_length=10, choices=[(value, value) for value in FIELD_TYPES])
    choices = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    default_value = models.JSONField(encoder=ExactEncoder, decoder=ExactDecoder, null=True, blank=True)
    is_required = models.BooleanField(default=False)
    is_unique = models.BooleanField(default=False)
    show_on_paper = models.BooleanField(default=False, db_default=False)
    roles = ArrayField(models.CharField(max_length=20), default=list, db_default=[], blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    deleted_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("customfield_company_key"),
            models.UniqueConstraint(fields=["company", "object_type", "key"], name="customfield_key_unique"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(label=""), name="customfield_has_name"),
            models.CheckConstraint(condition=Q(type__in=FIELD_TYPES), name="customfield_type_known"),
            models.CheckConstraint(
                condition=Q(is_unique=False) | Q(type__in=UNIQUE_TYPES, default_value__isnull=True),
                name="customfield_unique_tells_apart",
            ),
            models.CheckConstraint(
                condition=Q(decimals=0) | Q(type="number", decimals__lte=6), name="customfield_decimals"
            ),
            models.CheckConstraint(
                condition=Q(roles__contained_by=list(ROLES.values())), name="customfield_roles_known"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "object_type", "position", "id"], name="customfield_by_position"),
        ]

    def __str__(self) -> str:
        return self.label

    def as_field(self, currency: str) -> Field:
        """The field for the rules; amounts are in `currency`, the company's."""
        return Field(
            id=self.pk,
            key=self.key,
            label=self.label,
            type=self.type,
            choices=tuple(self.choices),
            decimals=minor_units(currency) if self.type == "money" else self.decimals,
            default_value=self.default_value,
            is_required=self.is_required,
            is_unique=self.is_unique,
            show_on_paper=self.show_on_paper,
            roles=tuple(self.roles),
            is_deleted=self.deleted_at is not None,
        )


class CustomFieldValue(CompanyOwnedModel):
    """What an object has in a field, to find, sort and tell it apart by: the object's own column is the truth.

    Triggers write these rows whenever an object's column changes, and services when a field does: none that can be read
    neither as the field's type nor of a deleted field.  `text` is in lower case, a day such as 2026-12-31; `number` is
    1 for yes.  Of several choices each is a row.  `unique_key` is the value of a unique field.
    """

    NOT_ARCHIVED = "indexes of custom fields, which are made anew"
    field = CompanyForeignKey(CustomField, on_delete=models.CASCADE, db_index=False, related_name="+")
    object_id = models.UUIDField()
    text = models.CharField(max_length=500, null=True, db_collation="C")  # noqa: DJ001  # a number has none
    number = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    unique_key = models.CharField(max_length=500, null=True)  # noqa: DJ001  # several rows have none

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "field", "unique_key"], name="customfieldvalue_unique"),
            models.CheckConstraint(
                condition=Q(text__isnull=True) ^ Q(number__isnull=True), name="customfieldvalue_text_or_number"
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "field", "text", "object_id"],
                condition=Q(text__isnull=False),
                name="customfieldvalue_by_text",
            ),
            models.Index(
                fields=["company", "field", "number", "object_id"],
                condition=Q(number__isnull=False),
                name="customfieldvalue_by_number",
            ),
            models.Index(fields=["company", "object_id"], name="customfieldvalue_by_object"),
            models.Index(fields=["company", "field", "object_id"], name="customfieldvalue_of_field"),
        ]

    def __str__(self) -> str:
        return self.text or f"{self.number}"
