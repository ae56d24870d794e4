"""Archives that somebody asks for and a worker makes: the life that all their kinds share.

Who makes one holds a lock of the database, which is free again as soon as the process is gone: whatever dies in the
middle, the next sweep begins anew, and the file appears under its name only when it is whole.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.storage import default_storage
from django.db import Error, models, transaction
from django.db.models import Q
from django.http import FileResponse
from django.utils import timezone
from django.utils.text import slugify

from bigledger_crm.audit.services import record
from bigledger_crm.documents import storage
from bigledger_crm.documents.deleting import delete_files
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.outbox.worker_notifications import notify_worker
from bigledger_crm.schedule.services import only_one
from bigledger_crm.tenancy import security
from bigledger_crm.tenancy.actor import Actor, system_actor
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.tenancy.scope import company_scope

KEPT = timedelta(days=7)
MAX_ATTEMPTS = 3
_BATCH = 50
logger = logging.getLogger(__name__)


class ArchiveStatus(models.TextChoices):
    """Where an archive stands."""

    QUEUED = "queued"
    READY = "ready"
    FAILED = "failed"


class RequestedArchive(CompanyOwnedModel):
    """An archive, as a file.  This row is the truth: a worker's task is only a hint.

    `requested_by` says who asked for it.  The row and its file are deleted at `expires_at`; `size` is in bytes.
    NOUN is what it is called, EVENT begins the names of the events about it, FOLDER is where its file is, TASK has a
    worker make it.
    """

    NOUN: ClassVar[str]
    EVENT: ClassVar[str]
    FOLDER: ClassVar[str]
    TASK: ClassVar[str]

    status = models.CharField(max_length=10, choices=ArchiveStatus.choices, default=ArchiveStatus.QUEUED)
    requested_by = models.CharField(max_length=40)
    requested_by_name = models.CharField(max_length=200)
    requested_at = models.DateTimeField(default=clock.now, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    size = models.BigIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    class Meta(CompanyOwnedModel.Meta):
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ArchiveStatus.values), name="%(class)s_status_known"),
            models.CheckConstraint(
                condition=Q(status="queued", finished_at__isnull=True)
                | (~Q(status="queued") & Q(finished_at__isnull=False)),
                name="%(class)s_finished_has_time",
            ),
            models.CheckConstraint(condition=Q(size__gte=0), name="%(class)s_size_not_negative"),
        ]
        indexes = [
            models.Index(fields=["company", "-requested_at", "-id"], name="%(class)s_recent"),
            models.Index(fields=["expires_at"], name="%(class)s_by_expiry"),
            models.Index(fields=["requested_at"], name="%(class)s_queued", condition=Q(status="queued")),
        ]

    @property
    def path(self) -> str:
        """The name of its file in the storage."""
        return f"{storage.TEMPORARY}{self.FOLDER}/{self.company_id}/{self.pk}.zip"

    @property
    def subjects(self) -> tuple[UUID, ...]:
        """The keys of what events about it are about, its own first."""
        return (self.pk,)

    @property
    def has_file(self) -> bool:
        """Whether it can be downloaded."""
        return self.status == ArchiveStatus.READY and self.expires_at > clock.now()


_Archive = TypeVar("_Archive", bound=RequestedArchive)


class ArchiveImpossible(Exception):
    """What the archive is about is no longer there; says so."""


def queue(actor: Actor, archive: _Archive) -> _Archive:
    """Adds a new archive that the actor asked for, in the caller's transaction, and has a worker make it."""
    archive.company, archive.expires_at = actor.company, clock.now() + KEPT
    archive.requested_by, archive.requested_by_name = actor.id, actor.name
    archive.save(force_insert=True)
    note(actor, "requested", archive)
    transaction.on_commit(partial(notify_worker, archive.pk, archive.TASK), robust=True)
    return archive


def make(model: type[_Archive], pk: UUID, write: Callable[[_Archive], Mapping[str, Any]]) -> bool:
    """Makes an archive if it waits and nobody else is at it; tells whether it is ready now.

    `write` writes the file and returns the columns that are known then, `size` among them, in the scope and the time
    zone of the company.  It may raise ArchiveImpossible; what else fails is tried MAX_ATTEMPTS times.
    """
    with only_one(f"{model.EVENT}-{pk}") as is_ours:
        archive = _begin(model, pk) if is_ours else None
        if archive is None:
            return False
        try:
            with company_scope(archive.company_id), timezone.override(archive.company.time_zone):
                found = write(archive)
        except ArchiveImpossible as error:
            return _finish(archive, error=str(error))
        except (OSError, Error, SoftTimeLimitExceeded) as error:
            logger.warning("Archive %s was not made: %s", archive.public_id, type(error).__name__)
            is_last = archive.attempts >= MAX_ATTEMPTS
            return _finish(archive, error=f"{type(error).__name__}: {error}"[:500]) if is_last else False
        return _finish(archive, **found)


def _begin(model: type[_Archive], pk: UUID) -> _Archive | None:
    waiting = model.unscoped.select_related("company").filter(pk=pk, status=ArchiveStatus.QUEUED).first()
    if waiting is None:
        return None
    if waiting.attempts >= MAX_ATTEMPTS:
        _finish(waiting, error="The worker stopped in the middle several times")
        return None
    waiting.attempts += 1
    model.unscoped.filter(pk=pk).update(attempts=waiting.attempts)
    return waiting


def _finish(archive: RequestedArchive, *, error: str = "", **found: Any) -> bool:
    """Notes the end.  What was deleted while it was made gets no archive: its file goes too."""
    status = ArchiveStatus.FAILED if error else ArchiveStatus.READY
    now = clock.now()
    with transaction.atomic():
        waiting = type(archive).unscoped.filter(pk=archive.pk, status=ArchiveStatus.QUEUED)
        is_there = waiting.update(status=status, finished_at=now, expires_at=now + KEPT, error=error, **found)
    if not is_there:
        storage.delete(archive.path)
    return bool(is_there) and not error


def sweep(model: type[RequestedArchive]) -> None:
    """Notifies workers of the archives of all companies that wait."""
    waiting = model.unscoped.filter(status=ArchiveStatus.QUEUED).order_by("requested_at")
    for pk in waiting.values_list("pk", flat=True)[:_BATCH]:
        if not notify_worker(pk, model.TASK):
            break


def delete_expired(model: type[RequestedArchive]) -> int:
    """Deletes the archives of all companies whose time is over, and returns how many.

    With them goes what a process that was killed has left of a file.
    """
    over = list(model.unscoped.select_related("company").filter(expires_at__lte=clock.now()))
    for archive in over:
        with company_scope(archive.company_id):
            delete(system_actor(archive.company), archive)
    for name in storage.older_than(clock.now() - KEPT - timedelta(days=1), f"{storage.TEMPORARY}{model.FOLDER}"):
        storage.delete(name)
    return len(over)


@transaction.atomic
def delete(actor: Actor, archive: RequestedArchive) -> None:
    """Deletes an archive; its file goes when that has been committed."""
    if type(archive).objects.filter(pk=archive.pk).delete()[0]:
        delete_files([archive.path])
        note(actor, "deleted", archive)


def note(actor: Actor, verb: str, archive: RequestedArchive) -> None:
    """Notes in the audit log that an archive was `requested`, `downloaded` or `deleted`."""
    record(actor, f"{archive.EVENT}.{verb}", *archive.subjects)


def file_response(actor: Actor, archive: RequestedArchive, name: str, by: security.Author) -> FileResponse:
    """The file, sent while it is read, called after `name`.  That it was taken out is noted.  Raises NotFound."""
    if not archive.has_file:
        raise NotFound(archive.NOUN, archive.public_id)
    try:
        file = default_storage.open(archive.path)
    except FileNotFoundError as error:
        raise NotFound(archive.NOUN, archive.public_id) from error
    note(actor, "downloaded", archive)
    security.record("security.exported", by, company=actor.company, subject=archive.public_id)
    filename = f"{slugify(name) or archive.FOLDER}-{archive.finished_at:%Y-%m-%d}.zip"
    response = FileResponse(file, as_attachment=True, filename=filename, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response
