import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("documents", "0001_initial"),
        ("documents", "0002_guards"),
    ]

    dependencies = [
        ('tenancy', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='FileToDelete',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('document_id', models.UUIDField()),
                ('filename', models.CharField(max_length=255)),
                ('content_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('file', models.CharField(max_length=255)),
                ('created_by', models.CharField(max_length=40)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'document_id', 'created_at', 'id'], name='attachment_of')],
            },
        ),
        migrations.CreateModel(
            name='StoredDocument',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('document_id', models.UUIDField()),
                ('number', models.CharField(max_length=60)),
                ('template', models.CharField(max_length=60)),
                ('template_version', models.PositiveSmallIntegerField()),
                ('context', models.JSONField()),
                ('filename', models.CharField(max_length=120)),
                ('file', models.CharField(blank=True, default='', max_length=255)),
                ('sha256', models.CharField(blank=True, default='', max_length=64)),
                ('rendered_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'document_id', '-created_at'], name='storeddocument_of')],
                'constraints': [models.UniqueConstraint(fields=('company', 'id'), name='storeddocument_company_key')],
            },
        ),
    ]
