"""Parts of the admin's pages: columns, filters by known words, and the rows below a row."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst

from bigledger_crm.kernel import money

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
    ModelForm = forms.ModelForm[Any]
    InlineFormSet = forms.BaseInlineFormSet[Any, Any, Any]
    PageOfRows = Paginator[Any]
else:  # Django's classes take no parameters when they run
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline
    ModelForm = forms.ModelForm
    InlineFormSet = forms.BaseInlineFormSet
    PageOfRows = Paginator

Rows = models.QuerySet[Any]
# So many parts of a row are on its page.
MAX_PARTS = 200
# What only searching and sorting read.
HIDDEN = ("search_text", "name_sort", "number_sort", "code_sort")


def shown_columns(model: type[models.Model], hidden: Sequence[str]) -> list[str]:
    """The names of a model's columns but the hidden ones."""
    return [field.name for field in model._meta.concrete_fields if field.name not in hidden]


def amount(name: str) -> Callable[[Any], str]:
    """A column of a list with an amount in the row's currency."""

    @admin.display(description=name.replace("_", " "), ordering=name)
    def shown(row: Any) -> str:
        return f"{money.quantize(getattr(row, name), row.currency):,f}"

    return shown


def one_of(name: str, values: Sequence[str], title: str = "") -> type[admin.SimpleListFilter]:
    """A filter by a column that holds one of these words, which it doesn't look up in the table."""

    class OneOf(admin.SimpleListFilter):
        parameter_name = name

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return [(value, capfirst(value.replace("_", " "))) for value in values]

        def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
            return queryset.filter(**{name: self.value()}) if self.value() in values else queryset

    OneOf.title = title or name.replace("_", " ")
    return OneOf


class BoundedFormSet(InlineFormSet):
    """The first MAX_PARTS parts of a row."""

    def get_queryset(self) -> Rows:
        """In their order."""
        if not hasattr(self, "_queryset"):
            self._queryset = super().get_queryset()[:MAX_PARTS]
        return self._queryset


class ReadOnlyInline(TabularInline):
    """Shows the rows that belong to one, at most MAX_PARTS of them."""

    extra = 0
    can_delete = False
    formset = BoundedFormSet
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> Rows:
        """With what its columns name, in the same query."""
        rows: Rows = self.model._base_manager.all()
        named = [field.name for field in self.model._meta.concrete_fields if field.is_relation]
        shown = [name for name in self.get_readonly_fields(request) if name in named]
        return rows.select_related(*shown) if shown else rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Every column that is shown."""
        return self.fields or shown_columns(self.model, ("id", "company"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False
