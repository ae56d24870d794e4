import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("bigledger_account", "0001_initial"),
        ("bigledger_account", "0002_own_records_only"),
    ]

    dependencies = [
        ('tenancy', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='CacheEntry',
            fields=[
                ('cache_key', models.CharField(max_length=255, primary_key=True, serialize=False)),
                ('value', models.TextField()),
                ('expires', models.DateTimeField(db_index=True)),
            ],
            options={
                'db_table': 'account_cache',
            },
        ),
        migrations.CreateModel(
            name='AccountEmail',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('to', models.CharField(max_length=254)),
                ('about', models.JSONField(default=dict)),
                ('language', models.CharField(choices=[('en', 'English'), ('ms', 'Bahasa Melayu'), ('zh', '简体中文')], default='en', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, null=True)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('done_at', models.DateTimeField(null=True)),
                ('last_error', models.TextField(blank=True)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('next_attempt_at__isnull', False)), fields=['next_attempt_at'], name='accountemail_due')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('manager', 'Manager'), ('finance', 'Finance'), ('sales', 'Sales'), ('viewer', 'Viewer')], default='sales', max_length=20)),
                ('own_records_only', models.BooleanField(default=False)),
                ('invited_by', models.CharField(max_length=254)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenancy.company')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'manager', 'finance', 'sales', 'viewer'])), name='invitation_role_known'), models.CheckConstraint(condition=models.Q(('own_records_only', False), ('role', 'sales'), _connector='OR'), name='invitation_limited_in_sales_only'), models.UniqueConstraint(condition=models.Q(('accepted_at__isnull', True), ('withdrawn_at__isnull', True)), fields=('company', 'email'), name='invitation_open_once')],
            },
        ),
    ]
