"""Who works for a company, and in which role: every change is a security event."""

from django.db import transaction

from bigledger_crm.tenancy.models import Membership
from bigledger_crm.tenancy.security import Author, record


@transaction.atomic
def save_member(membership: Membership, by: Author) -> Membership:
    """Adds a member, or changes the role.  In another company or for another person it is another membership."""
    stored = Membership.objects.select_for_update(of=("self",)).select_related("company", "user")
    before = stored.filter(pk=membership.pk).first()
    if before is not None and (before.company_id, before.user_id) != (membership.company_id, membership.user_id):
        _record("security.member_removed", before, by, [before.role, None])
        before = None
    membership.save()
    if before is None:
        _record("security.member_added", membership, by, [None, membership.role])
    elif before.role != membership.role:
        _record("security.member_role_changed", membership, by, [before.role, membership.role])
    return membership


@transaction.atomic
def remove_member(membership: Membership, by: Author) -> None:
    """The person no longer works for the company."""
    _record("security.member_removed", membership, by, [membership.role, None])
    membership.delete()


def _record(event: str, membership: Membership, by: Author, roles: list[str | None]) -> None:
    record(event, by, company=membership.company, subject=membership.user.email, changes={"role": roles})
