import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids
import bigledger_crm.tenancy.base_models
import django.db.models.deletion
from django.db import migrations, models

from bigledger_crm.tenancy.migration_operations.v1 import composite_foreign_keys, guarded

_UNDONE = "- 'undone_at' - 'undone_by'"
# A payment or refund of the same amount and currency: one that came in is a payment, one that went out a refund.
_NOT_THE_SAME = """(NEW.payment_id IS NULL) <> (NEW.refund_id IS NULL) AND NOT EXISTS (
    SELECT FROM invoicing_banktransaction moved
    LEFT JOIN invoicing_payment paid ON paid.id = NEW.payment_id
    LEFT JOIN invoicing_refund refunded ON refunded.id = NEW.refund_id
    LEFT JOIN invoicing_payment refunded_payment ON refunded_payment.id = refunded.payment_id
    LEFT JOIN invoicing_creditnote refunded_note ON refunded_note.id = refunded.credit_note_id
    WHERE moved.id = NEW.transaction_id AND moved.amount = COALESCE(paid.amount, -refunded.amount)
    AND moved.currency = COALESCE(paid.currency, refunded_payment.currency, refunded_note.currency)
)"""


class Migration(migrations.Migration):

    dependencies = [('invoicing', '0016_erasing')]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name='bankaccount',
            name='auto_match',
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name='BankMatch',
            fields=[
                ('id', models.UUIDField(default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('makes_payment', models.BooleanField(default=False)),
                ('is_automatic', models.BooleanField(default=False)),
                ('created_by', models.CharField(max_length=40)),
                ('created_at', models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
                ('undone_by', models.CharField(blank=True, max_length=40)),
                ('undone_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.company')),
                ('transaction', bigledger_crm.tenancy.base_models.CompanyForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matches', to='invoicing.banktransaction')),
                ('payment', bigledger_crm.tenancy.base_models.CompanyForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bank_matches', to='invoicing.payment')),
                ('refund', bigledger_crm.tenancy.base_models.CompanyForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bank_matches', to='invoicing.refund')),
                ('write_off', bigledger_crm.tenancy.base_models.CompanyForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bank_matches', to='invoicing.writeoff')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['company', 'transaction', 'created_at', 'id'], name='bankmatch_by_transaction')],
                'constraints': [
                    models.UniqueConstraint(fields=('company', 'id'), name='bankmatch_company_key'),
                    models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('company', 'transaction'), name='bankmatch_transaction_once'),
                    models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('company', 'payment'), name='bankmatch_payment_once'),
                    models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('company', 'refund'), name='bankmatch_refund_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('payment__isnull', False), ('refund__isnull', True)), models.Q(('payment__isnull', True), ('refund__isnull', False)), _connector='OR'), name='bankmatch_of_one_kind'),
                    models.CheckConstraint(condition=models.Q(('makes_payment', False), ('payment__isnull', False), _connector='OR'), name='bankmatch_makes_payments_only'),
                    models.CheckConstraint(condition=models.Q(('makes_payment', True), models.Q(('is_automatic', False), ('write_off__isnull', True)), _connector='OR'), name='bankmatch_by_hand_only_links'),
                    models.CheckConstraint(condition=models.Q(models.Q(('undone_at__isnull', True), ('undone_by', '')), models.Q(('undone_at__isnull', False), models.Q(('undone_by', ''), _negated=True)), _connector='OR'), name='bankmatch_undone_by_somebody'),
                ],
            },
        ),
        composite_foreign_keys(
            "invoicing_bankmatch",
            [
                ("transaction_id", "invoicing_banktransaction"),
                ("payment_id", "invoicing_payment"),
                ("refund_id", "invoicing_refund"),
                ("write_off_id", "invoicing_writeoff"),
            ],
        ),
        guarded(
            "invoicing_bankmatch",
            name="kept",
            event="UPDATE OR DELETE",
            condition="TG_OP = 'DELETE' OR OLD.undone_at IS NOT NULL OR "
            f"(to_jsonb(OLD) {_UNDONE}) <> (to_jsonb(NEW) {_UNDONE})",
            message="invoicing_bankmatch: never edited or deleted, only undone once",
            truncate=True,
        ),
        guarded(
            "invoicing_bankmatch",
            name="same_money",
            event="INSERT",
            condition=_NOT_THE_SAME,
            message="invoicing_bankmatch: a bank transaction is a payment or refund of the same amount",
        ),
    ]
