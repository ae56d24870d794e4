"""Inviting people into a company, and accepting that."""

from datetime import timedelta

from django.db import transaction

from bigledger_crm.account.emails import queue_invitation, read_invitation_token
from bigledger_crm.account.models import Invitation
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.email_address import is_email_address
from bigledger_crm.kernel.errors import Conflict, InvalidData, field_error
from bigledger_crm.tenancy.members import check_limit, save_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.permissions import ROLE_PERMISSIONS, named_role
from bigledger_crm.tenancy.queries import lock_company
from bigledger_crm.tenancy.security import Author, record

LASTS = timedelta(days=7)


class InvitationClosed(Conflict):
    """The invitation was accepted or withdrawn, or has expired."""

    code = "INVITATION_CLOSED"


class MemberAlready(Conflict):
    """The person works for the company already."""

    code = "MEMBER_ALREADY"


@transaction.atomic
def invite(
    company: Company, email: str, role: str, by: Author, *, inviter: str = "", own_records_only: bool = False
) -> Invitation:
    """Sends an invitation, anew where one is open: the earlier link no longer works.

    Raises InvalidData, MemberAlready.
    """
    address = email.strip().lower()
    problems = field_error("email", None if is_email_address(address) else "Enter a valid email address")
    problems += field_error("role", None if role in ROLE_PERMISSIONS else f"Choose from: {', '.join(ROLE_PERMISSIONS)}")
    problems += check_limit(role, own_records_only=own_records_only)
    if problems:
        raise InvalidData("Invitation", problems)
    lock_company(company)
    if Membership.objects.filter(company=company, user__email=address).exists():
        raise MemberAlready(f"{address} is a member of {company.name} already")
    Invitation.objects.filter(company=company, email=address, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=clock.now()
    )
    invitation = Invitation.objects.create(
        company=company,
        email=address,
        role=role,
        own_records_only=own_records_only,
        invited_by=inviter or by.name,
        expires_at=clock.now() + LASTS,
    )
    changes = {"role": [None, named_role(role, own_records_only=own_records_only)]}
    record("security.member_invited", by, company=company, subject=address, changes=changes)
    queue_invitation(invitation)
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, by: Author) -> bool:
    """The link no longer works; False if it worked no more before."""
    still_open = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not still_open.update(withdrawn_at=clock.now()):
        return False
    record("security.invitation_withdrawn", by, company=invitation.company, subject=invitation.email)
    return True


def open_invitations(company: Company) -> list[Invitation]:
    """Those that were neither accepted nor withdrawn, the newest first; some may be too old."""
    return list(
        Invitation.objects.filter(company=company, accepted_at=None, withdrawn_at=None).order_by("-created_at", "-id")
    )


def invitation_behind(token: str) -> Invitation | None:
    """The invitation of a link, open or not; None for a link that was never one."""
    key = read_invitation_token(token)
    found = Invitation.objects.select_related("company").filter(pk=key, company__is_active=True) if key else None
    return None if found is None else found.first()


@transaction.atomic
def accept_as(invitation: Invitation, user: User, address: str) -> Membership:
    """The person, whose address was invited, joins.  Raises InvitationClosed."""
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("company").get(pk=invitation.pk)
    if not locked.is_open() or user.email != locked.email or not user.is_active:
        raise InvitationClosed("This invitation can't be accepted any more")
    locked.accepted_at = clock.now()
    locked.save(update_fields=["accepted_at"])
    known = Membership.objects.filter(company=locked.company, user=user).first()
    by = Author(user.public_id, user.email, address)
    limit = locked.own_records_only
    joined = Membership(company=locked.company, user=user, role=locked.role, own_records_only=limit)
    return known or save_member(joined, by)


@transaction.atomic
def accept_as_new_person(invitation: Invitation, name: str, password: str, address: str) -> User:
    """Makes the person of the invited address, who joins.  Raises InvitationClosed."""
    Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if User.objects.filter(email=invitation.email).exists():
        raise InvitationClosed("Somebody with this address has an account already")
    language = invitation.company.language
    user = User.objects.create_user(invitation.email, password, name=name, language=language)
    accept_as(invitation, user, address)
    return user
