import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
import bigledger_crm.tenancy.base_models
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from bigledger_crm.tenancy.migration_operations.v1 import composite_foreign_keys


class Migration(migrations.Migration):

    dependencies = [
        ('invoicing', '0031_note_sales'),
        ('outbox', '0004_outboxemail_is_held'),
        ('tenancy', '0022_row_changes'),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('action', models.CharField(choices=[('send_invoices', 'send_invoices'), ('issue_invoices', 'issue_invoices')], max_length=20)),
                ('status', models.CharField(choices=[('running', 'running'), ('completed', 'completed'), ('cancelled', 'cancelled')], default='running', max_length=10)),
                ('total', models.PositiveIntegerField()),
                ('succeeded', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('created_by', models.CharField(max_length=40)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('finished_at', models.DateTimeField(null=True)),
                ('turn', models.PositiveIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(null=True)),
                ('retry_code', models.CharField(blank=True, default='', max_length=60)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'verbose_name_plural': 'batches',
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='BatchItem',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField()),
                ('status', models.CharField(choices=[('waiting', 'waiting'), ('done', 'done'), ('failed', 'failed')], default='waiting', max_length=10)),
                ('error_code', models.CharField(blank=True, default='', max_length=60)),
                ('error', models.CharField(blank=True, default='', max_length=500)),
                ('finished_at', models.DateTimeField(null=True)),
                ('batch', bigledger_crm.tenancy.base_models.CompanyForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='invoicing.batch')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('email', bigledger_crm.tenancy.base_models.CompanyForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outbox.outboxemail')),
                ('invoice', bigledger_crm.tenancy.base_models.CompanyForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='invoicing.invoice')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(fields=['company', 'created_at', 'id'], name='batch_recent'),
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(condition=models.Q(('status', 'running')), fields=['next_attempt_at'], name='batch_due'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.UniqueConstraint(fields=('company', 'id'), name='batch_company_key'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ('send_invoices', 'issue_invoices'))), name='batch_action_known'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ('running', 'completed', 'cancelled'))), name='batch_status_known'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('next_attempt_at__isnull', False), ('status', 'running')), models.Q(models.Q(('status', 'running'), _negated=True), ('finished_at__isnull', False), ('next_attempt_at', None), ('retry_code', '')), _connector='OR'), name='batch_ends_with_its_work'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.CheckConstraint(condition=models.Q(('total__gte', django.db.models.expressions.CombinedExpression(models.F('succeeded'), '+', models.F('failed')))), name='batch_counts_its_items'),
        ),
        migrations.AddIndex(
            model_name='batchitem',
            index=models.Index(fields=['company', 'batch', 'status', 'position'], name='batchitem_by_status'),
        ),
        migrations.AddConstraint(
            model_name='batchitem',
            constraint=models.UniqueConstraint(fields=('company', 'batch', 'invoice'), name='batchitem_once'),
        ),
        migrations.AddConstraint(
            model_name='batchitem',
            constraint=models.UniqueConstraint(fields=('company', 'batch', 'position'), name='batchitem_in_order'),
        ),
        migrations.AddConstraint(
            model_name='batchitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('email', None), ('error_code', ''), ('finished_at', None), ('status', 'waiting')), models.Q(('error_code', ''), ('finished_at__isnull', False), ('status', 'done')), models.Q(('email', None), ('finished_at__isnull', False), ('status', 'failed'), models.Q(('error_code', ''), _negated=True)), _connector='OR'), name='batchitem_status_known'),
        ),
        composite_foreign_keys(
            "invoicing_batchitem",
            [
                ("batch_id", "invoicing_batch"),
                ("invoice_id", "invoicing_invoice"),
                ("email_id", "outbox_outboxemail"),
            ],
        ),
    ]
