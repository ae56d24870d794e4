import bigledger_crm.kernel.clock
import bigledger_crm.kernel.exact_json
import bigledger_crm.kernel.ids
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("audit", "0001_initial"),
        ("audit", "0002_guards"),
        ("audit", "0003_auditentry_address"),
    ]

    dependencies = [
        ('tenancy', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('occurred_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('event', models.CharField(max_length=60)),
                ('actor_id', models.CharField(max_length=40)),
                ('actor_name', models.CharField(max_length=200)),
                ('address', models.CharField(blank=True, db_default='', default='', max_length=45)),
                ('subjects', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('note', models.TextField(blank=True)),
                ('changes', models.JSONField(decoder=bigledger_crm.kernel.exact_json.ExactDecoder, default=dict, encoder=bigledger_crm.kernel.exact_json.ExactEncoder)),
                ('redacted_at', models.DateTimeField(editable=False, null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'verbose_name_plural': 'audit entries',
                'ordering': ['-occurred_at', '-id'],
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', '-occurred_at', '-id'], name='auditentry_recent'), django.contrib.postgres.indexes.GinIndex(fields=['subjects'], name='auditentry_subjects')],
                'constraints': [models.UniqueConstraint(fields=('company', 'id'), name='auditentry_company_key')],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('subject_id', models.UUIDField()),
                ('is_whole', models.BooleanField()),
                ('erased_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('erased_by', models.CharField(max_length=40)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'subject_id', 'is_whole'), name='erasure_once')],
            },
        ),
    ]
