"""A form is saved once, however often its button is clicked or its page reloaded.

Who goes back in the browser, types something else and saves again is told so, and loses nothing.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.tenancy.models import Company
from bigledger_crm.web.models import SubmittedForm
from bigledger_crm.web.timeouts import asking_to_try_again

KEPT = timedelta(hours=24)
_NOT_TYPED = ("csrfmiddlewaretoken", "form_key")


class FormUsedBefore(DomainError):
    """A form that was saved already comes again with other values, or from another page."""

    status = 409
    code = "FORM_USED_BEFORE"

    def __init__(self) -> None:
        super().__init__(_("This form has already been saved with different values. Save again to keep both."))


def read_form_key(text: str) -> UUID | None:
    """The key that a form was posted with; None for none and for nonsense."""
    try:
        return UUID(text)
    except ValueError:
        return None


def digest_of(request: HttpRequest) -> str:
    """What was typed into a form, and where, in short."""
    typed = [(name, values) for name, values in sorted(request.POST.lists()) if name not in _NOT_TYPED]
    files: Any = sorted(request.FILES.items())
    said = [("", request.get_full_path()), *typed, *((name, f"{file.name} {file.size}") for name, file in files)]
    return hashlib.sha256(urlencode(said, doseq=True, errors="replace").encode()).hexdigest()


def earlier_location(key: UUID, digest: str | None = None) -> str | None:
    """Where the browser went when the form with this key was saved; None if it wasn't, or not with this content."""
    saved = SubmittedForm.objects.filter(key=key)
    if digest is not None:
        saved = saved.filter(digest=digest)
    return saved.values_list("location", flat=True).first()


def save_once(company: Company, key: UUID, save: Callable[[], str], digest: str = "") -> tuple[str, bool]:
    """Calls `save` unless the form was saved already; returns where to go and whether `save` was called.

    One transaction: a second request with the key waits for the first, and a refusal leaves the key unused.  Raises
    FormUsedBefore when the form was saved with another content; SavedByOthers and NotSaved when it is worth trying
    again.
    """
    with asking_to_try_again():
        return _save_once(company, key, save, digest)


def _save_once(company: Company, key: UUID, save: Callable[[], str], digest: str) -> tuple[str, bool]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {SubmittedForm._meta.db_table} (id, company_id, key, location, digest, created_at) "  # noqa: S608 the table is ours
                "VALUES (%s, %s, %s, '', %s, %s) ON CONFLICT (company_id, key) DO NOTHING",
                [ids.new_id(), company.pk, key, digest, clock.now()],
            )
            is_first = cursor.rowcount == 1
        if not is_first:
            earlier = SubmittedForm.objects.get(key=key)
            if earlier.digest != digest:
                raise FormUsedBefore
            return earlier.location, False
        location = save()
        SubmittedForm.objects.filter(key=key).update(location=location)
        return location, True


def forget_expired() -> int:
    """Deletes the keys of all companies that are no longer kept; returns how many."""
    return SubmittedForm.unscoped.filter(created_at__lte=clock.now() - KEPT).delete()[0]
