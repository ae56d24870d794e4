"""What a customer bought and how it paid, added up by whoever changes it.

Triggers add to these sums in the transaction that issues, cancels, credits, pays or moves a document.  Each such
transaction holds its customer's lock, so nobody waits for a sum of another customer, nor for one of this a second time.
Amounts are in the customer's currency.
"""

from django.db import models


class CustomerDay(models.Model):
    """The documents of a customer that are dated on a day, and its invoices that were paid off on it.

    `paid` are the paid invoices whose last payment has this date, `paid_days` the days from their dates to it.
    """

    company_id = models.UUIDField()
    customer_id = models.UUIDField()
    day = models.DateField()
    invoices = models.IntegerField()
    invoiced = models.DecimalField(max_digits=38, decimal_places=4)
    credit_notes = models.IntegerField()
    credited = models.DecimalField(max_digits=38, decimal_places=4)
    paid = models.IntegerField()
    on_time = models.IntegerField()
    paid_days = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company_id", "customer_id", "day"], name="customerday_once")]
        indexes = [
            # Days on which customers bought, for who has gone quiet: it reads no rows of the table.
            models.Index(
                fields=["company_id", "customer_id", "day"],
                condition=models.Q(invoices__gt=0),
                name="customerday_of_sales",
            ),
        ]

    def __str__(self) -> str:
        return str(self.day)


class CustomerItem(models.Model):
    """What a customer bought of an item without tax, as invoiced less what was credited."""

    company_id = models.UUIDField()
    customer_id = models.UUIDField()
    item_id = models.UUIDField()
    quantity = models.DecimalField(max_digits=38, decimal_places=6)
    value = models.DecimalField(max_digits=38, decimal_places=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company_id", "customer_id", "item_id"], name="customeritem_once")
        ]
        indexes = [models.Index("company_id", "customer_id", models.F("value").desc(), name="customeritem_by_value")]

    def __str__(self) -> str:
        return str(self.item_id)
