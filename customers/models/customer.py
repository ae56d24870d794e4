"""Customers and their contacts."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.exact_json import ExactDecoder, ExactEncoder
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, OwnedRecord, company_key
from bigledger_crm.tenancy.sorting import number_sort_key, without_case
from customers.rules import (
    CUSTOMER_STATUSES,
    CUSTOMER_TYPES,
    EINVOICE_PREFERENCES,
    IDENTIFICATION_TYPES,
    RECEIVES,
    TIN_CHECKS,
)


class Customer(OwnedRecord):
    """Somebody who buys.  Balance and sales are kept by `services.post_receivable` and proved by `check_books`.

    One that was `merged_into` another has nothing any more: its documents and people are the other's.
    """

    OWNED_THROUGH = ("owner",)
    PREFIX = "cust"
    CHANGES_ARE_NOTED = True
    customer_number = models.CharField(max_length=40)
    number_sort = number_sort_key("customer_number")
    name = models.CharField(max_length=200)
    name_sort = models.CharField(max_length=800, db_collation="C", editable=False)
    search_text = models.TextField(editable=False)
    type = models.CharField(max_length=20, choices=[(value, value) for value in CUSTOMER_TYPES], default="business")
    status = models.CharField(max_length=20, choices=[(value, value) for value in CUSTOMER_STATUSES], default="active")
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    website = models.CharField(max_length=200, blank=True)
    tax_number = models.CharField(max_length=50, blank=True)
    # By what the tax office knows it: e-invoices say both.
    tin = models.CharField(max_length=50, blank=True, default="")
    identification_type = models.CharField(
        max_length=10, choices=[(value, value) for value in IDENTIFICATION_TYPES], blank=True, default=""
    )
    identification_number = models.CharField(max_length=20, blank=True, default="")
    # "consolidated": this consumer asks for no e-invoices of their own.
    einvoice_preference = models.CharField(
        max_length=12, choices=[(value, value) for value in EINVOICE_PREFERENCES], default="individual"
    )
    is_government = models.BooleanField(default=False)
    # What the tax office said of the TIN with the number: "" until it was asked.
    tin_check = models.CharField(
        max_length=10, choices=[(value, value) for value in TIN_CHECKS], blank=True, default="", editable=False
    )
    tin_checked_at = models.DateTimeField(null=True, editable=False)
    address = models.JSONField(null=True, blank=True)
    billing_address = models.JSONField(null=True, blank=True)
    shipping_address = models.JSONField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    payment_terms = models.PositiveSmallIntegerField(default=30)
    credit_limit = models.DecimalField(max_digits=19, decimal_places=4, null=True, blank=True)
    current_balance = models.DecimalField(max_digits=24, decimal_places=4, default=ZERO, editable=False)
    total_sales = models.DecimalField(max_digits=24, decimal_places=4, default=ZERO, editable=False)
    last_sale_date = models.DateField(null=True, editable=False)
    reminders_enabled = models.BooleanField(default=True)
    # Documents may carry another name than the present one: it was changed, or those of another customer came here.
    was_renamed = models.BooleanField(default=False, editable=False)
    merged_into = CompanyForeignKey("customers.Customer", null=True, editable=False, related_name="merged_customers")
    language = models.CharField(max_length=10, choices=list(LANGUAGES.items()), blank=True, default="")
    tags = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    custom_fields = models.JSONField(encoder=ExactEncoder, decoder=ExactDecoder, default=dict, blank=True)
    # When personal data was erased: since then only the number tells who it was.
    anonymised_at = models.DateTimeField(null=True, editable=False)
    created_by = models.CharField(max_length=40, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("customer_company_key"),
            models.UniqueConstraint(F("company"), Upper("customer_number"), name="customer_number_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_name"),
            models.CheckConstraint(
                condition=~Q(email="") | ~Q(phone="") | Q(anonymised_at__isnull=False), name="customer_can_be_reached"
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True)
                | Q(
                    status="inactive",
                    email="",
                    phone="",
                    website="",
                    tax_number="",
                    tin="",
                    identification_type="",
                    identification_number="",
                    address__isnull=True,
                    billing_address__isnull=True,
                    shipping_address__isnull=True,
                    tags=[],
                    custom_fields={},
                ),
                name="customer_anonymised_is_empty",
            ),
            models.CheckConstraint(condition=Q(type__in=CUSTOMER_TYPES), name="customer_type_known"),
            models.CheckConstraint(condition=Q(status__in=CUSTOMER_STATUSES), name="customer_status_known"),
            models.CheckConstraint(
                condition=Q(identification_type="", identification_number="")
                | (Q(identification_type__in=IDENTIFICATION_TYPES) & ~Q(identification_number="")),
                name="customer_identification_whole",
            ),
            models.CheckConstraint(
                condition=Q(einvoice_preference__in=EINVOICE_PREFERENCES), name="customer_einvoice_preference_known"
            ),
            models.CheckConstraint(
                condition=Q(tin_check="", tin_checked_at__isnull=True)
                | Q(tin_check__in=TIN_CHECKS, tin_checked_at__isnull=False) & ~Q(tin="") & ~Q(identification_number=""),
                name="customer_tin_check_of_numbers",
            ),
            models.CheckConstraint(condition=Q(payment_terms__lte=365), name="customer_payment_terms_range"),
            models.CheckConstraint(
                condition=Q(credit_limit__isnull=True) | Q(credit_limit__gte=0), name="customer_credit_limit_positive"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(status="inactive", current_balance=0, total_sales=0),
                name="customer_merged_has_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "name_sort", "id"], name="customer_by_name"),
            models.Index(fields=["company", "number_sort", "id"], name="customer_by_number"),
            models.Index(fields=["company", "created_at", "id"], name="customer_by_creation"),
            models.Index(fields=["company", "updated_at", "id"], name="customer_by_update"),
            models.Index(fields=["company", "status", "created_at", "id"], name="customer_by_status"),
            models.Index(fields=["company", "type", "created_at", "id"], name="customer_by_type"),
            models.Index(fields=["company", "currency", "created_at", "id"], name="customer_by_currency"),
            models.Index(fields=["company", "owner", "created_at", "id"], name="customer_by_owner"),
            models.Index(fields=["company", "total_sales", "id"], name="customer_by_sales"),
            models.Index(fields=["company", "current_balance", "id"], name="customer_by_balance"),
            models.Index(F("company"), F("credit_limit"), F("id"), name="customer_by_credit_limit"),
            models.Index(fields=["company", "id"], condition=Q(was_renamed=True), name="customer_renamed"),
            models.Index(
                fields=["company", "id"],
                condition=Q(tin_check="") & ~Q(tin="") & ~Q(identification_number=""),
                name="customer_tin_unchecked",
            ),
            GinIndex(OpClass(F("search_text"), name="gin_trgm_ops"), name="customer_search"),
            GinIndex(OpClass(F("phone"), name="gin_trgm_ops"), name="customer_phone"),
            GinIndex(without_case(F("tags")), name="customer_tags"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_number} {self.name}"


class Contact(CompanyOwnedModel):
    """A person at a customer."""

    OWNED_THROUGH = ("customer",)
    PREFIX = "contact"
    customer = CompanyForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    mobile = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=100, blank=True)
    department = models.CharField(max_length=100, blank=True)
    is_primary = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    receives = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    notes = models.TextField(blank=True)
    custom_fields = models.JSONField(
        encoder=ExactEncoder, decoder=ExactDecoder, default=dict, db_default={}, blank=True
    )
    search_text = models.TextField(editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("contact_company_key"),
            models.UniqueConstraint(
                fields=["company", "customer"], condition=Q(is_primary=True), name="contact_one_primary"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="contact_has_name"),
            models.CheckConstraint(condition=Q(receives__contained_by=list(RECEIVES)), name="contact_receives_known"),
        ]
        indexes = [
            models.Index(fields=["company", "customer", "created_at", "id"], name="contact_by_customer"),
            models.Index(fields=["company", "name", "id"], name="contact_by_name"),
            GinIndex(OpClass(F("search_text"), name="gin_trgm_ops"), name="contact_search"),
        ]

    def __str__(self) -> str:
        return self.name
