"""Freezing what a document says, and keeping the PDF made from it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bigledger_crm.documents import storage
from bigledger_crm.documents.deleting import delete_files
from bigledger_crm.documents.filenames import pdf_filename
from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.kernel import clock
from bigledger_crm.registry import document_kinds
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.lookups import Lookup
from bigledger_crm.tenancy.models import Company

# Frozen documents are printed as of their version: before a released template or style sheet changes, all of them are
# copied to templates/pdf/<version>/ and this is raised.
TEMPLATE_VERSION = 1
# Documents with more lines than this get more time in the worker.
LONG = 500
# What was frozen last of the document of a kind with this key.
latest_of = Lookup(
    StoredDocument,
    lambda rows, kind, document: rows.filter(kind=kind, document_id=document).order_by("-created_at")[:1],
)


@dataclass(frozen=True)
class RenderedPdf:
    """A PDF and the name to save it under."""

    filename: str
    content: bytes


class DamagedDocument(Exception):
    """The stored file is not the one that was rendered."""


def freeze(
    owner: Actor | Company, *, kind: str, document_id: UUID, number: str, filename: str, context: Mapping[str, Any]
) -> StoredDocument:
    """Keeps the printable facts of a document as they are now; `kind` is one of `document_kinds`.

    One INSERT, for the caller's transaction; the PDF is made later.  Amounts in `context` are plain decimal text in
    the document's currency.
    """
    return StoredDocument.objects.create(
        company=owner.company if isinstance(owner, Actor) else owner,
        kind=kind,
        document_id=document_id,
        number=number,
        template=document_kinds[kind].template,
        template_version=TEMPLATE_VERSION,
        context=dict(context),
        filename=filename,
    )


def freeze_as_now(
    owner: Actor | Company, *, kind: str, document_id: UUID, number: str, filename: str, context: Mapping[str, Any]
) -> StoredDocument:
    """Keeps what a document that may change says now; the document frozen last, while it says the same."""
    latest = latest_of.first(kind, document_id)
    if latest is not None and latest.context == dict(context):
        return latest
    return freeze(owner, kind=kind, document_id=document_id, number=number, filename=filename, context=context)


def ensure_rendered(stored: StoredDocument) -> StoredDocument:
    """Makes the PDF unless it is there, and returns the document with its file.

    Call it outside transactions: it takes a while and writes to the storage.  Two workers at once make the same bytes
    under the same name, and the row keeps what was written first.
    """
    if stored.file:
        return stored
    content = render_template(_template(stored), stored.context, stored.created_at)
    digest = hashlib.sha256(content).hexdigest()
    name = storage.write(_path(stored, digest), content)
    StoredDocument.objects.filter(pk=stored.pk, file="").update(file=name, sha256=digest, rendered_at=clock.now())
    stored.refresh_from_db(fields=["file", "sha256", "rendered_at"])
    return stored


def read(stored: StoredDocument) -> bytes:
    """The PDF of a rendered document.

    Raises FileNotFoundError when its file is gone and DamagedDocument when the file isn't what was rendered.
    """
    content = storage.read(stored.file)
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise DamagedDocument(f"{stored.file} has been changed since it was rendered")
    return content


def render_current(
    kind: str, document_id: UUID, facts: Callable[[], Mapping[str, Any]], moment: datetime
) -> RenderedPdf:
    """The PDF kept last of a document that has gone out, else one that is not kept, of its `facts` at `moment`.

    The facts have a `number`, and a `watermark` that is printed across every page.  Call it outside transactions.
    """
    stored = latest_of.first(kind, document_id)
    if stored is not None:
        return RenderedPdf(stored.filename, read(ensure_rendered(stored)))
    context = facts()
    return RenderedPdf(
        pdf_filename(context["number"], *context["watermark"].lower().split()),
        render_template(document_kinds[kind].template, context, moment),
    )


def render_unstored(context: Mapping[str, Any], moment: datetime, filename: str = "") -> RenderedPdf:
    """A PDF that isn't kept, of facts that don't change.  Call it outside transactions."""
    return RenderedPdf(
        filename or pdf_filename(context["number"], *context["watermark"].lower().split()),
        render_template(document_kinds[context["kind"]].template, context, moment),
    )


def delete_stored(rows: QuerySet[StoredDocument]) -> int:
    """Deletes stored documents with their files, in the caller's transaction; returns how many.

    The database lets go only what was erased wholly: see audit.Erasure.
    """
    delete_files(list(rows.values_list("file", flat=True)))
    return rows.delete()[0]


def render_template(template: str, context: Mapping[str, Any], moment: datetime) -> bytes:
    """The PDF of a template with a `print.css` beside it.  Call it outside transactions."""
    from bigledger_crm.documents import pdf  # noqa: PLC0415 takes longer than Django itself; most commands print nothing

    return pdf.render(template, context, moment)


def _template(stored: StoredDocument) -> str:
    """The template as it was when the document was frozen."""
    if stored.template_version == TEMPLATE_VERSION:
        return stored.template
    return stored.template.replace("pdf/", f"pdf/{stored.template_version}/", 1)


def _path(stored: StoredDocument, digest: str) -> str:
    safe_number = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in stored.number)
    return f"documents/{stored.company_id}/{stored.created_at:%Y}/{safe_number}-{digest[:12]}.pdf"
