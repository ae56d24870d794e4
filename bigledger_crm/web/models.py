"""What the pages remember of forms."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.base_models import CompanyOwnedModel


class SubmittedForm(CompanyOwnedModel):
    """A form that was saved, by the key it was drawn with, and where the browser went then.

    Written in the transaction of the form's effect: a second click on the same form finds it and saves nothing.
    `digest` tells what was typed.
    """

    NOT_ARCHIVED = "notes of forms that were sent, which are kept for a day"
    key = models.UUIDField()
    location = models.TextField()
    digest = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta(CompanyOwnedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "key"], name="submittedform_key_unique")]
        indexes = [models.Index(fields=["created_at"], name="submittedform_by_age")]

    def __str__(self) -> str:
        return str(self.key)


class UnsavedForm(CompanyOwnedModel):
    """A form as somebody left it, by the key it was drawn with; `content` is what the browser would have posted."""

    NOT_ARCHIVED = "forms that nobody has saved"
    person = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    document = models.CharField(max_length=40, blank=True)
    key = models.UUIDField()
    content = models.TextField()
    saved_at = models.DateTimeField()

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["company", "person", "kind", "document", "key"], name="unsavedform_key_unique"
            )
        ]
        indexes = [models.Index(fields=["saved_at"], name="unsavedform_by_age")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class SavedView(CompanyOwnedModel):
    """A list as somebody wants to find it again: `query` is what stands behind the list's URL, `place`."""

    PREFIX = "view"
    person = models.CharField(max_length=40)
    place = models.CharField(max_length=100)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "place", "person", "name"], name="savedview_name_unique"),
            models.CheckConstraint(condition=~models.Q(name=""), name="savedview_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ListPreferences(CompanyOwnedModel):
    """How one person wants to see a list: the columns they changed from the default, and whether the rows are dense."""

    person = models.CharField(max_length=40)
    place = models.CharField(max_length=100)
    changed = ArrayField(models.CharField(max_length=40), default=list)
    is_dense = models.BooleanField(default=False)

    class Meta(CompanyOwnedModel.Meta):
        db_table = "list_preferences"
        constraints = [models.UniqueConstraint(fields=["company", "place", "person"], name="list_preferences_unique")]

    def __str__(self) -> str:
        return self.place
