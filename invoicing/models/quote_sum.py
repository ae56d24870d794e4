"""What became of the quotes of a day or a month, added up beforehand for the funnel."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class QuoteChange(models.Model):
    """A day of a company whose quotes, or what became of them, have changed since they were added up.

    Triggers add one in the transaction that changes a quote, its order or an issued invoice of that.  So for a day
    without one that a query sees, the sums that it sees are true.
    """

    company_id = models.UUIDField()
    day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["company_id", "day"], name="quotechange_by_day")]

    def __str__(self) -> str:
        return str(self.day)


class QuoteSum(models.Model):
    """The quotes dated on a day, or in the month that begins with it, of which all that is told here is the same.

    Only the last version of each.  `valid_until` is that of open ones, `reason` why they were declined or cancelled.
    `value` is exact, in the company's currency; `closing_days` are those from the quotes' dates to their acceptance.
    `numbers` of them took so many `days` to a stage, which is a place in STAGES of analytics.funnel, from the one
    before: three arrays that belong together.
    """

    company_id = models.UUIDField()
    unit = models.CharField(max_length=5, choices=[("day", "day"), ("month", "month")])
    day = models.DateField()
    owner_id = models.UUIDField(null=True)
    status = models.CharField(max_length=20)
    valid_until = models.DateField(null=True)
    reason = models.TextField()
    is_sent = models.BooleanField()
    is_invoiced = models.BooleanField()
    is_paid = models.BooleanField()
    quotes = models.IntegerField()
    value = models.DecimalField(max_digits=38, decimal_places=14)
    closing_days = models.IntegerField()
    stages = ArrayField(models.SmallIntegerField())
    days = ArrayField(models.IntegerField())
    numbers = ArrayField(models.IntegerField())

    class Meta:
        indexes = [models.Index(fields=["company_id", "unit", "day"], name="quotesum_by_day")]

    def __str__(self) -> str:
        return f"{self.unit} {self.day}: {self.quotes} {self.status}"
