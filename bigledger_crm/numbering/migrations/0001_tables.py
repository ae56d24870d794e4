import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("numbering", "0001_initial"),
        ("numbering", "0002_register"),
    ]

    dependencies = [
        ('tenancy', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='AssignedNumber',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('year', models.PositiveSmallIntegerField()),
                ('month', models.PositiveSmallIntegerField()),
                ('value', models.PositiveIntegerField()),
                ('number', models.CharField(max_length=60)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'kind', 'number'), name='assignednumber_once'), models.UniqueConstraint(fields=('company', 'kind', 'year', 'month', 'value'), name='assignednumber_value_once')],
            },
        ),
        migrations.CreateModel(
            name='DocumentSequence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('year', models.PositiveSmallIntegerField()),
                ('month', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('last_value', models.PositiveIntegerField()),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'kind', 'year', 'month'), name='documentsequence_one_per_series'), models.CheckConstraint(condition=models.Q(('last_value__gte', 1)), name='documentsequence_positive')],
            },
        ),
        migrations.CreateModel(
            name='SkippedNumbers',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('year', models.PositiveSmallIntegerField()),
                ('month', models.PositiveSmallIntegerField()),
                ('first_value', models.PositiveIntegerField()),
                ('last_value', models.PositiveIntegerField()),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'verbose_name_plural': 'skipped numbers',
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'kind', 'year', 'month', 'first_value'), name='skippednumbers_once')],
            },
        ),
    ]
