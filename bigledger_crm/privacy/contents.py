"""What an archive is made of: tables of rows, and files; made from the models, so that no column is forgotten."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Field, ForeignKey, GeneratedField, Model, QuerySet
from django.utils import timezone

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.documents import services as documents
from bigledger_crm.documents.attachments import read_attachment
from bigledger_crm.documents.models import Attachment, StoredDocument
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.exact_json import ExactEncoder
from bigledger_crm.kernel.text import camel_case
from bigledger_crm.outbox.events import object_id
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.web.lists.export import spreadsheet_text

CHUNK = 500
# What the product computes from other columns, for itself.
_DERIVED = frozenset({"search_text", "name_sort", "number_sort", "code_sort"})


@dataclass(frozen=True)
class Table:
    """Rows of one kind; `rows` is read once, and each row has a value for each column."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True)
class File:
    """A stored file; `read` raises FileNotFoundError or DamagedDocument."""

    folder: str
    name: str
    read: Callable[[], bytes]


Part = Table | File


def table_of(name: str, rows: QuerySet[Any], *, only: Sequence[str] = ()) -> Table:
    """All that is stored of these rows, or the fields that `only` names; ids as the API shows them."""
    fields = [field for field in rows.model._meta.concrete_fields if _is_shown(field, only)]
    values = rows.order_by("pk").values_list(*(field.attname for field in fields)).iterator(CHUNK)
    return Table(
        name,
        [camel_case(field.attname) for field in fields],
        ([_shown(field, value) for field, value in zip(fields, row, strict=True)] for row in values),
    )


def _is_shown(field: "Field[Any, Any]", only: Sequence[str]) -> bool:
    if only:
        return field.name in only
    if isinstance(field, GeneratedField) or field.name in _DERIVED:
        return False
    return field.name != "company" or not issubclass(field.model, CompanyOwnedModel)


def _shown(field: "Field[Any, Any]", value: Any) -> Any:
    model: type[Model] = field.related_model if isinstance(field, ForeignKey) else field.model
    prefix: str = getattr(model, "PREFIX", "")
    if isinstance(value, UUID) and prefix and (field.primary_key or isinstance(field, ForeignKey)):
        return ids.encode(prefix, value)
    return bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else value


def emails_table(emails: QuerySet[OutboxEmail]) -> Table:
    """Emails as they went out, and what became of them."""
    found = emails.select_related("stored_document").order_by("created_at", "pk").iterator(CHUNK)
    columns = "id kind to cc replyTo subject text document status createdAt sentAt".split()
    return Table("emails", columns, map(_email, found))


def _email(email: OutboxEmail) -> list[Any]:
    document = email.stored_document.number if email.stored_document else ""
    parties = [email.to, email.cc, email.reply_to]
    told = [email.subject, email.body, document]
    return [email.public_id, email.kind, *parties, *told, email.status, email.created_at, email.sent_at]


def activity_table(entries: QuerySet[AuditEntry], name: str = "activity") -> Table:
    """What happened, with notes and what changed."""
    columns = "id event occurredAt by object note changes".split()
    found = entries.order_by("occurred_at", "pk").iterator(CHUNK)
    return Table(name, columns, ([*_happened(entry), entry.note, entry.changes] for entry in found))


def deeds_table(entries: QuerySet[AuditEntry], name: str = "changes-made") -> Table:
    """What a person did, when and from where; what they changed is about others."""
    columns = "id event occurredAt by object fromAddress".split()
    found = entries.order_by("occurred_at", "pk").iterator(CHUNK)
    return Table(name, columns, ([*_happened(entry), entry.address] for entry in found))


def _happened(entry: AuditEntry) -> list[Any]:
    return [entry.public_id, entry.event, entry.occurred_at, entry.actor_name, object_id(entry)]


def attachments(rows: QuerySet[Attachment]) -> Iterator[File]:
    """Files that people added."""
    for row in rows.order_by("created_at", "pk").iterator(CHUNK):
        yield File("attachments", row.filename, partial(read_attachment, row))


def stored_documents(rows: QuerySet[StoredDocument]) -> Iterator[File]:
    """Documents as they were sent."""
    for row in rows.order_by("created_at", "pk").iterator(CHUNK):
        yield File("documents", row.filename, partial(_pdf, row))


def _pdf(row: StoredDocument) -> bytes:
    return documents.read(documents.ensure_rendered(row))


def as_json(value: Any) -> Any:
    """A value of a table as JSON has it: amounts as text with all their digits, moments in the active time zone."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value


def as_cell(value: Any) -> str:
    """A value of a table as a cell of CSV has it."""
    plain = as_json(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    if isinstance(plain, list) and all(isinstance(part, str) for part in plain):
        plain = ", ".join(plain)
    if isinstance(plain, list | dict):
        plain = json.dumps(plain, cls=ExactEncoder, ensure_ascii=False)
    return spreadsheet_text(str(plain))
