"""Who works for a company, and in which role: every change is a security event."""

from django.db import transaction

from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.tenancy.models import Membership
from bigledger_crm.tenancy.permissions import LIMITABLE_ROLE, named_role
from bigledger_crm.tenancy.record_owners import release_records
from bigledger_crm.tenancy.security import Author, record


@transaction.atomic
def save_member(membership: Membership, by: Author) -> Membership:
    """Adds a member, or changes the role."""
    before = Membership.objects.select_for_update().filter(pk=membership.pk).first()
    membership.save()
    if before is None:
        _record("security.member_added", membership, by, [None, role_of(membership)])
    elif role_of(before) != role_of(membership):
        _record("security.member_role_changed", membership, by, [role_of(before), role_of(membership)])
    return membership


def check_limit(role: str, *, own_records_only: bool) -> list[FieldError]:
    """What is wrong with limiting a role to own records."""
    is_wrong = own_records_only and role != LIMITABLE_ROLE
    return field_error("own_records_only", f"Only the role {LIMITABLE_ROLE} can be limited" if is_wrong else None)


def role_of(membership: Membership) -> str:
    """A member's role as it is recorded."""
    return named_role(membership.role, own_records_only=membership.own_records_only)


@transaction.atomic
def remove_member(membership: Membership, by: Author) -> None:
    """The person no longer works for the company; what they own is left without an owner."""
    release_records(membership)
    _record("security.member_removed", membership, by, [role_of(membership), None])
    membership.delete()


def _record(event: str, membership: Membership, by: Author, roles: list[str | None]) -> None:
    record(event, by, company=membership.company, subject=membership.user.email, changes={"role": roles})
