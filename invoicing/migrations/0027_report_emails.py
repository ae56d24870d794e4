import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
import bigledger_crm.tenancy.base_models
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from bigledger_crm.tenancy.migration_operations.v1 import composite_foreign_keys

_KINDS = [('pdf', 'pdf'), ('xlsx', 'xlsx')]
_SENDS = [('weekly', 'weekly'), ('monthly', 'monthly')]
_IS_MEMBER = """ALTER TABLE invoicing_savedreportrecipient ADD CONSTRAINT invoicing_savedreportrecipient_user_is_member
    FOREIGN KEY (company_id, user_id) REFERENCES tenancy_membership (company_id, user_id) ON DELETE CASCADE"""


class Migration(migrations.Migration):

    dependencies = [
        ('invoicing', '0026_row_changes'),
        ('outbox', '0004_outboxemail_is_held'),
        ('tenancy', '0021_own_records_only'),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            'savedreport', 'sends', models.CharField(blank=True, choices=_SENDS, db_default='', default='', max_length=10)
        ),
        migrations.AddField('savedreport', 'send_day', models.PositiveSmallIntegerField(blank=True, null=True)),
        migrations.AddField(
            'savedreport',
            'file_format',
            models.CharField(blank=True, choices=_KINDS, db_default='', default='', max_length=4),
        ),
        AddConstraintNotValid(
            'savedreport',
            models.CheckConstraint(
                condition=models.Q(file_format='', send_day=None, sends='')
                | models.Q(file_format__in=('pdf', 'xlsx'), send_day__isnull=False, send_day__range=(1, 7), sends='weekly')
                | models.Q(file_format__in=('pdf', 'xlsx'), send_day__isnull=False, send_day__range=(1, 31), sends='monthly'),
                name='savedreport_sends_on_a_day',
            ),
        ),
        migrations.CreateModel(
            name='SavedReportRecipient',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('since', models.DateField()),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('saved_report', bigledger_crm.tenancy.base_models.CompanyForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recipients', to='invoicing.savedreport')),
                ('user', bigledger_crm.tenancy.base_models.CompanyForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'saved_report', 'user'), name='savedreportrecipient_once')],
            },
        ),
        migrations.CreateModel(
            name='SavedReportEmail',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('person', models.CharField(max_length=40)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('email', bigledger_crm.tenancy.base_models.CompanyForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outbox.outboxemail')),
                ('saved_report', bigledger_crm.tenancy.base_models.CompanyForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='emails', to='invoicing.savedreport')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('company', 'saved_report', 'day', 'person'), name='savedreportemail_once_a_day')],
            },
        ),
        composite_foreign_keys("invoicing_savedreportrecipient", [("saved_report_id", "invoicing_savedreport")]),
        migrations.RunSQL(
            _IS_MEMBER,
            "ALTER TABLE invoicing_savedreportrecipient DROP CONSTRAINT invoicing_savedreportrecipient_user_is_member",
        ),
        composite_foreign_keys(
            "invoicing_savedreportemail",
            [("saved_report_id", "invoicing_savedreport"), ("email_id", "outbox_outboxemail")],
        ),
    ]
