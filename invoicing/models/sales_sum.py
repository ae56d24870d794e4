"""What was sold on a day or in a month, added up beforehand for reports."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class SalesChange(models.Model):
    """A day of a company whose sales have changed since they were added up.

    Triggers add one in the transaction that changes an issued invoice or a credit note.  So for a day without one that
    a query sees, the sums that it sees are true.
    """

    company_id = models.UUIDField()
    day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["company_id", "day"], name="saleschange_by_day")]

    def __str__(self) -> str:
        return str(self.day)


class SalesSum(models.Model):
    """The sales of a day, or of the month that begins with it, that have the same `key` in a dimension.

    Dimensions are those of analytics.sales_breakdown, and `tax` with a code and its rate.  `key` and `label` are as
    there.  Amounts are without tax, exact, in the company's currency; of items
    `customers` are those that bought them.
    """

    company_id = models.UUIDField()
    unit = models.CharField(max_length=5, choices=[("day", "day"), ("month", "month")])
    day = models.DateField()
    dimension = models.CharField(max_length=10)
    key = models.TextField(null=True)  # noqa: DJ001  # without a code differs from with an empty one
    label = models.TextField()
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    invoices = models.IntegerField()
    credit_notes = models.IntegerField()
    invoiced = models.DecimalField(max_digits=38, decimal_places=14)
    credited = models.DecimalField(max_digits=38, decimal_places=14)
    invoiced_tax = models.DecimalField(max_digits=38, decimal_places=14)
    credited_tax = models.DecimalField(max_digits=38, decimal_places=14)
    customers = ArrayField(models.UUIDField(), null=True)
    quantity = models.DecimalField(max_digits=38, decimal_places=6)

    class Meta:
        indexes = [models.Index(fields=["company_id", "dimension", "unit", "day"], name="salessum_by_day")]

    def __str__(self) -> str:
        return f"{self.dimension} {self.key}: {self.unit} {self.day}"
