"""The settings of terms: days and texts that new quotes, invoices and customers begin with, and the discount limit."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.web.form_fields import NumberField
from bigledger_crm.web.form_views import ServiceFormView
from sales.inputs import CompanyInput
from sales.services import check_company, update_company

_NAMES = (
    "payment_terms",
    "quote_validity_days",
    "max_discount_percent",
    "small_difference_tolerance",
    "quote_terms",
    "invoice_terms",
)


class TermsForm(forms.Form):
    """Days, texts and the discount limit."""

    payment_terms = forms.IntegerField(
        label=gettext_lazy("Payment terms"),
        help_text=gettext_lazy("Days until an invoice is due, for new customers. Each customer can have its own."),
    )
    quote_validity_days = forms.IntegerField(
        label=gettext_lazy("Quote validity"), help_text=gettext_lazy("Days that a new quote is valid.")
    )
    max_discount_percent = NumberField(
        label=gettext_lazy("Discount limit"),
        required=False,
        affix="%",
        help_text=gettext_lazy(
            "Members in sales can't give a larger discount than this; owners, managers and finance can. "
            "Leave empty for no limit."
        ),
    )
    small_difference_tolerance = NumberField(
        label=gettext_lazy("Small differences"),
        required=False,
        help_text=gettext_lazy(
            "Up to this amount, in your currency, an invoice can be closed as a small difference. Leave empty for none."
        ),
    )
    quote_terms = forms.CharField(
        label=gettext_lazy("Terms on quotes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("New quotes begin with this text."),
    )
    invoice_terms = forms.CharField(
        label=gettext_lazy("Terms on invoices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("New invoices begin with this text."),
    )


class TermsView(ServiceFormView):
    """What new documents and customers begin with."""

    resource = "settings"
    verb = "manage"

    def make_form(self, data: Any = None) -> TermsForm:
        """What is stored."""
        return TermsForm(data, initial={name: getattr(self.actor.company, name) for name in _NAMES})

    def also_wrong(self, form: TermsForm) -> list[FieldError]:
        """By the rules."""
        return check_company(CompanyInput(**form.cleaned_data), country=self.actor.company.country)[1]

    def save(self, form: TermsForm) -> str:
        """Back to the form."""
        update_company(self.actor, CompanyInput(**form.cleaned_data))
        self.done(_("Changes saved. They apply to what you create from now on."))
        return reverse("sales:terms")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": _("Terms"), "submit": _("Save")}
