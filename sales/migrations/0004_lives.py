import bigledger_crm.tenancy.fields
import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models

from bigledger_crm.tenancy.fields import composite_foreign_keys
from bigledger_crm.tenancy.triggers import append_only, guarded


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0003_lists'),
        ('sales', '0003_lists'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='quote',
            name='cancel_reason',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='quote',
            name='cancelled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='quote',
            name='decline_reason',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='quote',
            name='declined_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='quote',
            name='supersedes',
            field=bigledger_crm.tenancy.fields.CompanyForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='sales.quote'),
        ),
        migrations.AddField(
            model_name='quote',
            name='version',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='salesorder',
            name='issued_total',
            field=models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=19),
        ),
        migrations.AddConstraint(
            model_name='quote',
            constraint=models.UniqueConstraint(condition=models.Q(('supersedes__isnull', False)), fields=('company', 'supersedes'), name='quote_superseded_once'),
        ),
        migrations.AddConstraint(
            model_name='quote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('supersedes__isnull', True), ('version', 1)), models.Q(('supersedes__isnull', False), ('version__gt', 1)), _connector='OR'), name='quote_version_follows'),
        ),
        composite_foreign_keys('sales_quote', [('supersedes_id', 'sales_quote')]),
        guarded(
            'sales_quote',
            name='version_kept',
            event='UPDATE',
            condition='OLD.version <> NEW.version OR OLD.supersedes_id IS DISTINCT FROM NEW.supersedes_id',
            message='sales_quote: a quote keeps its number, its version and what it supersedes',
        ),
        append_only('sales_shipment'),
    ]
