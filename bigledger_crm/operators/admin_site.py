"""The admin is for operators of the whole installation, and nobody else: what it shows is of all companies."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from bigledger_crm.health import findings
from bigledger_crm.operators import company_choice, installation
from bigledger_crm.tenancy import security
from bigledger_crm.tenancy.chosen_company import chosen_company
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.queries import has_second_factor


class OperatorSite(AdminSite):
    """The admin."""

    site_header = site_title = "BigLedger CRM"
    index_title = "Installation"
    index_template = "admin/installation.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def get_urls(self) -> list[Any]:
        """With the pages of our own."""
        return [
            path("company/", self.admin_view(self.choose_company), name="choose-company"),
            path("doctor/", self.admin_view(self.doctor), name="doctor"),
            *super().get_urls(),
        ]

    def has_permission(self, request: HttpRequest) -> bool:
        """Operators only, whatever permissions somebody else may have been given, and with a second factor."""
        user = request.user
        if not isinstance(user, User) or not _is_operator(user):
            return False
        return not settings.ADMIN_SECOND_FACTOR or has_second_factor(user)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With the chosen company."""
        context = super().each_context(request)
        return {**context, "chosen_company": chosen_company(request) if context["has_permission"] else None}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The installation at a glance."""
        facts = installation.overview()
        return super().index(request, {"installation": facts, **(extra_context or {})})

    def choose_company(self, request: HttpRequest) -> HttpResponse:
        """The page on which an operator chooses the company that lists show."""
        return company_choice.choose(self, request)

    def doctor(self, request: HttpRequest) -> HttpResponse:
        """What `manage.py doctor` says; each check waits for a few seconds at most."""
        context = {**self.each_context(request), "title": "Doctor", "findings": list(findings.all_of_them())}
        return TemplateResponse(request, "admin/doctor.html", context)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one page to sign in on; an operator without a second factor is led to where to set one up."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index", current_app=self.name)
        if not request.user.is_authenticated:
            return redirect_to_login(wanted)
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
        if _is_operator(request.user):
            return HttpResponseRedirect(f"{reverse(settings.SECOND_FACTOR_URL)}?wanted")
        raise PermissionDenied

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Ends the session."""
        security.note_sign_out(request)
        return super().logout(request, extra_context)

    def password_change(  # type: ignore[override]  # a redirect is drawn by nobody
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One's own password is changed where everybody changes it."""
        return HttpResponseRedirect(reverse("account_change_password"))


def _is_operator(user: Any) -> bool:
    return bool(user.is_active and getattr(user, "is_superuser", False))
