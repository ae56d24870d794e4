import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('invoicing', '0024_einvoice_list_indexes'),
        ('tenancy', '0021_own_records_only'),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='SavedReport',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('person', models.CharField(max_length=40)),
                ('report', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=60)),
                ('filters', models.JSONField(blank=True, default=dict)),
                ('is_shared', models.BooleanField(default=False)),
                ('on_home', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('updated_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('is_shared', True)), fields=['company', 'name', 'id'], name='savedreport_shared')],
                'constraints': [models.UniqueConstraint(fields=('company', 'id'), name='savedreport_company_key'), models.UniqueConstraint(fields=('company', 'person', 'name'), name='savedreport_name_unique'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='savedreport_has_name'), models.CheckConstraint(condition=models.Q(('report', ''), _negated=True), name='savedreport_of_report')],
            },
        ),
    ]
