from django.db import migrations, models

from bigledger_crm.kernel.text import fold


def fold_contacts(apps, schema_editor):
    """What contacts are found by."""
    model = apps.get_model("customers", "Contact")
    rows = list(model._base_manager.iterator())
    for row in rows:
        parts = (row.name, row.email, row.phone, row.mobile, row.title, row.department)
        row.search_text = fold(" ".join(parts))
    model._base_manager.bulk_update(rows, ["search_text"], batch_size=1000)


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0002_guards'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='search_text',
            field=models.TextField(default='', editable=False),
            preserve_default=False,
        ),
        migrations.RunPython(fold_contacts, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['company', 'status', 'created_at', 'id'], name='customer_by_status'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['company', 'type', 'created_at', 'id'], name='customer_by_type'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['company', 'currency', 'created_at', 'id'], name='customer_by_currency'),
        ),
    ]
