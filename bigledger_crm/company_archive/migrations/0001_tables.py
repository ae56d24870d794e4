import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('tenancy', '0023_keys_without_sequence'),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='CompanyExport',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('queued', 'Queued'), ('ready', 'Ready'), ('failed', 'Failed')], default='queued', max_length=10)),
                ('requested_by', models.CharField(max_length=40)),
                ('requested_by_name', models.CharField(max_length=200)),
                ('requested_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('finished_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField()),
                ('size', models.BigIntegerField(default=0)),
                ('error', models.TextField(blank=True, default='')),
                ('rows', models.PositiveBigIntegerField(default=0)),
                ('files', models.PositiveIntegerField(default=0)),
                ('missing', models.PositiveIntegerField(default=0)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', '-requested_at', '-id'], name='companyexport_recent'), models.Index(fields=['expires_at'], name='companyexport_by_expiry'), models.Index(condition=models.Q(('status', 'queued')), fields=['requested_at'], name='companyexport_queued')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'queued')), fields=('company',), name='companyexport_queued_once'), models.CheckConstraint(condition=models.Q(('status__in', ['queued', 'ready', 'failed'])), name='companyexport_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('status', 'queued')), models.Q(models.Q(('status', 'queued'), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='companyexport_finished_has_time'), models.CheckConstraint(condition=models.Q(('size__gte', 0)), name='companyexport_size_not_negative')],
            },
        ),
    ]
