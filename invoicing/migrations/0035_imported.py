from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

_PURPOSES = (
    *("bank", "cash", "receivables", "tax", "opening_balances", "sales", "shipping", "sales_returns"),
    *("exchange_difference", "bank_charge", "small_difference", "bad_debt"),
)


def _flag(*, editable: bool = False) -> "models.BooleanField[bool, bool]":
    return models.BooleanField(db_default=False, default=False, editable=editable)


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0034_add_up_customers"), ("sales", "0009_imported")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField("invoice", "is_imported", _flag()),
        migrations.AddField("invoice", "is_opening_balance", _flag()),
        migrations.AddField("creditnote", "is_imported", _flag()),
        migrations.AddField("payment", "is_imported", _flag()),
        migrations.AddField("journalentry", "is_imported", _flag(editable=True)),
        migrations.AlterField(
            "journalaccount",
            "purpose",
            models.CharField(max_length=30, choices=[(name, name) for name in _PURPOSES]),
        ),
        migrations.RemoveConstraint("journalaccount", "journalaccount_purpose_known"),
        AddConstraintNotValid(
            "journalaccount",
            models.CheckConstraint(condition=models.Q(purpose__in=_PURPOSES), name="journalaccount_purpose_known"),
        ),
    ]
