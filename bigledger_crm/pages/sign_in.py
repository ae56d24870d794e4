"""Signing in."""

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse

from bigledger_crm.tenancy.forms import TOO_MANY, CountedSignInForm


class SignInForm(CountedSignInForm):
    """E-mail address and password."""

    def __init__(self, request: HttpRequest | None = None, *args: object, **options: object) -> None:
        super().__init__(request, *args, **options)
        self.fields["username"].widget.attrs |= {"autocomplete": "username", "inputmode": "email"}

    def clean_username(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["username"]).strip().lower()


class SignIn(LoginView):
    """The sign-in page; whoever is signed in goes on at once."""

    template_name = "pages/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    next_page = "/"

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The form again; programs that guess read the status."""
        response = super().form_invalid(form)
        response.status_code = 429 if form.has_error(NON_FIELD_ERRORS, TOO_MANY) else 200
        return response
