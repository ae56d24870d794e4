"""What is sold, and how it is taxed."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.exact_json import ExactDecoder, ExactEncoder
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, company_key
from bigledger_crm.tenancy.sorting import number_sort_key
from sales.rules import ITEM_TYPES, TAX_TYPES


class TaxCode(CompanyOwnedModel):
    """A kind of tax, such as SST.  Its rates are dated."""

    PREFIX = "tax"
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    # What e-invoices call the tax, by LHDN's list, and why nothing is charged.
    tax_type = models.CharField(max_length=2, choices=[(value, value) for value in TAX_TYPES], blank=True, default="")
    exemption_reason = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("taxcode_company_key"),
            models.UniqueConstraint(fields=["company", "code"], name="taxcode_code_unique"),
            models.CheckConstraint(condition=~Q(code=""), name="taxcode_has_code"),
            models.CheckConstraint(condition=Q(tax_type__in=["", *TAX_TYPES]), name="taxcode_type_known"),
        ]

    def __str__(self) -> str:
        return self.code


class TaxRate(CompanyOwnedModel):
    """The rate of a tax code, in percent, from a first day on."""

    tax_code = CompanyForeignKey(TaxCode, on_delete=models.CASCADE, related_name="rates")
    rate = models.DecimalField(max_digits=7, decimal_places=4)
    valid_from = models.DateField()

    class Meta(CompanyOwnedModel.Meta):
        ordering = ["valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["company", "tax_code", "valid_from"], name="taxrate_one_per_day"),
            models.CheckConstraint(condition=Q(rate__range=(0, 100)), name="taxrate_is_percentage"),
        ]

    def __str__(self) -> str:
        return f"{self.rate} % from {self.valid_from}"


class Item(CompanyOwnedModel):
    """Something that is sold; a service needs no shipment.  The unit price is in the company's currency."""

    PREFIX = "item"
    CHANGES_ARE_NOTED = True
    item_code = models.CharField(max_length=50)
    code_sort = number_sort_key("item_code")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    unit = models.CharField(max_length=20, blank=True)
    type = models.CharField(max_length=10, choices=[(value, value) for value in ITEM_TYPES], default="goods")
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    tax_code = CompanyForeignKey(TaxCode, null=True, blank=True, related_name="+")
    # What e-invoices call it, by LHDN's list.
    classification_code = models.CharField(max_length=3, blank=True, default="")
    is_active = models.BooleanField(default=True)
    custom_fields = models.JSONField(encoder=ExactEncoder, decoder=ExactDecoder, default=dict, blank=True)
    search_text = models.TextField(editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("item_company_key"),
            models.UniqueConstraint(fields=["company", "item_code"], name="item_code_unique"),
            models.CheckConstraint(condition=~Q(item_code=""), name="item_has_code"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="item_price_positive"),
            models.CheckConstraint(condition=Q(type__in=ITEM_TYPES), name="item_type_known"),
        ]
        indexes = [
            models.Index(fields=["company", "code_sort", "id"], name="item_by_code"),
            models.Index(fields=["company", "name", "id"], name="item_by_name"),
            models.Index(fields=["company", "unit_price", "id"], name="item_by_price"),
            models.Index(fields=["company", "is_active", "code_sort", "id"], name="item_by_activity"),
            models.Index(fields=["company", "type", "code_sort", "id"], name="item_by_type"),
            models.Index(fields=["company", "created_at", "id"], name="item_by_creation"),
            GinIndex(OpClass(F("search_text"), name="gin_trgm_ops"), name="item_search"),
        ]

    def __str__(self) -> str:
        return f"{self.item_code} {self.name}"
