"""Forms that show a service's refusal where it belongs and keep everything that was typed."""

import re
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from bigledger_crm.kernel.errors import DomainError, NotFound, PermissionDenied
from bigledger_crm.pages.views import CompanyView


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def show_refusal(form: forms.Form, error: DomainError) -> None:
    """Puts the messages of `error` on the fields that they name, by their names on the wire; the rest on top.

    `billingAddress.postalCode` finds a field called `billing_address_postal_code`.
    """
    names = {_plain(name): name for name in form.fields}
    messages = [(str(detail["field"]), str(detail["message"])) for detail in error.details if "field" in detail]
    for field, message in messages:
        name = names.get(_plain(field))
        form.add_error(name, message if name else f"{field}: {message}")
    if not messages:
        form.add_error(None, error.message)


class DayInput(forms.DateInput):
    """A date field of the browser's own."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def decimal_input() -> forms.TextInput:
    """A text field for a number: no spinning wheels, and a keyboard of digits on a phone."""
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class FormPage(CompanyView):
    """A form: GET shows it, POST gives it to a service and goes on, or shows it again with what is wrong."""

    verb = "write"
    template: ClassVar[str] = "layout/form.html"

    def make_form(self, data: Any = None) -> forms.Form:
        """The form, filled in with what is there or with what was posted."""
        raise NotImplementedError

    def save(self, form: Any) -> str:
        """Calls the service and returns where to go.  May raise DomainError."""
        raise NotImplementedError

    def describe(self) -> dict[str, Any]:
        """`title`, `submit`, `back` and what else the template needs."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **_: str) -> HttpResponse:
        """The form."""
        return self.show(self.make_form())

    def post(self, request: HttpRequest, **_: str) -> HttpResponse:
        """Saves and redirects, or shows the form with its errors."""
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.show(form, status=400)
        try:
            return HttpResponseRedirect(self.save(form))
        except (NotFound, PermissionDenied):
            raise
        except DomainError as error:
            show_refusal(form, error)
            return self.show(form, status=error.status)

    def show(self, form: forms.Form, *, status: int = 200) -> HttpResponse:
        """The page with the form."""
        return self.page(self.template, status=status, form=form, **self.describe())
