"""The form of a saved report: its name, where it is shown, and when it is sent to whom."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.web.components import Text
from bigledger_crm.web.form_fields import NameField
from invoicing.models import SavedReport
from invoicing.reports.recipients import recipients_of
from invoicing.reports.saved import may_share
from invoicing.rules.saved_reports import LONGEST_NAME

NEVER = "never"
SENDS: dict[str, Text] = {
    NEVER: gettext_lazy("Not by email"),
    "weekly": gettext_lazy("Every week"),
    "monthly": gettext_lazy("Every month"),
}


class SavedReportForm(forms.Form):
    """A saved report."""

    name = NameField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    is_shared = forms.BooleanField(label=gettext_lazy("Share with everyone in the company"), required=False)
    on_home = forms.BooleanField(label=gettext_lazy("Show on my Home page"), required=False)
    sends = forms.ChoiceField(label=gettext_lazy("Send"), choices=list(SENDS.items()))
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day of the week"),
        coerce=int,
        choices=[(day + 1, name) for day, name in WEEKDAYS.items()],
    )
    month_day = forms.TypedChoiceField(
        label=gettext_lazy("Day of the month"),
        coerce=int,
        choices=[(day, str(day)) for day in range(1, 32)],
        help_text=gettext_lazy("In shorter months it is sent on the last day."),
    )
    file_format = forms.ChoiceField(label=gettext_lazy("As"), choices=[("pdf", "PDF"), ("xlsx", "XLSX")])
    recipients = forms.MultipleChoiceField(
        label=gettext_lazy("To"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Each gets the figures that they may see themselves."),
    )

    def __init__(self, data: Any, *, actor: Actor, saved: SavedReport, initial: Mapping[str, Any]) -> None:
        """With the choices that the actor has."""
        super().__init__(data, initial={**_initial(actor, saved), **initial})
        recipients: Any = self.fields["recipients"]
        recipients.choices = _people(actor, only=None if may_share(actor) else self.initial["recipients"])
        if not (may_share(actor) or saved.is_shared):
            del self.fields["is_shared"]
        if saved.person != actor.id:
            del self.fields["on_home"]

    def values(self) -> dict[str, Any]:
        """What was filled in, by the fields of SavedReportInput."""
        given = dict(self.cleaned_data)
        days = {"weekly": given.pop("weekday"), "monthly": given.pop("month_day")}
        if given["sends"] == NEVER:
            return {**given, "sends": "", "file_format": "", "recipients": []}
        return {**given, "send_day": days[given["sends"]]}


def _initial(actor: Actor, saved: SavedReport) -> dict[str, Any]:
    day = saved.send_day
    return {
        "name": saved.name,
        "is_shared": saved.is_shared,
        "on_home": saved.on_home,
        "sends": saved.sends or NEVER,
        "weekday": day if saved.sends == "weekly" else 1,
        "month_day": day if saved.sends == "monthly" else 1,
        "file_format": saved.file_format or "pdf",
        "recipients": recipients_of([saved])[saved.pk] or [actor.id],
    }


def _people(actor: Actor, *, only: Sequence[str] | None) -> list[tuple[str, str]]:
    """The members of the company by name, or those of them whose ids are given."""
    members = Membership.objects.filter(company=actor.company, user__is_active=True).select_related("user")
    people = [(ids.encode(User.PREFIX, one.user_id), one.user.name or one.user.email) for one in members]
    return sorted((one for one in people if only is None or one[0] in only), key=lambda one: one[1].casefold())
