"""How a person wants to see a list: its columns, how close its rows stand, and states of it that have a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from bigledger_crm.kernel.errors import InvalidData, NotFound, PermissionDenied, field_error
from bigledger_crm.kernel.text import clean_line
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.permissions import MANAGE_SETTINGS
from bigledger_crm.tenancy.queries import by_public_id, lock_company
from bigledger_crm.web.components import Column, Text
from bigledger_crm.web.models import ListPreferences, SavedView

LONGEST_NAME = 60
LONGEST_QUERY = 2000
MOST_VIEWS = 50


@dataclass(frozen=True)
class ViewLink:
    """A saved view as it is offered; `is_removable` by this person."""

    public_id: str
    name: str
    href: str
    is_shared: bool
    is_current: bool
    is_removable: bool


def preferences_for(actor: Actor, place: str) -> ListPreferences:
    """The person's ways with a list; the usual ones are not stored."""
    own = {"person": actor.id, "place": place}
    return ListPreferences.objects.filter(**own).first() or ListPreferences(company=actor.company, **own)


def shown_columns(columns: Sequence[Column], preferences: ListPreferences) -> list[Column]:
    """The columns that the person sees."""
    return [column for column in columns if _is_shown(column, preferences)]


def column_choices(columns: Sequence[Column], preferences: ListPreferences) -> list[tuple[str, Text, bool]]:
    """The columns that can be hidden, and whether they are shown."""
    return [(column.name, column.label, _is_shown(column, preferences)) for column in columns if column.name]


def _is_shown(column: Column, preferences: ListPreferences) -> bool:
    return not column.name or column.optional == (column.name in preferences.changed)


def views_for(actor: Actor, place: str, state: Mapping[str, str]) -> list[ViewLink]:
    """The person's own views of a list and the shared ones, by name."""
    views = SavedView.objects.filter(Q(person=actor.id) | Q(is_shared=True), place=place).order_by("name", "pk")
    return [
        ViewLink(
            view.public_id,
            view.name,
            f"{place}?{view.query}" if view.query else place,
            view.is_shared,
            dict(parse_qsl(view.query)) == state,
            _may_remove(actor, view),
        )
        for view in views
    ]


def _may_remove(actor: Actor, view: SavedView) -> bool:
    return view.person == actor.id or (view.is_shared and MANAGE_SETTINGS in actor.permissions)


def change(
    actor: Actor, place: str, query: str, columns: Sequence[Column], given: QueryDict, *, may_share: bool
) -> str:
    """Does what the forms of a list ask for, and returns what to tell.

    Raises InvalidData, NotFound, and PermissionDenied for a view for everybody by somebody who may not share.
    """
    if "save_view" in given:
        is_shared = "is_shared" in given
        if is_shared and not may_share:
            raise PermissionDenied(_("Your role allows you to save views for yourself only."))
        return _save_view(actor, place, query, given.get("name", ""), is_shared)
    if public_id := given.get("remove_view"):
        return _remove_view(actor, place, public_id)
    _save_preferences(actor, place, columns, given)
    return ""


def _save_view(actor: Actor, place: str, query: str, name: str, is_shared: bool) -> str:
    """Saves the state under a name; an own view of this name becomes this one."""
    name = clean_line(name)
    if not name or len(name) > LONGEST_NAME:
        message = _("Enter a name of at most %(limit)s characters.") % {"limit": LONGEST_NAME}
        raise InvalidData("View", field_error("name", message))
    if len(query) > LONGEST_QUERY:
        raise InvalidData("View", field_error("name", _("These filters are too long to save.")))
    with transaction.atomic():
        lock_company(actor.company)  # two that come at once are counted one after the other
        theirs = SavedView.objects.filter(person=actor.id, place=place)
        if theirs.exclude(name=name).count() >= MOST_VIEWS:
            message = _("You can save up to %(limit)s views for each list.")
            raise InvalidData("View", field_error("name", message % {"limit": MOST_VIEWS}))
        own: dict[str, Any] = {"company": actor.company, "person": actor.id, "place": place, "name": name}
        SavedView.objects.update_or_create(**own, defaults={"query": query, "is_shared": is_shared})
    return _("View %(name)s saved") % {"name": name}


def _remove_view(actor: Actor, place: str, public_id: str) -> str:
    visible = SavedView.objects.filter(Q(person=actor.id) | Q(is_shared=True), place=place)
    view = by_public_id(visible, "View", public_id)
    if not _may_remove(actor, view):
        raise NotFound("View", public_id)
    view.delete()
    return _("View %(name)s deleted") % {"name": view.name}


def _save_preferences(actor: Actor, place: str, columns: Sequence[Column], given: QueryDict) -> None:
    wanted = given.getlist("column")
    changed = [one.name for one in columns if one.name and (one.name in wanted) == one.optional]
    own: dict[str, Any] = {"company": actor.company, "person": actor.id, "place": place}
    ListPreferences.objects.update_or_create(**own, defaults={"changed": changed, "is_dense": "is_dense" in given})
