"""Imports and their rows."""

from django.db import models
from django.db.models import Q

from bigledger_crm.documents.storage import TEMPORARY
from bigledger_crm.imports.files.dates import ORDERS
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.exact_json import ExactDecoder, ExactEncoder
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, company_key


class ImportStatus(models.TextChoices):
    """Where an import is: at work, or waiting for somebody."""

    READING = "reading"
    READY = "ready"
    REHEARSING = "rehearsing"
    REHEARSED = "rehearsed"
    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"


AT_WORK = (ImportStatus.READING, ImportStatus.REHEARSING, ImportStatus.RUNNING, ImportStatus.UNDOING)
# What has ended, and what of it may have changed objects.
ENDED = (ImportStatus.COMPLETED, ImportStatus.CANCELLED, ImportStatus.UNDONE)


class Outcome(models.TextChoices):
    """What became of a row, or would become of it."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REJECTED = "rejected"


class UndoOutcome(models.TextChoices):
    """What became of an object when the import was undone."""

    UNDONE = "undone"
    KEPT = "kept"


class Import(CompanyOwnedModel):
    """A file whose rows become objects of a kind.  This row is the truth: a worker's task is only a hint.

    `wanted` is how somebody wants the file to be read, `contents` how it was: `files.contents`.  `mapping` has the name
    of the field for each column, "" for one that isn't imported.  `date_order` is one of `files.dates`, "" while nobody
    knows; `meanings` and `defaults` are as in `values.Reading`.  `position` is that of the last row of the present
    step that is done, `counts` what became of the rows by outcome.  It can be undone until `undo_until`.
    """

    NOT_ARCHIVED = "imports of files, and how columns were mapped"
    PREFIX = "imp"
    kind = models.CharField(max_length=40)
    filename = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    status = models.CharField(max_length=10, choices=ImportStatus.choices, default=ImportStatus.READING)
    wanted = models.JSONField(default=dict)
    contents = models.JSONField(default=dict)
    decimal_separator = models.CharField(max_length=1, default=".")
    date_order = models.CharField(max_length=3, blank=True, default="", db_default="")
    meanings = models.JSONField(default=dict, db_default={})
    defaults = models.JSONField(default=dict, db_default={})
    mapping = models.JSONField(default=list)
    match_by = models.CharField(max_length=40, blank=True, default="")
    source = models.CharField(max_length=40, blank=True, default="")
    row_count = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    created_by = models.CharField(max_length=40)
    created_by_name = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    undo_until = models.DateTimeField(null=True)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("import_company_key"),
            models.CheckConstraint(condition=Q(status__in=ImportStatus.values), name="import_status_known"),
            models.CheckConstraint(condition=Q(decimal_separator__in=[".", ","]), name="import_decimal_separator"),
            models.CheckConstraint(condition=Q(date_order__in=["", *ORDERS]), name="import_date_order"),
            models.CheckConstraint(condition=Q(position__lte=models.F("row_count")), name="import_position_in_rows"),
            models.CheckConstraint(
                condition=Q(status__in=["completed", "undoing", "undone"], finished_at__isnull=False)
                | ~Q(status__in=["completed", "undoing", "undone"]),
                name="import_finished_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "created_at", "id"], name="import_by_creation"),
            models.Index(fields=["updated_at"], name="import_at_work", condition=Q(status__in=AT_WORK)),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def path(self) -> str:
        """The name of its file in the storage."""
        return f"{TEMPORARY}imports/{self.company_id}/{self.pk}"


class ImportRow(CompanyOwnedModel):
    """A row of a file, and what became of it.

    `cells` are in the order of the columns.  `key` tells rows about the same object.  `changes` has the fields' names
    with [before, after], `error` is as the API tells it.  `done_at` is when it was imported.  `undo` tells what became
    of it when the import was undone, and `undo_reason` why the object was kept.
    """

    NOT_ARCHIVED = "imports of files, and how columns were mapped"
    PREFIX = "improw"
    job = CompanyForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    cells = models.JSONField(encoder=ExactEncoder, decoder=ExactDecoder)
    problem = models.TextField(blank=True, default="")
    key = models.CharField(max_length=500, blank=True, default="")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, default="")
    object_id = models.UUIDField(null=True)
    changes = models.JSONField(encoder=ExactEncoder, decoder=ExactDecoder, default=dict)
    error = models.JSONField(null=True)
    done_at = models.DateTimeField(null=True)
    undo = models.CharField(max_length=6, choices=UndoOutcome.choices, blank=True, default="")
    undo_reason = models.TextField(blank=True, default="")

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "job", "position"], name="importrow_position_unique"),
            models.CheckConstraint(condition=Q(outcome__in=["", *Outcome.values]), name="importrow_outcome_known"),
            models.CheckConstraint(condition=Q(undo__in=["", *UndoOutcome.values]), name="importrow_undo_known"),
            models.CheckConstraint(
                condition=~Q(outcome="rejected") | Q(error__isnull=False), name="importrow_rejected_has_error"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "job", "outcome", "position"], name="importrow_by_outcome"),
            models.Index(fields=["job", "key", "position"], name="importrow_by_key", condition=~Q(key="")),
            models.Index(fields=["object_id"], name="importrow_by_object", condition=Q(object_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"Line {self.line}"


class ImportMapping(CompanyOwnedModel):
    """How a company last mapped and read the columns of files with these headings, by `digest`.

    `mapping` has the fields by plain heading.
    """

    NOT_ARCHIVED = "imports of files, and how columns were mapped"
    kind = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    mapping = models.JSONField()
    match_by = models.CharField(max_length=40, blank=True, default="")
    decimal_separator = models.CharField(max_length=1, default=".")
    date_order = models.CharField(max_length=3, blank=True, default="", db_default="")
    meanings = models.JSONField(default=dict, db_default={})
    defaults = models.JSONField(default=dict, db_default={})
    updated_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "digest"], name="importmapping_once"),
            models.CheckConstraint(
                condition=Q(decimal_separator__in=[".", ","]), name="importmapping_decimal_separator"
            ),
            models.CheckConstraint(condition=Q(date_order__in=["", *ORDERS]), name="importmapping_date_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"
