from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0003_lists'),
        ('invoicing', '0005_credit_note_guards'),
        ('sales', '0003_lists'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['company', 'stage', 'due_date', 'id'], name='invoice_by_standing'),
        ),
    ]
