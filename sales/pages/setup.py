"""The page behind the set-up link that `bin/run` prints on a new installation."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views import View

from bigledger_crm.account.forms import EmailForm, NewPasswordForm
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.kernel.text import clean_line
from bigledger_crm.tenancy import setup_link
from bigledger_crm.tenancy.client_address import client_address
from bigledger_crm.tenancy.models import User
from bigledger_crm.web.form_fields import LongSelect, NameField
from bigledger_crm.web.form_views import show_refusal
from customers.pages.currencies import currency_choices
from sales.pages.company_forms import country_choices, time_zone_choices
from sales.services import SetUpAlready, set_up


class SetupForm(EmailForm, NewPasswordForm):
    """The owner, and what the company can't do without."""

    owner_name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    company = NameField(label=gettext_lazy("Company"), max_length=200)
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=country_choices, widget=LongSelect)
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        choices=lambda: currency_choices([]),
        widget=LongSelect,
        help_text=gettext_lazy("Reports and item prices are in it. It is fixed by the first document."),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=time_zone_choices, widget=LongSelect)
    field_order = [
        "company",
        "country",
        "currency",
        "time_zone",
        "owner_name",
        "email",
        "new_password1",
        "new_password2",
    ]

    def __init__(self, data: Any = None) -> None:
        zone = settings.TIME_ZONE if settings.TIME_ZONE != "UTC" else "Asia/Kuala_Lumpur"
        initial = {"country": "MY", "currency": "MYR", "time_zone": zone}
        super().__init__(User(email=str((data or {}).get("email", "")).strip().lower()), data, initial=initial)
        self.fields["new_password1"].label = gettext_lazy("Password")
        self.fields["new_password2"].label = gettext_lazy("Password again")

    def clean_owner_name(self) -> str:
        """One line."""
        return clean_line(self.cleaned_data["owner_name"])


class SetupView(View):
    """Makes the company and its owner, who is signed in then."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The form, as long as the link works."""
        return self._gone(request, token) or self._show(request, SetupForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Sets up, once."""
        if gone := self._gone(request, token):
            return gone
        form = SetupForm(request.POST)
        if not form.is_valid():
            return self._show(request, form, status=400)
        names = ("owner_name", "email", "company", "country", "currency", "time_zone")
        facts = {name: form.cleaned_data[name] for name in names}
        try:
            user = set_up(**facts, password=form.cleaned_data["new_password1"], address=client_address(request))
        except SetUpAlready:
            return render(request, "sales/setup_gone.html", {"done": True}, status=410)
        except InvalidData as error:
            show_refusal(form, error)
            return self._show(request, form, status=400)
        answer: HttpResponse = perform_password_login(
            request, {"email": user.email}, Login(user=user, email=user.email, redirect_url="/settings/company")
        )
        return answer

    def _gone(self, request: HttpRequest, token: str) -> HttpResponse | None:
        is_new = setup_link.is_new()
        if is_new and setup_link.is_setup_token(token):
            return None
        return render(request, "sales/setup_gone.html", {"done": not is_new}, status=410)

    def _show(self, request: HttpRequest, form: SetupForm, status: int = 200) -> HttpResponse:
        return render(request, "sales/setup.html", {"form": form}, status=status)
