"""How a quote ends without a sale, and how a new one is made of it, by pages."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.web.form_views import ActionView, ConfirmView
from sales.models import Quote
from sales.pages.forms import AcceptanceForm
from sales.pages.quotes import quote_href
from sales.queries import quote_by_public_id
from sales.services import accept_quote, cancel_quote, decline_quote, duplicate_quote, revise_quote


class _QuoteConfirmView(ConfirmView):
    resource = "quotes"
    quote: Quote

    def prepare(self, public_id: str = "") -> None:
        """The quote."""
        self.quote = quote_by_public_id(public_id)

    def texts(self, title: str, text: str, submit: str, *, danger: bool = False) -> dict[str, Any]:
        """What the question says."""
        title = title % {"number": self.quote.quote_number}
        back = quote_href(self.quote.public_id)
        return {"title": title, "text": text, "submit": submit, "danger": danger, "back": back}


class QuoteAcceptView(_QuoteConfirmView):
    """The customer said yes, today or on an earlier day, perhaps of a quote that has run out since."""

    def make_form(self, data: Any = None) -> AcceptanceForm:
        """When, and who."""
        return AcceptanceForm(data, initial={"accepted_at": self.actor.today()})

    def save(self, form: forms.Form) -> str:
        """Back to the quote.  An answer of today was given now."""
        day = form.cleaned_data["accepted_at"]
        accepted_at = None if day == self.actor.today() else day
        accept_quote(self.actor, self.quote, accepted_by=form.cleaned_data["accepted_by"], accepted_at=accepted_at)
        self.done(_("Quote %(number)s accepted") % {"number": self.quote.quote_number})
        return quote_href(self.quote.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        text = _(
            "It can then be converted to an order. For an expired quote, enter a date on which it was still valid."
        )
        return self.texts(_("Mark %(number)s as accepted?"), text, _("Mark as accepted"))


class QuoteDeclineView(_QuoteConfirmView):
    """The customer says no."""

    asks_why = True

    def save(self, form: forms.Form) -> str:
        """Back to the quote."""
        decline_quote(self.actor, self.quote, reason=form.cleaned_data["reason"])
        self.done(_("Quote %(number)s marked as declined") % {"number": self.quote.quote_number})
        return quote_href(self.quote.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        text = _("The quote counts as lost and can be duplicated later.")
        return self.texts(_("Mark %(number)s as declined?"), text, _("Mark as declined"))


class QuoteCancelView(_QuoteConfirmView):
    """Cancels a quote."""

    asks_why = True

    def save(self, form: forms.Form) -> str:
        """Back to the quote."""
        cancel_quote(self.actor, self.quote, reason=form.cleaned_data["reason"])
        self.done(_("Quote %(number)s cancelled") % {"number": self.quote.quote_number})
        return quote_href(self.quote.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        text = _("It stays in the list, keeps its number and can no longer be accepted. No email is sent.")
        return self.texts(_("Cancel %(number)s?"), text, _("Cancel quote"), danger=True)


class QuoteReviseView(_QuoteConfirmView):
    """Makes the next version."""

    def save(self, form: forms.Form) -> str:
        """To the new version."""
        revision = revise_quote(self.actor, self.quote)
        self.done(_("Draft %(number)s created") % {"number": revision.quote_number})
        return quote_href(revision.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        text = _("A new draft is created with the same lines. This version is cancelled immediately.")
        return self.texts(_("Revise %(number)s?"), text, _("Create new version"))


class QuoteDuplicateView(ActionView):
    """Makes a new draft with the same lines."""

    resource = "quotes"

    def act(self, public_id: str) -> str:
        """To the copy."""
        original = quote_by_public_id(public_id)
        copy = duplicate_quote(self.actor, original)
        numbers = {"number": copy.quote_number, "original": original.quote_number}
        self.done(_("Draft %(number)s created from %(original)s") % numbers)
        return quote_href(copy.public_id)

    def back(self, public_id: str) -> str:
        """The quote."""
        return reverse("sales:quote", args=[public_id])
