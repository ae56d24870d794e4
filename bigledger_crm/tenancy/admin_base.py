"""Admin pages of companies' rows: lists across companies, single pages inside the scope of the row's company."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import reverse

from bigledger_crm.kernel.errors import DomainError, json_path
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.tenancy.permissions import ALL_RIGHTS
from bigledger_crm.tenancy.scope import company_scope

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    ModelForm = forms.ModelForm[Any]
    InlineFormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:  # Django's classes take no parameters when they run
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline
    ModelForm = forms.ModelForm
    InlineFormSet = forms.BaseInlineFormSet

# What only searching and sorting read.
_HIDDEN = ("search_text", "name_sort")


def operator(request: HttpRequest, company: Company) -> Actor:
    """Whoever works in the admin, for one company; a member of it or not."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  the admin lets nobody else in
    return Actor(company, user.public_id, user.name or user.email, ALL_RIGHTS, user.email)


def _shown(model: type[models.Model], hidden: tuple[str, ...]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if field.name not in hidden]


def shown_once(
    page: ModelAdmin, request: HttpRequest, title: object, secrets: Sequence[tuple[str, str]]
) -> HttpResponse:
    """Shows secrets by their names in the answer itself: a message would carry them through a cookie."""
    opts = page.opts
    back = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    context = {**page.admin_site.each_context(request), "title": title, "secrets": secrets, "back": back}
    response = TemplateResponse(request, "admin/shown_once.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


class CompanyAdminMixin(ModelAdmin):
    """Lists the rows of every company, to be narrowed to one; a single page sees the rows of its company only."""

    list_filter: ClassVar[Any] = ["company"]
    list_select_related: ClassVar[Any] = ["company"]
    actions: Any = None

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """The rows of all companies."""
        rows: models.QuerySet[Any] = self.model._base_manager.all()
        return rows.order_by(*self.get_ordering(request) or ("-pk",))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The page of one row; for a new one, of the company in `?company=`, which is asked for first."""
        company = self._company(request, object_id)
        if company is None and object_id is None:
            return self._choose_company(request)
        if company is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with company_scope(company):
            try:
                response = super().changeform_view(request, object_id, form_url, extra_context)
            except DomainError as error:
                faults = [f"{json_path(fault.path)}: {fault.message}" for fault in error.errors]
                messages.error(request, "; ".join([error.message, *faults]))
                return HttpResponseRedirect(request.get_full_path())
            return response.render() if isinstance(response, SimpleTemplateResponse) else response

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        """Without links to add or change related rows: those pages have a company of their own to ask for."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None and hasattr(field.widget, "can_add_related"):
            field.widget.can_add_related = field.widget.can_change_related = field.widget.can_view_related = False
        return field

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing of a company is deleted here."""
        return False

    def _company(self, request: HttpRequest, object_id: str | None) -> Company | None:
        if object_id is not None:
            row = self.get_object(request, object_id)
            return None if row is None else row.company
        try:
            return Company.objects.filter(pk=UUID(request.GET.get("company", ""))).first()
        except ValueError:
            return None

    def _choose_company(self, request: HttpRequest) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"Add {self.opts.verbose_name}: for which company?",
            "opts": self.opts,
            "companies": Company.objects.order_by("name", "pk") if self.has_add_permission(request) else (),
        }
        return TemplateResponse(request, "admin/choose_company.html", context)


class ReadOnlyAdmin(CompanyAdminMixin):
    """Shows rows and changes nothing."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Every column."""
        return _shown(self.model, _HIDDEN)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


class ReadOnlyInline(TabularInline):
    """Shows the rows that belong to a document."""

    extra = 0
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Every column that is shown."""
        return self.fields or _shown(self.model, ("id", "company"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False
