import django.contrib.postgres.indexes
import django.db.models.expressions
from decimal import Decimal
from django.db import migrations, models

from bigledger_crm.kernel.text import fold


def fold_payments(apps, schema_editor):
    """What payments are found by.  The guard that keeps payments as they were stands aside for this one column."""
    model = apps.get_model("invoicing", "Payment")
    rows = list(model._base_manager.exclude(reference=""))
    for row in rows:
        row.search_text = fold(row.reference)
    schema_editor.execute('ALTER TABLE "invoicing_payment" DISABLE TRIGGER "invoicing_payment_kept"')
    model._base_manager.bulk_update(rows, ["search_text"], batch_size=1000)
    schema_editor.execute('ALTER TABLE "invoicing_payment" ENABLE TRIGGER "invoicing_payment_kept"')


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0003_lists'),
        ('invoicing', '0002_guards'),
        ('sales', '0002_guards'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='invoice',
            name='amount_due',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(status='cancelled', then=models.Value(Decimal('0'))), default=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('total'), '-', models.F('amount_paid')), '-', models.F('amount_credited')), output_field=models.DecimalField(decimal_places=4, max_digits=19)), output_field=models.DecimalField(decimal_places=4, max_digits=19)),
        ),
        migrations.AddField(
            model_name='invoice',
            name='stage',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(models.Q(('status', 'sent'), _negated=True), then=models.F('status')), models.When(then=models.Value('open'), total__gt=django.db.models.expressions.CombinedExpression(models.F('amount_paid'), '+', models.F('amount_credited'))), default=models.Value('paid')), output_field=models.CharField(max_length=20)),
        ),
        migrations.AddField(
            model_name='payment',
            name='search_text',
            field=models.TextField(default='', editable=False),
            preserve_default=False,
        ),
        migrations.RunPython(fold_payments, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['company', 'amount_due', 'id'], name='invoice_by_amount_due'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['company', 'stage', 'invoice_date', 'id'], name='invoice_by_stage'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['company', 'created_at', 'id'], name='invoice_by_creation'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['company', 'payment_method', 'payment_date', 'id'], name='payment_by_method'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['company', 'amount', 'id'], name='payment_by_amount'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['company', 'created_at', 'id'], name='payment_by_creation'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('voided_at__isnull', False)), fields=['company', 'payment_date', 'id'], name='payment_voided'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('search_text'), name='gin_trgm_ops'), name='payment_search'),
        ),
    ]
