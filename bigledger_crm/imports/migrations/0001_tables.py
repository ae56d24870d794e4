import bigledger_crm.kernel.clock
import bigledger_crm.kernel.exact_json
import bigledger_crm.kernel.ids
import bigledger_crm.tenancy.base_models
import django.db.models.deletion
from django.db import migrations, models

from bigledger_crm.tenancy.migration_operations.v1 import composite_foreign_keys


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("imports", "0001_initial"),
    ]

    dependencies = [
        ('tenancy', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('filename', models.CharField(max_length=200)),
                ('size', models.PositiveBigIntegerField()),
                ('status', models.CharField(choices=[('reading', 'Reading'), ('ready', 'Ready'), ('rehearsing', 'Rehearsing'), ('rehearsed', 'Rehearsed'), ('running', 'Running'), ('completed', 'Completed'), ('cancelled', 'Cancelled'), ('undoing', 'Undoing'), ('undone', 'Undone'), ('failed', 'Failed')], default='reading', max_length=10)),
                ('wanted', models.JSONField(default=dict)),
                ('contents', models.JSONField(default=dict)),
                ('decimal_separator', models.CharField(default='.', max_length=1)),
                ('mapping', models.JSONField(default=list)),
                ('match_by', models.CharField(blank=True, default='', max_length=40)),
                ('source', models.CharField(blank=True, default='', max_length=40)),
                ('row_count', models.PositiveIntegerField(default=0)),
                ('position', models.PositiveIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.TextField(blank=True, default='')),
                ('created_by', models.CharField(max_length=40)),
                ('created_by_name', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('updated_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('finished_at', models.DateTimeField(null=True)),
                ('undo_until', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'created_at', 'id'], name='import_by_creation'), models.Index(condition=models.Q(('status__in', ('reading', 'rehearsing', 'running', 'undoing'))), fields=['updated_at'], name='import_at_work')],
                'constraints': [models.UniqueConstraint(fields=('company', 'id'), name='import_company_key'), models.CheckConstraint(condition=models.Q(('status__in', ['reading', 'ready', 'rehearsing', 'rehearsed', 'running', 'completed', 'cancelled', 'undoing', 'undone', 'failed'])), name='import_status_known'), models.CheckConstraint(condition=models.Q(('decimal_separator__in', ['.', ','])), name='import_decimal_separator'), models.CheckConstraint(condition=models.Q(('position__lte', models.F('row_count'))), name='import_position_in_rows'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('status__in', ['completed', 'undoing', 'undone'])), models.Q(('status__in', ['completed', 'undoing', 'undone']), _negated=True), _connector='OR'), name='import_finished_has_time')],
            },
        ),
        migrations.CreateModel(
            name='ImportMapping',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('digest', models.CharField(max_length=64)),
                ('mapping', models.JSONField()),
                ('match_by', models.CharField(blank=True, default='', max_length=40)),
                ('decimal_separator', models.CharField(default='.', max_length=1)),
                ('updated_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'kind', 'digest'), name='importmapping_once'), models.CheckConstraint(condition=models.Q(('decimal_separator__in', ['.', ','])), name='importmapping_decimal_separator')],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField()),
                ('line', models.PositiveIntegerField()),
                ('cells', models.JSONField(decoder=bigledger_crm.kernel.exact_json.ExactDecoder, encoder=bigledger_crm.kernel.exact_json.ExactEncoder)),
                ('problem', models.TextField(blank=True, default='')),
                ('key', models.CharField(blank=True, default='', max_length=500)),
                ('outcome', models.CharField(blank=True, choices=[('new', 'New'), ('changed', 'Changed'), ('same', 'Same'), ('rejected', 'Rejected')], default='', max_length=8)),
                ('object_id', models.UUIDField(null=True)),
                ('changes', models.JSONField(decoder=bigledger_crm.kernel.exact_json.ExactDecoder, default=dict, encoder=bigledger_crm.kernel.exact_json.ExactEncoder)),
                ('error', models.JSONField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('undo', models.CharField(blank=True, choices=[('undone', 'Undone'), ('kept', 'Kept')], default='', max_length=6)),
                ('undo_reason', models.TextField(blank=True, default='')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('job', bigledger_crm.tenancy.base_models.CompanyForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='imports.import')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'job', 'outcome', 'position'], name='importrow_by_outcome'), models.Index(condition=models.Q(('key', ''), _negated=True), fields=['job', 'key', 'position'], name='importrow_by_key'), models.Index(condition=models.Q(('object_id__isnull', False)), fields=['object_id'], name='importrow_by_object')],
                'constraints': [models.UniqueConstraint(fields=('company', 'job', 'position'), name='importrow_position_unique'), models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'new', 'changed', 'same', 'rejected'])), name='importrow_outcome_known'), models.CheckConstraint(condition=models.Q(('undo__in', ['', 'undone', 'kept'])), name='importrow_undo_known'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'rejected'), _negated=True), ('error__isnull', False), _connector='OR'), name='importrow_rejected_has_error')],
            },
        ),
        composite_foreign_keys("imports_importrow", [("job_id", "imports_import")]),
    ]
