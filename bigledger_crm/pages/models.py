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
