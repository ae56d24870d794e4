import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("tenancy", "0001_initial"),
        ("tenancy", "0002_guards"),
        ("tenancy", "0003_number_patterns"),
        ("tenancy", "0004_fill_number_patterns"),
        ("tenancy", "0005_drop_number_prefixes"),
        ("tenancy", "0006_validate_number_patterns"),
        ("tenancy", "0007_rotated_api_keys"),
        ("tenancy", "0008_company_payment_terms"),
        ("tenancy", "0009_manager_role"),
        ("tenancy", "0010_company_email"),
        ("tenancy", "0011_second_factor_and_language"),
        ("tenancy", "0012_setup_steps"),
        ("tenancy", "0013_company_max_discount_percent"),
        ("tenancy", "0014_validate_max_discount_percent"),
        ("tenancy", "0015_company_registrations"),
        ("tenancy", "0016_move_tins"),
        ("tenancy", "0017_company_payment_qr"),
        ("tenancy", "0018_small_difference_tolerance"),
        ("tenancy", "0019_validate_small_difference"),
        ("tenancy", "0020_company_activity"),
        ("tenancy", "0021_own_records_only"),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('language', models.CharField(choices=[('en', 'English'), ('ms', 'Bahasa Melayu'), ('zh', '简体中文')], default='en', max_length=10)),
                ('is_active', models.BooleanField(default=True)),
                ('is_staff', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_lower_case')],
            },
        ),
        migrations.CreateModel(
            name='Company',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('legal_name', models.CharField(blank=True, max_length=200)),
                ('registration_number', models.CharField(blank=True, max_length=50)),
                ('tin', models.CharField(blank=True, default='', max_length=50)),
                ('tax_number', models.CharField(blank=True, max_length=50)),
                ('tourism_tax_number', models.CharField(blank=True, default='', max_length=50)),
                ('msic_code', models.CharField(blank=True, default='', max_length=5)),
                ('business_activity', models.CharField(blank=True, default='', max_length=300)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('website', models.URLField(blank=True)),
                ('sender_name', models.CharField(blank=True, default='', max_length=100)),
                ('reply_to', models.EmailField(blank=True, default='', max_length=254)),
                ('address', models.JSONField(blank=True, default=dict)),
                ('country', models.CharField(default='MY', max_length=2)),
                ('currency', models.CharField(default='MYR', max_length=3)),
                ('time_zone', models.CharField(default='Asia/Kuala_Lumpur', max_length=64)),
                ('language', models.CharField(choices=[('en', 'English'), ('ms', 'Bahasa Melayu'), ('zh', '简体中文')], default='en', max_length=10)),
                ('customer_number_pattern', models.CharField(default='CUST-{number:4}', max_length=40)),
                ('quote_number_pattern', models.CharField(default='QT-{year}-{number:4}', max_length=40)),
                ('order_number_pattern', models.CharField(default='SO-{year}-{number:4}', max_length=40)),
                ('invoice_number_pattern', models.CharField(default='INV-{year}-{number:4}', max_length=40)),
                ('credit_note_number_pattern', models.CharField(default='CN-{year}-{number:4}', max_length=40)),
                ('payment_terms', models.PositiveSmallIntegerField(default=30)),
                ('quote_validity_days', models.PositiveSmallIntegerField(default=30)),
                ('max_discount_percent', models.DecimalField(blank=True, decimal_places=4, max_digits=7, null=True)),
                ('quote_terms', models.TextField(blank=True)),
                ('invoice_terms', models.TextField(blank=True)),
                ('small_difference_tolerance', models.DecimalField(decimal_places=4, default=Decimal('0.05'), max_digits=19)),
                ('bank_details', models.TextField(blank=True)),
                ('iban', models.CharField(blank=True, default='', max_length=34)),
                ('bic', models.CharField(blank=True, default='', max_length=11)),
                ('static_qr', models.CharField(blank=True, default='', max_length=512)),
                ('logo', models.CharField(blank=True, default='', editable=False, max_length=120)),
                ('accent_color', models.CharField(blank=True, default='', max_length=7)),
                ('letterhead', models.CharField(blank=True, default='', max_length=200)),
                ('footer', models.CharField(blank=True, default='', max_length=300)),
                ('setup_skipped', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, editable=False, size=None)),
                ('paper_size', models.CharField(choices=[('A4', 'A4'), ('Letter', 'Letter')], default='A4', max_length=10)),
                ('requires_second_factor', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
            ],
            options={
                'verbose_name_plural': 'companies',
                'constraints': [models.CheckConstraint(condition=models.Q(('credit_note_number_pattern__regex', '\\{number(:[0-9]{1,2})?\\}'), ('customer_number_pattern__regex', '\\{number(:[0-9]{1,2})?\\}'), ('invoice_number_pattern__regex', '\\{number(:[0-9]{1,2})?\\}'), ('order_number_pattern__regex', '\\{number(:[0-9]{1,2})?\\}'), ('quote_number_pattern__regex', '\\{number(:[0-9]{1,2})?\\}')), name='company_number_patterns_count'), models.CheckConstraint(condition=models.Q(('small_difference_tolerance__gte', 0)), name='company_small_difference_positive'), models.CheckConstraint(condition=models.Q(('paper_size__in', ('A4', 'Letter'))), name='company_paper_size_known'), models.CheckConstraint(condition=models.Q(('max_discount_percent__range', (0, 100))), name='company_max_discount_percent_is_one'), models.CheckConstraint(condition=models.Q(('accent_color', ''), ('accent_color__regex', '^#[0-9a-f]{6}$'), _connector='OR'), name='company_accent_color_is_one')],
            },
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('last_four', models.CharField(editable=False, max_length=4)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('previous_hash', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('previous_expires_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('companies', models.ManyToManyField(related_name='api_keys', to='tenancy.company')),
            ],
            options={
                'verbose_name': 'API key',
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('manager', 'Manager'), ('finance', 'Finance'), ('sales', 'Sales'), ('viewer', 'Viewer')], default='sales', max_length=20)),
                ('own_records_only', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='tenancy.company')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('company', 'user'), name='membership_once'), models.CheckConstraint(condition=models.Q(('own_records_only', False), ('role', 'sales'), _connector='OR'), name='membership_limited_in_sales_only'), models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'manager', 'finance', 'sales', 'viewer'])), name='membership_role_known')],
            },
        ),
        migrations.CreateModel(
            name='RowChanges',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('company_id', models.UUIDField()),
                ('table_name', models.CharField(max_length=63)),
                ('changes', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['company_id', 'table_name'], name='rowchanges_by_table')],
            },
        ),
        migrations.CreateModel(
            name='SecurityEvent',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('occurred_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('event', models.CharField(max_length=60)),
                ('actor_id', models.CharField(blank=True, max_length=40)),
                ('actor_name', models.CharField(blank=True, max_length=254)),
                ('address', models.CharField(blank=True, max_length=45)),
                ('subject', models.CharField(blank=True, max_length=254)),
                ('note', models.TextField(blank=True)),
                ('changes', models.JSONField(default=dict)),
                ('company', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'ordering': ['-occurred_at', '-id'],
                'indexes': [models.Index(fields=['-occurred_at', '-id'], name='securityevent_recent'), models.Index(fields=['event', 'occurred_at'], name='securityevent_by_event')],
            },
        ),
        migrations.CreateModel(
            name='SignInAttempts',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('count', models.PositiveSmallIntegerField(default=0)),
                ('expires_at', models.DateTimeField()),
                ('paused_until', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['expires_at'], name='signinattempts_by_expiry')],
            },
        ),
    ]
