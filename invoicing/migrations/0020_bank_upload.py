import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
import bigledger_crm.tenancy.base_models
import django.db.models.deletion
from django.db import migrations, models

from bigledger_crm.tenancy.migration_operations.v1 import composite_foreign_keys


class Migration(migrations.Migration):

    dependencies = [('invoicing', '0019_books_check')]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='BankUpload',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('filename', models.CharField(max_length=255)),
                ('content', models.BinaryField()),
                ('created_by', models.CharField(max_length=40)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('account', bigledger_crm.tenancy.base_models.CompanyForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='invoicing.bankaccount')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'created_at'], name='bankupload_by_creation')],
                'constraints': [
                    models.UniqueConstraint(fields=('company', 'id'), name='bankupload_company_key'),
                    models.CheckConstraint(condition=models.Q(('filename', ''), _negated=True), name='bankupload_has_name'),
                ],
            },
        ),
        composite_foreign_keys("invoicing_bankupload", [("account_id", "invoicing_bankaccount")]),
    ]
