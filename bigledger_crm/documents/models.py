"""Printed documents, kept as they were sent, and the files that people attach."""

from typing import Any
from uuid import UUID

from django.db import models

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.base_models import CompanyOwnedModel, company_key
from bigledger_crm.tenancy.own_records import own_rows_about


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

    @classmethod
    def seen_by(cls, owner: UUID) -> models.Q:
        """PDFs of what the owner sees."""
        return own_rows_about("document_id", owner)


class Attachment(CompanyOwnedModel):
    """A file that somebody attached to a business document; `size` is in bytes.  The database refuses changes.

    Like a StoredDocument it names its document by kind and id, not by a foreign key: this table is below those of
    the documents.  It is written under the lock of a document that was found in the company's scope, numbered
    documents are never deleted, and every query begins with the company, so it can't hang on a stranger's.
    """

    PREFIX = "att"
    kind = models.CharField(max_length=20)
    document_id = models.UUIDField()
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=255)
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(CompanyOwnedModel.Meta):
        indexes = [models.Index(fields=["company", "document_id", "created_at", "id"], name="attachment_of")]

    def __str__(self) -> str:
        return self.filename

    @classmethod
    def seen_by(cls, owner: UUID) -> models.Q:
        """Files of what the owner sees."""
        return own_rows_about("document_id", owner)


class FileToDelete(models.Model):
    """A stored file that must go: its row was deleted, and so is this one once the file is gone."""

    name = models.CharField(max_length=255)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name
