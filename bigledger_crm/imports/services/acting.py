"""For whom a worker goes on with an import: with the rights that they have now."""

from bigledger_crm.imports.kinds import import_kinds
from bigledger_crm.imports.models import Import
from bigledger_crm.tenancy.actor import Actor, present_actor


def actor_of(job: Import) -> Actor:
    """Whoever asked for the step.  Raises PermissionDenied, MissingRight for one who may not any more."""
    actor, _owner = present_actor(job.company_id, job.created_by)  # only roles without such a limit import
    actor.require("imports", "write")
    actor.require(import_kinds[job.kind].resource, "write")
    return actor
