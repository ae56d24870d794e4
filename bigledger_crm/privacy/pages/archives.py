"""The pages on which people ask for archives, download them and delete them."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.privacy import archives
from bigledger_crm.privacy.kinds import person_kinds
from bigledger_crm.privacy.models import PersonArchive
from bigledger_crm.requested_archives import KEPT, ArchiveStatus, delete, file_response
from bigledger_crm.tenancy import security
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.queries import by_public_id
from bigledger_crm.web.archives import archive_badge
from bigledger_crm.web.form_views import ConfirmView
from bigledger_crm.web.views import CompanyView


def archives_context(found: Iterable[PersonArchive], actor: Actor, download: str) -> dict[str, Any]:
    """What the table of archives shows the actor; `download` is the name of the URL of their files."""
    shown = list(found)
    return {
        "archives": [
            {
                "archive": archive,
                "kind": person_kinds[archive.kind].label,
                "badge": archive_badge(archive),
                "file": reverse(download, args=[archive.public_id]) if _is_open_to(actor, archive) else "",
            }
            for archive in shown
        ],
        "is_waiting": any(archive.status == ArchiveStatus.QUEUED for archive in shown),
    }


def _is_open_to(actor: Actor, archive: PersonArchive) -> bool:
    """Whether there is a file; one that somebody asked for about themselves is for them alone."""
    return archive.has_file and (not archive.is_own or archive.requested_by == actor.id)


class ArchiveRequestView(ConfirmView):
    """Asks before an archive of all that is kept about somebody is prepared."""

    resource = "privacy"
    verb = "manage"
    kind: ClassVar[str] = ""  # the name of one of `person_kinds`
    subject: Any

    def prepare(self, public_id: str = "") -> None:
        """Whom it is about."""
        self.subject = person_kinds[self.kind].find(public_id)

    def save(self, form: forms.Form) -> str:
        """To the archives, where it will be."""
        archives.request_archive(self.actor, person_kinds[self.kind], self.subject)
        self.done(_("The archive about %(name)s is being prepared") % {"name": self.subject})
        return reverse("pages:data")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        names = {"name": self.subject, "days": KEPT.days}
        return {
            "title": _("Prepare an archive about %(name)s?") % names,
            "text": _(
                "A ZIP file with all that this company keeps about %(name)s, for people and for programs. It can be "
                "downloaded for %(days)s days and is then deleted. Both are noted in the audit log."
            )
            % names,
            "submit": _("Prepare archive"),
            "back": reverse("pages:data"),
        }


class _DownloadView(CompanyView):
    def _file(self, archive: PersonArchive) -> HttpResponseBase:
        """The file, sent while it is read; the download is noted."""
        if not _is_open_to(self.actor, archive):
            raise NotFound(archive.NOUN, archive.public_id)
        return file_response(self.actor, archive, archive.name, security.author_of(self.request))


class ArchiveDownloadView(_DownloadView):
    """The file of an archive."""

    resource = "privacy"
    verb = "manage"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        """The file."""
        return self._file(by_public_id(PersonArchive.objects.all(), "Archive", public_id))


class OwnDataView(ConfirmView):
    """What is kept about oneself: the archives one asked for, and a button for a new one."""

    template = "privacy/own_data.html"

    @property
    def _member(self) -> Any:
        return person_kinds["member"].find(self.actor.id)

    def save(self, form: forms.Form) -> str:
        """Back to the list."""
        archives.request_archive(self.actor, person_kinds["member"], self._member)
        self.done(_("Your archive is being prepared"))
        return reverse("pages:own-data")

    def get_context(self) -> dict[str, Any]:
        """Texts and archives."""
        return {
            "title": _("Your data"),
            "submit": _("Prepare archive"),
            "days": KEPT.days,
            **archives_context(_own(self.actor.id), self.actor, "pages:own-archive"),
        }


class OwnArchiveDownloadView(_DownloadView):
    """The file of an archive about oneself."""

    def get(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        """The file."""
        return self._file(by_public_id(_own(self.actor.id), "Archive", public_id))


def _own(person: str) -> QuerySet[PersonArchive]:
    """The archives that a person asked for about themselves, the newest first."""
    about = {"kind": "member", "requested_by": person, "subject_id": ids.decode(User.PREFIX, person)}
    return PersonArchive.objects.filter(**about).order_by("-requested_at", "-pk")


class ArchiveDeleteView(ConfirmView):
    """Asks before an archive is deleted."""

    resource = "privacy"
    verb = "manage"
    archive: PersonArchive

    def prepare(self, public_id: str = "") -> None:
        """The archive."""
        self.archive = by_public_id(PersonArchive.objects.all(), "Archive", public_id)

    def save(self, form: forms.Form) -> str:
        """Back to the archives."""
        delete(self.actor, self.archive)
        self.done(_("Archive deleted"))
        return reverse("pages:data")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Delete the archive about %(name)s?") % {"name": self.archive.name},
            "text": _("This deletes the file only. The records in it stay."),
            "submit": _("Delete"),
            "danger": True,
            "back": reverse("pages:data"),
        }
