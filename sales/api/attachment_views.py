"""Files attached to a document."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.attachments import AttachmentObject, attachment_object, attachment_objects
from bigledger_crm.api.parsers import FileParser
from bigledger_crm.api.responses import Deleted
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.documents.attachments import attachment_of
from bigledger_crm.documents.errors import TooManyAttachments, UnsupportedAttachmentType
from sales.services import attach_file, detach_file


class AttachmentsMixin(ApiViewSet):
    """Adds `attachments` to the viewset of a document; `kind` is the document's, as the services call it."""

    kind: ClassVar[str]

    @extend_schema(responses=Answer(list[AttachmentObject]))
    @action(detail=True, parser_classes=[FileParser])
    def attachments(self, request: Request, public_id: str) -> Response:
        """The files attached to a document, each with a fresh link."""
        return Response(attachment_objects(self.get_object().pk))

    @extend_schema(responses=Answer(AttachmentObject, 201, refuses=[UnsupportedAttachmentType, TooManyAttachments]))
    @attachments.mapping.post
    def attach(self, request: Request, public_id: str) -> Response:
        """Attaches a file of at most 10 MB, sent as the part `file` of multipart/form-data."""
        document: Any = self.get_object()
        content = b"".join(self.upload.chunks())
        attachment = attach_file(self.actor, document, self.kind, filename=self.upload.name or "", content=content)
        path = f"/api/v1/{self.resource}/{public_id}/attachments/{attachment.public_id}"
        return Response(attachment_object(attachment), status=201, headers={"Location": path})

    @extend_schema(responses=Answer(AttachmentObject))
    @action(detail=True, url_path="attachments/<str:attachment_id>")
    def attachment(self, request: Request, public_id: str, attachment_id: str) -> Response:
        """A file attached to a document, with a fresh link."""
        return Response(attachment_object(attachment_of(self.get_object().pk, attachment_id)))

    @extend_schema(responses=Answer(Deleted))
    @attachment.mapping.delete
    def detach(self, request: Request, public_id: str, attachment_id: str) -> Response:
        """Deletes a file attached to a document."""
        detach_file(self.actor, self.get_object(), self.kind, attachment_id)
        return Response(Deleted(id=attachment_id))
