import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0009_customers_by_number")]
    operations = [
        migrations.AddField(
            model_name="contact",
            name="receives",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), blank=True, default=list, size=None
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("receives__contained_by", ["quotes", "orders", "invoices", "reminders", "statements"])
                ),
                name="contact_receives_known",
            ),
        ),
    ]
