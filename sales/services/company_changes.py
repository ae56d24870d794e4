"""Saving changes of a company's settings, with or without a new logo."""

from typing import Any

from django.db import transaction

from bigledger_crm.documents.logos import clean_logo, keep_logo
from bigledger_crm.kernel.changes import apply_changes
from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company


def check_logo(logo: bytes | None) -> tuple[bytes | None, list[FieldError]]:
    """The clean content of a new logo, b"" to remove it, None to keep it; and the errors."""
    if not logo:
        return logo, []
    try:
        return clean_logo(logo), []
    except ValueError as error:
        return None, field_error("logo", str(error))


def save_company(actor: Actor, event: str, logo: bytes | None, **wanted: Any) -> Company:
    """The actor's company with a clean logo and clean columns; `event` is recorded if anything changed."""
    if logo is not None:  # before the transaction: a file without a row harms nobody, a row without a file does
        wanted["logo"] = keep_logo(actor.company.pk, logo) if logo else ""
    with transaction.atomic():
        company = Company.objects.select_for_update(no_key=True).get(pk=actor.company.pk)
        changes = apply_changes(company, wanted)
        if changes:
            company.save(update_fields=list(changes))
            record(actor, event, company.pk, changes=changes)
    return company
