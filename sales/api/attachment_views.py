"""The addresses of files attached to a document."""

from typing import ClassVar, TypeVar

from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.attachments import (
    AttachmentObject,
    attachment_object,
    attachment_objects,
)
from bigledger_crm.api.operations import operation
from bigledger_crm.api.responses import Deleted, success
from bigledger_crm.api.uploads import UploadView
from bigledger_crm.api.views import ObjectView
from bigledger_crm.documents.attachments import attachment_of
from bigledger_crm.documents.errors import TooManyAttachments, UnsupportedAttachmentType
from sales.api.order_views import OrderView
from sales.api.quote_views import QuoteView
from sales.models import Quote, SaleDocument, SalesOrder
from sales.services import attach_file, detach_file

Document = TypeVar("Document", bound=SaleDocument)


class AttachmentsView(UploadView, ObjectView[Document]):
    """All files of a document; a new one."""

    kind: ClassVar[str]

    @operation(gives=list[AttachmentObject])
    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The files attached to a document, each with a fresh link."""
        self.no_parameters()
        return success(attachment_objects(self.row.pk))

    @operation(gives=AttachmentObject, status=201, refuses=(UnsupportedAttachmentType, TooManyAttachments))
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Attaches a file of at most 10 MB, sent as the part `file` of multipart/form-data."""
        document, upload = self.row, self.upload
        attachment = attach_file(
            self.actor, document, self.kind, filename=upload.name or "", content=b"".join(upload.chunks())
        )
        path = f"/{self.resource}/{public_id}/attachments/{attachment.public_id}"
        return success(attachment_object(attachment), status=201, headers={"Location": f"/api/v1{path}"})


class AttachmentView(ObjectView[Document]):
    """One file of a document."""

    kind: ClassVar[str]

    @operation(gives=AttachmentObject)
    def get(self, request: HttpRequest, public_id: str, attachment_id: str) -> HttpResponse:
        """A file attached to a document, with a fresh link."""
        self.no_parameters()
        return success(attachment_object(attachment_of(self.row.pk, attachment_id)))

    @operation(gives=Deleted)
    def delete(self, request: HttpRequest, public_id: str, attachment_id: str) -> HttpResponse:
        """Deletes a file attached to a document."""
        detach_file(self.actor, self.row, self.kind, attachment_id)
        return success(Deleted(id=attachment_id))


class QuoteAttachments(AttachmentsView[Quote], QuoteView):
    """The files of a quote."""

    kind = "quote"


class QuoteAttachment(AttachmentView[Quote], QuoteView):
    """A file of a quote."""

    kind = "quote"


class OrderAttachments(AttachmentsView[SalesOrder], OrderView):
    """The files of an order."""

    kind = "order"


class OrderAttachment(AttachmentView[SalesOrder], OrderView):
    """A file of an order."""

    kind = "order"
