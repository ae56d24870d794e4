import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
import bigledger_crm.tenancy.base_models
import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("outbox", "0001_initial"),
        ("outbox", "0002_guards"),
        ("outbox", "0003_outboxemail_emptied_at"),
    ]

    dependencies = [
        ('audit', '0001_tables'),
        ('documents', '0001_tables'),
        ('tenancy', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailServer',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('address', models.CharField(blank=True, max_length=300)),
                ('away_since', models.DateTimeField(null=True)),
                ('tried_at', models.DateTimeField(null=True)),
                ('watched', models.DurationField(default=datetime.timedelta)),
                ('error', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='mailserver_only_one')],
            },
        ),
        migrations.CreateModel(
            name='OutboxEmail',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60)),
                ('related_id', models.UUIDField()),
                ('to', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=254), size=None)),
                ('cc', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=254), blank=True, default=list, size=None)),
                ('reply_to', models.CharField(blank=True, max_length=254)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField(blank=True)),
                ('language', models.CharField(choices=[('en', 'English'), ('ms', 'Bahasa Melayu'), ('zh', '简体中文')], default='en', max_length=10)),
                ('figure', models.CharField(blank=True, max_length=60)),
                ('figure_note', models.CharField(blank=True, max_length=120)),
                ('status', models.CharField(choices=[('queued', 'Queued'), ('sending', 'Sending'), ('sent', 'Sent'), ('retrying', 'Retrying'), ('failed', 'Failed'), ('unknown', 'Unknown'), ('withdrawn', 'Withdrawn')], default='queued', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('attempts_before', models.PositiveSmallIntegerField(default=0)),
                ('uncounted_attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(blank=True, default=bigledger_crm.kernel.clock.now, null=True)),
                ('is_held', models.BooleanField(db_default=False, default=False)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('delivered_to', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=254), blank=True, default=list, size=None)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('message_id', models.CharField(max_length=255, unique=True)),
                ('last_error', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('created_by', models.CharField(max_length=40)),
                ('emptied_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('stored_document', bigledger_crm.tenancy.base_models.CompanyForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.storeddocument')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', '-created_at', '-id'], name='outboxemail_recent'), models.Index(fields=['company', 'related_id', '-created_at'], name='outboxemail_related'), models.Index(condition=models.Q(('next_attempt_at__isnull', False), ('status__in', ('queued', 'retrying', 'unknown'))), fields=['next_attempt_at'], name='outboxemail_due'), models.Index(condition=models.Q(('status', 'failed')), fields=['created_at'], name='outboxemail_failed'), models.Index(condition=models.Q(('status', 'sending')), fields=['claimed_at'], name='outboxemail_sending')],
                'constraints': [models.UniqueConstraint(fields=('company', 'id'), name='outboxemail_company_key'), models.CheckConstraint(condition=models.Q(('status__in', ['queued', 'sending', 'sent', 'retrying', 'failed', 'unknown', 'withdrawn'])), name='outboxemail_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='outboxemail_sent_has_time')],
            },
        ),
        migrations.CreateModel(
            name='OutboxAttempt',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('started_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, max_length=10)),
                ('server_reply', models.TextField(blank=True)),
                ('error', models.TextField(blank=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('email', bigledger_crm.tenancy.base_models.CompanyForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='outbox.outboxemail')),
            ],
            options={
                'ordering': ['number'],
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'email', 'number'), name='outboxattempt_number')],
            },
        ),
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('url', models.CharField(max_length=2000)),
                ('description', models.CharField(blank=True, max_length=200)),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                ('secret', models.CharField(max_length=80)),
                ('previous_secret', models.CharField(blank=True, max_length=80)),
                ('previous_secret_until', models.DateTimeField(blank=True, null=True)),
                ('failing_since', models.DateTimeField(blank=True, null=True)),
                ('disabled_at', models.DateTimeField(blank=True, null=True)),
                ('disabled_reason', models.CharField(blank=True, max_length=200)),
                ('owner_told_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.CharField(max_length=40)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'created_at', 'id'], name='webhookendpoint_by_creation')],
                'constraints': [models.UniqueConstraint(fields=('company', 'id'), name='webhookendpoint_company_key'), models.CheckConstraint(condition=models.Q(('events__len__gt', 0)), name='webhookendpoint_has_events')],
            },
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('event_type', models.CharField(max_length=60)),
                ('status', models.CharField(choices=[('queued', 'Queued'), ('retrying', 'Retrying'), ('delivered', 'Delivered'), ('failed', 'Failed')], default='queued', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('round_attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(blank=True, default=bigledger_crm.kernel.clock.now, null=True)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('delivered_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('event', bigledger_crm.tenancy.base_models.CompanyForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.auditentry')),
                ('endpoint', bigledger_crm.tenancy.base_models.CompanyForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='outbox.webhookendpoint')),
            ],
            options={
                'verbose_name_plural': 'webhook deliveries',
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'endpoint', 'created_at', 'id'], name='webhookdelivery_by_endpoint'), models.Index(condition=models.Q(('next_attempt_at__isnull', False)), fields=['next_attempt_at'], name='webhookdelivery_due'), models.Index(condition=models.Q(('status', 'failed')), fields=['created_at'], name='webhookdelivery_failed')],
                'constraints': [models.UniqueConstraint(fields=('company', 'id'), name='webhookdelivery_company_key'), models.UniqueConstraint(fields=('company', 'endpoint', 'event'), name='webhookdelivery_once'), models.CheckConstraint(condition=models.Q(('status__in', ['queued', 'retrying', 'delivered', 'failed'])), name='webhookdelivery_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('next_attempt_at__isnull', False), ('status__in', ('queued', 'retrying'))), models.Q(models.Q(('status__in', ('queued', 'retrying')), _negated=True), ('next_attempt_at__isnull', True)), _connector='OR'), name='webhookdelivery_pending_has_time')],
            },
        ),
        migrations.CreateModel(
            name='WebhookAttempt',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('started_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('duration_ms', models.PositiveIntegerField(blank=True, null=True)),
                ('response_status', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('response_body', models.TextField(blank=True)),
                ('error', models.TextField(blank=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('delivery', bigledger_crm.tenancy.base_models.CompanyForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='outbox.webhookdelivery')),
            ],
            options={
                'ordering': ['number'],
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'delivery', 'number'), name='webhookattempt_number')],
            },
        ),
        migrations.CreateModel(
            name='MailTemplate',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('language', models.CharField(choices=[('en', 'English'), ('ms', 'Bahasa Melayu'), ('zh', '简体中文')], max_length=10)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('updated_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('updated_by', models.CharField(max_length=40)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'kind', 'language'), name='mailtemplate_once')],
            },
        ),
    ]
