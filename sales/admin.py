"""Companies, tax codes and items in the admin, to be managed; quotes and orders, to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.admin import MembershipInline, WithMembers
from bigledger_crm.tenancy.admin_base import (
    CompanyAdminMixin,
    ModelForm,
    ReadOnlyAdmin,
    ReadOnlyInline,
    TabularInline,
    operator,
)
from bigledger_crm.tenancy.models import Company
from sales.admin_forms import CompanyForm, ItemForm, NewTaxCodeForm, RateFormSet
from sales.catalogue_inputs import ItemInput
from sales.models import (
    Item,
    OrderStatusChange,
    Quote,
    QuoteLine,
    SalesOrder,
    SalesOrderLine,
    Shipment,
    TaxCode,
    TaxRate,
)
from sales.services import create_item, create_tax_code, open_company, update_item

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


@admin.register(Company)
class CompanyAdmin(WithMembers):
    """Companies with their members.  A new one is opened with its tax codes; none is deleted."""

    form = CompanyForm
    list_display = ["name", "public_id", "country", "currency", "time_zone", "is_active"]
    list_filter = ["is_active", "country"]
    search_fields = ["name", "legal_name", "registration_number"]
    ordering = ["name"]
    inlines = [MembershipInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Company | None = None) -> list[str]:
        """The currency stays: exchange rates on documents are rates to it."""
        return ["public_id", "currency", "created_at"] if obj else []

    def save_model(self, request: HttpRequest, obj: Company, form: ModelForm, change: bool) -> None:
        """Opens a new company through the service."""
        if change:
            obj.save()
            return
        values = {field: value for field, value in form.cleaned_data.items() if field != "name"}
        obj.__dict__.update(open_company(form.cleaned_data["name"], **values).__dict__)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


class CatalogueAdmin(CompanyAdminMixin):
    """Rows that a company's operator makes and changes; the company itself is settled before the form."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """The form with its company filled in."""
        form = super().get_form(request, obj, change, **options)
        company = self._company(request, None if obj is None else str(obj.pk))
        field = form.base_fields["company"]
        field.disabled, field.initial = True, None if company is None else company.pk
        return form


@admin.register(Item)
class ItemAdmin(CatalogueAdmin):
    """What is sold."""

    form = ItemForm
    fields = ["company", "item_code", "name", "description", "type", "unit", "unit_price", "tax_code", "is_active"]
    list_display = ["item_code", "name", "company", "unit", "unit_price", "tax_code", "is_active"]
    list_filter = ["company", "type", "is_active"]
    list_select_related = ["company", "tax_code"]
    search_fields = ["item_code", "name"]
    ordering = ["item_code"]

    def save_model(self, request: HttpRequest, obj: Item, form: ModelForm, change: bool) -> None:
        """Makes or changes the item through the services."""
        values = {name: form.cleaned_data[name] for name in form.changed_data if name != "company"}
        if values.get("tax_code") is not None:
            values["tax_code"] = values["tax_code"].code
        actor = operator(request, obj.company)
        inputs = ItemInput(**values)
        saved = update_item(actor, obj, inputs) if change else create_item(actor, inputs)
        obj.__dict__.update(saved.__dict__)


class RateInline(TabularInline):
    """The rates of a tax code by their first day."""

    model = TaxRate
    formset = RateFormSet
    fields = ["rate", "valid_from"]
    extra = 0


@admin.register(TaxCode)
class TaxCodeAdmin(CatalogueAdmin):
    """Kinds of tax with their rates."""

    list_display = ["code", "name", "company", "is_active"]
    list_filter = ["company", "is_active"]
    search_fields = ["code", "name"]
    ordering = ["code"]
    fields = ["company", "code", "name", "is_active"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """A new tax code comes with its first rate."""
        if obj is None:
            options |= {"form": NewTaxCodeForm, "fields": [*self.fields, "rate", "valid_from"]}
        return super().get_form(request, obj, change, **options)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new tax code comes with its first rate."""
        return self.fields if obj else [*self.fields, "rate", "valid_from"]

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """Rates are added to a tax code that exists."""
        return [RateInline] if obj else []

    def save_model(self, request: HttpRequest, obj: TaxCode, form: Any, change: bool) -> None:
        """Makes the tax code through the service, or changes it."""
        actor = operator(request, obj.company)
        if not change:
            obj.__dict__.update(create_tax_code(actor, form.tax_code_input()).__dict__)
            return
        if form.has_changed():
            obj.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Notes the change, be it of the code or of its rates."""
        super().save_related(request, form, formsets, change)
        if change and (form.has_changed() or any(formset.has_changed() for formset in formsets)):
            form.instance.updated_at = clock.now()
            form.instance.save(update_fields=["updated_at"])
            record(operator(request, form.instance.company), "tax_code.updated", form.instance.pk)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """New rates belong to the tax code's company."""
        for rate in formset.save(commit=False):
            rate.company = form.instance.company
            rate.save()
        for rate in formset.deleted_objects:
            rate.delete()


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
        "total",
    ]
    list_filter = ["company", "status"]
    search_fields = ["quote_number", "customer_name", "title"]
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

    list_display = ["order_number", "company", "customer_name", "status", "order_date", "currency", "total"]
    list_filter = ["company", "status", "priority"]
    search_fields = ["order_number", "customer_name", "reference"]
    ordering = ["-order_date", "-pk"]
    inlines = [OrderLineInline, ShipmentInline, StatusChangeInline]
