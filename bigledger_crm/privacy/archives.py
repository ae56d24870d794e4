"""Asking for archives, making them, and deleting them when their time is over.

Who makes one holds a lock of the database, which is free again as soon as the process is gone: whatever dies in the
middle, the next sweep begins anew, and the file appears under its name only when it is whole.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import Error, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from bigledger_crm.audit.services import record
from bigledger_crm.documents import storage
from bigledger_crm.documents.deleting import delete_files
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import Conflict
from bigledger_crm.outbox.worker_notifications import notify_worker
from bigledger_crm.privacy.kinds import PersonKind, person_kinds
from bigledger_crm.privacy.models import ArchiveStatus, PersonArchive
from bigledger_crm.privacy.zip_file import PersonZip
from bigledger_crm.schedule.services import only_one
from bigledger_crm.tenancy.actor import Actor, system_actor
from bigledger_crm.tenancy.database import long_statements
from bigledger_crm.tenancy.queries import lock_company
from bigledger_crm.tenancy.scope import company_scope

TASK = "bigledger_crm.privacy.tasks.make_person_archive"
KEPT = timedelta(days=7)
MAX_ATTEMPTS = 3
MAX_ARCHIVES = 100
_BATCH = 50
logger = logging.getLogger(__name__)


class TooManyArchives(Conflict):
    """The company has as many archives as it may have at a time."""

    code = "TOO_MANY_ARCHIVES"

    def __init__(self) -> None:
        super().__init__(f"There are {MAX_ARCHIVES} archives already: delete those that are no longer needed")


class SubjectGone(Exception):
    """Whom the archive is about is no longer there."""


@transaction.atomic
def request_archive(actor: Actor, kind: PersonKind, subject: Any) -> PersonArchive:
    """Asks for an archive about `subject`; the one that the actor waits for already, if there is one.

    Everybody may ask for one about themselves.  Raises PermissionDenied, TooManyArchives.
    """
    if subject.public_id != actor.id:
        actor.require("privacy", "manage")
    lock_company(actor.company)
    about = {"kind": kind.name, "subject_id": subject.pk, "requested_by": actor.id}
    waiting = PersonArchive.objects.filter(**about, status=ArchiveStatus.QUEUED).first()
    if waiting is not None:
        return waiting
    if PersonArchive.objects.count() >= MAX_ARCHIVES:
        raise TooManyArchives
    archive = PersonArchive.objects.create(
        company=actor.company,
        **about,
        name=str(subject)[:254],
        requested_by_name=actor.name,
        expires_at=clock.now() + KEPT,
    )
    _note(actor, "requested", archive)
    transaction.on_commit(partial(notify_worker, archive.pk, TASK), robust=True)
    return archive


def make(pk: UUID) -> bool:
    """Makes an archive if it waits and nobody else is at it; tells whether it is ready now."""
    with only_one(f"person-archive-{pk}") as is_ours:
        archive = _begin(pk) if is_ours else None
        if archive is None:
            return False
        try:
            with company_scope(archive.company_id), timezone.override(archive.company.time_zone):
                size = _write(archive)
        except SubjectGone:
            return _finish(archive, error="Whom it is about has been deleted")
        except (OSError, Error, SoftTimeLimitExceeded) as error:
            logger.warning("Archive %s was not made: %s", archive.public_id, type(error).__name__)
            is_last = archive.attempts >= MAX_ATTEMPTS
            return _finish(archive, error=f"{type(error).__name__}: {error}"[:500]) if is_last else False
        return _finish(archive, size=size)


def _begin(pk: UUID) -> PersonArchive | None:
    waiting = PersonArchive.unscoped.select_related("company").filter(pk=pk, status=ArchiveStatus.QUEUED).first()
    if waiting is None:
        return None
    if waiting.attempts >= MAX_ATTEMPTS:
        _finish(waiting, error="The worker stopped in the middle several times")
        return None
    waiting.attempts += 1
    PersonArchive.unscoped.filter(pk=pk).update(attempts=waiting.attempts)
    return waiting


def _write(archive: PersonArchive) -> int:
    """Writes the file and returns its size in bytes.  Raises SubjectGone, OSError, Error."""
    kind = person_kinds[archive.kind]
    subject = kind.load(archive)
    if subject is None:
        raise SubjectGone
    company, now = archive.company, timezone.localtime(clock.now())
    # A file without a name: nothing of it is left behind, whatever happens to the process.
    with TemporaryFile() as file, override(company.language), long_statements():
        with PersonZip(file, now) as whole:
            whole.add_all(kind.parts(subject))
            whole.finish(_readme(archive, kind, now, whole))
        size = file.tell()
        file.seek(0)
        storage.write_stream(archive.path, file)
    return size


def _readme(archive: PersonArchive, kind: PersonKind, now: datetime, whole: PersonZip) -> str:
    names = {
        "kind": kind.label,
        "name": archive.name,
        "company": archive.company.legal_name or archive.company.name,
        "when": f"{now:%Y-%m-%d %H:%M} ({archive.company.time_zone})",
    }
    lines = [
        f"{archive.name} ({kind.label})",
        "",
        _("What %(company)s kept about this person on %(when)s.") % names,
        _("Each table is there twice, as JSON and as CSV for spreadsheets; the number is that of its rows."),
        "",
        *whole.listed,
    ]
    if whole.empty:
        lines += ["", _("Nothing is kept as: %(names)s") % {"names": ", ".join(whole.empty)}]
    if whole.missing:
        lines += ["", _("These files are recorded, and could not be read:"), *whole.missing]
    return "\n".join([*lines, ""])


def _finish(archive: PersonArchive, *, size: int = 0, error: str = "") -> bool:
    """Notes the end.  What was erased while it was made gets no archive: its file goes too."""
    status = ArchiveStatus.FAILED if error else ArchiveStatus.READY
    now = clock.now()
    with transaction.atomic():
        waiting = PersonArchive.unscoped.filter(pk=archive.pk, status=ArchiveStatus.QUEUED)
        is_there = waiting.update(status=status, finished_at=now, expires_at=now + KEPT, size=size, error=error)
    if not is_there:
        storage.delete(archive.path)
    return bool(is_there) and not error


def sweep() -> None:
    """Notifies workers of the archives of all companies that wait."""
    waiting = PersonArchive.unscoped.filter(status=ArchiveStatus.QUEUED).order_by("requested_at")
    for pk in waiting.values_list("pk", flat=True)[:_BATCH]:
        if not notify_worker(pk, TASK):
            break


def delete_expired() -> int:
    """Deletes the archives of all companies whose time is over, and returns how many.

    With them goes what a process that was killed has left of a file.
    """
    over = list(PersonArchive.unscoped.select_related("company").filter(expires_at__lte=clock.now()))
    for archive in over:
        with company_scope(archive.company_id):
            delete(system_actor(archive.company), archive)
    for name in storage.older_than(clock.now() - KEPT - timedelta(days=1), storage.TEMPORARY.rstrip("/")):
        storage.delete(name)
    return len(over)


def delete(actor: Actor, archive: PersonArchive) -> None:
    """Deletes an archive, its file first: a row without its file goes with the next sweep, and no file is left over."""
    storage.delete(archive.path)
    with transaction.atomic():
        if PersonArchive.objects.filter(pk=archive.pk).delete()[0]:
            _note(actor, "deleted", archive)


def drop_archives(subjects: Iterable[UUID]) -> None:
    """Deletes the archives about people whose data is erased, in the caller's transaction."""
    rows = PersonArchive.objects.filter(subject_id__in=list(subjects))
    delete_files([archive.path for archive in rows])
    rows.delete()


def note_download(actor: Actor, archive: PersonArchive) -> None:
    """Notes that the actor took the file out."""
    _note(actor, "downloaded", archive)


def _note(actor: Actor, verb: str, archive: PersonArchive) -> None:
    record(actor, f"person_archive.{verb}", archive.pk, archive.subject_id)
