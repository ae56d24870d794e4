"""Pages that ask who gets what a member owns: by itself, and when the member is removed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.administration import members as services
from bigledger_crm.administration.pages.members import member_href
from bigledger_crm.administration.records import hand_over, records_of
from bigledger_crm.tenancy.models import Membership
from bigledger_crm.tenancy.security import author_of
from bigledger_crm.web.components import Text
from bigledger_crm.web.form_views import ServiceFormView
from bigledger_crm.web.owners import OwnerField


class HandOverForm(forms.Form):
    """Who gets a member's records."""

    owner_id = OwnerField(label=gettext_lazy("New owner"))

    def __init__(self, data: Any, member: Membership) -> None:
        super().__init__(data)
        owner: Any = self.fields["owner_id"]
        owner.offer_members(("", gettext_lazy("Select a member")), apart_from=member.user.public_id)


class _AboutRecordsView(ServiceFormView):
    resource = "members"
    verb = "manage"
    member: Membership
    records: Sequence[Text]

    def prepare(self, public_id: str = "") -> None:
        """The member, and what they own."""
        self.member = services.find_member(self.actor, public_id)
        self.records = records_of(self.member)

    def make_form(self, data: Any = None) -> forms.Form:
        """Who gets the records, where there are any."""
        return HandOverForm(data, self.member) if self.records else forms.Form(data)

    @property
    def owned(self) -> str:
        """What the member owns, in a sentence."""
        if not self.records:
            return _("%(person)s owns no customers and no open documents.") % {"person": self.member.user}
        records = get_text_list([str(one) for one in self.records], _("and"))
        return _("%(person)s owns %(records)s.") % {"person": self.member.user, "records": records}


class HandOverView(_AboutRecordsView):
    """Gives what a member owns to a colleague."""

    def save(self, form: forms.Form) -> str:
        """Back to the member."""
        if self.records:
            hand_over(self.actor, self.member, form.cleaned_data["owner_id"])
            self.done(_("Records handed over"))
        return member_href(self.member)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Hand over the records of %(person)s") % {"person": self.member.user},
            "text": " ".join([self.owned, *([_("Closed documents keep their owner.")] if self.records else [])]),
            "submit": _("Hand over") if self.records else _("Go back"),
            "back": member_href(self.member),
        }


class MemberRemoveView(_AboutRecordsView):
    """Asks before a person is removed, and who gets what they own."""

    def save(self, form: forms.Form) -> str:
        """Back to the list."""
        to = form.cleaned_data.get("owner_id", "")
        services.remove(self.actor, author_of(self.request), self.member, hand_over_to=to)
        self.done(_("%(person)s is no longer a member") % {"person": self.member.user})
        return reverse("pages:members")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        names = {"person": self.member.user, "company": self.actor.company.name}
        text = _("%(person)s loses access to %(company)s immediately. What they created stays.") % names
        more = [self.owned, _("Closed documents will have no owner.")] if self.records else []
        return {
            "title": _("Remove %(person)s?") % names,
            "text": " ".join([text, *more]),
            "submit": _("Remove"),
            "danger": True,
            "back": member_href(self.member),
        }
