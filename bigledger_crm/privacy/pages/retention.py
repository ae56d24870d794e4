"""How long data is kept; what would be removed is shown before anything is saved."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.privacy import retention
from bigledger_crm.privacy.retention_rules import months_of_books, retention_rules
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.form_views import ServiceFormView

KEEP = "keep"
_CHOICES = (1, 3, 6, 12, 24, 36, 60, 84, 120, 180, 240, 360)


def span_text(months: int | None) -> str:
    """`2 years`, `18 months`; None is never."""
    if months is None:
        return _("Never")
    if months % 12:
        return ngettext("%(count)s month", "%(count)s months", months) % {"count": months}
    return ngettext("%(count)s year", "%(count)s years", months // 12) % {"count": months // 12}


class RetentionForm(forms.Form):
    """For each kind of data, after how long it is removed."""

    def __init__(self, data: Any, actor: Actor) -> None:
        """Filled in with what is stored; what the law does not allow is no choice."""
        super().__init__(data)
        for name, months in retention.months_of_rules().items():
            rule = retention_rules[name]
            least = rule.least(actor.company.country)
            spans = sorted(span for span in {*_CHOICES, least, months or least} if span >= least)
            removed = [(span, _("Remove after %(span)s") % {"span": span_text(span)}) for span in spans]
            self.fields[name] = forms.TypedChoiceField(
                label=str(rule.label),
                help_text=str(rule.about),
                choices=[(KEEP, _("Keep")), *removed],
                coerce=lambda typed: None if typed == KEEP else int(typed),
                initial=months or KEEP,
            )

    @property
    def months(self) -> dict[str, int | None]:
        """What was chosen, by the rules' names."""
        return dict(self.cleaned_data)

    @property
    def rehearsal_key(self) -> str:
        """What was chosen, as the page keeps it: a save with another choice is rehearsed first."""
        return json.dumps(self.months, sort_keys=True)


class RetentionView(ServiceFormView):
    """The form: the first POST of a choice shows what would be removed, the second saves it."""

    resource = "privacy"
    verb = "manage"
    template = "privacy/retention.html"
    rehearsed: Sequence[retention.Rehearsed] | None = None
    rehearsal_key = ""

    def make_form(self, data: Any = None) -> RetentionForm:
        """What is stored, or what was chosen."""
        return RetentionForm(data, self.actor)

    def post(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """Rehearses, or saves what was rehearsed."""
        form = self.make_form(request.POST)
        if form.is_valid() and form.rehearsal_key != request.POST.get("rehearsed"):
            self.rehearsed, self.rehearsal_key = retention.rehearse(self.actor, form.months), form.rehearsal_key
            return self.show(form)
        return super().post(request, public_id)

    def save(self, form: RetentionForm) -> str:
        """Back to the overview."""
        retention.save_retention(self.actor, form.months)
        self.done(_("Retention saved"))
        return reverse("pages:data")

    def get_context(self) -> dict[str, Any]:
        """Texts, and the rehearsal."""
        is_rehearsed = self.rehearsed is not None
        return {
            "title": _("Retention"),
            "submit": _("Save") if is_rehearsed else _("Preview"),
            "back": reverse("pages:data"),
            "books": span_text(months_of_books(self.actor.company.country)),
            "rehearsal_key": self.rehearsal_key,
            "rehearsed": [_shown(one) for one in self.rehearsed] if self.rehearsed is not None else None,
        }


def _shown(one: retention.Rehearsed) -> dict[str, Any]:
    return {
        "label": one.rule.label,
        "span": span_text(one.months),
        "before": one.before,
        "count": min(one.count, retention.MOST_COUNTED),
        "is_more": one.count > retention.MOST_COUNTED,
        "examples": [one.rule.example(row) for row in one.examples],
        "others": one.count > len(one.examples),
    }
