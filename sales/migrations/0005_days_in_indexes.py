from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0003_lists'),
        ('sales', '0004_lives'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='quote',
            name='quote_by_date',
        ),
        migrations.RemoveIndex(
            model_name='salesorder',
            name='salesorder_by_date',
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(fields=['company', 'quote_date', 'id', 'valid_until'], name='quote_by_days'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['company', 'order_date', 'id', 'required_date'], name='salesorder_by_days'),
        ),
    ]
