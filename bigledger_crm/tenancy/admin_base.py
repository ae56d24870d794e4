"""Base classes of the admin's pages.

An operator sees the rows of one company, which he has chosen, or of all where that is of use.  Rows are read, and
changed by services alone.  Nothing here reads a table without end: lists count and search so far and no further.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import capfirst

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import DomainError, json_path
from bigledger_crm.kernel.text import fold
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.admin_parts import (
    HIDDEN,
    InlineFormSet,
    ModelAdmin,
    ModelForm,
    PageOfRows,
    ReadOnlyInline,
    Rows,
    TabularInline,
    amount,
    one_of,
    shown_columns,
)
from bigledger_crm.tenancy.chosen_company import chosen_company
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.tenancy.permissions import ALL_RIGHTS
from bigledger_crm.tenancy.scope import company_scope

__all__ = [
    "CompanyOwnedAdmin",
    "InlineFormSet",
    "ModelAdmin",
    "ModelForm",
    "OperatorAdmin",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "ReadOnlyInstallationAdmin",
    "Rows",
    "TabularInline",
    "amount",
    "list_url",
    "one_of",
    "operator",
    "shown_columns",
    "shown_once",
]
# So many rows can be leafed through; so many of the newest are searched where no index helps.
MAX_LISTED, MAX_SEARCHED = 10_000, 20_000


def operator(request: HttpRequest, company: Company) -> Actor:
    """Whoever works in the admin, for one company; a member of it or not."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  the admin lets nobody else in
    return Actor(company, user.public_id, user.name or user.email, ALL_RIGHTS, user.email)


def _never(row: Any) -> bool:
    return False


def list_url(opts: Any) -> str:
    """Where the rows of a model are listed."""
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")


def shown_once(
    page: ModelAdmin, request: HttpRequest, title: object, secrets: Sequence[tuple[str, str]]
) -> HttpResponse:
    """Shows secrets by their names in the answer itself: a message would carry them through a cookie."""
    context = {**page.admin_site.each_context(request), "title": title, "secrets": secrets, "back": list_url(page.opts)}
    response = TemplateResponse(request, "admin/shown_once.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


class BoundedPaginator(PageOfRows):
    """Pages of the first MAX_LISTED rows; whoever looks for others narrows the list."""

    @cached_property
    def count(self) -> int:
        """How many there are, counted up to the limit."""
        return int(self.object_list.order_by()[:MAX_LISTED].count())  # type: ignore[attr-defined]  # rows of a model


class OperatorAdmin(ModelAdmin):
    """Rows of the whole installation; with a `company_path`, those of the chosen company where one is chosen.

    Nothing is deleted, and lists are sorted by what an index serves: `sortable_by` names what else may be.
    """

    company_path = ""
    actions: Any = ()
    list_filter: ClassVar[Any] = ()
    list_per_page = 50
    list_max_show_all = 0
    paginator = BoundedPaginator
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    sortable_by: ClassVar[Any] = ()

    def get_queryset(self, request: HttpRequest) -> Rows:
        """The rows that the operator has chosen to see."""
        rows: Rows = self.model._base_manager.all()
        company = chosen_company(request)
        if self.company_path and company is not None:
            rows = rows.filter(**{self.company_path: company})
        return rows.order_by(*self.get_ordering(request) or ("-pk",))

    def get_search_results(self, request: HttpRequest, queryset: Rows, search_term: str) -> tuple[Rows, bool]:
        """By public id; by the folded text that an index serves; else among the newest rows."""
        term = search_term.strip()
        key = ids.decode(getattr(self.model, "PREFIX", ""), term) if term else None
        if key:
            return queryset.filter(pk=key), False
        if list(self.search_fields or ()) == ["search_text"]:
            return (queryset.filter(search_text__contains=fold(term)) if term else queryset), False
        if term:
            newest = queryset.order_by("-pk").values("pk")[:MAX_SEARCHED]
            queryset = queryset.filter(pk__in=newest)
        return super().get_search_results(request, queryset, search_term)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The page of one row; what only a service refuses is told in a message."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            faults = [f"{json_path(fault.path)}: {fault.message}" for fault in error.errors]
            messages.error(request, "; ".join([error.message, *faults]))
            return HttpResponseRedirect(request.get_full_path())

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        """With a button for each action that can be asked for this one row."""
        obj = options.get("obj")
        actions = filter(None, self.get_actions(request).values()) if obj is not None else ()
        context["row_actions"] = [
            {"name": name, "label": label}
            for function, name, label in actions
            if getattr(function, "for_one_row", _never)(obj)
        ]
        response: HttpResponse = super().render_change_form(request, context, *args, **options)
        return response

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    @contextmanager
    def scope_of(self, row: Any) -> Iterator[None]:
        """Whatever is done to a row is done inside the scope of its company."""
        company = getattr(row, "company", None) if self.company_path == "company" else None
        if company is None:
            yield
        else:
            with company_scope(company):
                yield


class CompanyOwnedAdmin(OperatorAdmin):
    """Rows that belong to a company, which the operator chooses first; with `across_companies` all are shown too."""

    company_path = "company"
    across_companies = False
    list_select_related: ClassVar[Any] = ["company"]

    def get_queryset(self, request: HttpRequest) -> Rows:
        """Those of the chosen company."""
        rows = super().get_queryset(request)
        return rows if self._may_show(request) else rows.none()

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Without the company's name where it would be the same in each row."""
        shown = super().get_list_display(request)
        return [name for name in shown or () if name != "company" or chosen_company(request) is None]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, once a company is chosen."""
        if not self._may_show(request):
            return self._choose_first(request)
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The page of one row in the scope of its company; a new one is of the chosen company."""
        company = chosen_company(request)
        if object_id is not None and self._may_show(request):
            row = self.get_object(request, object_id)
            if row is None or row.company is None:
                return super().changeform_view(request, object_id, form_url, extra_context)
            company = row.company
        if company is None:
            return self._choose_first(request)
        with company_scope(company):
            response = super().changeform_view(request, object_id, form_url, extra_context)
            return response.render() if isinstance(response, SimpleTemplateResponse) else response

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """The form; that of something new knows by its `company` for whom it is."""
        form = super().get_form(request, obj, change, **options)
        return form if obj else type(form.__name__, (form,), {"company": chosen_company(request)})

    def _may_show(self, request: HttpRequest) -> bool:
        return self.across_companies or chosen_company(request) is not None

    def _choose_first(self, request: HttpRequest) -> HttpResponse:
        messages.info(request, f"{capfirst(self.opts.verbose_name_plural)} are shown for one company: choose it first.")
        return HttpResponseRedirect(f"{reverse('admin:choose-company')}?{urlencode({'next': request.path})}")


class ReadOnly(OperatorAdmin):
    """Shows every column and changes nothing."""

    hidden_fields: ClassVar[Sequence[str]] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Every column but those that are `hidden_fields`."""
        return shown_columns(self.model, (*HIDDEN, *self.hidden_fields))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is shown."""
        return self.get_readonly_fields(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


class ReadOnlyAdmin(ReadOnly, CompanyOwnedAdmin):
    """A company's rows, to be read.  A new model of a company needs no more than this, and what its list shows."""


class ReadOnlyInstallationAdmin(ReadOnly):
    """Rows of no company, to be read."""
