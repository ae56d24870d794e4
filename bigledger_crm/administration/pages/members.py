"""The pages about the people of a company: members, their roles, and invitations."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.account.invitations import invite, open_invitations, withdraw_invitation
from bigledger_crm.account.models import Invitation
from bigledger_crm.administration import members as services
from bigledger_crm.administration.records import records_of
from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.tenancy.models import Membership
from bigledger_crm.tenancy.permissions import LIMITABLE_ROLE
from bigledger_crm.tenancy.security import author_of
from bigledger_crm.web.components import Action, Column, StatusBadge, Text, make_table
from bigledger_crm.web.form_views import ConfirmView, ServiceFormView
from bigledger_crm.web.views import SESSION_KEY, CompanyView

# What stands in the field for the role of sales that is limited to own records.
OWN_RECORDS = "sales-own-records"
ROLE_LABELS = {
    "owner": gettext_lazy("Owner: everything, and who the owners are"),
    "manager": gettext_lazy("Manager: everything, settings and people included"),
    "finance": gettext_lazy("Finance: sales, invoices, payments, credit notes and reminders"),
    "sales": gettext_lazy("Sales: customers, quotes and orders"),
    OWN_RECORDS: gettext_lazy("Sales, own records only: the customers that they own, and their documents"),
    "viewer": gettext_lazy("Viewer: sees everything, changes nothing"),
}


def member_href(member: Membership) -> str:
    """The page of a member."""
    return reverse("pages:member", args=[member.user.public_id])


class MemberListView(CompanyView):
    """Members and open invitations."""

    resource = "members"
    verb = "manage"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Both tables."""
        invitations = open_invitations(self.actor.company)
        return self.page(
            "administration/members.html",
            title=_("Members"),
            actions=[Action(_("Invite"), reverse("pages:invite-member"), primary=True, dialog=True)],
            members=make_table(_member_columns(), list(services.members_of(self.actor)), member_href),
            invitations=make_table(_invitation_columns(), invitations, _invitation_href) if invitations else None,
        )


def _member_columns() -> list[Column]:
    return [
        Column(_("Name"), lambda row: row.user.name or row.user.email, "main", note=lambda row: row.user.email),
        Column(_("Role"), _role_badge, "badge", note=_limit),
        Column(_("Last sign-in"), lambda row: row.user.last_login, "moment"),
        Column(_("Member since"), lambda row: row.created_at, "moment"),
    ]


def _limit(row: Membership | Invitation) -> Text:
    return _("Own records only") if row.own_records_only else ""


def _role_badge(member: Membership) -> StatusBadge:
    return StatusBadge(member.role.title(), "info" if member.role == services.OWNER else "neutral")


def _invitation_href(invitation: Invitation) -> str:
    return reverse("pages:invitation", args=[invitation.public_id])


def _invitation_columns() -> list[Column]:
    return [
        Column(_("Email"), lambda row: row.email, "main"),
        Column(_("Role"), lambda row: row.role.title(), note=_limit),
        Column(_("Invited by"), lambda row: row.invited_by),
        Column(
            _("Valid until"),
            lambda row: row.expires_at,
            "moment",
            note=lambda row: "" if row.expires_at > clock.now() else _("expired"),
        ),
    ]


def _role_of(choice: str) -> str:
    return LIMITABLE_ROLE if choice == OWN_RECORDS else choice


def _choice_of(member: Membership) -> str:
    return OWN_RECORDS if member.own_records_only else member.role


class RoleField(forms.ChoiceField):
    """One of the roles that somebody may give."""

    def __init__(self, **kwargs: Any) -> None:
        """With all roles, until `offer` says which."""
        super().__init__(label=gettext_lazy("Role"), choices=list(ROLE_LABELS.items()), **kwargs)

    def offer(self, roles: tuple[str, ...]) -> None:
        """Only these."""
        self.choices = [(choice, label) for choice, label in ROLE_LABELS.items() if _role_of(choice) in roles]

    def clean(self, value: Any) -> dict[str, Any]:
        """The role, and whether it is limited to own records."""
        choice = str(super().clean(value))
        return {"role": _role_of(choice), "own_records_only": choice == OWN_RECORDS}


class RoleForm(forms.Form):
    """A member's role."""

    role = RoleField()


class InvitationForm(forms.Form):
    """Whom to invite."""

    email = forms.EmailField(
        label=gettext_lazy("Email"), help_text=gettext_lazy("The link in the email works once, for seven days.")
    )
    role = RoleField(initial="sales")


class _ManagesMembers(ServiceFormView):
    resource = "members"
    verb = "manage"

    def _offer_roles(self, form: Any) -> Any:
        form.fields["role"].offer(services.roles_to_give(self.actor))
        return form


class MemberUpdateView(_ManagesMembers):
    """A member's role, and removing a member."""

    template = "administration/member.html"
    member: Membership

    def prepare(self, public_id: str = "") -> None:
        """The member."""
        self.member = services.find_member(self.actor, public_id)

    def make_form(self, data: Any = None) -> Any:
        """With the roles that may be given, and the one that is there."""
        form = self._offer_roles(RoleForm(data, initial={"role": _choice_of(self.member)}))
        if self.member.role not in dict(form.fields["role"].choices):
            form.fields["role"].disabled = True
            form.fields["role"].choices = [(self.member.role, ROLE_LABELS[self.member.role])]
        return form

    def save(self, form: Any) -> str:
        """Back to the list."""
        services.change_role(self.actor, author_of(self.request), self.member, **form.cleaned_data["role"])
        self.done(_("Changes saved"))
        return reverse("pages:members")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        person = self.member.user.public_id
        remove, hand_over, archive = (
            reverse(f"pages:{name}", args=[person]) for name in ("remove-member", "hand-over", "member-archive")
        )
        actions = [Action(_("Remove from company"), remove, danger=True, dialog=True)]
        if self.actor.may("privacy", "manage"):
            actions.insert(0, Action(_("Prepare archive"), archive, dialog=True))
        if records_of(self.member):
            actions.insert(0, Action(_("Hand over records"), hand_over, dialog=True))
        return {
            "title": self.member.user.name or self.member.user.email,
            "lead": self.member.user.email,
            "submit": _("Save"),
            "back": reverse("pages:members"),
            "public_id": person,
            "actions": actions,
        }


class LeaveCompanyView(ConfirmView):
    """Asks before somebody leaves the company that they work in."""

    member: Membership

    def prepare(self, public_id: str = "") -> None:
        """Oneself."""
        self.member = services.find_member(self.actor, self.actor.id)

    def save(self, form: Any) -> str:
        """To one's account, which belongs to no company."""
        services.remove(self.actor, author_of(self.request), self.member)
        self.request.session.pop(SESSION_KEY, None)
        self.done(_("You have left %(company)s") % {"company": self.actor.company.name})
        return reverse("pages:account")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        company = {"company": self.actor.company.name}
        text = _(
            "You lose access to %(company)s immediately. What you created stays, API keys included. "
            "To come back, you need an invitation."
        )
        if records := records_of(self.member):
            text += " " + _("These will have no owner: %(records)s.")
        last = _("You are the only owner of %(company)s: make someone else an owner first.")
        return {
            "title": _("Leave %(company)s?") % company,
            "text": text % {**company, "records": ", ".join(map(str, records))},
            "caution": last % company if services.is_last_owner(self.member) else "",
            "submit": _("Leave company"),
            "danger": True,
            "back": reverse("pages:account"),
        }


class InvitationCreateView(_ManagesMembers):
    """Invites somebody."""

    def make_form(self, data: Any = None) -> Any:
        """With the roles that may be given."""
        return self._offer_roles(InvitationForm(data))

    def save(self, form: Any) -> str:
        """Back to the list."""
        values = form.cleaned_data
        by = author_of(self.request)
        invite(self.actor.company, values["email"], by=by, inviter=self.actor.name, **values["role"])
        self.done(_("Invitation sent to %(email)s") % {"email": values["email"]})
        return reverse("pages:members")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": _("Invite a colleague"), "submit": _("Send invitation"), "back": reverse("pages:members")}


class InvitationWithdrawView(ConfirmView):
    """Asks before an invitation is withdrawn."""

    resource = "members"
    verb = "manage"
    invitation: Invitation

    def prepare(self, public_id: str = "") -> None:
        """The invitation, while it can be accepted."""
        pk = ids.decode(Invitation.PREFIX, public_id)
        found = next((one for one in open_invitations(self.actor.company) if one.pk == pk), None)
        if found is None:
            raise NotFound("Invitation", public_id)
        self.invitation = found

    def save(self, form: Any) -> str:
        """Back to the list."""
        withdraw_invitation(self.invitation, author_of(self.request))
        self.done(_("Invitation withdrawn"))
        return reverse("pages:members")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Withdraw the invitation?"),
            "text": _("The link that %(email)s got no longer works.") % {"email": self.invitation.email},
            "submit": _("Withdraw"),
            "danger": True,
            "back": reverse("pages:members"),
        }
