from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0003_lists'),
        ('invoicing', '0007_orders_issued'),
        ('sales', '0004_lives'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='invoice',
            name='invoice_by_date',
        ),
        migrations.RemoveIndex(
            model_name='payment',
            name='payment_voided',
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['company', 'invoice_date', 'id', 'due_date'], name='invoice_by_days'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['company', 'voided_at', 'payment_date', 'id'], name='payment_by_voiding'),
        ),
    ]
