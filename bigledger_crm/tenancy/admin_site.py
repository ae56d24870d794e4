"""The admin is for operators of the whole installation, and nobody else: what it shows is of all companies."""

from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from bigledger_crm.tenancy import security
from bigledger_crm.tenancy.forms import CountedSignInForm
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.sign_in import remember_browser


class OperatorSignInForm(CountedSignInForm, AdminAuthenticationForm):
    """Counts attempts as the pages do, together with theirs; lets operators in only."""

    def confirm_login_allowed(self, user: Any) -> None:
        """Says to others what it says to a wrong password."""
        super().confirm_login_allowed(user)
        if not user.is_superuser:
            raise forms.ValidationError(
                self.error_messages["invalid_login"],
                code="invalid_login",
                params={"username": self.username_field.verbose_name},
            )


class OperatorSite(AdminSite):
    """The admin."""

    site_header = site_title = "BigLedger CRM"
    login_form = OperatorSignInForm

    def has_permission(self, request: HttpRequest) -> bool:
        """Operators only, whatever permissions somebody else may have been given."""
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Signs in; the browser is known from then on."""
        response = super().login(request, extra_context)
        if request.method == "POST" and response.status_code == 302 and isinstance(request.user, User):
            remember_browser(request, response, request.user.email)
        return response

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Ends the session."""
        security.note_sign_out(request)
        return super().logout(request, extra_context)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Changes one's own password."""
        user = request.user
        before = user.password if isinstance(user, User) else ""
        response = super().password_change(request, extra_context)
        if isinstance(user, User) and user.password != before:
            security.record("security.password_changed", security.author_of(request), subject=user.email)
        return response
