"""People in the matrix of tenancy: a colleague, an invitation, keys, archives about people and of the company."""

from dataclasses import dataclass
from unittest.mock import patch

from bigledger_crm.account.invitations import invite
from bigledger_crm.company_archive import services as company_exports
from bigledger_crm.company_archive.models import CompanyExport
from bigledger_crm.kernel import clock
from bigledger_crm.privacy.archives import make, request_archive
from bigledger_crm.privacy.kinds import person_kinds
from bigledger_crm.requested_archives import KEPT
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tenancy.security import Author
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.testing.tenancy_given import Given


@dataclass(frozen=True)
class PeopleFixtures:
    """The public ids of people who work for a company, and of what they have there."""

    member: str
    invitation: str
    api_key: str
    person_archive: str
    own_archive: str
    company_export: str


def make_people_fixtures(given: Given, contact: str) -> dict[str, str]:
    """The fields of PeopleFixtures; one archive is about the `contact`, the other about the actor, if a member."""
    actor, mark = given.actor, given.mark
    colleague = _colleague(actor, mark)
    invited = f"{mark.lower()}-colleague@example.com"
    return {
        "member": colleague.public_id,
        "invitation": invite(actor.company, invited, "viewer", Author(actor.id, mark)).public_id,
        "api_key": create_api_key([actor.company], name=mark)[0].public_id,
        "person_archive": _archive(actor, "contact", contact),
        "company_export": make_company_export(actor).public_id,
        "own_archive": _archive(actor, "member", actor.id if actor.id.startswith("user_") else colleague.public_id),
    }


def _archive(actor: Actor, kind: str, public_id: str) -> str:
    """An archive about a person that can be downloaded."""
    with patch("bigledger_crm.requested_archives.notify_worker"):  # it is made here
        archive = request_archive(actor, person_kinds[kind], person_kinds[kind].find(public_id))
    make(archive.pk)
    return archive.public_id


def make_company_export(actor: Actor) -> CompanyExport:
    """An export that can be downloaded."""
    export = CompanyExport.objects.create(
        company=actor.company, requested_by=actor.id, requested_by_name=actor.name, expires_at=clock.now() + KEPT
    )
    assert company_exports.make(export.pk)
    return export


def _colleague(actor: Actor, mark: str) -> User:
    """Another member of the company."""
    person, _ = User.objects.get_or_create(email=f"{mark.lower()}-member@example.com", defaults={"name": mark})
    Membership.objects.create(company=actor.company, user=person, role="viewer")
    return person
