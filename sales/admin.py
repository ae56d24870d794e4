"""Companies in the admin, to be opened and disabled; tax codes, items, quotes and orders, to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from bigledger_crm.tenancy.admin import CompanyAdmin, MembershipInline
from bigledger_crm.tenancy.admin_actions import row_action
from bigledger_crm.tenancy.admin_base import (
    ReadOnlyAdmin,
    ReadOnlyInline,
    amount,
    operator,
    shown_columns,
)
from bigledger_crm.tenancy.chosen_company import choose_company
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.security import author_of
from sales.admin_forms import CompanyForm, NewCompanyForm
from sales.models import (
    Item,
    OrderStatusChange,
    Quote,
    QuoteLine,
    SalesOrder,
    SalesOrderLine,
    Shipment,
    ShipmentLine,
    TaxCode,
    TaxRate,
)
from sales.services import demand_second_factor, open_company, set_company_active

TOTAL = amount("total")
LINE = (
    "position",
    "item_code",
    "description",
    "quantity",
    "unit_price",
    "discount_amount",
    "line_total",
    "tax_code",
    "tax_rate",
    "tax_amount",
)


admin.site.unregister(Company)


@admin.register(Company)
class OpenedCompanyAdmin(CompanyAdmin):
    """Companies are opened with their tax codes, disabled and enabled; none is deleted."""

    actions = ["disable", "enable"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """A new company is told its name and where it is."""
        return super().get_form(request, obj, change, **options, form=CompanyForm if obj else NewCompanyForm)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Everything that there is of a company; of a new one, what it can't change later first."""
        return ["public_id", *shown_columns(Company, ("id",))] if obj else list(NewCompanyForm.Meta.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """All but what an operator demands of a company."""
        return ["public_id", *shown_columns(Company, ("id", "requires_second_factor"))] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new company has no members yet."""
        return [MembershipInline] if obj else []

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Operators open companies."""
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They demand a second factor of its members, too."""
        return True

    def save_model(self, request: HttpRequest, obj: Company, form: Any, change: bool) -> None:
        """Opens a new company, or asks its members for a second factor, through the services."""
        if not change:
            values = dict(form.cleaned_data)
            obj.__dict__.update(open_company(values.pop("name"), by=author_of(request), **values).__dict__)
            return
        with company_scope(obj):
            demand_second_factor(operator(request, obj), form.cleaned_data["requires_second_factor"])

    def response_add(self, request: HttpRequest, obj: Company, post_url_continue: str | None = None) -> HttpResponse:
        """Leads on to the invitation of an owner."""
        super().response_add(request, obj, post_url_continue)
        choose_company(request, obj)
        return HttpResponseRedirect(f"{reverse('admin:bigledger_account_invitation_add')}?role=owner")

    @row_action(
        "Disable",
        "Disable these companies? Their members and API keys no longer get in, and no reminders are sent. Nothing is "
        "deleted.",
        "Disabled",
        fits=lambda company: company.is_active,
    )
    def disable(self, request: HttpRequest, company: Company) -> object:
        """Nobody gets in any more."""
        with company_scope(company):
            return set_company_active(operator(request, company), author_of(request), active=False)

    @row_action(
        "Enable",
        "Enable these companies? Their members and API keys get in again.",
        "Enabled",
        fits=lambda company: not company.is_active,
    )
    def enable(self, request: HttpRequest, company: Company) -> object:
        """Its members get in again."""
        with company_scope(company):
            return set_company_active(operator(request, company), author_of(request), active=True)


@admin.register(Item)
class ItemAdmin(ReadOnlyAdmin):
    """What is sold."""

    list_display = ["item_code", "name", "company", "type", "unit", "unit_price", "tax_code", "is_active"]
    list_filter = ["type", "is_active"]
    list_select_related = ["company", "tax_code"]
    search_fields = ["search_text"]
    sortable_by = ["name", "unit_price"]
    ordering = ["code_sort", "pk"]


class RateInline(ReadOnlyInline):
    """The rates of a tax code by their first day."""

    model = TaxRate
    fields = ["rate", "valid_from"]


@admin.register(TaxCode)
class TaxCodeAdmin(ReadOnlyAdmin):
    """Kinds of tax with their rates."""

    list_display = ["code", "name", "company", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["code", "name"]
    ordering = ["code", "pk"]
    inlines = [RateInline]


class QuoteLineInline(ReadOnlyInline):
    """The lines of a quote."""

    model = QuoteLine
    fields = LINE


@admin.register(Quote)
class QuoteAdmin(ReadOnlyAdmin):
    """Offers."""

    list_display = [
        "quote_number",
        "company",
        "customer_name",
        "status",
        "quote_date",
        "valid_until",
        "currency",
        TOTAL,
    ]
    list_filter = ["status", "quote_date"]
    search_fields = ["search_text"]
    sortable_by = ["quote_date", "valid_until", TOTAL]
    ordering = ["-quote_date", "-pk"]
    inlines = [QuoteLineInline]


class OrderLineInline(ReadOnlyInline):
    """The lines of an order."""

    model = SalesOrderLine
    fields = [*LINE, "shipped_quantity", "invoiced_quantity"]


class StatusChangeInline(ReadOnlyInline):
    """An order's life."""

    model = OrderStatusChange
    fields = ["changed_at", "from_status", "to_status", "note", "changed_by"]


class ShipmentInline(ReadOnlyInline):
    """What left for the customer."""

    model = Shipment
    fields = ["shipped_on", "method", "tracking_number", "created_by"]


@admin.register(SalesOrder)
class SalesOrderAdmin(ReadOnlyAdmin):
    """What customers ordered."""

    list_display = ["order_number", "company", "customer_name", "status", "order_date", "currency", TOTAL]
    list_filter = ["status", "priority", "order_date"]
    search_fields = ["search_text"]
    sortable_by = ["order_date", TOTAL]
    ordering = ["-order_date", "-pk"]
    inlines = [OrderLineInline, ShipmentInline, StatusChangeInline]


class ShipmentLineInline(ReadOnlyInline):
    """What a shipment holds."""

    model = ShipmentLine
    fields = ["order_line", "quantity"]


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    """What left for customers."""

    list_display = ["shipped_on", "company", "order", "method", "tracking_number", "created_by"]
    list_filter = ["shipped_on"]
    list_select_related = ["company", "order"]
    search_fields = ["tracking_number", "order__order_number"]
    ordering = ["-shipped_on", "-pk"]
    inlines = [ShipmentLineInline]
