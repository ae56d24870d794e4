"""Reading imports."""

from bigledger_crm.imports.kinds import import_kinds
from bigledger_crm.imports.models import Import
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.queries import by_public_id


def import_by_public_id(actor: Actor, public_id: str) -> Import:
    """The import with an `imp_…` id, for somebody who may read what it is about.  Raises NotFound, MissingRight."""
    job = by_public_id(Import.objects.select_related("company"), "Import", public_id)
    actor.require(import_kinds[job.kind].resource, "read")
    return job


def readable_kinds(actor: Actor) -> list[str]:
    """The names of the kinds whose imports the actor may see."""
    return [kind.name for kind in import_kinds if actor.may(kind.resource, "read")]
