"""Who does something: a person or an API key, for one company."""

from dataclasses import dataclass
from datetime import date, datetime

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import PermissionDenied
from bigledger_crm.tenancy.models import ApiKey, Company, Membership
from bigledger_crm.tenancy.permissions import MANAGE_SETTINGS, ROLE_PERMISSIONS, permits


@dataclass(frozen=True)
class Actor:
    """Somebody who acts for `company`.  `id` is `user_…` or `key_…`, or `system` for the product itself."""

    company: Company
    id: str
    name: str
    permissions: frozenset[str]
    email: str = ""

    def may(self, resource: str, verb: str) -> bool:
        """Whether the actor may `read` or `write` a resource, or pass a safeguard such as `customers` `merge`."""
        return permits(self.permissions, resource, verb)

    def require(self, resource: str, verb: str) -> None:
        """Raises PermissionDenied unless the actor `may`."""
        if not self.may(resource, verb):
            raise PermissionDenied(f"This needs the permission '{resource}:{verb}'")

    def require_manager(self) -> None:
        """Raises PermissionDenied unless the actor may manage the company's settings."""
        if MANAGE_SETTINGS not in self.permissions:
            raise PermissionDenied("Only owners and admins can manage settings")

    def today(self) -> date:
        """The company's present day."""
        return clock.today(self.company.time_zone)

    def day_of(self, moment: datetime) -> date:
        """The company's day of a moment."""
        return clock.day_of(moment, self.company.time_zone)


def actor_for_member(membership: Membership) -> Actor:
    """The actor for a person in a company."""
    user = membership.user
    return Actor(
        membership.company, user.public_id, user.name or user.email, ROLE_PERMISSIONS[membership.role], user.email
    )


def actor_for_key(key: ApiKey, company: Company) -> Actor:
    """The actor for an API key in one of its companies."""
    return Actor(company, key.public_id, key.name, frozenset(key.scopes))


def system_actor(company: Company) -> Actor:
    """The product itself, for jobs and set-up."""
    return Actor(company, "system", "BigLedger", frozenset({"read", "write"}))
