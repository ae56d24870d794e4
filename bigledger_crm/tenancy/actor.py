"""Who does something: a person or an API key, for one company."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import PermissionDenied
from bigledger_crm.tenancy.models import ApiKey, Company, Membership
from bigledger_crm.tenancy.permissions import ALL_RIGHTS, rights_of_member, rights_of_scopes
from bigledger_crm.tenancy.scope import company_scope


class MissingRight(PermissionDenied):
    """The actor lacks a right of the table."""

    def __init__(self, name: str) -> None:
        super().__init__(f"This needs the permission '{name}'")
        self.right = name


@dataclass(frozen=True)
class Actor:
    """Somebody who acts for `company`.  `id` is `user_…` or `key_…`, or `system` for the product itself.

    `permissions` are names of rights, each given by itself: see `permissions.py`.  `member` is the key of a person who
    acts as a member of the company, and None for everybody else.
    """

    company: Company
    id: str
    name: str
    permissions: frozenset[str]
    email: str = ""
    member: UUID | None = None

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
    return Actor(membership.company, user.public_id, user.name or user.email, rights, user.email, user.pk)


def member_scope(membership: Membership) -> AbstractContextManager[None]:
    """Works for a member's company, and sees the own records only of one who is limited to them."""
    owner = membership.user_id if membership.own_records_only else None
    return company_scope(membership.company, owner=owner)


def actor_for_key(key: ApiKey, company: Company) -> Actor:
    """The actor for an API key in one of its companies."""
    return Actor(company, key.public_id, key.name, rights_of_scopes(key.scopes))


def system_actor(company: Company) -> Actor:
    """The product itself, for jobs and set-up."""
    return Actor(company, "system", "BigLedger", ALL_RIGHTS)
