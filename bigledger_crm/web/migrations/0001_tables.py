import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("bigledger_pages", "0001_initial"),
    ]

    dependencies = [
        ('tenancy', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='ListPreferences',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('person', models.CharField(max_length=40)),
                ('place', models.CharField(max_length=100)),
                ('changed', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('is_dense', models.BooleanField(default=False)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'db_table': 'list_preferences',
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'place', 'person'), name='list_preferences_unique')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('person', models.CharField(max_length=40)),
                ('place', models.CharField(max_length=100)),
                ('name', models.CharField(max_length=60)),
                ('query', models.CharField(blank=True, max_length=2000)),
                ('is_shared', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'place', 'person', 'name'), name='savedview_name_unique'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='savedview_has_name')],
            },
        ),
        migrations.CreateModel(
            name='SubmittedForm',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.UUIDField()),
                ('location', models.TextField()),
                ('digest', models.CharField(blank=True, default='', max_length=64)),
                ('created_at', models.DateTimeField()),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['created_at'], name='submittedform_by_age')],
                'constraints': [models.UniqueConstraint(fields=('company', 'key'), name='submittedform_key_unique')],
            },
        ),
        migrations.CreateModel(
            name='UnsavedForm',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('person', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=40)),
                ('document', models.CharField(blank=True, max_length=40)),
                ('key', models.UUIDField()),
                ('content', models.TextField()),
                ('saved_at', models.DateTimeField()),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['saved_at'], name='unsavedform_by_age')],
                'constraints': [models.UniqueConstraint(fields=('company', 'person', 'kind', 'document', 'key'), name='unsavedform_key_unique')],
            },
        ),
    ]
