from django.db import migrations, models

# Neither date ever changes: invoices with allocations are issued, payments and credit notes are kept as they are.
_FILL = """
CREATE FUNCTION invoicing_allocation_dates() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    -- Without an invoice or a source of the company, references and a check refuse the row with the better reason.
    NEW.invoice_date := coalesce(
        (SELECT invoice_date FROM invoicing_invoice WHERE company_id = NEW.company_id AND id = NEW.invoice_id),
        NEW.allocation_date
    );
    NEW.source_date := coalesce(
        (SELECT payment_date FROM invoicing_payment WHERE company_id = NEW.company_id AND id = NEW.payment_id),
        (SELECT credit_note_date FROM invoicing_creditnote WHERE company_id = NEW.company_id AND id = NEW.credit_note_id),
        NEW.allocation_date
    );
    RETURN NEW;
END $$;
CREATE TRIGGER invoicing_allocation_dates BEFORE INSERT ON invoicing_allocation
FOR EACH ROW EXECUTE FUNCTION invoicing_allocation_dates();
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE invoicing_allocation DISABLE TRIGGER invoicing_allocation_append_only;
UPDATE invoicing_allocation a SET invoice_date = i.invoice_date, source_date = coalesce(
    (SELECT payment_date FROM invoicing_payment p WHERE p.company_id = a.company_id AND p.id = a.payment_id),
    (SELECT credit_note_date FROM invoicing_creditnote n WHERE n.company_id = a.company_id AND n.id = a.credit_note_id)
) FROM invoicing_invoice i WHERE i.company_id = a.company_id AND i.id = a.invoice_id;
ALTER TABLE invoicing_allocation ENABLE TRIGGER invoicing_allocation_append_only
"""


class Migration(migrations.Migration):
    """Allocations know the dates of what they settle and of what they are made of, for balances of past days."""

    dependencies = [("invoicing", "0043_invoice_custom_fields")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField("allocation", "invoice_date", models.DateField(editable=False, null=True)),
        migrations.AddField("allocation", "source_date", models.DateField(editable=False, null=True)),
        migrations.RunSQL(_FILL, "DROP FUNCTION invoicing_allocation_dates() CASCADE"),
        migrations.AlterField("allocation", "invoice_date", models.DateField(editable=False)),
        migrations.AlterField("allocation", "source_date", models.DateField(editable=False)),
    ]
