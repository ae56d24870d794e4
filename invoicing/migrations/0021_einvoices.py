import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
import bigledger_crm.tenancy.base_models
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from bigledger_crm.tenancy.migration_operations.v1 import append_only, composite_foreign_keys, guarded

_DOCUMENT = (
    "company_id, kind, number, is_consolidated, currency, total, environment, version, document, document_hash, issued_at, "
    "created_by, created_at"
)
_OLD = ", ".join(f"OLD.{column}" for column in _DOCUMENT.split(", "))
_NEW = ", ".join(f"NEW.{column}" for column in _DOCUMENT.split(", "))
# A second uuid is only taken over for one that LHDN rejects as a duplicate of the first.
_UUID_KEPT = "OLD.uuid = '' OR NEW.uuid = OLD.uuid OR OLD.status = 'submitted'"
_MOVES = """(OLD.status, NEW.status) IN (
    ('pending', 'submitted'), ('pending', 'rejected'), ('pending', 'cancelled'), ('submitted', 'accepted'),
    ('submitted', 'rejected'), ('submitted', 'cancelled'), ('accepted', 'cancelled')
)"""
_LIVE_KEY = """ALTER TABLE invoicing_einvoicesource ADD CONSTRAINT einvoicesource_live_as_einvoice
    FOREIGN KEY (company_id, einvoice_id, is_live) REFERENCES invoicing_einvoice (company_id, id, is_live)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED"""


class Migration(migrations.Migration):

    dependencies = [
        ('invoicing', '0020_bank_upload'),
        ('tenancy', '0021_own_records_only'),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='EInvoice',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('01', '01'), ('02', '02'), ('03', '03'), ('04', '04')], max_length=2)),
                ('number', models.CharField(max_length=50)),
                ('number_sort', models.GeneratedField(db_persist=True, expression=models.Func(models.Func(django.db.models.functions.text.Upper(models.F('number')), models.Value('\\d+'), models.Value('00000000000000000000\\&'), models.Value('g'), function='regexp_replace', output_field=models.TextField(db_collation='C')), models.Value('0*(\\d{20,})'), models.Value('\\1'), models.Value('g'), function='regexp_replace', output_field=models.TextField(db_collation='C')), output_field=models.TextField(db_collation='C'))),
                ('is_consolidated', models.BooleanField(default=False)),
                ('currency', models.CharField(max_length=3)),
                ('total', models.DecimalField(decimal_places=4, max_digits=19)),
                ('environment', models.CharField(choices=[('simulator', 'simulator'), ('sandbox', 'sandbox'), ('production', 'production')], max_length=10)),
                ('version', models.CharField(choices=[('1.0', '1.0'), ('1.1', '1.1')], max_length=3)),
                ('status', models.CharField(choices=[('pending', 'pending'), ('submitted', 'submitted'), ('accepted', 'accepted'), ('rejected', 'rejected'), ('cancelled', 'cancelled')], default='pending', max_length=10)),
                ('is_live', models.GeneratedField(db_persist=True, expression=models.ExpressionWrapper(models.Q(('status__in', ('pending', 'submitted', 'accepted'))), models.BooleanField()), output_field=models.BooleanField())),
                ('document', models.BinaryField()),
                ('document_hash', models.CharField(max_length=64)),
                ('issued_at', models.DateTimeField()),
                ('batch', models.UUIDField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('submission_uid', models.CharField(blank=True, max_length=40)),
                ('uuid', models.CharField(blank=True, max_length=40)),
                ('long_id', models.CharField(blank=True, max_length=120)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('rejected_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_requested_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_requested_by', models.CharField(blank=True, max_length=40)),
                ('cancel_reason', models.CharField(blank=True, max_length=300)),
                ('rejection_requested_at', models.DateTimeField(blank=True, null=True)),
                ('rejection_reason', models.CharField(blank=True, max_length=300)),
                ('errors', models.JSONField(blank=True, default=list)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('next_attempt_at', models.DateTimeField(blank=True, default=bigledger_crm.kernel.clock.now, null=True)),
                ('last_error', models.TextField(blank=True)),
                ('created_by', models.CharField(max_length=40)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('updated_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'verbose_name': 'e-invoice',
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='EInvoiceExchange',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('einvoices', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('operation', models.CharField(max_length=40)),
                ('request', models.CharField(max_length=300)),
                ('status_code', models.PositiveSmallIntegerField(null=True)),
                ('correlation_id', models.CharField(blank=True, max_length=100)),
                ('answer', models.TextField(blank=True)),
                ('duration_ms', models.PositiveIntegerField()),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'verbose_name': 'e-invoice exchange',
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='EInvoiceSettings',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('environment', models.CharField(blank=True, choices=[('simulator', 'simulator'), ('sandbox', 'sandbox'), ('production', 'production')], max_length=10)),
                ('client_id', models.CharField(blank=True, max_length=100)),
                ('client_secret', models.TextField(blank=True)),
                ('on_behalf_of', models.CharField(blank=True, max_length=40)),
                ('version', models.CharField(choices=[('1.0', '1.0'), ('1.1', '1.1')], default='1.0', max_length=3)),
                ('certificate', models.TextField(blank=True)),
                ('certificate_password', models.TextField(blank=True)),
                ('certificate_subject', models.CharField(blank=True, max_length=300)),
                ('certificate_expires_at', models.DateTimeField(blank=True, null=True)),
                ('submit_when', models.CharField(choices=[('by_hand', 'by_hand'), ('on_issue', 'on_issue'), ('daily', 'daily')], default='by_hand', max_length=10)),
                ('starts_on', models.DateField(blank=True, null=True)),
                ('relaxation_until', models.DateField(blank=True, null=True)),
                ('emails_wait', models.BooleanField(default=False)),
                ('shipping_as_line', models.BooleanField(default=False)),
                ('tested_at', models.DateTimeField(blank=True, null=True)),
                ('updated_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'verbose_name_plural': 'e-invoice settings',
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='EInvoiceSource',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('is_live', models.BooleanField(default=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('credit_note', bigledger_crm.tenancy.base_models.CompanyForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='einvoice_sources', to='invoicing.creditnote')),
                ('einvoice', bigledger_crm.tenancy.base_models.CompanyForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='invoicing.einvoice')),
                ('invoice', bigledger_crm.tenancy.base_models.CompanyForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='einvoice_sources', to='invoicing.invoice')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='einvoice',
            index=models.Index(condition=models.Q(('next_attempt_at__isnull', False)), fields=['company', 'next_attempt_at', 'id'], name='einvoice_due'),
        ),
        migrations.AddIndex(
            model_name='einvoice',
            index=models.Index(fields=['company', 'created_at', 'id'], name='einvoice_by_creation'),
        ),
        migrations.AddIndex(
            model_name='einvoice',
            index=models.Index(fields=['company', 'status', 'created_at', 'id'], name='einvoice_by_status'),
        ),
        migrations.AddIndex(
            model_name='einvoice',
            index=models.Index(fields=['company', 'number_sort', 'id'], name='einvoice_by_number'),
        ),
        migrations.AddConstraint(
            model_name='einvoice',
            constraint=models.UniqueConstraint(fields=('company', 'id'), name='einvoice_company_key'),
        ),
        migrations.AddConstraint(
            model_name='einvoice',
            constraint=models.UniqueConstraint(fields=('company', 'id', 'is_live'), name='einvoice_live_key'),
        ),
        migrations.AddConstraint(
            model_name='einvoice',
            constraint=models.UniqueConstraint(condition=models.Q(('uuid', ''), _negated=True), fields=('company', 'environment', 'uuid'), name='einvoice_uuid_unique'),
        ),
        migrations.AddConstraint(
            model_name='einvoice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('01', '02', '03', '04'))), name='einvoice_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='einvoice',
            constraint=models.CheckConstraint(condition=models.Q(('environment__in', ('simulator', 'sandbox', 'production'))), name='einvoice_environment_known'),
        ),
        migrations.AddConstraint(
            model_name='einvoice',
            constraint=models.CheckConstraint(condition=models.Q(('version__in', ('1.0', '1.1'))), name='einvoice_version_known'),
        ),
        migrations.AddConstraint(
            model_name='einvoice',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ('pending', 'submitted', 'accepted', 'rejected', 'cancelled'))), name='einvoice_status_known'),
        ),
        migrations.AddConstraint(
            model_name='einvoice',
            constraint=models.CheckConstraint(condition=models.Q(('total__gt', 0)), name='einvoice_total_positive'),
        ),
        migrations.AddConstraint(
            model_name='einvoice',
            constraint=models.CheckConstraint(condition=models.Q(('document_hash__regex', '^[0-9a-f]{64}$')), name='einvoice_hash_form'),
        ),
        migrations.AddConstraint(
            model_name='einvoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', True), ('uuid', '')), models.Q(('batch__isnull', False), ('sent_at__isnull', False)), _connector='OR'), name='einvoice_sent_in_batch'),
        ),
        migrations.AddConstraint(
            model_name='einvoice',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ('pending', 'rejected', 'cancelled')), models.Q(models.Q(('uuid', ''), _negated=True), ('submitted_at__isnull', False)), _connector='OR'), name='einvoice_submitted_has_uuid'),
        ),
        migrations.AddConstraint(
            model_name='einvoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'accepted'), _negated=True), models.Q(models.Q(('long_id', ''), _negated=True), ('accepted_at__isnull', False)), _connector='OR'), name='einvoice_accepted_has_link'),
        ),
        migrations.AddConstraint(
            model_name='einvoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rejected_at__isnull', False), ('status', 'rejected')), models.Q(models.Q(('status', 'rejected'), _negated=True), ('rejected_at__isnull', True)), _connector='OR'), name='einvoice_rejected_has_time'),
        ),
        migrations.AddConstraint(
            model_name='einvoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('status', 'cancelled')), models.Q(models.Q(('status', 'cancelled'), _negated=True), ('cancelled_at__isnull', True)), _connector='OR'), name='einvoice_cancelled_has_time'),
        ),
        migrations.AddConstraint(
            model_name='einvoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancel_requested_at__isnull', True), ('cancel_requested_by', '')), models.Q(('cancel_requested_at__isnull', False), models.Q(('cancel_requested_by', ''), _negated=True), models.Q(('cancel_reason', ''), _negated=True)), _connector='OR'), name='einvoice_cancel_has_reason'),
        ),
        migrations.AddIndex(
            model_name='einvoiceexchange',
            index=models.Index(fields=['company', 'created_at', 'id'], name='einvoiceexchange_by_creation'),
        ),
        migrations.AddIndex(
            model_name='einvoiceexchange',
            index=django.contrib.postgres.indexes.GinIndex(models.F('einvoices'), name='einvoiceexchange_by_einvoice'),
        ),
        migrations.AddConstraint(
            model_name='einvoiceexchange',
            constraint=models.UniqueConstraint(fields=('company', 'id'), name='einvoiceexchange_company_key'),
        ),
        migrations.AddConstraint(
            model_name='einvoicesettings',
            constraint=models.UniqueConstraint(fields=('company', 'id'), name='einvoicesettings_company_key'),
        ),
        migrations.AddConstraint(
            model_name='einvoicesettings',
            constraint=models.UniqueConstraint(fields=('company',), name='einvoicesettings_one_each'),
        ),
        migrations.AddConstraint(
            model_name='einvoicesettings',
            constraint=models.CheckConstraint(condition=models.Q(('environment__in', ('', 'simulator', 'sandbox', 'production'))), name='einvoicesettings_environment_known'),
        ),
        migrations.AddConstraint(
            model_name='einvoicesettings',
            constraint=models.CheckConstraint(condition=models.Q(('version__in', ('1.0', '1.1'))), name='einvoicesettings_version_known'),
        ),
        migrations.AddConstraint(
            model_name='einvoicesettings',
            constraint=models.CheckConstraint(condition=models.Q(('submit_when__in', ('by_hand', 'on_issue', 'daily'))), name='einvoicesettings_submit_when_known'),
        ),
        migrations.AddConstraint(
            model_name='einvoicesettings',
            constraint=models.CheckConstraint(condition=models.Q(('environment', ''), models.Q(models.Q(('client_id', ''), _negated=True), models.Q(('client_secret', ''), _negated=True), ('starts_on__isnull', False)), _connector='OR'), name='einvoicesettings_whole'),
        ),
        migrations.AddConstraint(
            model_name='einvoicesettings',
            constraint=models.CheckConstraint(condition=models.Q(('environment', ''), ('version', '1.0'), models.Q(('certificate', ''), _negated=True), _connector='OR'), name='einvoicesettings_signed_by_certificate'),
        ),
        migrations.AddIndex(
            model_name='einvoicesource',
            index=models.Index(fields=['company', 'einvoice'], name='einvoicesource_by_einvoice'),
        ),
        migrations.AddIndex(
            model_name='einvoicesource',
            index=models.Index(fields=['company', 'invoice', 'id'], name='einvoicesource_by_invoice'),
        ),
        migrations.AddIndex(
            model_name='einvoicesource',
            index=models.Index(fields=['company', 'credit_note', 'id'], name='einvoicesource_by_credit_note'),
        ),
        migrations.AddConstraint(
            model_name='einvoicesource',
            constraint=models.UniqueConstraint(fields=('company', 'id'), name='einvoicesource_company_key'),
        ),
        migrations.AddConstraint(
            model_name='einvoicesource',
            constraint=models.UniqueConstraint(condition=models.Q(('is_live', True)), fields=('company', 'invoice'), name='einvoicesource_invoice_once'),
        ),
        migrations.AddConstraint(
            model_name='einvoicesource',
            constraint=models.UniqueConstraint(condition=models.Q(('is_live', True)), fields=('company', 'credit_note'), name='einvoicesource_credit_note_once'),
        ),
        migrations.AddConstraint(
            model_name='einvoicesource',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credit_note__isnull', True), ('invoice__isnull', False)), models.Q(('credit_note__isnull', False), ('invoice__isnull', True)), _connector='OR'), name='einvoicesource_one_document'),
        ),
        composite_foreign_keys(
            "invoicing_einvoicesource",
            [
                ("einvoice_id", "invoicing_einvoice"),
                ("invoice_id", "invoicing_invoice"),
                ("credit_note_id", "invoicing_creditnote"),
            ],
        ),
        migrations.RunSQL(
            _LIVE_KEY, "ALTER TABLE invoicing_einvoicesource DROP CONSTRAINT einvoicesource_live_as_einvoice"
        ),
        guarded(
            "invoicing_einvoice",
            name="kept",
            event="UPDATE OR DELETE",
            condition=f"TG_OP = 'DELETE' OR OLD.sent_at IS NOT NULL AND ({_OLD}) IS DISTINCT FROM ({_NEW})",
            message="invoicing_einvoice: what may have reached LHDN is never changed or deleted",
            truncate=True,
        ),
        guarded(
            "invoicing_einvoice",
            name="moves",
            event="UPDATE",
            condition=f"NOT ({_UUID_KEPT}) OR NEW.status <> OLD.status AND NOT {_MOVES}",
            message="invoicing_einvoice: not a move of its life",
        ),
        guarded(
            "invoicing_einvoicesource",
            name="kept",
            event="UPDATE OR DELETE",
            condition="TG_OP = 'DELETE' OR to_jsonb(OLD) - 'is_live' <> to_jsonb(NEW) - 'is_live'",
            message="invoicing_einvoicesource: never changed or deleted",
            truncate=True,
        ),
        append_only("invoicing_einvoiceexchange"),
    ]
