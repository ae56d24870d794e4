"""Asking for archives about people, and what is written into one."""

from collections.abc import Iterable
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from bigledger_crm import requested_archives
from bigledger_crm.documents import storage
from bigledger_crm.documents.deleting import delete_files
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import Conflict
from bigledger_crm.privacy.kinds import PersonKind, person_kinds
from bigledger_crm.privacy.models import PersonArchive
from bigledger_crm.privacy.zip_file import PersonZip
from bigledger_crm.requested_archives import ArchiveImpossible, ArchiveStatus
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.database import long_statements
from bigledger_crm.tenancy.queries import lock_company

MAX_ARCHIVES = 100


class TooManyArchives(Conflict):
    """The company has as many archives as it may have at a time."""

    code = "TOO_MANY_ARCHIVES"

    def __init__(self) -> None:
        super().__init__(f"There are {MAX_ARCHIVES} archives already: delete those that are no longer needed")


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
    return requested_archives.queue(actor, PersonArchive(**about, name=str(subject)[:254]))


def make(pk: UUID) -> bool:
    """Makes an archive if it waits and nobody else is at it; tells whether it is ready now."""
    return requested_archives.make(PersonArchive, pk, _write)


def _write(archive: PersonArchive) -> dict[str, int]:
    """Writes the file and returns its size in bytes.  Raises ArchiveImpossible, OSError, Error."""
    kind = person_kinds[archive.kind]
    subject = kind.load(archive)
    if subject is None:
        raise ArchiveImpossible("Whom it is about has been deleted")
    company, now = archive.company, timezone.localtime(clock.now())
    # A file without a name: nothing of it is left behind, whatever happens to the process.
    with TemporaryFile() as file, override(company.language), long_statements():
        with PersonZip(file, now) as whole:
            whole.add_all(kind.parts(subject))
            whole.finish(_readme(archive, kind, now, whole))
        size = file.tell()
        file.seek(0)
        storage.write_stream(archive.path, file)
    return {"size": size}


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


def drop_archives(subjects: Iterable[UUID]) -> None:
    """Deletes the archives about people whose data is erased, in the caller's transaction."""
    rows = PersonArchive.objects.filter(subject_id__in=list(subjects))
    delete_files([archive.path for archive in rows])
    rows.delete()
