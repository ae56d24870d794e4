from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

from customers.migration_operations.v2 import only_moved

RAISING = ("invoice", "void", "refund", "write_off_reversal")
LOWERING = ("payment", "credit_note", "cancellation", "write_off", "refund_void")


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_owner_index")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        only_moved(),
        migrations.RemoveConstraint("receivableentry", "receivableentry_kind_known"),
        migrations.RemoveConstraint("receivableentry", "receivableentry_sign"),
        AddConstraintNotValid(
            "receivableentry",
            models.CheckConstraint(condition=Q(kind__in=(*RAISING, *LOWERING)), name="receivableentry_kind_known"),
        ),
        AddConstraintNotValid(
            "receivableentry",
            models.CheckConstraint(
                condition=Q(kind__in=RAISING, amount__gte=0) | Q(kind__in=LOWERING, amount__lte=0),
                name="receivableentry_sign",
            ),
        ),
    ]
