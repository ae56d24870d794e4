"""What is kept about a person who works for a company, or did."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext_lazy

from bigledger_crm.account.models import AccountEmail, Invitation
from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.outbox.queries import sent_to
from bigledger_crm.privacy.contents import Part, deeds_table, emails_table, table_of
from bigledger_crm.privacy.kinds import PersonKind, person_kinds
from bigledger_crm.privacy.models import PersonArchive
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tenancy.scope import current_company_id
from bigledger_crm.tenancy.security import events_of
from bigledger_crm.web.models import ListPreferences, SavedView, UnsavedForm

_PROFILE = ("id", "email", "name", "language", "is_active", "created_at", "last_login")
_EVENT = "occurred_at event actor_name address subject note".split()


@dataclass(frozen=True)
class Member:
    """A person, and whether the archive is for themselves: what belongs to no company is for nobody else."""

    user: User
    is_own: bool


def find(public_id: str) -> User:
    """A person who works for the company or did something in it.  Raises NotFound."""
    pk = ids.decode(User.PREFIX, public_id)
    user = _known(pk) if pk else None
    if user is None:
        raise NotFound("Member", public_id)
    return user


def _known(pk: UUID) -> User | None:
    user = User.objects.filter(pk=pk).first()
    if user is None:
        return None
    is_member = Membership.objects.filter(company=current_company_id(), user=user).exists()
    return user if is_member or AuditEntry.objects.filter(actor_id=user.public_id).exists() else None


def load(archive: PersonArchive) -> Member | None:
    """Whom an archive is about."""
    user = _known(archive.subject_id)
    return Member(user, archive.requested_by == user.public_id) if user else None


def parts(member: Member) -> Iterator[Part]:
    """What the company keeps about a person, and for the person themselves what belongs to their account."""
    user = member.user
    of_company = {} if member.is_own else {"company": current_company_id()}
    yield table_of("profile", User.objects.filter(pk=user.pk), only=_PROFILE)
    yield table_of("memberships", Membership.objects.filter(user=user, **of_company))
    yield table_of("invitations", Invitation.objects.filter(email=user.email, **of_company))
    yield table_of("saved-views", SavedView.objects.filter(person=user.public_id))
    yield table_of("list-preferences", ListPreferences.objects.filter(person=user.public_id))
    yield table_of("unsaved-forms", UnsavedForm.objects.filter(person=user.public_id))
    yield emails_table(sent_to([user.email]))
    yield deeds_table(AuditEntry.objects.filter(actor_id=user.public_id))
    if member.is_own:
        yield from _account(user)


def _account(user: User) -> Iterator[Part]:
    """What belongs to the account and to no company; no secret of it."""
    yield table_of("sign-ins-and-security", events_of(user), only=_EVENT)
    yield table_of(
        "sessions",
        UserSession.objects.filter(user=user),
        only=("created_at", "ip", "last_seen_at", "user_agent"),
    )
    yield table_of(
        "second-factors", Authenticator.objects.filter(user=user), only=("type", "created_at", "last_used_at")
    )
    yield table_of(
        "account-emails", AccountEmail.objects.filter(user=user), only=("kind", "to", "created_at", "done_at")
    )


def register() -> None:
    """Registers members as people who can ask for an archive."""
    person_kinds.register(
        PersonKind("member", gettext_lazy("Member"), find, load, parts, page="pages:member"),
    )
