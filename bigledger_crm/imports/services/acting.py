"""For whom a worker goes on with an import: with the rights that they have now."""

from bigledger_crm.imports.kinds import import_kinds
from bigledger_crm.imports.models import Import
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import PermissionDenied
from bigledger_crm.tenancy.actor import Actor, actor_for_key, actor_for_member
from bigledger_crm.tenancy.models import ApiKey, Membership, User


def actor_of(job: Import) -> Actor:
    """Whoever asked for the step.  Raises PermissionDenied, MissingRight for one who may not any more."""
    actor = _member(job) or _key(job)
    if actor is None:
        raise PermissionDenied(f"{job.created_by_name} no longer has access to the company")
    actor.require("imports", "write")
    actor.require(import_kinds[job.kind].resource, "write")
    return actor


def _member(job: Import) -> Actor | None:
    user = ids.decode(User.PREFIX, job.created_by)
    members = Membership.objects.select_related("company", "user").filter(company=job.company_id, user__is_active=True)
    return next(map(actor_for_member, members.filter(user=user)), None) if user else None


def _key(job: Import) -> Actor | None:
    pk = ids.decode(ApiKey.PREFIX, job.created_by)
    key = ApiKey.objects.filter(pk=pk, companies=job.company_id).first() if pk else None
    return actor_for_key(key, job.company) if key is not None and key.is_usable() else None
