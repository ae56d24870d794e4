"""Attachments as they are in JSON, and the signed links to their files."""

from collections.abc import Callable, Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.generic import View

from bigledger_crm.api.exceptions import ApiError
from bigledger_crm.api.responses import ApiStruct, timestamp
from bigledger_crm.documents.attachments import attachments_of, attachments_of_one, read_attachment
from bigledger_crm.documents.models import Attachment
from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.models import Company, company_by_public_id
from bigledger_crm.tenancy.scope import company_scope

LINK_LASTS = timedelta(minutes=15)


class AttachmentObject(ApiStruct):
    """A file of a document; `url` opens it without a key, for fifteen minutes."""

    passing = frozenset({"url"})
    id: str
    filename: str
    content_type: str
    size: int
    url: str
    created_by: str
    created_at: str | None


def attachment_object(attachment: Attachment) -> AttachmentObject:
    """An attachment with a link that works from now on for fifteen minutes."""
    token = _signer(attachment.public_id).sign(ids.encode(Company.PREFIX, attachment.company_id))
    return AttachmentObject(
        id=attachment.public_id,
        filename=attachment.filename,
        content_type=attachment.content_type,
        size=attachment.size,
        url=f"{settings.PUBLIC_URL}/api/v1/attachments/{attachment.public_id}?token={token}",
        created_by=attachment.created_by,
        created_at=timestamp(attachment.created_at),
    )


def attachment_objects(document_id: UUID) -> list[AttachmentObject]:
    """What is attached to a document, oldest first."""
    return [attachment_object(attachment) for attachment in attachments_of_one(document_id)]


def objects_by_document(document_ids: Collection[UUID]) -> Callable[[UUID], list[AttachmentObject]]:
    """What is attached to each of several documents, in one query."""
    found = attachments_of(document_ids)
    return lambda document_id: [attachment_object(attachment) for attachment in found.get(document_id, ())]


class AttachmentDownload(View):
    """The file behind a signed link: the signature is the authority, in place of a key."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The file, to be saved and never to be shown in place."""
        attachment = _signed_for(public_id, request.GET.get("token", ""))
        return HttpResponse(
            read_attachment(attachment),
            content_type=attachment.content_type,
            headers={
                "Content-Disposition": content_disposition_header(True, attachment.filename) or "attachment",
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "sandbox; default-src 'none'",
                "Cache-Control": "private, no-store",
            },
        )


def _signed_for(public_id: str, token: str) -> Attachment:
    """The attachment of a link.  Raises ApiError 404 for one that isn't ours, 410 when it has expired."""
    nothing = ApiError(404, "NOT_FOUND", "There is nothing at this URL")
    try:
        company_id = company_by_public_id(_signer(public_id).unsign(token, max_age=LINK_LASTS))
    except SignatureExpired as error:
        raise ApiError(410, "LINK_EXPIRED", "This link has expired; get the attachment again for a new one") from error
    except BadSignature as error:
        raise nothing from error
    pk = ids.decode(Attachment.PREFIX, public_id)
    if company_id is None or pk is None:
        raise nothing
    with company_scope(company_id):
        attachment = Attachment.objects.filter(pk=pk, company__is_active=True).first()
    if attachment is None:
        raise nothing
    return attachment


def _signer(public_id: str) -> TimestampSigner:
    """Signs a company's id for one attachment.  The query carries it: the log shows paths, but no queries."""
    return TimestampSigner(salt=f"bigledger.attachment.{public_id}")
