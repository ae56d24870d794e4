"""Statement files between their rehearsal and their import."""

from django.db import models
from django.db.models import Q

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, company_key
from invoicing.models.bank import BankAccount


class BankUpload(CompanyOwnedModel):
    """A statement file that a person is looking at before it is imported; it goes when it is, or after a day."""

    NOT_ARCHIVED = "bank statements that were not imported"
    PREFIX = "upload"
    account = CompanyForeignKey(BankAccount, on_delete=models.CASCADE, related_name="uploads")
    filename = models.CharField(max_length=255)
    content = models.BinaryField()
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("bankupload_company_key"),
            models.CheckConstraint(condition=~Q(filename=""), name="bankupload_has_name"),
        ]
        indexes = [models.Index(fields=["company", "created_at"], name="bankupload_by_creation")]

    def __str__(self) -> str:
        return self.filename
