"""Who works for a company: roles, and leaving it.  A company always keeps an owner who can sign in."""

from django.db import transaction
from django.db.models import Q, QuerySet

from bigledger_crm.administration.records import give_records, new_owner
from bigledger_crm.audit.services import record
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import Conflict, InvalidData, NotFound, PermissionDenied, field_error
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.members import check_limit, remove_member, role_of, save_member
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tenancy.permissions import ROLE_PERMISSIONS
from bigledger_crm.tenancy.queries import lock_company
from bigledger_crm.tenancy.security import Author

OWNER = "owner"


class LastOwner(Conflict):
    """The only owner who can sign in can't leave or get another role."""

    code = "LAST_OWNER"

    def __init__(self) -> None:
        super().__init__("The company needs an owner: make someone else an owner first")


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
def add(actor: Actor, by: Author, member: Membership) -> Membership:
    """Makes a person a member without an invitation, which operators may do.  Raises PermissionDenied."""
    actor.require("members", "manage")
    save_member(member, by)
    record(actor, "member.added", member.user_id, note=member.user.email, changes={"role": [None, role_of(member)]})
    return member


@transaction.atomic
def change_role(
    actor: Actor, by: Author, member: Membership, role: str, *, own_records_only: bool = False
) -> Membership:
    """Gives a member another role, in sales perhaps limited to own records.

    Raises PermissionDenied, also where a manager would change an owner; InvalidData, LastOwner.
    """
    stored = _locked(actor, member)
    if role not in roles_to_give(actor):
        raise InvalidData("Member", field_error("role", f"Choose from: {', '.join(roles_to_give(actor))}"))
    if problems := check_limit(role, own_records_only=own_records_only):
        raise InvalidData("Member", problems)
    if (stored.role, stored.own_records_only) == (role, own_records_only):
        return stored
    _refuse_last_owner(stored)
    before = role_of(stored)
    stored.role, stored.own_records_only = role, own_records_only
    save_member(stored, by)
    changes = {"role": [before, role_of(stored)]}
    record(actor, "member.role_changed", stored.user_id, note=stored.user.email, changes=changes)
    return stored


@transaction.atomic
def remove(actor: Actor, by: Author, member: Membership, *, hand_over_to: str = "") -> None:
    """The person no longer works for the company; what they made stays.  Everybody may leave by themselves.

    Their customers and open documents get another owner, `hand_over_to`, or none; closed documents have none.
    Raises PermissionDenied, also where a manager would remove an owner; LastOwner; InvalidData for `owner_id`.
    """
    stored = _locked(actor, member, may_be_oneself=True)
    _refuse_last_owner(stored)
    give_records(actor, stored, new_owner(stored, hand_over_to))
    event = "member.left" if stored.user.public_id == actor.id else "member.removed"
    record(actor, event, stored.user_id, note=stored.user.email, changes={"role": [role_of(stored), None]})
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


def is_last_owner(member: Membership) -> bool:
    """Whether the company would have no owner who can sign in without this one."""
    owners = Membership.objects.filter(company=member.company, role=OWNER, user__is_active=True)
    return member.role == OWNER and not owners.exclude(pk=member.pk).exists()


def _refuse_last_owner(member: Membership) -> None:
    if is_last_owner(member):
        raise LastOwner


def _is_owner(actor: Actor) -> bool:
    """Whether the actor is an owner, or an operator, who may do what owners may."""
    owner = Q(memberships__company=actor.company, memberships__role=OWNER)
    return User.objects.filter(owner | Q(is_superuser=True), email=actor.email, is_active=True).exists()
