"""Who works for a company: roles, and leaving it.  A company always keeps an owner who can sign in."""

from django.db import transaction
from django.db.models import QuerySet

from bigledger_crm.audit.services import record
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import Conflict, InvalidData, NotFound, PermissionDenied, field_error
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.members import remove_member, save_member
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tenancy.permissions import ROLE_PERMISSIONS
from bigledger_crm.tenancy.queries import lock_company
from bigledger_crm.tenancy.security import Author

OWNER = "owner"


class LastOwner(Conflict):
    """The only owner who can sign in can't leave or get another role."""

    code = "LAST_OWNER"

    def __init__(self) -> None:
        super().__init__("The company needs an owner: make somebody else an owner first")


def members_of(actor: Actor) -> QuerySet[Membership]:
    """The members of the company by name, with their people."""
    members = Membership.objects.filter(company=actor.company).select_related("company", "user")
    return members.order_by("user__name", "user__email")


def find_member(actor: Actor, public_id: str) -> Membership:
    """The membership of the person with a `user_…` id.  Raises NotFound."""
    pk = ids.decode(User.PREFIX, public_id)
    found = members_of(actor).filter(user_id=pk).first() if pk else None
    if found is None:
        raise NotFound("Member", public_id)
    return found


def roles_to_give(actor: Actor) -> tuple[str, ...]:
    """The roles that the actor may give: only an owner makes owners."""
    return tuple(role for role in ROLE_PERMISSIONS if role != OWNER or _is_owner(actor))


@transaction.atomic
def change_role(actor: Actor, by: Author, member: Membership, role: str) -> Membership:
    """Gives a member another role.

    Raises PermissionDenied, also where a manager would change an owner; InvalidData, LastOwner.
    """
    stored = _locked(actor, member)
    if role not in roles_to_give(actor):
        raise InvalidData("Member", field_error("role", f"Choose from: {', '.join(roles_to_give(actor))}"))
    if stored.role == role:
        return stored
    if stored.role == OWNER:
        _refuse_last_owner(stored)
    before, stored.role = stored.role, role
    save_member(stored, by)
    record(actor, "member.role_changed", stored.user_id, note=stored.user.email, changes={"role": [before, role]})
    return stored


@transaction.atomic
def remove(actor: Actor, by: Author, member: Membership) -> None:
    """The person no longer works for the company; what they made stays.  Everybody may leave by themselves.

    Raises PermissionDenied, also where a manager would remove an owner; LastOwner.
    """
    stored = _locked(actor, member, may_be_oneself=True)
    if stored.role == OWNER:
        _refuse_last_owner(stored)
    record(actor, "member.removed", stored.user_id, note=stored.user.email, changes={"role": [stored.role, None]})
    remove_member(stored, by)


def _locked(actor: Actor, member: Membership, *, may_be_oneself: bool = False) -> Membership:
    """The membership as it is, while nobody else changes who works for the company."""
    lock_company(actor.company)
    stored = members_of(actor).filter(pk=member.pk).first()
    if stored is None:
        raise NotFound("Member", member.user.public_id)
    if may_be_oneself and stored.user.public_id == actor.id:
        return stored
    actor.require("members", "manage")
    if stored.role == OWNER and not _is_owner(actor):
        raise PermissionDenied("Only an owner can change or remove an owner")
    return stored


def _refuse_last_owner(member: Membership) -> None:
    owners = Membership.objects.filter(company=member.company, role=OWNER, user__is_active=True)
    if not owners.exclude(pk=member.pk).exists():
        raise LastOwner


def _is_owner(actor: Actor) -> bool:
    return Membership.objects.filter(company=actor.company, role=OWNER, user__email=actor.email).exists()
