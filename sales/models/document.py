"""What quotes, orders and invoices have in common: parties, money and lines."""

from collections.abc import Sequence

from django.db import models
from django.db.models import F, Q

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.exact_json import ExactDecoder, ExactEncoder
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, OwnedRecord
from customers.models import Customer
from sales.models.catalogue import Item
from sales.pricing import LineTerms
from sales.rules import ITEM_TYPES


class SaleDocument(CompanyOwnedModel):
    """A document to a customer.

    Its own copies of the customer's name and addresses, its tax rates and its exchange rate (company currency per
    unit of the document's) never follow later changes.  Amounts are in `currency` and come from sales.pricing.  One
    that `is_imported` has a number from elsewhere, which no series counts.
    """

    customer = CompanyForeignKey(Customer, related_name="%(class)ss")
    customer_name = models.CharField(max_length=200)
    customer_email = models.CharField(max_length=254, blank=True)
    customer_phone = models.CharField(max_length=40, blank=True)
    customer_tax_number = models.CharField(max_length=50, blank=True)
    billing_address = models.JSONField(null=True)
    shipping_address = models.JSONField(null=True)
    currency = models.CharField(max_length=3)
    exchange_rate = models.DecimalField(max_digits=20, decimal_places=10)
    prices_include_tax = models.BooleanField(default=False)
    title = models.CharField(max_length=200, blank=True, default="")
    reference = models.CharField(max_length=100, blank=True)
    notes = models.TextField(blank=True)
    terms = models.TextField(blank=True)
    subtotal = models.DecimalField(max_digits=19, decimal_places=4)
    total_discount = models.DecimalField(max_digits=19, decimal_places=4)
    total_tax = models.DecimalField(max_digits=19, decimal_places=4)
    shipping_cost = models.DecimalField(max_digits=19, decimal_places=4, default=ZERO)
    total = models.DecimalField(max_digits=19, decimal_places=4)
    is_imported = models.BooleanField(default=False, db_default=False, editable=False)
    search_text = models.TextField(editable=False)
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        abstract = True


class OwnedDocument(OwnedRecord, SaleDocument):
    """A quote, an order or an invoice, which has an owner of its own: the customer's, unless somebody chose another."""

    SUBJECTS = ("pk", "customer_id")
    OWNED_THROUGH = ("owner", "customer")
    custom_fields = models.JSONField(
        encoder=ExactEncoder, decoder=ExactDecoder, default=dict, db_default={}, blank=True
    )

    class Meta(SaleDocument.Meta):
        abstract = True


class DocumentLine(CompanyOwnedModel):
    """A line of a document.  A discount is a percentage, or an amount where `discount_percent` is 0."""

    position = models.PositiveSmallIntegerField()
    item = CompanyForeignKey(Item, null=True, related_name="+")
    item_code = models.CharField(max_length=50, blank=True)
    description = models.TextField()
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    unit = models.CharField(max_length=20, blank=True, default="")
    type = models.CharField(max_length=10, choices=[(value, value) for value in ITEM_TYPES], default="goods")
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, default=ZERO)
    discount_amount = models.DecimalField(max_digits=19, decimal_places=4)
    line_total = models.DecimalField(max_digits=19, decimal_places=4)
    tax_code = models.CharField(max_length=20, blank=True)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4, default=ZERO)
    tax_amount = models.DecimalField(max_digits=19, decimal_places=4)
    notes = models.TextField(blank=True)

    class Meta(CompanyOwnedModel.Meta):
        abstract = True

    @property
    def terms(self) -> LineTerms:
        """What the calculator prices this line from."""
        fixed = self.discount_amount if not self.discount_percent and self.discount_amount else None
        return LineTerms(self.quantity, self.unit_price, self.discount_percent, fixed, self.tax_rate)


def document_checks(name: str, states: Sequence[str]) -> list[models.CheckConstraint]:
    """The CHECKs of every document table with states: they are known, and its amounts are sane."""
    return [
        models.CheckConstraint(condition=Q(status__in=list(states)), name=f"{name}_status_known"),
        *amount_checks(name),
    ]


def amount_checks(name: str) -> list[models.CheckConstraint]:
    """The CHECKs of a document's amounts: not negative, total = its parts."""
    amounts = ("subtotal", "total_discount", "total_tax", "shipping_cost", "total")
    return [
        models.CheckConstraint(
            condition=Q(**{f"{amount}__gte": 0 for amount in amounts}), name=f"{name}_amounts_positive"
        ),
        models.CheckConstraint(
            condition=Q(total=F("subtotal") + F("total_tax") + F("shipping_cost")), name=f"{name}_total_adds_up"
        ),
        models.CheckConstraint(condition=Q(exchange_rate__gt=0), name=f"{name}_exchange_rate_positive"),
    ]


def line_checks(name: str, parent: str) -> list[models.BaseConstraint]:
    """The constraints of every line table: one line per position, sane quantities and amounts."""
    return [
        models.UniqueConstraint(fields=["company", parent, "position"], name=f"{name}_position_unique"),
        models.CheckConstraint(condition=Q(type__in=ITEM_TYPES), name=f"{name}_type_known"),
        models.CheckConstraint(condition=Q(quantity__gt=0, unit_price__gte=0), name=f"{name}_quantity_positive"),
        models.CheckConstraint(
            condition=Q(discount_percent__range=(0, 100), tax_rate__range=(0, 100)), name=f"{name}_percentages"
        ),
        models.CheckConstraint(
            condition=Q(discount_amount__gte=0, line_total__gte=0, tax_amount__gte=0), name=f"{name}_amounts_positive"
        ),
    ]
