from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from bigledger_crm.tenancy.migration_operations.v2 import key_without_sequence

_FUNCTIONS = """
CREATE FUNCTION note_new_quotes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO invoicing_quotechange (company_id, day)
    SELECT company_id, quote_date FROM added
    UNION
    SELECT older.company_id, older.quote_date FROM added
    JOIN sales_quote older ON older.company_id = added.company_id AND older.id = added.supersedes_id;
    RETURN NULL;
END $$;
CREATE FUNCTION note_quote() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO invoicing_quotechange (company_id, day)
    SELECT OLD.company_id, OLD.quote_date UNION SELECT NEW.company_id, NEW.quote_date;
    RETURN NULL;
END $$;
CREATE FUNCTION note_order_of_quote() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO invoicing_quotechange (company_id, day)
    SELECT DISTINCT company_id, quote_date FROM sales_quote
    WHERE company_id = NEW.company_id AND id IN (OLD.quote_id, NEW.quote_id);
    RETURN NULL;
END $$;
CREATE FUNCTION note_invoice_of_quote() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO invoicing_quotechange (company_id, day)
    SELECT DISTINCT q.company_id, q.quote_date
    FROM sales_salesorder o JOIN sales_quote q ON q.company_id = o.company_id AND q.id = o.quote_id
    WHERE o.company_id = NEW.company_id AND o.id IN (OLD.order_id, NEW.order_id);
    RETURN NULL;
END $$;
CREATE FUNCTION note_quotes_of_company() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO invoicing_quotechange (company_id, day)
    SELECT DISTINCT company_id, quote_date FROM sales_quote WHERE company_id = NEW.id;
    RETURN NULL;
END $$;
"""
# An order is new when its quote is converted, and has no invoice yet.  Days begin where the company is.
_TRIGGERS = """
CREATE TRIGGER sales_quote_new_noted AFTER INSERT ON sales_quote REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION note_new_quotes();
CREATE TRIGGER sales_quote_change_noted AFTER UPDATE ON sales_quote FOR EACH ROW
WHEN (ROW(OLD.quote_date, OLD.owner_id, OLD.status, OLD.valid_until, OLD.total, OLD.exchange_rate, OLD.sent_at,
    OLD.accepted_at, OLD.converted_at, OLD.decline_reason, OLD.cancel_reason) IS DISTINCT FROM
    ROW(NEW.quote_date, NEW.owner_id, NEW.status, NEW.valid_until, NEW.total, NEW.exchange_rate, NEW.sent_at,
    NEW.accepted_at, NEW.converted_at, NEW.decline_reason, NEW.cancel_reason))
EXECUTE FUNCTION note_quote();
CREATE TRIGGER sales_salesorder_of_quote_noted AFTER UPDATE ON sales_salesorder FOR EACH ROW
WHEN (OLD.quote_id IS DISTINCT FROM NEW.quote_id OR (NEW.quote_id IS NOT NULL AND OLD.total <> NEW.total))
EXECUTE FUNCTION note_order_of_quote();
CREATE TRIGGER invoicing_invoice_of_quote_noted AFTER UPDATE ON invoicing_invoice FOR EACH ROW
WHEN ((OLD.order_id IS NOT NULL OR NEW.order_id IS NOT NULL) AND (OLD.status = 'sent' OR NEW.status = 'sent') AND
    ROW(OLD.order_id, OLD.status, OLD.stage, OLD.total, OLD.issued_at, OLD.last_payment_date) IS DISTINCT FROM
    ROW(NEW.order_id, NEW.status, NEW.stage, NEW.total, NEW.issued_at, NEW.last_payment_date))
EXECUTE FUNCTION note_invoice_of_quote();
CREATE TRIGGER invoicing_invoice_new_of_quote_noted AFTER INSERT ON invoicing_invoice FOR EACH ROW
WHEN (NEW.order_id IS NOT NULL AND NEW.status = 'sent') EXECUTE FUNCTION note_invoice_of_quote();
CREATE TRIGGER tenancy_company_quotes_noted AFTER UPDATE ON tenancy_company FOR EACH ROW
WHEN (OLD.time_zone <> NEW.time_zone) EXECUTE FUNCTION note_quotes_of_company();
"""
_NAMES = ("note_new_quotes", "note_quote", "note_order_of_quote", "note_invoice_of_quote", "note_quotes_of_company")
# The old version is stopped: nobody changes a quote meanwhile.
_ALL_DAYS = """
INSERT INTO invoicing_quotechange (company_id, day) SELECT DISTINCT company_id, quote_date FROM sales_quote
"""


def _key() -> "models.BigAutoField[int, int]":
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    """What becomes of a quote is noted, so that a background job adds up its day again: see invoicing/analytics."""

    dependencies = [("invoicing", "0038_origin_kept"), ("sales", "0010_origin_kept")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            "QuoteChange",
            [("id", _key()), ("company_id", models.UUIDField()), ("day", models.DateField())],
            options={"indexes": [models.Index(fields=["company_id", "day"], name="quotechange_by_day")]},
        ),
        migrations.CreateModel(
            "QuoteSum",
            [
                ("id", _key()),
                ("company_id", models.UUIDField()),
                ("unit", models.CharField(choices=[("day", "day"), ("month", "month")], max_length=5)),
                ("day", models.DateField()),
                ("owner_id", models.UUIDField(null=True)),
                ("status", models.CharField(max_length=20)),
                ("valid_until", models.DateField(null=True)),
                ("reason", models.TextField()),
                ("is_sent", models.BooleanField()),
                ("is_invoiced", models.BooleanField()),
                ("is_paid", models.BooleanField()),
                ("quotes", models.IntegerField()),
                ("value", models.DecimalField(decimal_places=14, max_digits=38)),
                ("closing_days", models.IntegerField()),
                ("stages", ArrayField(base_field=models.SmallIntegerField(), size=None)),
                ("days", ArrayField(base_field=models.IntegerField(), size=None)),
                ("numbers", ArrayField(base_field=models.IntegerField(), size=None)),
            ],
            options={"indexes": [models.Index(fields=["company_id", "unit", "day"], name="quotesum_by_day")]},
        ),
        key_without_sequence("invoicing_quotechange"),
        key_without_sequence("invoicing_quotesum"),
        migrations.RunSQL(
            _FUNCTIONS + _TRIGGERS, ";".join(f"DROP FUNCTION {name}() CASCADE" for name in _NAMES)
        ),
        migrations.RunSQL(_ALL_DAYS, migrations.RunSQL.noop),
    ]
