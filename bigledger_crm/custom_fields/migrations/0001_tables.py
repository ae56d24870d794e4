import bigledger_crm.kernel.clock
import bigledger_crm.kernel.exact_json
import bigledger_crm.kernel.ids
import bigledger_crm.tenancy.base_models
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from bigledger_crm.custom_fields.migration_operations.v1 import functions
from bigledger_crm.tenancy.migration_operations.v1 import composite_foreign_keys


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tenancy', '0024_company_custom_fields_version'),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomField',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('object_type', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=60)),
                ('label', models.CharField(max_length=60)),
                ('type', models.CharField(choices=[('text', 'text'), ('number', 'number'), ('money', 'money'), ('date', 'date'), ('yes_no', 'yes_no'), ('choice', 'choice'), ('choices', 'choices'), ('person', 'person'), ('link', 'link')], max_length=10)),
                ('choices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                ('decimals', models.PositiveSmallIntegerField(default=0)),
                ('default_value', models.JSONField(blank=True, decoder=bigledger_crm.kernel.exact_json.ExactDecoder, encoder=bigledger_crm.kernel.exact_json.ExactEncoder, null=True)),
                ('is_required', models.BooleanField(default=False)),
                ('is_unique', models.BooleanField(default=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('deleted_at', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CustomFieldValue',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('object_id', models.UUIDField()),
                ('text', models.CharField(db_collation='C', max_length=500, null=True)),
                ('number', models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ('unique_key', models.CharField(max_length=500, null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('field', bigledger_crm.tenancy.base_models.CompanyForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='custom_fields.customfield')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='customfield',
            index=models.Index(fields=['company', 'object_type', 'position', 'id'], name='customfield_by_position'),
        ),
        migrations.AddConstraint(
            model_name='customfield',
            constraint=models.UniqueConstraint(fields=('company', 'id'), name='customfield_company_key'),
        ),
        migrations.AddConstraint(
            model_name='customfield',
            constraint=models.UniqueConstraint(fields=('company', 'object_type', 'key'), name='customfield_key_unique'),
        ),
        migrations.AddConstraint(
            model_name='customfield',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('key', ''), _negated=True), models.Q(('label', ''), _negated=True)), name='customfield_has_name'),
        ),
        migrations.AddConstraint(
            model_name='customfield',
            constraint=models.CheckConstraint(condition=models.Q(('type__in', ('text', 'number', 'money', 'date', 'yes_no', 'choice', 'choices', 'person', 'link'))), name='customfield_type_known'),
        ),
        migrations.AddConstraint(
            model_name='customfield',
            constraint=models.CheckConstraint(condition=models.Q(('is_unique', False), models.Q(('default_value__isnull', True), ('type__in', ('text', 'number', 'date', 'link'))), _connector='OR'), name='customfield_unique_tells_apart'),
        ),
        migrations.AddConstraint(
            model_name='customfield',
            constraint=models.CheckConstraint(condition=models.Q(('decimals', 0), models.Q(('decimals__lte', 6), ('type', 'number')), _connector='OR'), name='customfield_decimals'),
        ),
        migrations.AddIndex(
            model_name='customfieldvalue',
            index=models.Index(condition=models.Q(('text__isnull', False)), fields=['company', 'field', 'text', 'object_id'], name='customfieldvalue_by_text'),
        ),
        migrations.AddIndex(
            model_name='customfieldvalue',
            index=models.Index(condition=models.Q(('number__isnull', False)), fields=['company', 'field', 'number', 'object_id'], name='customfieldvalue_by_number'),
        ),
        migrations.AddIndex(
            model_name='customfieldvalue',
            index=models.Index(fields=['company', 'object_id'], name='customfieldvalue_by_object'),
        ),
        migrations.AddConstraint(
            model_name='customfieldvalue',
            constraint=models.UniqueConstraint(fields=('company', 'field', 'unique_key'), name='customfieldvalue_unique'),
        ),
        migrations.AddConstraint(
            model_name='customfieldvalue',
            constraint=models.CheckConstraint(condition=models.Q(('text__isnull', True), ('number__isnull', True), _connector='XOR'), name='customfieldvalue_text_or_number'),
        ),
        composite_foreign_keys("custom_fields_customfieldvalue", [("field_id", "custom_fields_customfield")]),
        *functions(),
    ]
