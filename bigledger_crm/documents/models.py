"""Printed documents, kept as they were sent."""

from typing import Any

from django.db import models

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.fields import CompanyOwnedModel, company_key


class StoredDocument(CompanyOwnedModel):
    """The printable facts of a business document at one moment, and the PDF made from them.

    The facts never change; file, hash and time of rendering are set once, by the first worker that renders.  The
    database refuses everything else.
    """

    PREFIX = "doc"
    kind = models.CharField(max_length=20)
    document_id = models.UUIDField()
    number = models.CharField(max_length=60)
    template = models.CharField(max_length=60)
    template_version = models.PositiveSmallIntegerField()
    context: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    filename = models.CharField(max_length=120)
    file = models.CharField(max_length=255, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    rendered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [company_key("storeddocument_company_key")]
        indexes = [models.Index(fields=["company", "document_id", "-created_at"], name="storeddocument_of")]

    def __str__(self) -> str:
        return self.filename
