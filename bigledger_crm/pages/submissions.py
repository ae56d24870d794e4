"""A form is saved once, however often its button is clicked or its page reloaded."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from bigledger_crm.kernel import clock, ids
from bigledger_crm.pages.models import SubmittedForm
from bigledger_crm.tenancy.models import Company

KEPT = timedelta(hours=24)


def read_form_key(text: str) -> UUID | None:
    """The key that a form was posted with; None for none and for nonsense."""
    try:
        return UUID(text)
    except ValueError:
        return None


def earlier_location(key: UUID) -> str | None:
    """Where the browser went when the form with this key was saved; None if it wasn't."""
    return SubmittedForm.objects.filter(key=key).values_list("location", flat=True).first()


def save_once(company: Company, key: UUID, save: Callable[[], str]) -> tuple[str, bool]:
    """Calls `save` unless the form was saved already; returns where to go and whether `save` was called.

    One transaction: a second request with the key waits for the first, and a refusal leaves the key unused.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {SubmittedForm._meta.db_table} (id, company_id, key, location, created_at) "  # noqa: S608 the table is ours
                "VALUES (%s, %s, %s, '', %s) ON CONFLICT (company_id, key) DO NOTHING",
                [ids.new_id(), company.pk, key, clock.now()],
            )
            is_first = cursor.rowcount == 1
        if not is_first:
            return SubmittedForm.objects.values_list("location", flat=True).get(key=key), False
        location = save()
        SubmittedForm.objects.filter(key=key).update(location=location)
        return location, True


def forget_expired() -> int:
    """Deletes the keys of all companies that are no longer kept; returns how many."""
    return SubmittedForm.unscoped.filter(created_at__lte=clock.now() - KEPT).delete()[0]
