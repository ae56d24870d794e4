from decimal import Decimal

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Case, F, Q, Value, When

SETTLED = F("amount_paid") + F("amount_credited") + F("amount_written_off")
# They go with the columns that they are of, and come again with 0013.
INDEXES = (
    "invoice_overdue_untold",
    "invoice_by_amount_due",
    "invoice_by_stage",
    "invoice_sales",
    "invoice_by_standing",
    "invoice_by_last_payment",
)


def money():
    return models.DecimalField(max_digits=19, decimal_places=4)


def check(name, condition):
    return models.CheckConstraint(condition=condition, name=name)


def never_overspent(whole):
    return Q(amount_allocated__gte=0, amount_refunded__gte=0) & Q(
        **{f"{whole}__gte": F("amount_allocated") + F("amount_refunded")}
    )


class Migration(migrations.Migration):
    """What is due of an invoice is without what was written off: its computed columns are made anew."""

    dependencies = [("invoicing", "0010_allocate_payments")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        *(migrations.RemoveIndex("invoice", name) for name in INDEXES),
        migrations.RemoveField("invoice", "amount_due"),
        migrations.RemoveField("invoice", "stage"),
        migrations.AddField(
            "invoice",
            "amount_due",
            models.GeneratedField(
                expression=Case(
                    When(status="cancelled", then=Value(Decimal("0"))),
                    default=F("total") - F("amount_paid") - F("amount_credited") - F("amount_written_off"),
                    output_field=money(),
                ),
                output_field=money(),
                db_persist=True,
            ),
        ),
        migrations.AddField(
            "invoice",
            "stage",
            models.GeneratedField(
                expression=Case(
                    When(~Q(status="sent"), then=F("status")),
                    When(total__gt=SETTLED, then=Value("open")),
                    default=Value("paid"),
                ),
                output_field=models.CharField(max_length=20),
                db_persist=True,
            ),
        ),
        migrations.RemoveConstraint("invoice", "invoice_never_overpaid"),
        migrations.RemoveConstraint("invoice", "invoice_paid_only_when_issued"),
        AddConstraintNotValid(
            "invoice",
            check(
                "invoice_never_overpaid",
                Q(amount_paid__gte=0, amount_credited__gte=0, amount_written_off__gte=0) & Q(total__gte=SETTLED),
            ),
        ),
        AddConstraintNotValid(
            "invoice",
            check(
                "invoice_paid_only_when_issued",
                Q(status="sent") | Q(amount_paid=0, amount_credited=0, amount_written_off=0),
            ),
        ),
        migrations.AlterField("payment", "exchange_rate", models.DecimalField(decimal_places=10, max_digits=20)),
        AddConstraintNotValid("payment", check("payment_exchange_rate_positive", Q(exchange_rate__gt=0))),
        AddConstraintNotValid("payment", check("payment_never_overspent", never_overspent("amount"))),
        AddConstraintNotValid("creditnote", check("creditnote_never_overspent", never_overspent("total"))),
        AddConstraintNotValid(
            "creditnote", check("creditnote_goodwill_has_reason", Q(invoice__isnull=False) | ~Q(reason=""))
        ),
    ]
