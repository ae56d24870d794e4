"""The audit log: who did what, from where, and what it was before."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.administration.filters import KINDS, AuditFilters
from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.exact_json import ExactEncoder
from bigledger_crm.kernel.text import snake_case
from bigledger_crm.outbox.events import object_id
from bigledger_crm.registry import object_types
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import ApiKey, Company, User
from bigledger_crm.tenancy.queries import by_public_id
from bigledger_crm.tenancy.scope import current_company_id
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Column, DetailField, Text
from bigledger_crm.web.from_project import from_project
from bigledger_crm.web.lists import ListPage
from bigledger_crm.web.lists.filter_panel import FilterField, Picker
from bigledger_crm.web.search import read_query, search
from bigledger_crm.web.timeline import EventObject, event_label, fields_text, note_of
from bigledger_crm.web.views import CompanyView

_SHOWN_CHANGES = 3
_LONGEST_VALUE = 60


@dataclass(frozen=True)
class Change:
    """A field with what it said before and says now."""

    field: str
    before: str
    after: str


def changes_of(entry: AuditEntry) -> list[Change]:
    """What changed, in words; entries of other forms tell nothing here."""
    return [
        Change(_field_text(name), _value_text(pair[0]), _value_text(pair[1]))
        for name, pair in entry.changes.items()
        if isinstance(pair, list) and len(pair) == 2
    ]


def _field_text(name: str) -> str:
    return snake_case(name).replace("_", " ").capitalize()


def _value_text(value: Any) -> str:
    if value in (None, "", [], {}):
        return formatting.NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    return json.dumps(value, cls=ExactEncoder, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def _summary(entry: AuditEntry) -> str:
    """The first changes in a line, or the note."""
    if entry.redacted_at is not None:
        return _("Erased")
    changes = changes_of(entry)
    if not changes:
        return fields_text(entry.note) if entry.event.endswith(".updated") else note_of(entry)
    told = [f"{one.field}: {_short(one.before)} → {_short(one.after)}" for one in changes[:_SHOWN_CHANGES]]
    return "; ".join(told) + (" …" if len(changes) > _SHOWN_CHANGES else "")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_VALUE else f"{line[: _LONGEST_VALUE - 1]}…"


def _by(entry: AuditEntry) -> Text:
    """Through what, where it was no person at a page."""
    if entry.actor_id.startswith("key_"):
        return _("API key")
    return "" if entry.actor_id.startswith("user_") else _("System")


def objects_about(entries: Sequence[AuditEntry]) -> Mapping[UUID, EventObject]:
    """What entries are about, by their key, which a function of the project tells: `event_objects`."""
    find: Callable[[Sequence[AuditEntry]], Mapping[UUID, EventObject]] | None = from_project("event_objects", None)
    return find(entries) if find and entries else {}


def _find_actor(text: str) -> tuple[str, str] | None:
    """A person or key of the company by name, address or id."""
    pk = ids.decode(User.PREFIX, text) or ids.decode(ApiKey.PREFIX, text)
    company = current_company_id()
    named = Q(pk=pk) if pk else Q(name__iexact=text)
    user = User.objects.filter(named if pk else named | Q(email__iexact=text), memberships__company=company).first()
    if user is not None:
        return user.public_id, str(user)
    key = ApiKey.objects.filter(named, companies=company).order_by("-created_at").first()
    return (key.public_id, str(key)) if key else None


def _find_subject(text: str) -> tuple[str, str] | None:
    """An object by its id, or by the number or name that the search finds it by."""
    if ids.decode(text.rpartition("_")[0], text):
        return text, text
    wanted = read_query(text)
    if wanted is None:
        return None
    found = search(system_actor(Company(pk=current_company_id())), wanted, 5)
    hits = [hit for group in found for hit in group.hits]
    exact = [hit for hit in hits if hit.title.casefold() == text.casefold()]
    best = exact[0] if exact else hits[0] if len(hits) == 1 else None
    return (best.public_id, best.title) if best else None


class AuditLogView(ListPage):
    """Everything that happened in the company, newest first."""

    resource = "audit-log"
    write_verb = "read"
    title = gettext_lazy("Audit log")
    sorts = {"when": "occurred_at"}
    default_sort = "-when"
    filters = AuditFilters
    narrow_by = (
        FilterField("actor", gettext_lazy("Who"), picker=Picker(_find_actor)),
        FilterField("kind", gettext_lazy("What kind"), {name: name.replace("_", " ").capitalize() for name in KINDS}),
        FilterField("subject", gettext_lazy("Object"), picker=Picker(_find_subject)),
        FilterField("occurred", gettext_lazy("Period")),
    )
    empty_title = gettext_lazy("Nothing has happened yet")
    empty_text = gettext_lazy("Each change appears here, with who made it and what it was before.")
    _about: Mapping[UUID, EventObject] = {}

    def columns(self) -> Sequence[Column]:
        """The columns of the list; files have all of it."""
        return (
            Column(_("Event"), lambda row: event_label(row.event), "main", exact=lambda row: row.event),
            Column(_("Object"), self._object, exact=object_id),
            Column(_("Changes"), _summary, exact=_exact_changes),
            Column(_("Who"), lambda row: row.actor_name, note=_by),
            Column(_("From"), lambda row: row.address),
            Column(_("When"), lambda row: row.occurred_at, "moment", sort="when"),
            Column(_("ID of person or key"), lambda row: row.actor_id, name="actor", optional=True),
            Column(_("Note"), lambda row: row.note, name="note", optional=True),
        )

    def all_rows(self) -> QuerySet[Any]:
        """All entries."""
        return AuditEntry.objects.all()

    def read_more(self, rows: Sequence[AuditEntry]) -> None:
        """What the entries of the page are about."""
        self._about = objects_about(rows)

    def _object(self, row: AuditEntry) -> str:
        about = self._about.get(row.pk)
        return " · ".join(filter(None, [about.name, about.customer])) if about else ""

    def href(self, row: AuditEntry) -> str:
        """The entry's page."""
        return reverse("pages:audit-entry", args=[row.public_id])


def _exact_changes(entry: AuditEntry) -> str:
    return json.dumps(entry.changes, cls=ExactEncoder, ensure_ascii=False) if entry.changes else ""


class AuditEntryView(CompanyView):
    """One entry with all that it says."""

    resource = "audit-log"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The entry."""
        entry = by_public_id(AuditEntry.objects.all(), "Audit entry", public_id)
        about = objects_about([entry]).get(entry.pk, EventObject())
        subject = object_id(entry)
        known = object_types.get(entry.event.partition(".")[0])
        href = about.href or (reverse(known.page, args=[subject]) if known and known.page else "")
        return self.page(
            "administration/audit_entry.html",
            title=event_label(entry.event),
            changes=changes_of(entry),
            details=[
                DetailField(_("When"), formatting.moment(entry.occurred_at)),
                DetailField(_("Who"), entry.actor_name),
                DetailField(_("Person or key"), entry.actor_id),
                DetailField(_("From address"), entry.address),
                DetailField(_("Object"), about.name or subject, href=href if about.name else ""),
                DetailField(_("Object ID"), subject),
                DetailField(_("Event"), entry.event),
                DetailField(_("Note"), note_of(entry), wide=True),
                DetailField(_("Personal data erased"), formatting.moment(entry.redacted_at)),
            ],
        )
