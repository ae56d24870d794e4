import bigledger_crm.kernel.clock
import bigledger_crm.kernel.exact_json
import bigledger_crm.kernel.ids
import bigledger_crm.tenancy.base_models
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from decimal import Decimal
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

from bigledger_crm.tenancy.migration_operations.v1 import texts_without_case


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("customers", "0001_initial"),
        ("customers", "0002_guards"),
        ("customers", "0003_owner"),
        ("customers", "0004_owner_index"),
        ("customers", "0005_refunds_and_write_offs"),
        ("customers", "0006_validate_entries"),
        ("customers", "0007_anonymising"),
        ("customers", "0008_validate_anonymising"),
        ("customers", "0009_identification"),
        ("customers", "0010_validate_identification"),
        ("customers", "0011_einvoices"),
        ("customers", "0012_validate_einvoices"),
        ("customers", "0013_tin_unchecked"),
        ("customers", "0014_row_changes"),
    ]

    dependencies = [
        ('tenancy', '0001_tables'),
    ]

    operations = [
        TrigramExtension(),
        texts_without_case(),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('customer_number', models.CharField(max_length=40)),
                ('number_sort', models.GeneratedField(db_persist=True, expression=models.Func(models.Func(django.db.models.functions.text.Upper(models.F('customer_number')), models.Value('\\d+'), models.Value('00000000000000000000\\&'), models.Value('g'), function='regexp_replace', output_field=models.TextField(db_collation='C')), models.Value('0*(\\d{20,})'), models.Value('\\1'), models.Value('g'), function='regexp_replace', output_field=models.TextField(db_collation='C')), output_field=models.TextField(db_collation='C'))),
                ('name', models.CharField(max_length=200)),
                ('name_sort', models.CharField(db_collation='C', editable=False, max_length=800)),
                ('search_text', models.TextField(editable=False)),
                ('type', models.CharField(choices=[('individual', 'individual'), ('business', 'business')], default='business', max_length=20)),
                ('status', models.CharField(choices=[('active', 'active'), ('inactive', 'inactive'), ('blocked', 'blocked')], default='active', max_length=20)),
                ('email', models.CharField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('website', models.CharField(blank=True, max_length=200)),
                ('tax_number', models.CharField(blank=True, max_length=50)),
                ('tin', models.CharField(blank=True, default='', max_length=50)),
                ('identification_type', models.CharField(blank=True, choices=[('brn', 'brn'), ('nric', 'nric'), ('passport', 'passport'), ('army', 'army')], default='', max_length=10)),
                ('identification_number', models.CharField(blank=True, default='', max_length=20)),
                ('einvoice_preference', models.CharField(choices=[('individual', 'individual'), ('consolidated', 'consolidated')], default='individual', max_length=12)),
                ('is_government', models.BooleanField(default=False)),
                ('tin_check', models.CharField(blank=True, choices=[('matches', 'matches'), ('differs', 'differs'), ('unknown', 'unknown')], default='', editable=False, max_length=10)),
                ('tin_checked_at', models.DateTimeField(editable=False, null=True)),
                ('address', models.JSONField(blank=True, null=True)),
                ('billing_address', models.JSONField(blank=True, null=True)),
                ('shipping_address', models.JSONField(blank=True, null=True)),
                ('currency', models.CharField(max_length=3)),
                ('payment_terms', models.PositiveSmallIntegerField(default=30)),
                ('credit_limit', models.DecimalField(blank=True, decimal_places=4, max_digits=19, null=True)),
                ('current_balance', models.DecimalField(decimal_places=4, default=Decimal('0'), editable=False, max_digits=24)),
                ('total_sales', models.DecimalField(decimal_places=4, default=Decimal('0'), editable=False, max_digits=24)),
                ('last_sale_date', models.DateField(editable=False, null=True)),
                ('reminders_enabled', models.BooleanField(default=True)),
                ('was_renamed', models.BooleanField(default=False, editable=False)),
                ('language', models.CharField(blank=True, choices=[('en', 'English'), ('ms', 'Bahasa Melayu'), ('zh', '简体中文')], default='', max_length=10)),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=None)),
                ('custom_fields', models.JSONField(blank=True, decoder=bigledger_crm.kernel.exact_json.ExactDecoder, default=dict, encoder=bigledger_crm.kernel.exact_json.ExactEncoder)),
                ('anonymised_at', models.DateTimeField(editable=False, null=True)),
                ('created_by', models.CharField(editable=False, max_length=40)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('merged_into', bigledger_crm.tenancy.base_models.CompanyForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_customers', to='customers.customer')),
                ('owner', bigledger_crm.tenancy.base_models.CompanyForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'name_sort', 'id'], name='customer_by_name'), models.Index(fields=['company', 'number_sort', 'id'], name='customer_by_number'), models.Index(fields=['company', 'created_at', 'id'], name='customer_by_creation'), models.Index(fields=['company', 'updated_at', 'id'], name='customer_by_update'), models.Index(fields=['company', 'status', 'created_at', 'id'], name='customer_by_status'), models.Index(fields=['company', 'type', 'created_at', 'id'], name='customer_by_type'), models.Index(fields=['company', 'currency', 'created_at', 'id'], name='customer_by_currency'), models.Index(fields=['company', 'owner', 'created_at', 'id'], name='customer_by_owner'), models.Index(fields=['company', 'total_sales', 'id'], name='customer_by_sales'), models.Index(fields=['company', 'current_balance', 'id'], name='customer_by_balance'), models.Index(models.F('company'), models.F('credit_limit'), models.F('id'), name='customer_by_credit_limit'), models.Index(condition=models.Q(('was_renamed', True)), fields=['company', 'id'], name='customer_renamed'), models.Index(condition=models.Q(('tin_check', ''), models.Q(('tin', ''), _negated=True), models.Q(('identification_number', ''), _negated=True)), fields=['company', 'id'], name='customer_tin_unchecked'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('search_text'), name='gin_trgm_ops'), name='customer_search'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('phone'), name='gin_trgm_ops'), name='customer_phone'), django.contrib.postgres.indexes.GinIndex(models.Func(models.F('tags'), function='texts_without_case', output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)), name='customer_tags')],
                'constraints': [models.UniqueConstraint(fields=('company', 'id'), name='customer_company_key'), models.UniqueConstraint(models.F('company'), django.db.models.functions.text.Upper('customer_number'), name='customer_number_unique'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='customer_has_name'), models.CheckConstraint(condition=models.Q(models.Q(('email', ''), _negated=True), models.Q(('phone', ''), _negated=True), ('anonymised_at__isnull', False), _connector='OR'), name='customer_can_be_reached'), models.CheckConstraint(condition=models.Q(('anonymised_at__isnull', True), models.Q(('address__isnull', True), ('billing_address__isnull', True), ('custom_fields', {}), ('email', ''), ('identification_number', ''), ('identification_type', ''), ('phone', ''), ('shipping_address__isnull', True), ('status', 'inactive'), ('tags', []), ('tax_number', ''), ('tin', ''), ('website', '')), _connector='OR'), name='customer_anonymised_is_empty'), models.CheckConstraint(condition=models.Q(('type__in', ('individual', 'business'))), name='customer_type_known'), models.CheckConstraint(condition=models.Q(('status__in', ('active', 'inactive', 'blocked'))), name='customer_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('identification_number', ''), ('identification_type', '')), models.Q(('identification_type__in', ('brn', 'nric', 'passport', 'army')), models.Q(('identification_number', ''), _negated=True)), _connector='OR'), name='customer_identification_whole'), models.CheckConstraint(condition=models.Q(('einvoice_preference__in', ('individual', 'consolidated'))), name='customer_einvoice_preference_known'), models.CheckConstraint(condition=models.Q(models.Q(('tin_check', ''), ('tin_checked_at__isnull', True)), models.Q(('tin_check__in', ('matches', 'differs', 'unknown')), ('tin_checked_at__isnull', False), models.Q(('tin', ''), _negated=True), models.Q(('identification_number', ''), _negated=True)), _connector='OR'), name='customer_tin_check_of_numbers'), models.CheckConstraint(condition=models.Q(('payment_terms__lte', 365)), name='customer_payment_terms_range'), models.CheckConstraint(condition=models.Q(('credit_limit__isnull', True), ('credit_limit__gte', 0), _connector='OR'), name='customer_credit_limit_positive'), models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), models.Q(('current_balance', 0), ('status', 'inactive'), ('total_sales', 0)), _connector='OR'), name='customer_merged_has_nothing')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('email', models.CharField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('mobile', models.CharField(blank=True, max_length=40)),
                ('title', models.CharField(blank=True, max_length=100)),
                ('department', models.CharField(blank=True, max_length=100)),
                ('is_primary', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('receives', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                ('notes', models.TextField(blank=True)),
                ('search_text', models.TextField(editable=False)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('customer', bigledger_crm.tenancy.base_models.CompanyForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='customers.customer')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'customer', 'created_at', 'id'], name='contact_by_customer'), models.Index(fields=['company', 'name', 'id'], name='contact_by_name'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('search_text'), name='gin_trgm_ops'), name='contact_search')],
                'constraints': [models.UniqueConstraint(fields=('company', 'id'), name='contact_company_key'), models.UniqueConstraint(condition=models.Q(('is_primary', True)), fields=('company', 'customer'), name='contact_one_primary'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='contact_has_name'), models.CheckConstraint(condition=models.Q(('receives__contained_by', ['quotes', 'orders', 'invoices', 'reminders', 'statements'])), name='contact_receives_known')],
            },
        ),
        migrations.CreateModel(
            name='ReceivableEntry',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('amount', models.DecimalField(decimal_places=4, max_digits=19)),
                ('sales_amount', models.DecimalField(decimal_places=4, max_digits=19)),
                ('currency', models.CharField(max_length=3)),
                ('entry_date', models.DateField()),
                ('document_id', models.UUIDField()),
                ('document_number', models.CharField(max_length=60)),
                ('created_by', models.CharField(max_length=40)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('customer', bigledger_crm.tenancy.base_models.CompanyForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receivable_entries', to='customers.customer')),
            ],
            options={
                'verbose_name_plural': 'receivable entries',
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'customer', 'entry_date', 'id'], name='receivableentry_by_customer'), models.Index(condition=models.Q(('kind', 'cancellation'), ('kind', 'void'), _connector='OR'), fields=['company', 'entry_date'], include=('kind', 'document_id'), name='receivableentry_withdrawals')],
                'constraints': [models.UniqueConstraint(fields=('company', 'kind', 'document_id'), name='receivableentry_once'), models.CheckConstraint(condition=models.Q(('kind__in', ('invoice', 'void', 'refund', 'write_off_reversal', 'payment', 'credit_note', 'cancellation', 'write_off', 'refund_void'))), name='receivableentry_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('amount__gte', 0), ('kind__in', ('invoice', 'void', 'refund', 'write_off_reversal'))), models.Q(('amount__lte', 0), ('kind__in', ('payment', 'credit_note', 'cancellation', 'write_off', 'refund_void'))), _connector='OR'), name='receivableentry_sign')],
            },
        ),
    ]
