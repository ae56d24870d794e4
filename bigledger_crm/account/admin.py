"""People and invitations in the admin.

Operators see none of django-allauth's tables: its admin would show secrets, and change what our rules guard.
"""

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from bigledger_crm.account.admin_forms import InvitationForm, NewPersonForm, PersonForm
from bigledger_crm.account.invitations import invite, withdraw_invitation
from bigledger_crm.account.models import AccountEmail, Invitation
from bigledger_crm.account.people import disable_person, enable_person, save_person, sign_out_everywhere
from bigledger_crm.account.second_factor import remove_second_factor
from bigledger_crm.tenancy.admin import MembershipInline
from bigledger_crm.tenancy.admin_actions import row_action
from bigledger_crm.tenancy.admin_base import (
    CompanyOwnedAdmin,
    OperatorAdmin,
    ReadOnlyInstallationAdmin,
    Rows,
    shown_columns,
)
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.security import author_of, record

if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
else:  # Django's class takes no parameters when it runs
    _UserAdmin = UserAdmin

admin.site.unregister([Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession])
admin.site.unregister(Group)  # what people may do stands in their memberships


@admin.register(User)
class PersonAdmin(OperatorAdmin, _UserAdmin):
    """People and what they may do.  Nobody is deleted: a disabled person can't sign in."""

    company_path = "memberships__company"
    form = PersonForm
    add_form = NewPersonForm
    inlines = [MembershipInline]
    ordering = ["email"]
    list_display = ["email", "name", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser", "last_login"]
    sortable_by = ["email", "name", "last_login"]
    filter_horizontal = ()
    search_fields = ["email", "name"]
    readonly_fields = ["public_id", "is_active", "created_at", "last_login", "second_factor", "sessions"]
    actions = ["disable", "enable", "sign_out", "remove_factor"]
    fieldsets = [
        (None, {"fields": ["public_id", "email", "name", "language"]}),
        ("Signing in", {"fields": ["is_active", "password", "second_factor", "sessions", "last_login", "created_at"]}),
        ("Admin", {"fields": ["is_superuser"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]

    def get_queryset(self, request: HttpRequest) -> Rows:
        """Everybody where a member is sought; else the members of the chosen company, if one is chosen."""
        match = request.resolver_match
        if match is not None and match.url_name == "autocomplete":
            return User.objects.order_by("email")
        return super().get_queryset(request)

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new person is member of nothing."""
        return self.inlines if obj else []

    @admin.display(description="Second factors")
    def second_factor(self, person: User) -> str:
        """What there is besides the password."""
        factors = Authenticator.objects.filter(user=person).order_by("type").values_list("type", flat=True).distinct()
        return ", ".join(str(Authenticator.Type(factor).label) for factor in factors) or "None"

    @admin.display(description="Sessions")
    def sessions(self, person: User) -> int:
        """On how many devices the person is signed in."""
        return int(UserSession.objects.filter(user=person).count())

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Adds or changes the person through the service."""
        save_person(obj, author_of(request))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """Sets somebody's password; sessions that began with the old one end."""
        before = self.get_object(request, unquote(id))
        response = super().user_change_password(request, id, form_url)
        after = self.get_object(request, unquote(id))
        if before and after and before.password != after.password:
            record("security.password_changed", author_of(request), subject=after.email)
        return response

    @row_action(
        "Disable",
        "Disable these people? They are signed out everywhere and can't sign in again. What they made stays.",
        "Disabled",
        fits=lambda person: person.is_active,
    )
    def disable(self, request: HttpRequest, person: User) -> object:
        """Keeps people out."""
        return disable_person(person, author_of(request))

    @row_action(
        "Enable",
        "Enable these people? They can sign in again.",
        "Enabled",
        fits=lambda person: not person.is_active,
    )
    def enable(self, request: HttpRequest, person: User) -> object:
        """Lets people in again."""
        return enable_person(person, author_of(request))

    @row_action("End sessions", "Sign these people out on all of their devices?", "Signed out")
    def sign_out(self, request: HttpRequest, person: User) -> object:
        """Ends sessions."""
        return sign_out_everywhere(person, author_of(request))

    @row_action(
        "Remove second factors",
        "Remove the authenticator app, passkeys and recovery codes of these people? Make sure first that they asked "
        "for it themselves. They are signed out everywhere and get an email.",
        "Removed the second factors of",
        fits=lambda person: Authenticator.objects.filter(user=person).exists(),
    )
    def remove_factor(self, request: HttpRequest, person: User) -> object:
        """For who has lost theirs, as the command `remove_second_factor` does."""
        return remove_second_factor(person, author_of(request))


@admin.register(Invitation)
class InvitationAdmin(CompanyOwnedAdmin):
    """Who was asked to join a company; the link in the email works once, for seven days."""

    across_companies = True
    form = InvitationForm
    list_display = ["email", "company", "role", "invited_by", "created_at", "expires_at", "accepted_at", "withdrawn_at"]
    list_filter = ["role", ("accepted_at", admin.EmptyFieldListFilter), ("withdrawn_at", admin.EmptyFieldListFilter)]
    search_fields = ["email", "invited_by"]
    actions = ["send_again", "withdraw"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Everything, once it is sent."""
        return shown_columns(Invitation, ()) if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: another role is another invitation."""
        return False

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        """Sends the invitation through the service."""
        obj.__dict__.update(self._invite(request, form.company, obj.email, obj.role).__dict__)

    @row_action(
        "Send again",
        "Send these invitations again? The links that were sent before no longer work.",
        "Sent again",
        fits=lambda invitation: invitation.accepted_at is None,
    )
    def send_again(self, request: HttpRequest, invitation: Invitation) -> object:
        """A new link for the same person and role; none where the invitation was accepted."""
        if invitation.accepted_at is not None:
            return False
        return self._invite(request, invitation.company, invitation.email, invitation.role)

    @row_action(
        "Withdraw",
        "Withdraw these invitations? Their links no longer work.",
        "Withdrawn",
        fits=lambda invitation: invitation.is_open(),
    )
    def withdraw(self, request: HttpRequest, invitation: Invitation) -> object:
        """The link no longer works."""
        return withdraw_invitation(invitation, author_of(request))

    def _invite(self, request: HttpRequest, company: Any, email: str, role: str) -> Invitation:
        return invite(company, email, role, author_of(request), inviter=company.name)


@admin.register(AccountEmail)
class AccountEmailAdmin(ReadOnlyInstallationAdmin):
    """What people were told about their accounts; links are in none of these rows."""

    list_display = ["kind", "to", "created_at", "attempts", "next_attempt_at", "done_at", "last_error"]
    list_filter = ["created_at", ("done_at", admin.EmptyFieldListFilter)]
    search_fields = ["to", "kind", "last_error"]


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyInstallationAdmin):
    """What operators added and changed here."""

    list_display = ["action_time", "user", "content_type", "object_repr", "action_flag", "change_message"]
    list_filter = ["action_flag", "action_time"]
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "user__email"]
