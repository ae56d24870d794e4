"""What the pages remember of forms."""

from django.db import models

from bigledger_crm.tenancy.fields import CompanyOwnedModel


class SubmittedForm(CompanyOwnedModel):
    """A form that was saved, by the key it was drawn with, and where the browser went then.

    Written in the transaction of the form's effect: a second click on the same form finds it and saves nothing.
    """

    key = models.UUIDField()
    location = models.CharField(max_length=500)
    created_at = models.DateTimeField()

    class Meta(CompanyOwnedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "key"], name="submittedform_key_unique")]
        indexes = [models.Index(fields=["created_at"], name="submittedform_by_age")]

    def __str__(self) -> str:
        return str(self.key)


class UnsavedForm(CompanyOwnedModel):
    """A form as somebody left it, by the key it was drawn with; `content` is what the browser would have posted."""

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
