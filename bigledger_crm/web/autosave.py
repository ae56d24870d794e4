"""What somebody was writing when the window closed.  It is offered back; it never makes a document by itself."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import QueryDict

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.form_submissions import earlier_location
from bigledger_crm.web.models import UnsavedForm

KEPT = timedelta(days=30)
# More than a document of a thousand lines takes.
LONGEST = 1_000_000
_NOT_KEPT = ("csrfmiddlewaretoken", "form_key", "form_company", "keep", "new_customer")


def autosave_form(actor: Actor, key: UUID, kind: str, document: str, data: QueryDict) -> UnsavedForm | None:
    """Remembers a form as it stands; `document` is the public id of what is edited, "" for something new.

    None for a form that is saved already, and for one that is longer than is kept.
    """
    kept = data.copy()
    for name in _NOT_KEPT:
        kept.pop(name, None)
    content = kept.urlencode()
    if len(content) > LONGEST or earlier_location(key) is not None:
        return None
    own: dict[str, Any] = {"company": actor.company, "person": actor.id, "kind": kind, "document": document}
    values = {"content": content, "saved_at": clock.now()}
    return UnsavedForm.objects.update_or_create(**own, key=key, defaults=values)[0]


def unsaved_form(actor: Actor, kind: str, document: str, key: UUID | None = None) -> UnsavedForm | None:
    """The newest form of this kind that the person left, or the one with a key."""
    forms = UnsavedForm.objects.filter(person=actor.id, kind=kind, document=document)
    if key is not None:
        forms = forms.filter(key=key)
    return forms.order_by("-saved_at").first()


def discard_form(actor: Actor, key: UUID) -> None:
    """The form was saved, or is no longer wanted."""
    UnsavedForm.objects.filter(person=actor.id, key=key).delete()


def forget_old_forms() -> int:
    """Deletes the forms of all companies that nobody came back to; returns how many."""
    return UnsavedForm.unscoped.filter(saved_at__lte=clock.now() - KEPT).delete()[0]
