import bigledger_crm.kernel.clock
import bigledger_crm.kernel.exact_json
import bigledger_crm.kernel.ids
import bigledger_crm.tenancy.base_models
import django.db.models.deletion
from django.db import migrations, models

from bigledger_crm.tenancy.migration_operations.v1 import append_only, composite_foreign_keys
from customers.migration_operations.v1 import FOLLOWS_MERGED_CUSTOMER


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0006_validate_entries'),
        ('invoicing', '0013_settlement_indexes'),
        ('tenancy', '0019_validate_small_difference'),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='JournalAccount',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('purpose', models.CharField(choices=[('bank', 'bank'), ('cash', 'cash'), ('receivables', 'receivables'), ('tax', 'tax'), ('sales', 'sales'), ('shipping', 'shipping'), ('sales_returns', 'sales_returns'), ('exchange_difference', 'exchange_difference'), ('bank_charge', 'bank_charge'), ('small_difference', 'small_difference'), ('bad_debt', 'bad_debt')], max_length=30)),
                ('code', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=100)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'purpose'), name='journalaccount_purpose_unique'), models.CheckConstraint(condition=models.Q(('purpose__in', ('bank', 'cash', 'receivables', 'tax', 'sales', 'shipping', 'sales_returns', 'exchange_difference', 'bank_charge', 'small_difference', 'bad_debt'))), name='journalaccount_purpose_known')],
            },
        ),
        migrations.CreateModel(
            name='JournalEntry',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('document_id', models.UUIDField()),
                ('document_number', models.CharField(max_length=60)),
                ('entry_date', models.DateField()),
                ('currency', models.CharField(max_length=3)),
                ('debit', models.DecimalField(decimal_places=4, max_digits=28)),
                ('credit', models.DecimalField(decimal_places=4, max_digits=28)),
                ('lines', models.JSONField(decoder=bigledger_crm.kernel.exact_json.ExactDecoder, encoder=bigledger_crm.kernel.exact_json.ExactEncoder)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('customer', bigledger_crm.tenancy.base_models.CompanyForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='journal_entries', to='customers.customer')),
            ],
            options={
                'verbose_name_plural': 'journal entries',
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'entry_date', 'id'], name='journalentry_by_date'), models.Index(fields=['company', 'customer', 'entry_date', 'id'], name='journalentry_by_customer'), models.Index(fields=['company', 'created_at'], name='journalentry_by_creation')],
                'constraints': [models.UniqueConstraint(fields=('company', 'id'), name='journalentry_company_key'), models.UniqueConstraint(fields=('company', 'kind', 'document_id'), name='journalentry_once'), models.CheckConstraint(condition=models.Q(('kind__in', ('invoice', 'void', 'refund', 'write_off_reversal', 'payment', 'credit_note', 'cancellation', 'write_off', 'refund_void', 'exchange_difference'))), name='journalentry_kind_known'), models.CheckConstraint(condition=models.Q(('debit', models.F('credit')), ('debit__gte', 0)), name='journalentry_balanced')],
            },
        ),
        composite_foreign_keys("invoicing_journalentry", [("customer_id", "customers_customer")]),
        append_only("invoicing_journalentry", update_allowed_if=FOLLOWS_MERGED_CUSTOMER),
        migrations.RunSQL(
            """CREATE FUNCTION invoicing_journal_side(lines jsonb, side text) RETURNS numeric LANGUAGE sql IMMUTABLE
            AS 'SELECT COALESCE(SUM((line->>side)::numeric), 0) FROM jsonb_array_elements(lines) line';
            ALTER TABLE invoicing_journalentry ADD CONSTRAINT journalentry_sides CHECK (
                debit = invoicing_journal_side(lines, 'debit') AND credit = invoicing_journal_side(lines, 'credit'))""",
            """ALTER TABLE invoicing_journalentry DROP CONSTRAINT journalentry_sides;
            DROP FUNCTION invoicing_journal_side""",
        ),
    ]
