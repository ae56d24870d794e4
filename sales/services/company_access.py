"""What operators decide about a company: whether anybody gets in, and what is asked of its members."""

from django.db import transaction

from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy import security
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company


@transaction.atomic
def set_company_active(actor: Actor, by: security.Author, *, active: bool) -> bool:
    """Disables a company, so that its members and API keys no longer get in, or enables it; False if it is so already.

    Nothing is deleted, and emails that wait are sent.  Raises PermissionDenied.
    """
    actor.require("settings", "manage")
    if not Company.objects.filter(pk=actor.company.pk, is_active=not active).update(is_active=active):
        return False
    verb = "enabled" if active else "disabled"
    record(actor, f"company.{verb}", actor.company.pk)
    security.record(f"security.company_{verb}", by, company=actor.company, subject=actor.company.public_id)
    return True


@transaction.atomic
def demand_second_factor(actor: Actor, is_demanded: bool) -> bool:
    """Lets in members with a second factor only, or all of them; False if it is so already.

    Raises PermissionDenied.
    """
    actor.require("settings", "manage")
    rows = Company.objects.filter(pk=actor.company.pk, requires_second_factor=not is_demanded)
    if not rows.update(requires_second_factor=is_demanded):
        return False
    changes = {"requires_second_factor": [not is_demanded, is_demanded]}
    record(actor, "company.updated", actor.company.pk, changes=changes)
    return True
