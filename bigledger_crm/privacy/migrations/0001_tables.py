import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("privacy", "0001_initial"),
        ("privacy", "0002_retention_setting"),
    ]

    dependencies = [
        ('tenancy', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonArchive',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('subject_id', models.UUIDField()),
                ('name', models.CharField(max_length=254)),
                ('status', models.CharField(choices=[('queued', 'Queued'), ('ready', 'Ready'), ('failed', 'Failed')], default='queued', max_length=10)),
                ('requested_by', models.CharField(max_length=40)),
                ('requested_by_name', models.CharField(max_length=200)),
                ('requested_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('finished_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField()),
                ('size', models.BigIntegerField(default=0)),
                ('error', models.TextField(blank=True, default='')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', '-requested_at', '-id'], name='personarchive_recent'), models.Index(fields=['expires_at'], name='personarchive_by_expiry'), models.Index(condition=models.Q(('status', 'queued')), fields=['requested_at'], name='personarchive_queued')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'queued')), fields=('company', 'kind', 'subject_id', 'requested_by'), name='personarchive_queued_once'), models.CheckConstraint(condition=models.Q(('status__in', ['queued', 'ready', 'failed'])), name='personarchive_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('status', 'queued')), models.Q(models.Q(('status', 'queued'), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='personarchive_finished_has_time'), models.CheckConstraint(condition=models.Q(('size__gte', 0)), name='personarchive_size_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='RetentionSetting',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('rule', models.CharField(max_length=40)),
                ('months', models.PositiveSmallIntegerField()),
                ('applied_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'rule'), name='retentionsetting_once'), models.CheckConstraint(condition=models.Q(('months__range', (1, 1200))), name='retentionsetting_months_range')],
            },
        ),
    ]
