"""Who does something: a person or an API key, for one company."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.errors import PermissionDenied
from bigledger_crm.tenancy.models import ApiKey, Company, Membership, User
from bigledger_crm.tenancy.permissions import ALL_RIGHTS, rights_of_member, rights_of_scopes
from bigledger_crm.tenancy.scope import company_scope

SYSTEM = "system"


class MissingRight(PermissionDenied):
    """The actor lacks a right of the table."""

    def __init__(self, name: str) -> None:
        super().__init__(f"This needs the permission '{name}'")
        self.right = name


@dataclass(frozen=True)
class Actor:
    """Somebody who acts for `company`.  `id` is `user_…` or `key_…`, or `system` for the product itself.

    `permissions` are names of rights, each given by itself: see `permissions.py`.  `member` is the key of a person who
    acts as a member of the company, and `role` the role that they have in it; None and "" for everybody else.
    """

    company: Company
    id: str
    name: str
    permissions: frozenset[str]
    email: str = ""
    member: UUID | None = None
    role: str = ""

    def may(self, resource: str, verb: str) -> bool:
        """Whether the actor has a right, such as to `write` `customers` or to `void` `payments`."""
        return f"{resource}:{verb}" in self.permissions

    def require(self, resource: str, verb: str) -> None:
        """Raises MissingRight, a PermissionDenied, unless the actor `may`."""
        if not self.may(resource, verb):
            raise MissingRight(f"{resource}:{verb}")

    def today(self) -> date:
        """The company's present day."""
        return clock.today(self.company.time_zone)

    def day_of(self, moment: datetime) -> date:
        """The company's day of a moment."""
        return clock.day_of(moment, self.company.time_zone)


def actor_for_member(membership: Membership) -> Actor:
    """The actor for a person in a company."""
    user = membership.user
    rights = rights_of_member(membership.role, own_records_only=membership.own_records_only)
    return Actor(
        membership.company, user.public_id, user.name or user.email, rights, user.email, user.pk, membership.role
    )


def member_scope(membership: Membership) -> AbstractContextManager[None]:
    """Works for a member's company, and sees the own records only of one who is limited to them."""
    return company_scope(membership.company, owner=owner_limit(membership))


def owner_limit(membership: Membership) -> UUID | None:
    """The member themselves where they are limited to own records."""
    return membership.user_id if membership.own_records_only else None


def actor_for_key(key: ApiKey, company: Company) -> Actor:
    """The actor for an API key in one of its companies."""
    return Actor(company, key.public_id, key.name, rights_of_scopes(key.scopes))


def system_actor(company: Company) -> Actor:
    """The product itself, for jobs and set-up."""
    return Actor(company, SYSTEM, "BigLedger", ALL_RIGHTS)


@contextmanager
def acting_again(company_id: UUID, actor_id: str) -> Iterator[Actor]:
    """Works for whoever once asked for something, with the rights and in the scope that they have now.

    Raises PermissionDenied for a member or a key that is gone, or whose company is inactive.
    """
    actor, owner = present_actor(company_id, actor_id)
    with company_scope(actor.company, owner=owner):
        yield actor


def present_actor(company_id: UUID, actor_id: str) -> tuple[Actor, UUID | None]:
    """Whoever once asked for something, with the rights of now, and the owner to whose records they are limited.

    Raises PermissionDenied as `acting_again`.
    """
    active = Company.objects.filter(pk=company_id, is_active=True)
    if actor_id == SYSTEM and (company := active.first()):
        return system_actor(company), None
    members = Membership.objects.select_related("company", "user").filter(company__in=active, user__is_active=True)
    if (user := ids.decode(User.PREFIX, actor_id)) and (membership := members.filter(user=user).first()):
        return actor_for_member(membership), owner_limit(membership)
    keys = ApiKey.companies.through.objects.select_related("apikey", "company").filter(company__in=active)
    key = ids.decode(ApiKey.PREFIX, actor_id)
    link = keys.filter(apikey=key).first() if key else None
    if link is None or not link.apikey.is_usable():
        raise PermissionDenied("Whoever asked for this no longer has access to the company")
    return actor_for_key(link.apikey, link.company), None
