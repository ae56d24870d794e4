"""What people add to an object beside its own fields: notes and files, on every kind of page alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bigledger_crm.audit.services import NOTED, write_note
from bigledger_crm.documents.attachments import MAX_BYTES, attachment_of, attachments_of, read_attachment
from bigledger_crm.documents.models import Attachment
from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.form_views import ActionView, ChildFormView, ConfirmView
from bigledger_crm.web.views import CompanyView

MEGABYTE = 1024 * 1024
NOTES_AND_FILES_PARTIALS = {
    "timeline": "components/timeline.html",
    "earlier": "components/timeline_entries.html",
    "files": "components/files.html",
}


@dataclass(frozen=True)
class Annotatable:
    """A kind of object that notes and files hang on.

    `event` is its name in events, `page` that of its page's URL; `subjects` are the keys that a note on it
    belongs to, `attach` and `detach` the services of its files.
    """

    resource: str
    event: str
    page: str
    find: Callable[[str], Any]
    subjects: Callable[[Any], list[UUID]]
    attach: Callable[[Actor, Any, str, bytes], Attachment]
    detach: Callable[[Actor, Any, str], None]

    def context_for(self, actor: Actor, found: Any) -> dict[str, Any]:
        """What the templates of notes and files need."""
        return {
            "object_url": reverse(self.page, args=[found.public_id]),
            "may_add": actor.may(self.resource, "write"),
            "files": attachments_of([found.pk]).get(found.pk, []),
        }

    def paths(self, route: str) -> list[URLPattern]:
        """The URLs of notes and files below the URL of an object."""
        name = self.page.partition(":")[2]
        shared = {"subject": self, "resource": self.resource}
        one = f"{route}/files/<str:part_id>"
        return [
            path(f"{route}/notes", NoteCreateView.as_view(**shared), name=f"{name}-notes"),
            path(f"{route}/files", FileCreateView.as_view(**shared), name=f"{name}-files"),
            path(one, FileDownloadView.as_view(**shared), name=f"{name}-file"),
            path(f"{one}/delete", FileDeleteView.as_view(**shared), name=f"{name}-file-delete"),
        ]


class FileRefused(DomainError):
    """A form without a file, or with one that is too large."""

    status = 400


class _Adds(ActionView):
    subject: Any = None  # an Annotatable, which `paths` gives

    def back(self, public_id: str) -> str:
        """The object's page."""
        return reverse(self.subject.page, args=[public_id])


class NoteCreateView(_Adds):
    """Adds a note."""

    stays: ClassVar[frozenset[str]] = frozenset({"timeline"})

    def act(self, public_id: str) -> str:
        """Back to the object."""
        found = self.subject.find(public_id)
        words = self.request.POST.get("text", "")
        write_note(self.actor, f"{self.subject.event}{NOTED}", *self.subject.subjects(found), words=words)
        return self.back(public_id)


class FileCreateView(_Adds):
    """Attaches a file."""

    stays: ClassVar[frozenset[str]] = frozenset({"files"})

    def act(self, public_id: str) -> str:
        """Back to the object."""
        found = self.subject.find(public_id)
        upload = self.request.FILES.get("file")
        if upload is None or not upload.size:
            raise FileRefused(_("The file is empty. Choose another file."))
        if upload.size > MAX_BYTES:
            raise FileRefused(_("A file can be at most %(size)s MB.") % {"size": MAX_BYTES // MEGABYTE})
        attachment = self.subject.attach(self.actor, found, upload.name or "", upload.read())
        self.done(_("%(name)s attached") % {"name": attachment.filename})
        return self.back(public_id)


class FileDownloadView(CompanyView):
    """A file, to be saved and never to be shown in place."""

    subject: Any = None  # an Annotatable, which `paths` gives

    def get(self, request: HttpRequest, public_id: str, part_id: str) -> HttpResponse:
        """The file."""
        attachment = attachment_of(self.subject.find(public_id).pk, part_id)
        headers = {
            "Content-Disposition": content_disposition_header(True, attachment.filename) or "attachment",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        }
        return HttpResponse(read_attachment(attachment), content_type=attachment.content_type, headers=headers)


class FileDeleteView(ChildFormView, ConfirmView):
    """Asks before a file goes."""

    subject: Any = None  # an Annotatable, which `paths` gives
    found: Any
    attachment: Attachment

    def prepare(self, public_id: str = "") -> None:
        """The object and its file."""
        self.found = self.subject.find(public_id)
        self.attachment = attachment_of(self.found.pk, self.part_id)

    def save(self, form: forms.Form) -> str:
        """Back to the object."""
        self.subject.detach(self.actor, self.found, self.part_id)
        self.done(_("%(name)s deleted") % {"name": self.attachment.filename})
        return reverse(self.subject.page, args=[self.found.public_id])

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Delete %(name)s?") % {"name": self.attachment.filename},
            "text": _("The file is deleted permanently. The timeline keeps a record of it."),
            "submit": _("Delete file"),
            "danger": True,
            "back": reverse(self.subject.page, args=[self.found.public_id]),
        }
