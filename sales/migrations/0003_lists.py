from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0003_lists'),
        ('sales', '0002_guards'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['company', 'name', 'id'], name='item_by_name'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['company', 'unit_price', 'id'], name='item_by_price'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['company', 'is_active', 'item_code', 'id'], name='item_by_activity'),
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(fields=['company', 'valid_until', 'id'], name='quote_by_validity'),
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(fields=['company', 'total', 'id'], name='quote_by_total'),
        ),
        migrations.AddIndex(
            model_name='quote',
            index=models.Index(fields=['company', 'created_at', 'id'], name='quote_by_creation'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['company', 'priority', 'order_date', 'id'], name='salesorder_by_priority'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['company', 'required_date', 'id'], name='salesorder_by_required_date'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['company', 'total', 'id'], name='salesorder_by_total'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['company', 'created_at', 'id'], name='salesorder_by_creation'),
        ),
    ]
